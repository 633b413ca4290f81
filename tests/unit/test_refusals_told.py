"""``plan`` and ``send`` name each refusal by its slug, count every order once, and quote nobody's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from tests.brand import own_themes

HEADER = (
    "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\tquantity-purchased\tquantity-to-ship\t"
    "item-price\tsales-channel\tis-buyer-requested-cancellation"
)
CLOCK = "2026-11-24T12:00:00+00:00"


def row(
    order: int, item: int = 1, email: str = "q7x2m9@marketplace.amazon.de", buyer: str = "Wilhelmina Q", title: str = "Lamp",
    wish: str = "", channel: str = "Amazon.de",
) -> str:  # fmt: skip
    cells = (
        f"302-1234567-{order:07}", str(item), "2026-11-20T08:15:42+00:00", email, buyer, "S1", title, "1", "1", "9.90", channel, wish,
    )  # fmt: skip
    return "\t".join(cells)


ROWS = [
    row(1), row(1),  # the same item twice
    row(2, wish="true"),
    row(3, wish="perhaps"),
    row(4, buyer="M\ufffdller"),
    row(5, title="R&amp;D"),
    row(6), row(6, title="Table"),  # the same item with another title
    row(7), row(7, 2, email="k4j6h8@marketplace.amazon.de"),
    row(8, email="wilhelmina@example.com"),
    row(9, email="wilhelmina@example.com", channel=""),
    row(10, email="blacklisted-q7x2m9@marketplace.amazon.de"),
    row(11, buyer="MÃ¼ller"),
]  # fmt: skip
REFUSED = {"cancel-requested": 2, "garbled": 2, "broken-row": 1, "recipient": 4}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", "utf-8")
    return path


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--themes", own_themes(), "--format", "json"])
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def test_plan(report: Path, tmp_path: Path) -> None:
    told = run("plan", str(report), "--kind", "order_confirmation", "--as-of", CLOCK, "--outbox", f"sqlite:///{tmp_path}/x.db")
    assert told["refused"] == REFUSED
    assert told["permitted"] == ["302-1234567-0000001", "302-1234567-0000011"]
    assert told["orders"] == 11
    lines = {refusal["order"][-2:]: refusal["line"] for refusal in told["refusals"]}
    assert lines == {"02": 4, "03": 5, "04": 6, "05": 7, "06": 8, "07": 10, "08": 12, "09": 13, "10": 14}
    said = json.dumps(told, ensure_ascii=False).lower()
    assert not any(word in said for word in ("wilhelmina", "example.com", "q7x2m9", "k4j6h8", "table", "\ufffd"))


def test_send(report: Path, tmp_path: Path) -> None:
    told = run(
        "send", str(report), "--kind", "order_confirmation", "--as-of", CLOCK, "--sender", "Shop <shop@shop.example>",
        "--transport", f"dir:{tmp_path / 'out'}", "--outbox", f"sqlite:///{tmp_path}/x.db",
    )  # fmt: skip
    assert told["refused"] == REFUSED
    states = sum(told[state] for state in ("queued", "sent", "deferred", "failed", "ambiguous"))
    assert (told["orders"], states, told["rejected"]) == (11, 2, 0)
    assert sum(told["refused"].values()) + told["rejected"] + states == told["orders"]
    letters = [path.read_bytes() for path in (tmp_path / "out").rglob("*.eml")]
    assert len(letters) == 2
    assert any(b"M=C3=BCller" in letter for letter in letters)


def test_a_get_orders_answer_with_the_items_of_others(tmp_path: Path) -> None:
    orders = [
        {"AmazonOrderId": f"302-1234567-000000{n}", "PurchaseDate": "2026-11-20T08:15:42Z", "OrderStatus": "Unshipped",
         "MarketplaceId": "A1PA6795UKMFR9", "BuyerInfo": {"BuyerEmail": "q7@marketplace.amazon.de"}} for n in range(1, 5)
    ]  # fmt: skip
    item = {"OrderItemId": "1", "Title": "Lampe", "QuantityOrdered": 1, "ItemPrice": {"CurrencyCode": "EUR", "Amount": "9.90"}}
    wish = {**item, "BuyerRequestedCancel": {"IsBuyerRequestedCancel": "true"}}
    answers = [
        {"payload": {"AmazonOrderId": "302-1234567-0000001", "OrderItems": [item]}},
        {"payload": {"AmazonOrderId": "302-1234567-0000002", "OrderItems": [wish]}},
        {"payload": {"AmazonOrderId": "302-1234567-0000003", "OrderItems": [item], "NextToken": "x"}},
    ]
    (tmp_path / "orders.json").write_text(json.dumps({"payload": {"Orders": orders}}), "utf-8")
    for number, answer in enumerate(answers):
        (tmp_path / f"{number}.json").write_text(json.dumps(answer), "utf-8")
    files = [option for number in range(3) for option in ("--items", str(tmp_path / f"{number}.json"))]
    base = ["plan", str(tmp_path / "orders.json"), "--kind", "order_confirmation", "--as-of", CLOCK,
            "--outbox", f"sqlite:///{tmp_path}/x.db"]  # fmt: skip
    joined = run(*base, *files)
    assert joined["permitted"] == ["302-1234567-0000001"]
    assert joined["refused"] == {"cancel-requested": 1, "broken-row": 1, "order-state": 1}
    told = {refusal["rule"]: refusal for refusal in joined["refusals"]}
    assert "--items" in told["order-state"]["hint"]
    assert "more items than the answers" in told["broken-row"]["message"]
    assert run(*base)["refused"] == {"order-state": 4}
