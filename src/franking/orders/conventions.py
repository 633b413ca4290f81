"""How one file writes amounts and dates: what cells with one reading show, to read those with two (``amounts``, ``dates``)."""

from __future__ import annotations

from collections.abc import Sequence

from franking.orders.amounts import shown_decimal
from franking.orders.dates import shown_order
from franking.orders.recognition import amounts, dates

_MOST = 50_000  # cells that are remembered as looked at


class Conventions:
    """What the rows of a file show. ``look`` at each row, then ask for ``decimals`` and ``orders``."""

    def __init__(self, header: Sequence[str]) -> None:
        self._amounts = [place for place, name in enumerate(header) if name in amounts()]
        self._dates = [place for place, name in enumerate(header) if name in dates()]
        self._seen: set[str] = {""}
        self.decimals: frozenset[str] = frozenset()  # decimal separators
        self.orders: frozenset[str] = frozenset()  # "dmy", "mdy"

    def look(self, cells: list[str]) -> None:
        """Take in a row."""
        width, seen = len(cells), self._seen
        for place in self._amounts:
            if place < width and (cell := cells[place]) not in seen:
                self._remember(cell)
                self.decimals |= {shown_decimal(cell)} - {""}
        for place in self._dates:
            if place < width and (cell := cells[place])[4:5] != "-" and cell not in seen:
                self._remember(cell)
                self.orders |= {shown_order(cell)} - {""}

    def _remember(self, cell: str) -> None:
        if len(self._seen) < _MOST:
            self._seen.add(cell)
