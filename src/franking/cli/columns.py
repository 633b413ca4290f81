"""Tables of texts on stdout, aligned, as wide as the terminal. Rich would do it too; loading it takes longer than a command."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from franking.cli.terminal import out, shown

_GAP = "  "
_WIDTH = 140  # where stdout is no terminal: words stay whole
_LEAST = 20  # columns of a folded cell, however narrow the terminal


def print_table(
    rows: Sequence[Sequence[str]], headings: Sequence[str] = (), *, right: Collection[int] = (), fold: int = -1
) -> None:
    """Print rows of cells with any content. ``right`` are the columns that are aligned right; the column ``fold`` continues on
    further lines where a row is too wide."""
    for line in table_lines(rows, headings, right=right, fold=fold):
        out(line)


def table_lines(
    rows: Sequence[Sequence[str]], headings: Sequence[str] = (), *, right: Collection[int] = (), fold: int = -1
) -> Iterator[str]:
    """The lines of such a table."""
    cells = [[shown(cell) for cell in row] for row in ([headings] if headings else []) + list(rows)]
    if not cells:
        return
    folded = fold % len(cells[0])
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    rest = sum(widths) - widths[folded] + len(_GAP) * (len(widths) - 1)
    widths[folded] = min(widths[folded], max(_LEAST, _width() - rest))
    for row in cells:
        parts = list(_folded(row[folded], widths[folded]))
        for number, part in enumerate(parts):
            line = [part if i == folded else cell if number == 0 else "" for i, cell in enumerate(row)]
            padded = (_padded(cell, width, i in right) for i, (cell, width) in enumerate(zip(line, widths, strict=True)))
            yield _GAP.join(padded).rstrip()


def _width() -> int:
    if not sys.stdout.isatty():
        return _WIDTH
    from shutil import get_terminal_size

    return get_terminal_size().columns


def columns(text: str) -> int:
    """The columns that a text takes on a terminal: two for wide characters (Unicode UAX 11), none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def _padded(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - columns(cell))
    return blanks + cell if right else cell + blanks


def _folded(text: str, width: int) -> Iterator[str]:
    """A text in lines of at most ``width`` columns, broken between words, and within those that are longer."""
    line = ""
    for word in text.split(" "):
        if line and columns(line) + 1 + columns(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
        while columns(line) > width:
            end = _end(line, width)
            yield line[:end]
            line = line[end:]
    yield line


def _end(text: str, width: int) -> int:
    """The number of characters, at least one, that take up to ``width`` columns."""
    taken = 0
    for number, char in enumerate(text):
        taken += columns(char)
        if taken > width:
            return max(number, 1)
    return len(text)
