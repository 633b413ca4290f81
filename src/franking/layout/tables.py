"""The widths of a table's columns (CSS Tables 3, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from franking.css.computed_style import AUTO, ComputedStyle
from franking.css.lengths import ZERO, Length
from franking.layout.frame import Frame, resolve_size
from franking.layout.grid import Cell, Grid

UNBOUNDED = 1e6  # CSS px: as wide as the container allows


@dataclass(slots=True)
class Columns:
    """Per column: smallest and preferred outer width in px, percentage (0 where none), and whether px fixes it."""

    min_content: list[float]
    max_content: list[float]
    percent: list[float]
    fixed: list[bool]


def cell_edges(frame: Frame, cell: Cell, base: float, collapse: bool) -> tuple[float, float, float, float]:
    """Padding left and right, border left and right of a cell in px; of collapsed borders its half."""
    if cell.element is None:
        return 0.0, 0.0, 0.0, 0.0
    style = frame.styles[cell.element.index]
    left, right = style.padding_left, style.padding_right
    before, after = 0.0 if left is ZERO else left.resolve(base), 0.0 if right is ZERO else right.resolve(base)
    if collapse and cell.borders is not None:
        return before, after, *cell.borders
    return before, after, style.border_left, style.border_right


@dataclass(slots=True)
class _CellMeasure:
    """What one cell asks of its column, in px of its outer width (CSS Tables 3, section 4.1)."""

    cell: Cell
    min_content: float
    max_content: float
    percent: float  # 0 where none
    fixed: bool  # its width is a length


def measure(frame: Frame, grid: Grid, inner: list[tuple[float, float]], spacing: float, collapse: bool) -> Columns:
    """Column measures from the cells' content widths ``inner`` (min, max), in the order of ``grid.cells`` (CSS Tables 3,
    section 4.3.1)."""
    count = grid.columns
    columns = Columns([0.0] * count, [0.0] * count, [0.0] * count, [False] * count)
    # 1. What the columns themselves declare.
    _declared(columns, grid)
    # 2. Cells that span one column.
    spanning: list[_CellMeasure] = []
    for cell, (min_content, max_content) in zip(grid.cells, inner, strict=True):
        measured = _cell_measure(frame, cell, min_content, max_content, collapse)
        if cell.spanning:
            spanning.append(measured)
        else:
            _widen(columns, measured)
    for i in range(count):
        columns.max_content[i] = max(columns.max_content[i], columns.min_content[i])
    # 3. Cells that span several, those with the fewest first.
    for wide in sorted(spanning, key=lambda one: (one.cell.span, one.cell.column)):
        gaps = spacing * (wide.cell.span - 1)
        least, most = max(0.0, wide.min_content - gaps), max(0.0, wide.max_content - gaps)
        _spread(columns, wide.cell, least, most, wide.percent, fixed=wide.fixed)
    # 4. Percentages are 100 at most, the first columns' before those of the others.
    total = 0.0
    for i in range(count):
        columns.percent[i] = min(columns.percent[i], max(0.0, 100.0 - total))
        total += columns.percent[i]
    return columns


def _declared(columns: Columns, grid: Grid) -> None:
    for index, width in grid.declared.items():
        if index >= len(columns.percent):
            continue
        if width.relative:
            columns.percent[index] = max(columns.percent[index], _percent(width))
        else:
            columns.max_content[index] = max(columns.max_content[index], width.px)
            columns.fixed[index] = True


def _cell_measure(frame: Frame, cell: Cell, min_content: float, max_content: float, collapse: bool) -> _CellMeasure:
    """A cell's outer widths, from those of its content and its ``width``, ``max-width`` and ``min-width``."""
    before, after, left, right = cell_edges(frame, cell, 0.0, collapse)
    edges = before + after + left + right
    percent, fixed = 0.0, False
    if cell.element is not None:
        style = frame.styles[cell.element.index]
        declared = style.width
        extra = edges if style.box_sizing == "border-box" else 0.0
        if isinstance(declared, Length) and declared.relative:
            percent = _percent(declared)
            if isinstance(style.max_width, Length) and _percent(style.max_width):
                percent = min(percent, style.max_width.percent)
        elif isinstance(declared, Length):
            fixed = True
            max_content = max(declared.px - extra, min_content)
        most = resolve_size(style.max_width, None) if style.max_width != "none" else None
        if most is not None:
            most = max(0.0, most - extra)
            # Browsers clamp a cell below its content, too.
            min_content, max_content = min(min_content, most), min(max_content, most)
        least = (resolve_size(style.min_width, None) if style.min_width != AUTO else None) or 0.0
        min_content, max_content = max(min_content, least - extra), max(max_content, least - extra)
    return _CellMeasure(cell, min_content + edges, max(min_content, max_content) + edges, percent, fixed)


