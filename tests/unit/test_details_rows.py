"""Tables of details and folders of files that can be read in two ways: refused, for a buyer would get wrong words or papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from franking.errors import FrankingError, InputError
from franking.model import Order, Variable
from franking.orders.details import open_details
from tests.unit.test_shapes import samples

WANTED = [Variable("answer", "", given=True), Variable("note", "", given=True, optional=True)]
ORDER = "302-1234567-1234567"


def the_order() -> Order:
    return samples("reply", "de")[0]


@pytest.mark.parametrize(("table", "words"), [
    (f"order-id,answer\n{ORDER},Yes, it does\n", ":2: 3 cells in the row, 2 columns"),  # "Yes" alone is another answer
    (f"order-id;answer\n{ORDER};Yes; it does; too\n", ":2: 4 cells in the row, 2 columns"),
    (f"order-id\tanswer\n\n{ORDER}\tYes\tno\n", ":3: 3 cells in the row, 2 columns"),
    (f'order-id,answer\n"{ORDER}","Yes",it does\n', ":2: 3 cells in the row, 2 columns"),
    (f"order-id,answer,answer\n{ORDER},Yes,No\n", ":1: column 'answer' occurs twice"),
    (f"order-id,answer,note,order-id\n{ORDER},Yes,x,{ORDER}\n", ":1: column 'order-id' occurs twice"),
])  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(tmp_path: Path, table: str, words: str) -> None:
    (tmp_path / "t.csv").write_text(table, "utf-8")
    with pytest.raises(FrankingError) as told:
        open_details(tmp_path / "t.csv", None, WANTED)
    assert words in str(told.value)
    assert "Yes" not in str(told.value)


@pytest.mark.parametrize("table", [
    f'order-id,answer\n{ORDER},"Yes, it does"\n', f'order-id,answer\n{ORDER},"Yes, it does",,\n',
    f'order-id,answer,,\n{ORDER},"Yes, it does",,\n', f"order-id;answer\n{ORDER};Yes, it does\n",
])  # fmt: skip
def test_quoted_cells_and_empty_ones_at_the_end_are_read(tmp_path: Path, table: str) -> None:
    (tmp_path / "t.csv").write_text(table.replace(ORDER, the_order().id), "utf-8")
    assert open_details(tmp_path / "t.csv", None, WANTED).add(the_order()).details == {"answer": "Yes, it does"}


@pytest.mark.parametrize(("name", "words"), [
    ("{}8.pdf", "expected an order ID, without another digit after it"),
    ("{}0-invoice.pdf", "expected an order ID, without another digit after it"),
    ("{}\u202efdp.pdf", "expected a name of characters that are shown"),
    ("{}\u200b.pdf", "expected a name of characters that are shown"),
    ("{}\x1b[31m.pdf", "expected a name of characters that are shown"),
])  # fmt: skip
def test_names_that_can_be_read_in_two_ways_are_refused(tmp_path: Path, name: str, words: str) -> None:
    order = the_order()
    (tmp_path / name.format(order.id)).write_bytes(b"%PDF-1.4")
    with pytest.raises(InputError) as told:
        open_details(None, tmp_path, WANTED).add(order)
    assert words in str(told.value)
    assert str(told.value).isprintable()


def test_names_that_begin_with_the_order_are_its_files(tmp_path: Path) -> None:
    order = the_order()
    for name in (f"{order.id}.pdf", f"{order.id}-invoice.pdf", f"{order.id}_8.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.4")
    assert len(open_details(None, tmp_path, WANTED).add(order).files) == 3
