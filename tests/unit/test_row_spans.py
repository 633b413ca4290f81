"""Cells with ``rowspan``: where a row's cells begin is what the table model of HTML says, cell by cell (HTML, 4.9.12)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from franking.layout.spans import RowSpans

CELLS = st.tuples(st.integers(1, 5), st.integers(1, 6))  # colspan, rowspan
TABLES = st.lists(st.lists(CELLS, max_size=5), max_size=14)


@given(TABLES)
def test_cells_stand_where_no_cell_above_does(table: list[list[tuple[int, int]]]) -> None:
    spans = RowSpans()
    taken: set[tuple[int, int]] = set()  # slots: row, column
    for row, cells in enumerate(table):
        column = slot = 0
        made = []
        for width, height in cells:
            while (row, slot) in taken:
                slot += 1
            column = spans.free(column)
            assert column == slot
            made.append((column, width, height))
            column += width
            slot += width
        for left, width, height in made:
            taken |= {(row + y, left + x) for x in range(width) for y in range(1, height)}
            if height > 1:
                spans.cover(left, width, height - 1)
        spans.next_row()


def test_a_staircase_is_placed_step_by_step() -> None:
    spans = RowSpans()
    for row in range(50_000):
        assert spans.free(0) == row
        spans.cover(row, 1, 60_000)
        spans.next_row()
