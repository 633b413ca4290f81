"""``--only`` and ``--not``: which orders are meant, told by examples, and what cannot be told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from franking.cli.main import app
from franking.errors import InputError
from franking.model import Order, OrderItem
from franking.policy import marketplace
from franking.selection import OrderFacts, Selection
from tests.brand import own_themes

ROOT = Path(__file__).parents[2]
DE, US = marketplace("Amazon.de"), marketplace("Amazon.com")
assert DE is not None
assert US is not None
PLAIN = Order("302-1234567-1234567", DE, datetime(2026, 11, 20, tzinfo=UTC), ())
YES, NO, UNKNOWN = "", "not-selected", "selection-unknown"


def order(items: str, **facts: object) -> Order:
    """Items as ``SKU/ASIN``."""
    pairs = (item.partition("/") for item in items.split())
    made = tuple(OrderItem(sku, "Lamp", 1, None, asin) for sku, _, asin in pairs)
    return replace(PLAIN, items=made, **facts)  # type: ignore[arg-type]


def judged(only: str, without: str, one: Order, facts: OrderFacts | None = None) -> str:
    refusal = Selection.parse(only.split(), without.split()).judge(one, facts or OrderFacts())
    return refusal.rule if refusal is not None else ""


ONE, MIXED, BARE = "ABC-1/B0A", "ABC-1/B0A XYZ-9/B0Z", "ABC-1/B0A XYZ-9/"


@pytest.mark.parametrize(
    ("only", "without", "items", "expected"),
    [
        ("", "", "", YES),
        ("sku=ABC-1", "", ONE, YES), ("sku=ABC*", "", ONE, YES), ("sku=ABC-?", "", ONE, YES), ("sku=ABC", "", ONE, NO), ("sku=abc*", "", ONE, NO),
        ("sku=A[B]C*", "", ONE, NO), ("sku=A.C*", "", ONE, NO), ("sku=A[B]C*", "", "A[B]C-2/", YES),
        # An order with several items: any of them, for --only as for --not; every-… asks all of them.
        ("sku=ABC*", "", MIXED, YES), ("every-sku=ABC*", "", MIXED, NO), ("every-sku=*", "", MIXED, YES),
        ("", "sku=XYZ*", MIXED, NO), ("", "every-sku=XYZ*", MIXED, YES), ("", "every-sku=*", MIXED, NO),
        # The same key again: or. Another key: and.
        ("sku=NO sku=ABC*", "", ONE, YES), ("sku=ABC* marketplace=Amazon.de", "", ONE, YES), ("sku=ABC* marketplace=Amazon.com", "", ONE, NO),
        ("sku=ABC*", "sku=XYZ*", MIXED, NO), ("", "sku=NO sku=ABC-1", ONE, NO),
        # Not known: no guess, unless another item decides it.
        ("asin=b0a", "", ONE, YES), ("asin=B0A", "", BARE, YES), ("asin=B0Z", "", BARE, UNKNOWN), ("every-asin=B0A", "", BARE, UNKNOWN),
        ("every-asin=B0Q", "", BARE, NO), ("", "asin=B0A", BARE, NO), ("", "asin=B0Z", BARE, UNKNOWN), ("sku=*", "", "", UNKNOWN),
        ("asin=B0Z marketplace=Amazon.com", "", BARE, NO),  # out for certain, whatever the ASIN is
        ("marketplace=amazon.*", "", ONE, YES), ("marketplace=A1PA6795UKMFR9", "", ONE, YES), ("", "marketplace=Amazon.de", ONE, NO),
    ],
)  # fmt: skip
def test_items_and_marketplaces(only: str, without: str, items: str, expected: str) -> None:
    assert judged(only, without, order(items)) == expected


@pytest.mark.parametrize(
    ("fulfilment", "only", "expected"),
    [("AFN", "channel=AFN", YES), ("AFN", "channel=mfn", NO), ("MFN", "channel=MFN", YES), ("", "channel=MFN", UNKNOWN)],
)
def test_channels(fulfilment: str, only: str, expected: str) -> None:
    assert judged(only, "", order(ONE, fulfilment=fulfilment)) == expected
    turned = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[expected]
    assert judged("", only, order(ONE, fulfilment=fulfilment)) == turned


@pytest.mark.parametrize(("again", "repeat", "first"), [(True, YES, NO), (False, NO, YES), (None, UNKNOWN, UNKNOWN)])
def test_buyers(again: bool | None, repeat: str, first: str) -> None:
    facts = OrderFacts(buys_again=lambda _order: again)
    assert judged("buyer=repeat", "", order(ONE), facts) == repeat
    assert judged("buyer=first", "", order(ONE), facts) == first


def test_messages_that_were_sent() -> None:
    facts = OrderFacts(sent=lambda order_id, kind: (order_id, kind) == (PLAIN.id, "reply"))
    assert judged("", "sent=reply", order(ONE), facts) == NO
    assert judged("sent=reply", "", order(ONE), facts) == YES
    assert judged("", "sent=invoice", order(ONE), facts) == YES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sku", "expected KEY=PATTERN"), ("colour=red", "unknown key 'colour'; expected one of: sku, every-sku, asin"), ("sku=", "an empty pattern"),
        ("=ABC", "unknown key ''"), ("sku= ", "an empty pattern"), ("channel=FBA", "expected AFN"), ("channel=*", "expected AFN"),
        ("buyer=loyal", "expected repeat"), ("marketplace=Amazon.xx", "no marketplace is called so"), ("sent=a b", "expected a kind"),
        ("SKU=ABC", "unknown key 'SKU'"), ("", "expected KEY=PATTERN"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--only", "--not"])
def test_what_is_no_condition(option: str, text: str, told: str) -> None:
    with pytest.raises(InputError, match=f"^{option} .*{told}"):
        Selection.parse([text] if option == "--only" else [], [text] if option == "--not" else [])


COLUMNS = ("amazon-order-id\tpurchase-date\torder-status\tsku\tproduct-name\tquantity\tbuyer-email\tasin\tfulfillment-channel\t"
           "ship-country\tship-state")  # fmt: skip


def report(folder: Path, *rows: str, columns: str = COLUMNS) -> Path:
    """All orders with more columns; a row names order, SKU, buyer, ASIN, channel, country and state."""
    day = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    lines = [columns]
    for row in rows:
        number, sku, buyer, *more = row.split(" ")
        lines.append(
            "\t".join(
                [
                    f"302-0000000-{int(number):07}",
                    day,
                    "Unshipped",
                    sku,
                    "Oak lamp",
                    "1",
                    f"{buyer}@marketplace.amazon.de",
                    *more,
                ]
            )
        )
    path = folder / "report.txt"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def run(command: str, path: Path, *options: str) -> Result:
    arguments = [command, str(path), "--kind", "order_confirmation", "--marketplace", "Amazon.de", "--themes", own_themes(),
                 "--outbox", f"sqlite:///{path.parent / 'l.db'}", *options]  # fmt: skip
    return CliRunner().invoke(app, arguments)


def planned(path: Path, *options: str) -> dict[str, object]:
    result = run("plan", path, "--format", "json", *options)
    assert result.exit_code == 0, result.exception
    said: dict[str, object] = json.loads(result.stdout)
    return said


def permitted(path: Path, *options: str) -> list[int]:
    said = planned(path, *options)["permitted"]
    assert isinstance(said, list)
    return [int(order_id[-7:]) for order_id in said]


def test_plan_explains_each_order_by_slug(tmp_path: Path) -> None:
    path = report(
        tmp_path, "1 ABC-1 ann B0A AFN DE -", "2 XYZ-1 ben B0B MFN DE -", "3 ABC-2 ann  MFN DE -", "4 ABC-3 cem B0A ? DE -"
    )
    said = planned(path, "--only", "asin=B0A", "--not", "channel=AFN", "--only", "sku=NOPE", "--only", "sku=ABC*")
    assert said["refused"] == {"not-selected": 2, "selection-unknown": 2}
    rules = {str(r["order"])[-1]: r["rule"] for r in said["refusals"]}  # type: ignore[attr-defined]
    assert rules == {"1": NO, "2": NO, "3": UNKNOWN, "4": UNKNOWN}
    assert said["selection"] == {
        "only": ["asin=B0A", "sku=NOPE", "sku=ABC*"],
        "not": ["channel=AFN"],
        "unmatched": ["--only sku=NOPE"],
    }
    text = run("plan", path, "--only", "sku=NOPE", "--only", "sku=ABC*").stdout
    assert [line for line in text.splitlines() if "matches no order" in line] == ["--only sku=NOPE: matches no order"]


def test_repeat_buyers_of_the_report_and_of_the_outbox(tmp_path: Path) -> None:
    first = report(tmp_path, "1 A ann", "2 B ben", "3 C ANN")
    assert permitted(first, "--only", "buyer=repeat") == [1, 3]
    assert permitted(first, "--not", "buyer=repeat") == [2]
    sent = run(
        "send", first, "--sender", "shop@fjord.example", "--transport", f"dir:{tmp_path / 'out'}", "--only", "buyer=first"
    )
    assert sent.exit_code == 0, sent.exception
    second = report(tmp_path, "4 D ben", "5 E cem", "2 B ben")
    assert permitted(second, "--only", "buyer=repeat") == [4]  # ben's other order is known; that one has been written to
    assert permitted(report(tmp_path, "6 F ben"), "--only", "buyer=repeat") == [6]  # from the outbox alone


def test_an_order_of_many_rows_buys_once(tmp_path: Path) -> None:
    assert permitted(report(tmp_path, "1 A ann", "1 B ann"), "--only", "buyer=repeat") == []


@pytest.mark.parametrize(
    ("options", "column"),
    [
        (["--only", "asin=B0A"], "asin"), (["--not", "channel=AFN"], "fulfillment-channel"), (["--after", "dispatch+1d"], "shipment-date"),
        (["--after", "delivery+1d"], "estimated-arrival-date"), (["--after", "latest-delivery+1d"], "scheduled-delivery-end-date"),
        (["--between", "09:00-18:00"], "ship-country"), (["--days", "mon-fri"], "ship-country"), (["--only", "buyer=repeat"], "buyer-email"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["plan", "send"])
def test_a_report_without_the_column_ends_in_one_line(tmp_path: Path, command: str, options: list[str], column: str) -> None:
    lacking = "amazon-order-id\tpurchase-date\torder-status\tsku\tproduct-name\tquantity"
    path = report(tmp_path, "1 A ann", columns=lacking + ("\tbuyer-email" if column != "buyer-email" else "\tnote"))
    more = ["--sender", "shop@fjord.example", "--transport", f"dir:{tmp_path / 'out'}"] if command == "send" else []
    result = run(command, path, *options, *more)
    assert isinstance(result.exception, InputError)
    assert f"has no column {column}" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_report_of_what_amazon_ships_needs_no_channel() -> None:
    fba = ROOT / "docs/examples/amazon.de-fba-shipments.txt"
    result = CliRunner().invoke(app, ["plan", str(fba), "--kind", "review_request", "--as-of", "2026-11-24T12:00Z", "--not", "channel=AFN",
                                      "--outbox", "sqlite:////nowhere/l.db", "--format", "json", "--themes", own_themes()])  # fmt: skip
    assert json.loads(result.stdout)["refused"] == {"not-selected": 5}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--at", "2099-01-01T09:00Z", "--after", "purchase+1d"], "name one of them"), (["--now", "--between", "09:00-10:00"], "name one of them"),
        (["--after", "order+1d"], "expected for example delivery"), (["--after", "delivery+7"], "expected for example"),
        (["--after", "delivery-7d"], "expected for example"), (["--reschedule"], "--reschedule needs --at"),
    ],
)  # fmt: skip
def test_times_that_contradict_each_other(tmp_path: Path, options: list[str], told: str) -> None:
    result = run("send", report(tmp_path, "1 A ann"), "--sender", "shop@fjord.example", "--transport", "dir:x", *options)
    assert told in str(result.exception)
