"""How rows are split into cells: the delimiter, and whether the whole file is quoted.

The marketplace's tab-separated reports have no quoting: a ``"`` is data. A spreadsheet that saves them puts cells in
quotes where they contain a comma, a quote or a line ending, and doubles the quotes inside. Which of the two a
tab-separated file is, is decided by all of its cells:

* All names of the header are in quotes: quoted.
* A cell is *quoted with a reason* if it begins and ends with ``"``, the quotes inside are doubled, and it contains a doubled
  quote, or a comma, semicolon or space while no cell of the file without quotes holds that character.
* All quoted cells have a reason, and at most one cell in ten has quotes in another way: quoted. A line ending inside quotes
  belongs to the cell; the rows with those others are refused.
* No quoted cell has a reason, or at most one in ten and none has doubled quotes: the quotes are data.
* Otherwise a row with a cell that begins with a quote or has doubled ones can be read in two ways, and is refused; the other
  rows are read.

Comma- and semicolon-separated files are always quoted (RFC 4180).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum

from franking.orders.lines import LONGEST

_ORDER_ID = re.compile(rb'(?:^|[\t,;|"])\d{3}-\d{7}-\d{7}(?:[\t,;|"]|$)|^"?(?=[A-Z]{0,9}[0-9])[0-9A-Z]{9,10}"?;')
_MANY = 10
_QUOTED = re.compile(r'(?:(?<=^)|(?<=\t))"(?:[^"]|"")*"(?=\t|$)')  # whole cells
_MOST_LINES = 200  # of one row
_REASONS = (b",", b";", b" ")


class Quoting(Enum):
    """What a ``"`` means in a file."""

    DATA = "data"
    QUOTES = "quotes"
    UNSURE = "unsure"


def delimiter_of(header: str, known: frozenset[str]) -> str:
    """The delimiter with which a header gives the most known names; the tab where none gives any."""

    def names(delimiter: str) -> int:
        return sum(1 for cell in header.split(delimiter) if header_name(cell) in known)

    return max("\t;,|", key=names)


# The API's and other programs' names of the columns.
_WISH = re.compile(
    "(?:is-?)?(?:buyer|customer)-?(?:request(?:s|ed)-?)?cancel(?:l?ation)?-?(?:request(?:ed)?)?(-?reason)?"
    "|cancel(?:l?ation)?-?requested(?:-?by-?(?:buyer|customer))?"
)


def header_name(cell: str) -> str:
    """A column's name as the reports write it: lower case, hyphens, no quotes; one name for the buyer's wish to cancel."""
    name = re.sub(r"[\s_\u2010\u2011\u2013]+", "-", cell.strip(' \t"\ufeff\u00a0').lower())
    if (wish := _WISH.fullmatch(name)) is not None:
        return "buyer-requested-cancel-reason" if wish[1] else "is-buyer-requested-cancellation"
    return name


def open_quote(line: bytes, delimiter: bytes, *, inside: bool = False) -> bool:
    """Whether a line ends inside quotes that a cell began with; ``inside`` says that it begins there."""
    for cell in line.split(delimiter):
        if inside:
            inside = cell.count(b'"') % 2 == 0  # pairs are data, an odd one closes
        elif cell.startswith(b'"'):
            inside = cell.count(b'"') % 2 == 1
    return inside


def joined(lines: Iterable[bytes], delimiter: bytes) -> Iterator[tuple[int, bytes]]:
    """Rows with the number of their first line; a line ending inside quotes belongs to the row.

    A quote that is never closed does not swallow orders: a row is given up where a line has a cell with an order ID.
    """
    held: list[bytes] = []
    start, size = 0, 0
    for number, line in enumerate(lines, start=1):
        if held:
            begins = _ORDER_ID.search(line) is not None
            if not begins and len(held) < _MOST_LINES and size + len(line) < LONGEST:
                held.append(line)
                size += len(line)
                if not open_quote(line, delimiter, inside=True):
                    yield start, b"\n".join(held)
                    held = []
                continue
            yield start, b"\n".join(held)
            held = []
        if b'"' in line and open_quote(line, delimiter):
            held, start, size = [line], number, len(line)
        else:
            yield number, line
    if held:
        yield start, b"\n".join(held)


def cells_of(text: str, delimiter: str, *, strict: bool) -> list[str]:
    """The cells of a quoted row. Raises ``ValueError`` for quotes that are not closed or stand inside unescaped, and where
    ``strict`` for quotes in a cell that does not begin with one."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise ValueError("quotes that do not close, or are not doubled inside quotes") from None
    if strict and re.search(rf'(?:^|{delimiter})[^"{delimiter}][^{delimiter}]*"', _QUOTED.sub("", text)):
        raise ValueError("a quote in an unquoted cell, in a file that quotes cells with quotes")
    return [" ".join(cell.split()) if "\n" in cell or "\r" in cell or "\t" in cell else cell for cell in rows[0]]


def quoting_of(rows: Iterable[tuple[int, bytes]]) -> Quoting:
    """What quotes mean in a tab-separated file whose rows are given, joined as if quoted, the header first."""
    judge = _Judge()
    for place, (_, row) in enumerate(rows):
        if place == 0 and all(len(c) > 1 and c[:1] == c[-1:] == b'"' for c in row.split(b"\t") if c.strip()):
            return Quoting.QUOTES
        judge.look(row)
    return judge.verdict()


def is_quoted(cell: bytes) -> bool:
    """Whether a cell is wholly in quotes and every quote inside is doubled."""
    return len(cell) > 1 and cell[:1] == cell[-1:] == b'"' and b'"' not in cell[1:-1].replace(b'""', b"")


class _Judge:
    def __init__(self) -> None:
        self.other = 0  # cells with quotes that are not quoted
        self.doubled = 0  # quoted cells with doubled quotes
        self.reasons: Counter[frozenset[bytes]] = Counter()  # what the other quoted cells hold
        self.bare: set[bytes] = set()  # what cells without quotes hold
        self.missing: tuple[bytes, ...] = _REASONS  # and what they do not, as far as was seen

    def look(self, row: bytes) -> None:
        if b'"' not in row:
            for sign in self.missing:
                if sign in row:
                    self.bare.add(sign)
                    self.missing = tuple(other for other in self.missing if other != sign)
            return
        for cell in _cells(row):
            if b'"' not in cell:
                self.bare.update(sign for sign in _REASONS if sign in cell)
            elif not is_quoted(cell):
                self.other += 1
            elif b'""' in cell[1:-1] or b"\n" in cell or b"\t" in cell:
                self.doubled += 1
            else:
                self.reasons[frozenset(sign for sign in _REASONS if sign in cell)] += 1

    def verdict(self) -> Quoting:
        reasoned = self.doubled + sum(n for signs, n in self.reasons.items() if signs - self.bare)
        idle = self.doubled + self.reasons.total() - reasoned
        if not reasoned:
            return Quoting.DATA
        if not idle and reasoned >= _MANY * self.other:
            return Quoting.QUOTES
        return Quoting.DATA if not self.doubled and self.other >= _MANY * reasoned else Quoting.UNSURE


def _cells(row: bytes) -> list[bytes]:
    """Cells of a row that may be quoted: a tab inside quotes belongs to the cell, if the quotes close."""
    found: list[bytes] = []
    held: list[bytes] = []
    for cell in row.split(b"\t"):
        open_still = open_quote(cell, b"\t", inside=bool(held))
        held.append(cell)
        if not open_still:
            found.append(b"\t".join(held))
            held = []
    return found + held
