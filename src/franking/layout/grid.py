"""Table grids: which cell stands in which column (CSS Tables 3, section 3)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from franking.css.computed_style import AUTO, ComputedStyle
from franking.css.lengths import Length
from franking.css.presentational_hints import integer
from franking.html.document import Element, Text
from franking.layout.contents import opened
from franking.layout.frame import TABLES, Frame, Item
from franking.layout.spans import RowSpans

_GROUPS = ("table-row-group", "table-header-group", "table-footer-group")
_ROWS = frozenset(["table-row"])
_PROPER = frozenset([*_GROUPS, "table-row", "table-caption", "table-column", "table-column-group"])
MAX_SPAN = 1000


@dataclass(slots=True)
class Cell:
    """A cell of the grid; without ``element`` it is the anonymous cell around ``children``."""

    element: Element | None
    children: list[Element | Text]
    column: int
    span: int
    spanning: bool = False  # its ``colspan`` was over one before columns were merged
    row: int = 0
    rows: int = 1
    borders: tuple[float, float] | None = None  # left and right, where borders collapse


@dataclass(slots=True)
class Grid:
    """A table's cells, captions, declared column widths, and the elements that only hold rows."""

    cells: list[Cell] = field(default_factory=list)
    columns: int = 0
    captions: list[Element] = field(default_factory=list)
    declared: dict[int, Length] = field(default_factory=dict)
    row_groups: list[Element] = field(default_factory=list)
    first_row: list[Cell] = field(default_factory=list)
    edges: tuple[float, float] = (0.0, 0.0)  # the table's own borders in px, left and right, where borders collapse


def _span(written: str) -> int:
    return max(1, min(MAX_SPAN, integer(written) or 1))


def _rowspan(written: str) -> int:
    return max(1, min(65534, integer(written) or 1))


class _Builder:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.grid = Grid()
        self.covered = RowSpans()
        self.next_column = 0
        self.rows = 0

    def part(self, element: Element) -> None:
        frame, grid = self.frame, self.grid
        if not frame.rendered[element.index]:
            return
        display = frame.style(element).display
        if display == "table-caption":
            grid.captions.append(element)
        elif display == "table-column-group":
            inner = [c for c in element.children if isinstance(c, Element)]
            for column in inner or [element]:
                self._column(column)
        elif display == "table-column":
            self._column(element)
        elif display in _GROUPS:
            grid.row_groups.append(element)
            self.parts(element.children, _ROWS)
        elif display == "table-row":
            grid.row_groups.append(element)
            self.row(element.children)
        else:
            self.row([element])

    def parts(self, children: Sequence[Element | Text], proper: frozenset[str]) -> None:
        """A table's or row group's children: what is no ``proper`` part of it shares anonymous rows, run by run."""
        loose: list[Element | Text] = []
        for child in opened(self.frame, children):
            if isinstance(child, Element):
                if not self.frame.rendered[child.index]:
                    continue
                if self.frame.styles[child.index].display in proper:
                    self._anonymous_row(loose)
                    loose = []
                    self.part(child)
                    continue
            loose.append(child)
        self._anonymous_row(loose)

    def _anonymous_row(self, loose: list[Element | Text]) -> None:
        if loose and _holds_content(loose):
            self.row(loose)

    def _column(self, element: Element) -> None:
        width = self.frame.style(element).width
        for _ in range(max(1, min(MAX_SPAN, integer(element.attrs.get("span", "1")) or 1))):
            if isinstance(width, Length):
                self.grid.declared[self.next_column] = width
            self.next_column += 1

    def row(self, children: list[Element | Text]) -> None:
        """A row: its cells, and an anonymous one around each run of what is none."""
        column, row = 0, self.rows
        grid, covered = self.grid, self.covered
        made: list[Cell] = []
        spans_rows = False
        for element, inner in self._cells(children):
            column = covered.free(column)
            span = rows = 1
            if element is not None:
                attrs = element.attrs
                span = _span(attrs["colspan"]) if "colspan" in attrs else 1
                rows = _rowspan(attrs["rowspan"]) if "rowspan" in attrs else 1
                spans_rows = spans_rows or rows > 1
            made.append(Cell(element, inner, column, span, span > 1, row, rows))
            column += span
        grid.cells += made
        grid.columns = max(grid.columns, column if made else 0)
        if row == 0:
            grid.first_row += made
        if spans_rows:
            for cell in made:
                if cell.rows > 1:
                    covered.cover(cell.column, cell.span, cell.rows - 1)
        covered.next_row()
        self.rows += 1

    def _cells(self, children: list[Element | Text]) -> Iterator[tuple[Element | None, list[Element | Text]]]:
        """The cells of a row and what stands in each; an anonymous one has no element."""
        rendered, styles = self.frame.rendered, self.frame.styles
        loose: list[Element | Text] = []
        for child in opened(self.frame, children):
            if isinstance(child, Element):
                if not rendered[child.index]:
                    continue
                if styles[child.index].display == "table-cell":
                    if loose:
                        if _holds_content(loose):
                            yield None, loose
                        loose = []
                    yield child, child.children
                    continue
            loose.append(child)
        if loose and _holds_content(loose):
            yield None, loose


