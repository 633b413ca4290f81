"""The columns that cells with ``rowspan`` cover in later rows (HTML, section 4.9.12, "forming a table").

A table may have as many covered columns as rows, so that no row looks at all of them: the free columns are kept as
intervals, the covered ones as runs that end at one row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import heappop, heappush


class RowSpans:
    """What is covered at the present row; rows come in order."""

    def __init__(self) -> None:
        self._row = 0
        # Runs of covered columns, in order: the first column, the column behind the last, the first row that is free again.
        self._starts: list[int] = []
        self._stops: list[int] = []
        self._until: list[int] = []
        self._ends: list[tuple[int, int]] = []  # a heap: when a run ends, and its first column
        # Free columns between and behind the runs: where each interval begins, and where it ends (the last one never).
        self._free: list[int] = [0]
        self._free_stops: list[int | None] = [None]

    def free(self, column: int) -> int:
        """The first column from ``column`` on that no cell above covers."""
        if not self._starts:
            return column
        at = bisect_right(self._free, column) - 1
        if at >= 0:
            stop = self._free_stops[at]
            if stop is None or column < stop:
                return column
        return self._free[at + 1]

    def cover(self, column: int, span: int, rows: int) -> None:
        """A cell of the present row covers the ``rows`` after it."""
        until, stop = self._row + 1 + rows, column + span
        first = bisect_right(self._stops, column)
        last = bisect_left(self._starts, stop)
        made: list[tuple[int, int, int]] = []
        cursor = column
        for start, end, known in zip(self._starts[first:last], self._stops[first:last], self._until[first:last], strict=True):
            if start < column:
                made.append((start, column, known))
            if cursor < start:
                made.append((cursor, start, until))
            made.append((max(start, column), min(end, stop), max(known, until)))
            if end > stop:
                made.append((stop, end, known))
            cursor = end
        if cursor < stop:
            made.append((cursor, stop, until))
        self._starts[first:last] = [start for start, _, _ in made]
        self._stops[first:last] = [end for _, end, _ in made]
        self._until[first:last] = [known for _, _, known in made]
        for start, _, known in made:
            heappush(self._ends, (known, start))
        self._take(column, stop)

    def next_row(self) -> None:
        """Go on to the next row."""
        self._row += 1
        while self._ends and self._ends[0][0] <= self._row:
            until, start = heappop(self._ends)
            at = bisect_left(self._starts, start)
            if at < len(self._starts) and self._starts[at] == start and self._until[at] == until:
                self._give(start, self._stops[at])
                del self._starts[at], self._stops[at], self._until[at]

    def _take(self, start: int, stop: int) -> None:
        """No column of an interval is free."""
        first = max(0, bisect_right(self._free, start) - 1)
        last = bisect_left(self._free, stop)
        left: list[tuple[int, int | None]] = []
        for begin, end in zip(self._free[first:last], self._free_stops[first:last], strict=True):
            if end is not None and end <= start:
                left.append((begin, end))
                continue
            if begin < start:
                left.append((begin, start))
            if end is None or end > stop:
                left.append((max(begin, stop), end))
        self._free[first:last] = [begin for begin, _ in left]
        self._free_stops[first:last] = [end for _, end in left]

    def _give(self, start: int, stop: int) -> None:
        """All columns of an interval are free."""
        at = bisect_left(self._free, start)
        end: int | None = stop
        first = last = at
        if at > 0 and self._free_stops[at - 1] == start:
            first, start = at - 1, self._free[at - 1]
        if at < len(self._free) and self._free[at] == stop:
            end, last = self._free_stops[at], at + 1
        self._free[first:last] = [start]
        self._free_stops[first:last] = [end]
