"""Table grids and the widths of their columns (CSS Tables 3, sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from franking.check.css.computed import AUTO
from franking.check.css.lengths import Length
from franking.check.document import Element, Text
from franking.check.layout.frame import Frame, resolve_size

_GROUPS = ("table-row-group", "table-header-group", "table-footer-group")
MAX_SPAN = 1000
UNBOUNDED = 1e6  # CSS px: as wide as the container allows


@dataclass(slots=True)
class Cell:
    """A cell of the grid; without ``element`` it is the anonymous cell around ``children``."""

    element: Element | None
    children: list[Element | Text]
    column: int
    span: int


@dataclass(slots=True)
class Grid:
    """A table's cells, captions, declared column widths, and the elements that only hold rows."""

    cells: list[Cell] = field(default_factory=list)
    columns: int = 0
    captions: list[Element] = field(default_factory=list)
    declared: dict[int, Length] = field(default_factory=dict)
    holders: list[Element] = field(default_factory=list)
    first_row: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Columns:
    """Per column: smallest and preferred outer width in px, percentage (0 where none), and whether px fixes it."""

    low: list[float]
    high: list[float]
    percent: list[float]
    fixed: list[bool]


def _span(element: Element) -> int:
    digits = element.attrs.get("colspan", "1").strip()
    return max(1, min(MAX_SPAN, int(digits[:6]))) if digits[:6].isdigit() else 1


def _rowspan(element: Element) -> int:
    digits = element.attrs.get("rowspan", "1").strip()
    return max(1, min(65534, int(digits[:6]))) if digits[:6].isdigit() else 1


class _Builder:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.grid = Grid()
        self.busy: dict[int, int] = {}  # column -> further rows that a rowspan still covers
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
            grid.holders.append(element)
            for child in element.children:
                if isinstance(child, Element) and frame.rendered[child.index]:
                    if frame.style(child).display == "table-row":
                        self.part(child)
                    else:
                        self.row([child])
        elif display == "table-row":
            grid.holders.append(element)
            self.row(element.children)
        else:
            self.row([element])

    def _column(self, element: Element) -> None:
        width = self.frame.style(element).width
        digits = element.attrs.get("span", "1").strip()
        for _ in range(min(MAX_SPAN, int(digits[:4])) if digits[:4].isdigit() else 1):
            if isinstance(width, Length):
                self.grid.declared[self.next_column] = width
            self.next_column += 1

    def row(self, children: list[Element | Text]) -> None:
        frame = self.frame
        column = 0
        loose: list[Element | Text] = []
        covered = {c for c, left in self.busy.items() if left > 0}
        made: list[tuple[Cell, int]] = []

        def place(element: Element | None, inner: list[Element | Text], span: int, rows: int) -> None:
            nonlocal column
            while column in covered:
                column += 1
            made.append((Cell(element, inner, column, span), rows))
            column += span

        def flush() -> None:
            if any(isinstance(c, Element) or c.data.strip(" \t\n\f\r") for c in loose):
                place(None, list(loose), 1, 1)
            loose.clear()

        for child in _without_contents(frame, children):
            if isinstance(child, Element):
                if not frame.rendered[child.index]:
                    continue
                if frame.style(child).display == "table-cell":
                    flush()
                    place(child, child.children, _span(child), _rowspan(child))
                    continue
            loose.append(child)
        flush()
        for c in covered:
            self.busy[c] -= 1
        for cell, rows in made:
            self.grid.cells.append(cell)
            self.grid.columns = max(self.grid.columns, cell.column + cell.span)
            if self.rows == 0:
                self.grid.first_row.append(cell)
            if rows > 1:
                for c in range(cell.column, cell.column + cell.span):
                    self.busy[c] = rows - 1
        self.rows += 1


def _without_contents(frame: Frame, children: list[Element | Text]) -> Iterator[Element | Text]:
    """A row's children, elements with ``display: contents`` replaced by what they hold."""
    stack = list(reversed(children))
    while stack:
        child = stack.pop()
        if isinstance(child, Element) and frame.rendered[child.index] and frame.style(child).display == "contents":
            stack.extend(reversed(child.children))
        else:
            yield child


def build(frame: Frame, parts: list[Element | Text] | tuple[Element, ...]) -> Grid:
    """The grid of a table, or of the anonymous table around loose parts."""
    builder = _Builder(frame)
    for part in parts:
        if isinstance(part, Element):
            builder.part(part)
    grid = builder.grid
    grid.columns = max(grid.columns, builder.next_column if grid.cells else 0)
    _merge_tracks(grid)
    return grid


