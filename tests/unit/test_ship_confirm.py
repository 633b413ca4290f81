"""``franking ship-confirm``: files of parcels as sellers have them, what is refused of them, and what the sandbox server gets; the
messages that wait for a feed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from franking.batch.ship_confirm import Question, read_dispatches
from franking.cli.main import app
from franking.errors import InputError
from franking.sandbox import Fault, SandboxServer, Script, serve
from tests.unit.fetching import order
from tests.unit.test_catalog_and_render import ROOT

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ONE, TWO = "112-4471093-1120345", "114-8830217-5528106"
ITEM, SECOND, THIRD = "61200450098821", "61200450098822", "61200450098824"
REPORT = ROOT / "docs/examples/amazon.com-unshipped.txt"
HEAD = "order-id,order-item-id,quantity,carrier-code,carrier-name,tracking-number,ship-date,ship-method"
GOOD = f"{ONE},{ITEM},1,DHL,,T100,2026-11-27T10:00:00+01:00,Express"


def read(folder: Path, text: str | bytes, name: str = "p.csv", **more: Any) -> Any:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_dispatches(Question(file, marketplace=more.pop("marketplace", "Amazon.com"), **more), None, NOW)


FORMS: dict[str, str | bytes] = {
    "comma": f"{HEAD}\n{GOOD}\n",
    "semicolon, quoted": f"{HEAD}\n{GOOD}\n".replace(",", ";").replace("Express", '"Express"'),
    "tab": f"{HEAD}\n{GOOD}\n".replace(",", "\t"),
    "CRLF and a mark": f"\ufeff{HEAD}\r\n{GOOD}\r\n",
    "other names and order": f"Tracking Number,Date,Carrier,Order,Item,Qty,Method\nT100,2026-11-27T09:00:00Z,dhl,{ONE},{ITEM},1,Express\n",
    "UTF-16": f"{HEAD}\n{GOOD}\n".replace(",", "\t").encode("utf-16"),
    "JSON": json.dumps([{"order": ONE, "items": [{"item": ITEM, "quantity": 1}], "carrier": "DHL", "tracking": "T100",
                         "date": "2026-11-27T04:00:00-05:00", "method": "Express"}], indent=1),
    "JSON, one item, a table": json.dumps({"shipments": [{"order-id": ONE, "order-item-id": int(ITEM), "quantity": "1", "carrier-code": "DHL",
                                                          "tracking-number": "T100", "ship-date": "2026-11-27T10:00:00+01:00", "ship-method": "Express"}]}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_files_of_any_form(tmp_path: Path, form: str) -> None:
    found = read(tmp_path, FORMS[form])
    (parcel,) = found.parcels
    shipment = parcel.shipment
    assert (shipment.order_id, shipment.items, shipment.carrier_code) == (ONE, ((ITEM, 1),), "DHL")
    assert (shipment.tracking_number, shipment.method) == ("T100", "Express")
    assert shipment.at == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert (found.by, found.warnings) == ("call", [])


DAMAGED: list[tuple[str | bytes, str]] = [
    ("", ":1: the file is empty"), (f"{HEAD}\n", ":1:"), (HEAD, ":1:"), ("a,b,c\n1,2,3\n", ":1: the column order-id is missing"),
    (HEAD.replace("tracking-number", "x") + f"\n{GOOD}\n", ":1: the column tracking-number is missing"),
    (HEAD + f",tracking\n{GOOD},T1\n", ":1: the columns tracking-number and tracking mean the same"),
    (f"{HEAD}\n{GOOD},more\n", ":2:"), (f"{HEAD}\n{ONE},{ITEM},1\n", ":2:"),
    (f"{HEAD}\n{GOOD}\n{GOOD.replace(ONE, '112-447')}\n", ":3: order-id: is no order ID"),
    (f"{HEAD}\n{GOOD.replace('T100', '')}\n", ":2: tracking-number: is empty"),
    (f"{HEAD}\n{GOOD.replace('T100', '3.4043E+13')}\n", ":2: tracking-number: is a spreadsheet's short form"),
    (f"{HEAD}\n{GOOD.replace(ITEM, '6.12E+13')}\n", ":2: order-item-id: is a spreadsheet's short form"),
    (f"{HEAD}\n{GOOD.replace(ITEM, 'abc')}\n", ":2: order-item-id: is no item number"),
    (f"{HEAD}\n{GOOD.replace(',1,', ',0,')}\n", ":2: quantity: found 0"),
    (f"{HEAD}\n{GOOD.replace(',1,', ',1.5,')}\n", ":2: quantity: is no quantity"),
    (f"{HEAD}\n{GOOD.replace(',1,', ',-1,')}\n", ":2: quantity:"), (f"{HEAD}\n{GOOD.replace(',1,', ',,')}\n", ":2: quantity: is empty"),
    (f"{HEAD}\n{GOOD.replace('DHL', 'Pigeon Post')}\n", ":2: carrier-code: is none of the marketplace's codes"),
    (f"{HEAD}\n{GOOD.replace('DHL', 'Other')}\n", ":2: carrier-code: is none of the marketplace's codes"),
    (f"{HEAD}\n{GOOD.replace('T100', 'T' * 51)}\n", ":2: tracking-number: found 51 characters"),
    (f"{HEAD}\n{GOOD.replace('2026-11-27T10:00:00+01:00', '03/04/2026')}\n", ":2: ship-date: can be read in two ways"),
    (f"{HEAD}\n{GOOD.replace('2026-11-27T10:00:00+01:00', 'yesterday')}\n", ":2: ship-date:"),
    (f"{HEAD}\n{GOOD.replace('2026-11-27T10:00', '2026-11-28T10:00')}\n", ":2: ship-date: is in the future"),
    (f"{HEAD}\n{GOOD}\n{GOOD}\n", ":3: order-item-id: the parcel of"), (f"{HEAD}\n{GOOD}\n{GOOD.replace(ITEM, SECOND).replace('DHL', 'UPS')}\n", ":3: carrier-code: contradicts"),
    (f"{HEAD}\n{GOOD}".encode() + b"\nx\x00y\n", ":"), (f"{HEAD}\n".encode() + GOOD.replace("Express", "Expr\x07s").encode() + b"\n", ":2"),
    ('[{"order": "1"', ":1: no valid JSON"), ('[\n{"order": 1.5}\n]', ":2: order-id: found a number"), ("[\n\n5]", ":3: found a number"),
    ('[{"order": "x", "items": []}]', ":1: items:"), ('{"a": 1}', ":1:"), ("[" * 100_000, ":1:"), ("[]", ":1:"),
    (f'[\n{{"order": "{ONE}", "tracking": "", "carrier": "DHL", "date": "x"}}]', ":2: tracking-number: is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), DAMAGED, ids=[str(n) for n in range(len(DAMAGED))])
def test_damaged_files_are_refused_by_file_and_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert f"p.csv{told}" in str(caught.value)
    for private in ("Pigeon", "112-447,", "yesterday"):
        assert private not in str(caught.value)


def test_the_marketplace_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=":2: order-id: the marketplace is unknown"):
        read(tmp_path, FORMS["comma"], marketplace=None)


@pytest.mark.parametrize(
    ("hours", "date", "late"),
    [(23, "", False), (25, "", True), (0, "2026-11-26", False), (0, "2026-11-24", True)],
)
def test_what_left_more_than_a_day_ago_is_warned_of(tmp_path: Path, hours: int, date: str, late: bool) -> None:
    when = date or (NOW - timedelta(hours=hours)).isoformat()
    found = read(tmp_path, f"{HEAD}\n{GOOD.replace('2026-11-27T10:00:00+01:00', when)}\n")
    assert bool(found.warnings) is late
    assert found.by == ("flat" if date else "call")


def test_the_order_file_gives_items_and_bounds(tmp_path: Path) -> None:
    row = f"{TWO},,,UPS,,T7,2026-11-27T10:00:00+01:00,"
    found = read(tmp_path, f"{HEAD}\n{row}\n", orders=REPORT, marketplace=None)
    assert found.parcels[0].shipment.items == ((SECOND, 2), (THIRD, 3))
    for cells, told in (
        (f"{TWO},{SECOND},3,", ":2: quantity: found 3 pieces"), (f"{TWO},{ITEM},1,", ":2: order-item-id: is no item"),
        ("999-1234567-1234567,,,", ":2: order-id: is no order of the order file"), (f"{TWO},,2,", ":2: quantity: has no order-item-id"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            read(tmp_path, f"{HEAD}\n{cells}UPS,,T7,2026-11-27T10:00:00+01:00,\n", orders=REPORT, marketplace=None)
        assert told in str(caught.value)
    two = f"{TWO},{SECOND},1,UPS,,T7,2026-11-27T10:00:00+01:00,\n{TWO},{SECOND},1,UPS,,T8,2026-11-27T10:00:00+01:00,\n"
    assert [p.shipment.items for p in read(tmp_path, f"{HEAD}\n{two}", orders=REPORT, marketplace=None).parcels] == [
        ((SECOND, 1),)
    ] * 2
    with pytest.raises(InputError, match="over all parcels"):
        read(tmp_path, f"{HEAD}\n{two}{two.splitlines()[0].replace('T7', 'T9')}\n", orders=REPORT, marketplace=None)


def dispatched(number: int, done: int, **fulfillment: Any) -> dict[str, Any]:
    """An order of two pieces as the API answers it; ``done`` of them are dispatched."""
    made = order(number, status="PARTIALLY_SHIPPED" if done else "UNSHIPPED")
    made["fulfillment"] |= fulfillment
    made["orderItems"][0] |= {"quantityOrdered": 2, "fulfillment": {"quantityFulfilled": done}}
    return made


def test_what_the_order_file_rules_out(tmp_path: Path) -> None:
    orders = tmp_path / "orders.json"
    orders.write_text(json.dumps({"orders": [
        dispatched(1, 0), dispatched(2, 1), dispatched(3, 2), dispatched(4, 0, fulfillmentStatus="CANCELLED"),
        dispatched(5, 0, fulfillmentStatus="MELTED"), dispatched(6, 0, fulfilledBy="AMAZON"),
    ]}), "utf-8")  # fmt: skip

    def parcel(number: int, item: str) -> Any:
        row = f"302-1234567-{number:07d},{item},,DHL,,T{number},2026-11-27T10:00:00+01:00,"
        return read(tmp_path, f"{HEAD}\n{row}\n", orders=orders, marketplace=None).parcels[0].shipment.items

    # Without a quantity, all that is open; without an item, all items that are.
    assert (parcel(1, "1"), parcel(2, "2"), parcel(2, "")) == ((("1", 2),), (("2", 1),), (("2", 1),))
    for number, item, told in (
        (3, "3", "order-item-id: was dispatched whole"), (3, "", "order-id: everything of the order was dispatched"),
        (4, "4", "order-id: the order is canceled"), (5, "5", "order-id: the order's state is not known: "),
        (6, "6", "order-id: the marketplace dispatches this order itself"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            parcel(number, item)
        assert f"p.csv:2: {told}" in str(caught.value)


def test_calls_for_few_and_a_feed_for_many(tmp_path: Path) -> None:
    rows = [GOOD.replace("T100", f"T{n}") for n in range(21)]
    assert read(tmp_path, "\n".join([HEAD, *rows[:20]]) + "\n").by == "call"
    assert read(tmp_path, "\n".join([HEAD, *rows]) + "\n").by == "xml"
    whole = GOOD.replace(f"{ITEM},1", ",")
    assert read(tmp_path, f"{HEAD}\n{whole}\n").by == "xml"
    with pytest.raises(InputError, match="which a call needs"):
        read(tmp_path, f"{HEAD}\n{whole}\n", by="call")
    with pytest.raises(InputError, match="without a time"):
        read(tmp_path, f"{HEAD}\n{GOOD.replace('T10:00:00+01:00', '')}\n", by="feed")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRANKING_AMAZON_CLIENT_SECRET", "s")
    monkeypatch.setenv("FRANKING_AMAZON_REFRESH_TOKEN", "r")
    for name in ("templates", "themes"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(REPORT, tmp_path / "orders.txt")
    yield tmp_path


def run(server: SandboxServer, *args: str, code: int) -> Any:
    Path("franking.toml").write_text(f'amazon_client_id = "app"\namazon_merchant_id = "M1"\namazon_endpoint = "{server.url}"\n')
    done = CliRunner().invoke(app, [*args, "--format", "json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_parcels_are_confirmed_once(house: Path) -> None:
    recent = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    rows = [f"{ONE},{ITEM},1,DHL,,T100,{recent},", f"{TWO},{SECOND},1,Other,Kurier & Söhne,T7,{recent},",
            f"{TWO},{SECOND},1,UPS,,T8,{recent},"]  # fmt: skip
    Path("p.csv").write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    with serve(Script([Fault("confirmShipment", order=TWO, drop="after", times=1)])) as server:
        first = run(server, "ship-confirm", "p.csv", "--orders", "orders.txt", "--submit", code=3)
        assert [feed["state"] for feed in first["feeds"]] == ["done", "ambiguous", "done"]
        again = run(server, "ship-confirm", "p.csv", "--orders", "orders.txt", "--submit", code=3)
        assert again["parcels"] == []
        assert {state for known in again["submitted_before"] for state in known["lines"].values()} == {"accepted", "ambiguous"}
        assert server.state.broken == []
        details = [taken.body["packageDetail"] for taken in server.state.shipments]
    assert [(d["packageReferenceId"], d["carrierCode"], d.get("carrierName")) for d in details] == [
        ("1", "DHL", None), ("1", "Other", "Kurier & Söhne"), ("2", "UPS", None),
    ]  # fmt: skip
    assert all(d["shipDate"].endswith("Z") for d in details)


def test_many_parcels_go_by_one_feed(house: Path) -> None:
    recent = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    Path("p.csv").write_text("\n".join([HEAD, *(f"{ONE},{ITEM},1,DHL,,T{n},{recent}," for n in range(25))]) + "\n", "utf-8")
    with serve() as server:
        dry = run(server, "ship-confirm", "p.csv", "--marketplace", "Amazon.com", "--out", "here", code=0)
        assert ElementTree.parse(dry["files"][0]).getroot().tag == "AmazonEnvelope"
        assert server.state.called == {}
        sent = run(server, "ship-confirm", "p.csv", "--marketplace", "Amazon.com", "--submit", code=0)
        assert [(feed["state"], feed["counts"]) for feed in sent["feeds"]] == [("done", {"accepted": 25})]
        (taken,) = server.state.feeds.submitted
        assert taken.content == Path(dry["files"][0]).read_bytes()


def test_a_problem_is_written_about_when_its_adjustment_is_accepted(house: Path) -> None:
    Path("d.csv").write_text(f"order-id,problem\n{ONE},no_inventory\n{TWO},delayed\n", "utf-8")
    plan = ("plan", "orders.txt", "--kind", "order_problem", "--details", "d.csv", "--as-of", "2026-11-24T12:00:00Z")
    said = {"POST_ORDER_ACKNOWLEDGEMENT_DATA": {"errors": {"1": ["13010", "no"]}}}
    with serve(Script(feeds=said)) as server:

        def refused(*more: str) -> dict[str, str]:
            found = run(server, *plan, *more, code=0)
            return {entry["order"]: entry["rule"] for entry in found["refusals"] if entry["rule"] != "brand"}

        assert refused()[ONE] == "adjustment-accepted"
        assert TWO not in refused()
        assert ONE not in refused("--adjusted")
        adjust = ("adjust", ONE, "--orders", "orders.txt", "--reason", "NoInventory")
        chosen = run(server, *adjust, code=0)
        assert (chosen["orders"][0]["action"], chosen["orders"][0]["why"] != []) == ("acknowledgement", True)
        assert server.state.called == {}
        run(server, *adjust, "--submit", code=3)
        assert refused()[ONE] == "adjustment-accepted"
        server.state.feeds.plans = {}
        done = run(server, *adjust, "--submit", code=0)
        assert done["feeds"][-1]["counts"] == {"accepted": 1}
        assert ONE not in refused()
        assert run(server, *adjust, "--submit", code=0)["submitted_before"][0]["order"] == ONE
        assert len(server.state.feeds.submitted) == 2  # the rejected one and the accepted one
        assert run(server, "feeds", code=3)["feeds"][0]["counts"] == {"rejected": 1}


def test_an_order_that_cannot_be_adjusted_is_told_with_what_is_needed(house: Path) -> None:
    with serve() as server:
        found = run(server, "adjust", "999-1234567-1234567", ONE, "--orders", "orders.txt", "--reason", "CouldNotShip", code=1)
    assert [(r["rule"], bool(r["needed"])) for r in found["refused"]] == [("order-missing", True)]
    assert any("GeneralAdjustment" in why for why in found["orders"][0]["why"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((ONE, "--reason", "Boredom"), "--reason 'Boredom': expected"), ((ONE, ONE, "--reason", "NoInventory"), "is named twice")],
)
def test_a_question_that_cannot_be_answered(house: Path, arguments: tuple[str, ...], told: str) -> None:
    error = CliRunner().invoke(app, ["adjust", *arguments, "--orders", "orders.txt"]).exception
    assert isinstance(error, InputError)
    assert told in str(error)


def test_orders_that_no_feed_is_for(house: Path) -> None:
    """A row that cannot be read, and what the newer file shows of an order that was adjusted before."""
    lines = Path("orders.txt").read_text("utf-8")
    Path("broken.txt").write_text(lines.replace("\t89.90\t", "\t8,9.9\t"), "utf-8")
    with serve() as server:
        adjust = ("adjust", ONE, "--reason", "NoInventory", "--orders")
        found = run(server, *adjust, "broken.txt", code=1)
        assert [entry["rule"] for entry in found["refused"]] == ["order-unreadable"]
        run(server, *adjust, "orders.txt", "--submit", code=0)
        head, row = lines.splitlines()[0], next(line for line in lines.splitlines() if line.startswith(ONE))
        more = row.replace(ITEM, SECOND)  # a second item that the earlier feed did not have
        Path("more.txt").write_text(f"{head}\n{row}\n{more}\n", "utf-8")
        found = run(server, *adjust, "more.txt", code=1)
        assert [(entry["rule"], entry["needed"]) for entry in found["refused"]] == [
            ("submitted-before", "--item for the others")
        ]