def _widen(columns: Columns, measured: _CellMeasure) -> None:
    """Make the column of a cell that spans no other as wide as it asks. A length outdoes the widths of content."""
    c = measured.cell.column
    columns.min_content[c] = max(columns.min_content[c], measured.min_content)
    if measured.fixed and not columns.fixed[c]:
        columns.fixed[c] = True
        columns.max_content[c] = max(columns.min_content[c], measured.max_content)
    elif measured.fixed or not columns.fixed[c]:
        columns.max_content[c] = max(columns.max_content[c], measured.max_content)
    columns.percent[c] = max(columns.percent[c], measured.percent)


def _percent(width: Length) -> float:
    """The percentage that a column wants: none where a length stands beside it (CSS Tables 3, section 4.1)."""
    return width.percent if not width.px and width.function is None else 0.0


def fixed_overflow(frame: Frame, grid: Grid, widths: list[float], available: float) -> bool:
    """Whether the columns of a fixed table want more than there is, percentages among them."""
    if sum(widths) <= available + 0.5:
        return False
    sizes = [*grid.declared.values(), *(frame.style(cell.element).width for cell in grid.first_row if cell.element is not None)]
    return any(isinstance(size, Length) and size.relative for size in sizes)


def _spread(columns: Columns, cell: Cell, min_content: float, max_content: float, percent: float, *, fixed: bool) -> None:
    """Share a spanning cell's measures among its columns, each as the table itself would share its width (browsers do;
    CSS Tables 3, section 4.3.1, leaves it open). The cell's own ``width`` does not fix the columns."""
    indices = range(cell.column, min(cell.column + cell.span, len(columns.min_content)))
    part = slice(indices.start, indices.stop)
    if (
        percent <= 0.0
        and not any(columns.percent[part])
        and (sum(columns.min_content[part]) >= min_content and sum(columns.max_content[part]) >= max(min_content, max_content))
    ):
        return  # there is room: cells that span many columns are often many
    missing = percent - sum(columns.percent[i] for i in indices)
    free = [i for i in indices if columns.percent[i] == 0.0]
    if missing > 0 and free:
        weight = sum(columns.max_content[i] for i in free)
        for i in free:
            columns.percent[i] += missing * (columns.max_content[i] / weight if weight else 1 / len(free))
    for i, width in zip(indices, distribute(_part(columns, indices), min_content), strict=True):
        columns.min_content[i] = max(columns.min_content[i], width)
        columns.max_content[i] = max(columns.max_content[i], columns.min_content[i])
    for i, width in zip(
        indices, distribute(_part(columns, indices), max(min_content, max_content), constrained=fixed), strict=True
    ):
        columns.max_content[i] = max(columns.max_content[i], width)


def _part(columns: Columns, indices: range) -> Columns:
    part = slice(indices.start, indices.stop)
    return Columns(columns.min_content[part], columns.max_content[part], columns.percent[part], columns.fixed[part])


def preferred(columns: Columns, *, percents: bool = True) -> tuple[float, float]:
    """The smallest and the preferred width of all columns together, blown up to fit ``percents`` (section 4.3.2)."""
    min_content, max_content = sum(columns.min_content), sum(columns.max_content)
    if not percents or not any(columns.percent):
        return min_content, max_content
    rest = sum(w for w, p in zip(columns.max_content, columns.percent, strict=True) if p == 0.0)
    shares = [w / (p / 100.0) for w, p in zip(columns.max_content, columns.percent, strict=True) if p > 0.0]
    total = sum(columns.percent)
    if total > 0.0 and rest > 0.0:
        # Columns beside percentages that leave them no room want all the room there is.
        shares.append(rest / (1.0 - total / 100.0) if total < 99.99 else UNBOUNDED)
    return min_content, max([max_content, *shares])


def distribute(columns: Columns, available: float, *, constrained: bool = True) -> list[float]:
    """Share ``available`` px among the columns (CSS Tables 3, section 4.4: four guesses, then the excess). Unless it is
    ``constrained``, columns that px fix do not grow."""
    first = list(columns.min_content)
    if available <= sum(first):
        return first
    count = range(len(first))
    share = [
        max(columns.min_content[i], columns.percent[i] * available / 100.0) if columns.percent[i] > 0.0 else None for i in count
    ]
    last = [columns.max_content[i] if (wanted := share[i]) is None else wanted for i in count]
    if available > (widest := sum(last)):  # each guess is at least as wide as the one before
        return _excess(columns, last, available - widest, constrained=constrained)
    guesses = [
        first,
        [columns.min_content[i] if (wanted := share[i]) is None else wanted for i in count],
        [last[i] if columns.fixed[i] or share[i] is not None else columns.min_content[i] for i in count],
        last,
    ]
    sums = [sum(guess) for guess in guesses]
    for i in range(3):
        if sums[i] <= available <= sums[i + 1]:
            span = sums[i + 1] - sums[i]
            part = (available - sums[i]) / span if span > 0 else 0.0
            return [a + (b - a) * part for a, b in zip(guesses[i], guesses[i + 1], strict=True)]
    return _excess(columns, last, available - sums[3], constrained=constrained)