def _merge_tracks(grid: Grid) -> None:
    """Drop columns that only wider cells pass through (CSS Tables 3, section 3.3: track merging)."""
    starts = {cell.column for cell in grid.cells} | set(grid.declared)
    kept = [c for c in range(grid.columns) if c == 0 or c in starts]
    if len(kept) == grid.columns:
        return
    place = {c: i for i, c in enumerate(kept)}
    for cell in grid.cells:
        cell.span = max(1, sum(1 for c in range(cell.column, cell.column + cell.span) if c in place))
        cell.column = place[cell.column]
    grid.declared = {place[c]: w for c, w in grid.declared.items()}
    grid.columns = len(kept)


def cell_edges(frame: Frame, cell: Cell, base: float, collapse: bool) -> tuple[float, float, float, float]:
    """Padding left and right, border left and right of a cell in px; collapsed borders are shared half and half."""
    if cell.element is None:
        return 0.0, 0.0, 0.0, 0.0
    style = frame.style(cell.element)
    share = 0.5 if collapse else 1.0
    return (style.padding_left.resolve(base), style.padding_right.resolve(base),
            style.border_left * share, style.border_right * share)  # fmt: skip


def measure(frame: Frame, grid: Grid, inner: list[tuple[float, float]], spacing: float, collapse: bool) -> Columns:
    """Column measures from the cells' content widths ``inner`` (min, max), in the order of ``grid.cells``."""
    count = grid.columns
    columns = Columns([0.0] * count, [0.0] * count, [0.0] * count, [False] * count)
    for index, width in grid.declared.items():
        if index < count:
            if width.relative:
                columns.percent[index] = max(columns.percent[index], width.percent)
            else:
                columns.high[index] = max(columns.high[index], width.px)
                columns.fixed[index] = True
    spanning: list[tuple[Cell, float, float, float]] = []
    for cell, (low, high) in zip(grid.cells, inner, strict=True):
        edges = sum(cell_edges(frame, cell, 0.0, collapse))
        percent, fixed = 0.0, False
        if cell.element is not None:
            style = frame.style(cell.element)
            declared = style.width
            least = resolve_size(style.min_width, None) or 0.0
            low, high = max(low, least), max(high, least)
            if isinstance(declared, Length) and declared.relative:
                percent = declared.percent
            elif isinstance(declared, Length):
                fixed = True
                wanted = declared.px - (edges if style.box_sizing == "border-box" else 0.0)
                high = max(wanted, low)
            most = resolve_size(style.max_width, None)
            if most is not None:
                low, high = min(low, most), min(high, most)  # browsers clamp a cell below its content, too
        low, high = low + edges, max(low, high) + edges
        if cell.span > 1:
            spanning.append((cell, low, high, percent))
            continue
        c = cell.column
        columns.low[c] = max(columns.low[c], low)
        if fixed and not columns.fixed[c]:
            columns.fixed[c] = True
            columns.high[c] = max(columns.low[c], high)
        elif fixed or not columns.fixed[c]:
            columns.high[c] = max(columns.high[c], high)
        columns.percent[c] = max(columns.percent[c], percent)
    for i in range(count):
        columns.high[i] = max(columns.high[i], columns.low[i])
    for cell, low, high, percent in sorted(spanning, key=lambda s: s[0].span):
        _spread(columns, cell, low - spacing * (cell.span - 1), high - spacing * (cell.span - 1), percent)
    total = 0.0
    for i in range(count):
        columns.percent[i] = min(columns.percent[i], max(0.0, 100.0 - total))
        total += columns.percent[i]
    return columns


def _spread(columns: Columns, cell: Cell, low: float, high: float, percent: float) -> None:
    indices = range(cell.column, min(cell.column + cell.span, len(columns.low)))
    missing = percent - sum(columns.percent[i] for i in indices)
    free = [i for i in indices if columns.percent[i] == 0.0]
    if missing > 0 and free:
        weight = sum(columns.high[i] for i in free)
        for i in free:
            columns.percent[i] += missing * (columns.high[i] / weight if weight else 1 / len(free))
    for widths, wanted in ((columns.low, low), (columns.high, max(low, high))):
        excess = wanted - sum(widths[i] for i in indices)
        if excess <= 0:
            continue
        target = [i for i in indices if not columns.fixed[i]] or list(indices)
        weight = sum(columns.high[i] for i in target)
        for i in target:
            widths[i] += excess * (columns.high[i] / weight if weight else 1 / len(target))
    for i in indices:
        columns.high[i] = max(columns.high[i], columns.low[i])


