"""Which columns grid items are in (Grid 2, section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from franking.css.grids import AUTO_LINE, Areas, Line, Names

_MOST_CELLS = 50_000


@dataclass(slots=True)
class Axis:
    """The lines of one axis of the explicit grid: how many tracks it has, and where named lines are (0-based)."""

    count: int
    lines: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Names, areas: Areas, *, columns: bool) -> Axis:
        """The axis of a template and of the areas (section 7.3.2: implicitly named lines)."""
        axis = cls(max(len(names) - 1, areas.columns if columns else areas.rows))
        for at, here in enumerate(names):
            for name in here:
                axis._name(name, at)
        for name, top, bottom, left, right in areas.areas:
            axis._name(f"{name}-start", left if columns else top)
            axis._name(f"{name}-end", right if columns else bottom)
        for found in axis.lines.values():
            found.sort()
        return axis

    def _name(self, name: str, at: int) -> None:
        known = self.lines.setdefault(name, [])
        if at not in known:
            known.append(at)

    def line(self, line: Line, side: str) -> int:
        """The 0-based index of a line that is no span (section 8.3)."""
        if line.name and not line.number:
            area = self.lines.get(f"{line.name}-{side}")
            if area:
                return area[0]
        number = line.number or 1
        if not line.name:
            return number - 1 if number > 0 else self.count + number + 1
        known = self.lines.get(line.name, [])
        if number > 0:
            return known[number - 1] if number <= len(known) else self.count + number - len(known)
        return known[number] if -number <= len(known) else number + len(known)

    def spanned(self, span: Line, line: int, *, forward: bool) -> int:
        """The other line of a span that begins or ends at a line."""
        number = span.number or 1
        if not span.name:
            return line + number if forward else line - number
        known = self.lines.get(span.name, [])
        if forward:
            after = [at for at in known if at > line]
            return after[number - 1] if number <= len(after) else max(self.count, line) + number - len(after)
        before = [at for at in reversed(known) if at < line]
        return before[number - 1] if number <= len(before) else min(0, line) - (number - len(before))

    def resolve(self, start: Line, end: Line) -> tuple[int | None, int]:
        """The first line, None if the item is placed automatically, and the span (section 8.3.1)."""
        if start.span and end.span:
            end = AUTO_LINE
        first, last = _is_definite(start), _is_definite(end)
        if first and last:
            one, other = self.line(start, "start"), self.line(end, "end")
            return (min(one, other), abs(other - one)) if one != other else (one, 1)
        if first:
            one = self.line(start, "start")
            return one, (self.spanned(end, one, forward=True) - one if end.span else 1)
        if last:
            other = self.line(end, "end")
            one = self.spanned(start, other, forward=False) if start.span else other - 1
            return one, other - one
        span = start if start.span else end
        return None, 1 if span.name or not span.span else span.number or 1


def _is_definite(line: Line) -> bool:
    return not line.span and line != AUTO_LINE


@dataclass(slots=True)
class Area:
    """The tracks that an item spans: first line (None until it is placed) and span, of columns and of rows."""

    column: int | None
    columns: int
    row: int | None
    rows: int


class _Occupied:
    """The cells that are taken."""

    def __init__(self) -> None:
        self.cells: set[tuple[int, int]] = set()

    def free(self, minor: int, minors: int, major: int, majors: int) -> bool:
        return not any((y, x) in self.cells for y in range(major, major + majors) for x in range(minor, minor + minors))

    def take(self, minor: int, minors: int, major: int, majors: int) -> None:
        self.cells.update((y, x) for y in range(major, major + majors) for x in range(minor, minor + minors))


def place(areas: Sequence[Area], columns: int, rows: int, flow: str) -> bool:
    """Give every area its lines (section 8.5); False if the grid is too large to say. ``columns`` and ``rows`` are how
    many the explicit grid has."""
    if sum(a.columns * a.rows for a in areas) > _MOST_CELLS:
        return False
    dense = flow.endswith("dense")
    if flow.startswith("column"):
        turned = [Area(a.row, a.rows, a.column, a.columns) for a in areas]
        _fill(turned, rows, dense=dense)
        for area, found in zip(areas, turned, strict=True):
            area.column, area.row = found.row, found.column
    else:
        _fill(areas, columns, dense=dense)
    return True


def _fill(areas: Sequence[Area], explicit: int, *, dense: bool) -> None:
    """The algorithm for the flow of rows; for that of columns both axes are exchanged."""
    taken = _Occupied()
    # 1. Items with a place of their own.
    for area in areas:
        if area.column is not None and area.row is not None:
            taken.take(area.column, area.columns, area.row, area.rows)
    # 2. Items locked to a row.
    low = min([0, *(a.column for a in areas if a.column is not None)])
    _fill_rows(areas, taken, low, dense=dense)
    # 3. How many columns the implicit grid has.
    high = max([explicit, *(a.column + a.columns for a in areas if a.column is not None)])
    high = max([high, *(low + a.columns for a in areas if a.column is None)])
    # 4. All others.
    first = min([0, *(a.row for a in areas if a.row is not None)])
    cursor = _Cursor(taken, low, high, first)
    reached: dict[tuple[int | None, int, int], tuple[int, int]] = {}
    for area in areas:
        if area.row is not None:
            continue
        key = (area.column, area.columns, area.rows)
        if dense:  # cells are never freed again: the search continues where the last of its kind was placed
            cursor.row, cursor.column = reached.get(key, (first, low))
        if area.column is None:
            cursor.to_room(area)
        else:
            cursor.to_column(area, area.column, dense=dense)
        area.row, area.column = reached[key] = cursor.row, cursor.column
        taken.take(cursor.column, area.columns, cursor.row, area.rows)


def _fill_rows(areas: Sequence[Area], taken: _Occupied, low: int, *, dense: bool) -> None:
    """Give the items that are locked to a row the first columns with room there; unless ``dense``, behind each other."""
    behind: dict[int, int] = {}
    for area in areas:
        if area.row is not None and area.column is None:
            at = low if dense else behind.get(area.row, low)
            while not taken.free(at, area.columns, area.row, area.rows):
                at += 1
            area.column = at
            behind[area.row] = at + area.columns
            taken.take(at, area.columns, area.row, area.rows)


class _Cursor:
    """The auto-placement cursor, in columns from ``low`` to below ``high``."""

    def __init__(self, taken: _Occupied, low: int, high: int, row: int) -> None:
        self._taken = taken
        self._low = low
        self._high = high
        self.row = row
        self.column = low

    def to_column(self, area: Area, column: int, *, dense: bool) -> None:
        """Go to the next row with room for an item of a definite column."""
        if not dense and column < self.column:
            self.row += 1
        self.column = column
        while not self._taken.free(column, area.columns, self.row, area.rows):
            self.row += 1

    def to_room(self, area: Area) -> None:
        """Go to the next place with room for an item, row by row."""
        while True:
            if self.column + area.columns > self._high:
                self.row, self.column = self.row + 1, self._low
            if self._taken.free(self.column, area.columns, self.row, area.rows):
                return
            self.column += 1