def _excess(columns: Columns, widths: list[float], excess: float, *, constrained: bool) -> list[float]:
    count = range(len(widths))
    auto = [i for i in count if not columns.fixed[i] and columns.percent[i] == 0.0 and columns.max_content[i] > 0]
    fixed = [i for i in count if columns.fixed[i] and columns.percent[i] == 0.0 and columns.max_content[i] > 0]
    percent = [i for i in count if columns.percent[i] > 0.0]
    if auto:
        chosen, weights = auto, [columns.max_content[i] for i in auto]
    elif fixed and constrained:
        chosen, weights = fixed, [columns.max_content[i] for i in fixed]
    elif percent:
        chosen, weights = percent, [columns.percent[i] for i in percent]
    elif fixed:
        return widths
    else:
        chosen, weights = list(count), [1.0] * len(widths)
    total = sum(weights)
    result = list(widths)
    for i, weight in zip(chosen, weights, strict=True):
        result[i] += excess * weight / total
    return result


def fixed_widths(frame: Frame, grid: Grid, available: float, spacing: float, collapse: bool) -> list[float]:
    """Column widths under ``table-layout: fixed`` (CSS 2.2, section 17.5.2.1): first row and columns decide."""
    widths: list[float | None] = [None] * grid.columns
    relative = [False] * grid.columns
    for index, length in grid.declared.items():
        if index < grid.columns:
            widths[index], relative[index] = length.resolve(available), length.relative
    for cell in grid.first_row:
        declared = _fixed_width(frame, cell, available, collapse)
        if declared is None or cell.element is None:
            continue
        width = frame.style(cell.element).width
        percent = isinstance(width, Length) and width.relative
        if not percent:
            declared = max(0.0, declared - spacing * (cell.span - 1))
        for c in range(cell.column, min(cell.column + cell.span, grid.columns)):
            if widths[c] is None:
                widths[c], relative[c] = declared / cell.span, percent
    return _filled(widths, relative, available)


def _fixed_width(frame: Frame, cell: Cell, available: float, collapse: bool) -> float | None:
    """The outer width in px that a cell of the first row declares; None for ``auto``, and for a sum of a percentage and a
    length, which counts as that."""
    if cell.element is None or frame.style(cell.element).width == AUTO:
        return None
    style = frame.style(cell.element)
    declared = resolve_size(style.width, available)
    percent = isinstance(style.width, Length) and style.width.relative
    if declared is None or (percent and isinstance(style.width, Length) and not _percent(style.width)):
        return None
    own = sum(cell_edges(frame, cell, 0.0, collapse))  # percentages of padding are not known yet
    if style.box_sizing != "border-box":
        return declared if percent and cell.span > 1 else declared + own
    return declared if percent else max(declared, own)


def _filled(widths: list[float | None], relative: list[bool], available: float) -> list[float]:
    """The widths of a fixed table's columns, of which some are declared, and some of these as percentages."""
    if relative == [True]:
        return [available]
    unset = [i for i, w in enumerate(widths) if w is None]
    used = sum(w for w in widths if w is not None)
    if unset:
        rest = max(0.0, available - used) / len(unset)
        return [rest if w is None else w for w in widths]
    sized = [w for w in widths if w is not None]
    lengths = sum(w for w, percent in zip(sized, relative, strict=True) if not percent)
    if not 0 < used < available:
        return sized
    if lengths > 0:  # percentages are what they are as long as another column can grow
        factor = 1.0 + (available - used) / lengths
        return [w if percent else w * factor for w, percent in zip(sized, relative, strict=True)]
    return [w * available / used for w in sized]


def edges(style: ComputedStyle, base: float) -> float:
    """Padding and border of a table or caption in px, whose borders do not collapse."""
    return style.padding_left.resolve(base) + style.padding_right.resolve(base) + style.border_left + style.border_right


def caption_width(style: ComputedStyle, content: float) -> float:
    """The border-box width in px that a caption needs at least, whose content is ``content`` px wide at least."""
    own, declared = edges(style, 0.0), resolve_size(style.width, None) or 0.0
    return max(content + own, declared if style.box_sizing == "border-box" else declared + own)