def preferred(columns: Columns) -> tuple[float, float]:
    """The smallest and the preferred width of all columns together, percentages blown up (section 4.3.2)."""
    low, high = sum(columns.low), sum(columns.high)
    rest = sum(w for w, p in zip(columns.high, columns.percent, strict=True) if p == 0.0)
    shares = [w / (p / 100.0) for w, p in zip(columns.high, columns.percent, strict=True) if p > 0.0]
    total = sum(columns.percent)
    if total > 0.0 and rest > 0.0:
        # Columns beside percentages that leave them no room want all the room there is.
        shares.append(rest / (1.0 - total / 100.0) if total < 99.99 else UNBOUNDED)
    return low, max([high, *shares])


def distribute(columns: Columns, available: float) -> list[float]:
    """Share ``available`` px among the columns (CSS Tables 3, section 4.4: four guesses, then the excess)."""
    count = len(columns.low)
    share = [max(columns.low[i], columns.percent[i] * available / 100.0) for i in range(count)]
    pick = [columns.percent[i] > 0.0 for i in range(count)]
    guesses = [
        list(columns.low),
        [share[i] if pick[i] else columns.low[i] for i in range(count)],
        [share[i] if pick[i] else columns.high[i] if columns.fixed[i] else columns.low[i] for i in range(count)],
        [share[i] if pick[i] else columns.high[i] for i in range(count)],
    ]
    sums = [sum(g) for g in guesses]
    if available <= sums[0]:
        return guesses[0]
    for i in range(3):
        if sums[i] <= available <= sums[i + 1]:
            span = sums[i + 1] - sums[i]
            part = (available - sums[i]) / span if span > 0 else 0.0
            return [a + (b - a) * part for a, b in zip(guesses[i], guesses[i + 1], strict=True)]
    return _excess(columns, guesses[3], available - sums[3])


def _excess(columns: Columns, widths: list[float], excess: float) -> list[float]:
    count = range(len(widths))
    auto = [i for i in count if not columns.fixed[i] and columns.percent[i] == 0.0 and columns.high[i] > 0]
    fixed = [i for i in count if columns.fixed[i] and columns.percent[i] == 0.0 and columns.high[i] > 0]
    percent = [i for i in count if columns.percent[i] > 0.0]
    if auto:
        chosen, weights = auto, [columns.high[i] for i in auto]
    elif fixed:
        chosen, weights = fixed, [columns.high[i] for i in fixed]
    elif percent:
        chosen, weights = percent, [columns.percent[i] for i in percent]
    else:
        chosen, weights = list(count), [1.0] * len(widths)
    total = sum(weights)
    result = list(widths)
    for i, weight in zip(chosen, weights, strict=True):
        result[i] += excess * weight / total
    return result


def fixed_widths(frame: Frame, grid: Grid, available: float, collapse: bool) -> list[float]:
    """Column widths under ``table-layout: fixed`` (CSS 2.2, section 17.5.2.1): first row and columns decide."""
    widths: list[float | None] = [None] * grid.columns
    for index, length in grid.declared.items():
        if index < grid.columns:
            widths[index] = length.resolve(available)
    for cell in grid.first_row:
        if cell.element is None or frame.style(cell.element).width == AUTO:
            continue
        style = frame.style(cell.element)
        declared = resolve_size(style.width, available)
        if declared is None:
            continue
        percent = isinstance(style.width, Length) and style.width.relative
        if style.box_sizing != "border-box" and not percent:
            declared += sum(cell_edges(frame, cell, available, collapse))
        for c in range(cell.column, min(cell.column + cell.span, grid.columns)):
            if widths[c] is None:
                widths[c] = declared / cell.span
    unset = [i for i, w in enumerate(widths) if w is None]
    used = sum(w for w in widths if w is not None)
    if unset:
        rest = max(0.0, available - used) / len(unset)
        return [rest if w is None else w for w in widths]
    sized = [w for w in widths if w is not None]
    factor = available / used if 0 < used < available else 1.0
    return [w * factor for w in sized]
