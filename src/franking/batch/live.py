"""Orders from the marketplace's API in place of a file: fetched when they are read first."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from franking.batch.watch import Unwatched, Watch

if TYPE_CHECKING:
    from franking.batch.fetch import Fetch
    from franking.batch.fetch_wish import Wish

SOURCE = "api:"  # means such orders where a file is expected


class LiveOrders:
    """What ``plan`` and ``send`` read. A fetch that was interrupted is gone on with, and one of some minutes ago serves again.
    It never counts as the last complete fetch: what is refused today may be due tomorrow."""

    def __init__(self, fetch: Callable[[Watch], Fetch], wish: Wish, file: Path) -> None:
        self._fetch = fetch
        self._wish = wish
        self._file = file
        self._there = False
        weakref.finalize(self, file.unlink, True)  # it contains buyers' data, and goes when the program ends at the latest

    def file(self, watch: Watch) -> Path:
        """The file of the orders. Raises ``FrankingError``."""
        if not self._there:
            self._fetch(watch).run(self._wish, self._file, keep=True)
            self._there = True
        return self._file

    def done(self) -> None:
        """What was fetched is not needed any more: its file is removed. Raises ``FrankingError``."""
        if self._there:
            self._there = False
            self._file.unlink(missing_ok=True)
            self._fetch(Unwatched()).drop(self._wish)

    def __str__(self) -> str:
        return SOURCE
