"""What a type of order report is: which columns mean what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report type. ``columns`` maps what an order needs to the report's column, in lower case and with ``-`` for blanks;
    ``amounts`` and ``dates`` are further columns that show how the report writes numbers and days."""

    name: str
    title: str
    columns: dict[str, str]
    required: tuple[str, ...]
    state: str  # what every order of the report is, "" where a column says it
    order_id: str = "[0-9]{3}-[0-9]{7}-[0-9]{7}"  # the form of an order ID, a regular expression
    order_id_words: str = "3-7-7 digits"
    headings: bool = False  # whether lines of headings stand above the header
    places: Mapping[str, str] = field(default_factory=dict)  # marketplaces by the country's name, in lower case
    amounts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    unsure_price: bool = False  # whether a price may be of each piece or of the row
    api: tuple[str, ...] = ()  # what the Reports API calls it, the first for choice; none where it makes no such report
    options: Mapping[str, str] = field(default_factory=dict)  # of the request there

    @property
    def names(self) -> frozenset[str]:
        """Every column that it may have."""
        return frozenset((*self.columns.values(), *self.required, *self.amounts, *self.dates))

    def columns_of(self, roles: tuple[str, ...]) -> frozenset[str]:
        """The columns that have one of the roles."""
        return frozenset(self.columns[role] for role in roles if role in self.columns)