def _holds_content(nodes: list[Element | Text]) -> bool:
    """Whether there is more than white space between the parts of a table."""
    return any(isinstance(node, Element) or node.data.strip(" \t\n\f\r") for node in nodes)


def is_fixed(style: ComputedStyle) -> bool:
    """Whether a table is laid out in fixed mode (CSS Tables 3, section 3.1)."""
    return style.table_layout == "fixed" and style.width not in (AUTO, "max-content")


def build(frame: Frame, parts: Sequence[Element | Text], *, fixed: bool = False) -> Grid:
    """The grid of a table, or of the anonymous table around loose parts. The columns of a ``fixed`` table are not merged."""
    builder = _Builder(frame)
    builder.parts(parts, _PROPER)
    grid = builder.grid
    grid.columns = max(grid.columns, builder.next_column if grid.cells else 0)
    if not fixed:
        _merge_tracks(grid)
    return grid


def _merge_tracks(grid: Grid) -> None:
    """Drop columns that only wider cells pass through (CSS Tables 3, section 3.3: track merging)."""
    starts = {cell.column for cell in grid.cells} | set(grid.declared) | {0}
    kept = sorted(c for c in starts if c < grid.columns)
    if len(kept) == grid.columns:
        return
    for cell in grid.cells:
        column = bisect_left(kept, cell.column)
        cell.span = max(1, bisect_left(kept, cell.column + cell.span) - column)
        cell.column = column
    place = {c: i for i, c in enumerate(kept)}
    grid.declared = {place[c]: w for c, w in grid.declared.items()}
    grid.columns = len(kept)


_ROWS_LOOKED_AT = 40  # of a cell that spans more


def collapse_borders(frame: Frame, table: Element, grid: Grid) -> None:
    """Share the borders between cells, and between cells and the table (CSS Tables 3, section 3.7): the wider one counts,
    half of it on each side."""
    style = frame.style(table) if frame.style(table).display in TABLES else box_parent(frame, table)
    real = style is frame.style(table)
    rtl = style.direction == "rtl"
    sides = (style.border_left, style.border_right) if real else (0.0, 0.0)  # an anonymous table has none
    if not any(sides) and not any(
        frame.style(cell.element).border_left or frame.style(cell.element).border_right
        for cell in grid.cells
        if cell.element is not None
    ):
        return  # in most tables
    ends: dict[tuple[int, int], float] = {}  # (row, column behind a cell's end) -> the cell's border there
    starts: dict[tuple[int, int], float] = {}
    own: list[tuple[Cell, float, float]] = []
    for cell in grid.cells:
        borders = (0.0, 0.0)
        if cell.element is not None:
            borders = frame.style(cell.element).border_left, frame.style(cell.element).border_right
        start, end = reversed(borders) if rtl else borders
        own.append((cell, start, end))
        for row in range(cell.row, cell.row + min(cell.rows, _ROWS_LOOKED_AT)):
            starts[row, cell.column] = max(start, starts.get((row, cell.column), 0.0))
            ends[row, cell.column + cell.span] = max(end, ends.get((row, cell.column + cell.span), 0.0))
    first, last = reversed(sides) if rtl else sides
    edge_start, edge_end = first, last
    for cell, start, end in own:
        rows = range(cell.row, cell.row + min(cell.rows, _ROWS_LOOKED_AT))
        behind = cell.column + cell.span
        before = first if cell.column == 0 else max(ends.get((row, cell.column), 0.0) for row in rows)
        after = last if behind >= grid.columns else max(starts.get((row, behind), 0.0) for row in rows)
        start, end = max(start, before), max(end, after)
        if cell.column == 0:
            edge_start = max(edge_start, start)
        if behind >= grid.columns:
            edge_end = max(edge_end, end)
        cell.borders = (end / 2, start / 2) if rtl else (start / 2, end / 2)
    grid.edges = (edge_end / 2, edge_start / 2) if rtl else (edge_start / 2, edge_end / 2)


def box_parent(frame: Frame, element: Element) -> ComputedStyle:
    """The style that an anonymous box around ``element`` inherits from: of the nearest ancestor that makes a box."""
    parent = element.parent
    while parent is not None and frame.style(parent).display == "contents":
        parent = parent.parent
    return frame.style(parent) if parent is not None else frame.style(element)


def anonymous_table(frame: Frame, item: Item) -> tuple[float, bool]:
    """The spacing of the anonymous table around loose parts in px, and whether its borders collapse."""
    style = box_parent(frame, item.element)
    collapse = style.border_collapse == "collapse"
    return 0.0 if collapse else style.border_spacing, collapse
