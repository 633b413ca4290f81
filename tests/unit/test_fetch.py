"""``franking fetch`` against the sandbox: what comes into the file, and what each fault at each stage leads to."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from franking.batch.fetch_wish import Wish
from franking.errors import ConfigurationError, FrankingError, InputError, TransportError, Unreachable
from franking.model import Order
from franking.orders import open_orders
from franking.sandbox import Fault, Script, serve
from tests.unit.fetching import (
    EXAMPLE,
    UNSHIPPED,
    Notes,
    account,
    expected,
    fetch_from,
    item_v0,
    lines,
    order,
    order_v0,
    script_2026,
    script_report,
    script_v0,
    wish,
)

EXPIRED = {"errors": [{"code": "Unauthorized", "message": "Denied.", "details": "The access token you provided has expired."}]}


def test_orders_of_all_pages_are_in_the_file_once_as_they_were_updated_last(tmp_path: Path) -> None:
    script = script_2026()
    assert script.orders is not None
    with account(script) as server:
        found = fetch_from(server.url, tmp_path).run(wish(), tmp_path / "orders.json")
        assert server.state.called == {"searchOrders": 3}
        asked = [request.query for name, request in server.state.asked if name == "searchOrders"]
    assert lines(tmp_path / "orders.json") == expected(script.orders)
    assert [one["fulfillment"]["fulfillmentStatus"] for one in lines(tmp_path / "orders.json")] == ["SHIPPED"] * 4
    assert (found.orders, found.unreadable, found.way) == (4, 0, "2026")
    assert (tmp_path / "orders.json").stat().st_mode & 0o777 == 0o600
    first, last = asked[0], asked[-1]
    assert {k: v for k, v in first.items() if k != "paginationToken"} == {
        k: v for k, v in last.items() if k != "paginationToken"
    }
    assert first["lastUpdatedAfter"] == [found.since.strftime("%Y-%m-%dT%H:%M:%SZ")]
    with sqlite3.connect(tmp_path / "shop.db") as database:  # nothing of the buyers stays
        assert database.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    assert b"marketplace.amazon.de" not in (tmp_path / "shop.db").read_bytes()


def read(file: Path) -> list[Order]:
    source = open_orders(file)
    try:
        entries = list(source)
    finally:
        source.close()
    assert all(isinstance(entry, Order) for entry in entries)
    return [entry for entry in entries if isinstance(entry, Order)]


def test_both_versions_give_the_same_orders(tmp_path: Path) -> None:
    pages = [[order(1), order(2)], [order(3)]]
    with account(Script(orders=pages)) as server:
        fetch_from(server.url, tmp_path).run(wish(), tmp_path / "new.json")
    items = {f"302-1234567-{n:07d}": [[item_v0(n)]] for n in (1, 2, 3)}
    old = [[order_v0(n) for n in (3, 2)], [order_v0(1)]]
    notes = Notes()
    with account(Script(orders=None, orders_v0=old, items=items)) as server:
        found = fetch_from(server.url, tmp_path / "v0", notes).run(wish(), tmp_path / "old.json")
        assert server.state.called["getOrderItems"] == 3
        assert server.state.called["createRestrictedDataToken"] == 1
    assert found.way == "v0"
    assert "Orders v0 in place of 2026-01-01: the application may not searchOrders (403" in notes.said[0]
    new, before = read(tmp_path / "new.json"), read(tmp_path / "old.json")
    for one, other in zip(new, before, strict=True):
        assert (one.id, one.state, one.buyer_email, one.buyer_name, one.items, one.currency, one.purchased_at) == (
            other.id, other.state, other.buyer_email, other.buyer_name, other.items, other.currency, other.purchased_at,
        )  # fmt: skip


def test_without_buyer_data_none_is_asked_for(tmp_path: Path) -> None:
    with account(Script(orders=[[order(1)]])) as server:
        fetch_from(server.url, tmp_path).run(wish(personal=False), tmp_path / "o.json")
    assert not {"buyer", "recipient"} & lines(tmp_path / "o.json")[0].keys()
    with account(script_v0()) as server:
        fetch_from(server.url, tmp_path / "v0").run(wish(personal=False), tmp_path / "o.json")
        assert "createRestrictedDataToken" not in server.state.called
    assert "BuyerInfo" not in lines(tmp_path / "o.json")[0]


def test_no_orders_are_a_file_with_none(tmp_path: Path) -> None:
    for script, report in ((Script(), ""), (Script(orders=None), ""), (script_report(status="DONE_NO_DATA"), UNSHIPPED)):
        with account(script) as server:
            found = fetch_from(server.url, tmp_path).run(wish(report), tmp_path / "none.json")
        assert (found.orders, read(tmp_path / "none.json")) == (0, [])


@pytest.mark.parametrize(
    ("encoding", "charset", "packed"),
    [
        ("utf-8", "UTF-8", True),
        ("cp932", "Shift_JIS", True),
        ("cp932", "windows-31j", False),
        ("utf-8", "", True),
        ("utf-16", "utf-16", True),
    ],
)
def test_a_report_is_unpacked_and_in_utf_8_whatever_it_comes_in(
    tmp_path: Path, encoding: str, charset: str, packed: bool
) -> None:
    text = EXAMPLE.read_text("utf-8").replace("\tAmazon.com\t", "\tAmazon.com\t", 1).replace("é", "e")
    text = text.encode("cp932", "ignore").decode("cp932")
    with account(script_report(text, encoding=encoding, charset=charset, gzip=packed, restricted=True)) as server:
        found = fetch_from(server.url, tmp_path).run(wish(UNSHIPPED), tmp_path / "r.txt")
        assert (server.state.called["createReport"], server.state.called["getReport"]) == (1, 3)
        (spec,) = server.state.account.reports.values()
        assert spec["marketplaceIds"] == ["A1PA6795UKMFR9"]
    assert (tmp_path / "r.txt").read_text("utf-8").removeprefix("\ufeff") == text
    assert (found.orders, found.way) == (9, "report")


def test_an_order_that_cannot_be_read_is_told_and_the_others_are_there(tmp_path: Path) -> None:
    odd, nameless = order(2) | {"createdTime": 7}, {k: v for k, v in order(3).items() if k != "orderId"}
    twice = [order(4, status="SHIPPED"), order(4, status="CANCELLED")]  # one update time, two states
    with account(Script(orders=[[order(1), odd, nameless, twice[0]], [twice[1]]])) as server:
        found = fetch_from(server.url, tmp_path).run(wish(), tmp_path / "o.json")
    assert (found.orders, found.unreadable) == (4, 3)
    assert sum("are one order and contradict each other" in problem for problem in found.problems) == 1
    assert any("orderId is missing" in problem for problem in found.problems)
    assert not any("Müller" in problem or "@" in problem for problem in found.problems)


def test_last_begins_where_the_last_complete_fetch_ended(tmp_path: Path) -> None:
    with account(script_2026()) as server:
        fetch = fetch_from(server.url, tmp_path)
        with pytest.raises(InputError, match="no complete fetch of this account yet"):
            fetch.run(wish(since="last"), tmp_path / "o.json")
        fetch.run(wish(), tmp_path / "kept.json", keep=True)  # as plan does: it does not count
        with pytest.raises(InputError, match="no complete fetch"):
            fetch.run(wish(since="last"), tmp_path / "o.json")
        first = fetch.run(wish(since="3h"), tmp_path / "o.json")
        assert timedelta(0) <= first.until - fetch.outline(wish(since="last")).since <= timedelta(seconds=1)
        for _ in range(3):  # at once, in the same second too: there is a second to ask for
            again = fetch.run(wish(since="last"), tmp_path / "o.json")
            assert timedelta(0) < again.until - again.since < timedelta(minutes=1)
        with pytest.raises(InputError, match="no complete fetch"):
            fetch_from(server.url, tmp_path, seller="other").outline(wish(since="last"))
        with pytest.raises(InputError, match="no complete fetch"):  # a report is another source
            fetch.run(wish(UNSHIPPED, "last"), tmp_path / "o.json")


def test_what_plan_fetched_serves_again_for_some_minutes(tmp_path: Path) -> None:
    with account(script_2026()) as server:
        fetch = fetch_from(server.url, tmp_path)
        fetch.run(wish(), tmp_path / "a.json", keep=True)
        fetch.run(wish(), tmp_path / "b.json", keep=True)
        assert server.state.called == {"searchOrders": 3}
        fetch.drop(wish())
        fetch.run(wish(), tmp_path / "c.json", keep=True)
        assert server.state.called == {"searchOrders": 6}
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes() == (tmp_path / "c.json").read_bytes()


WHOLE = None
Make = Callable[[list[Fault]], Script]
MAKES: dict[str, tuple[Make, str]] = {
    "2026": (lambda faults: script_2026(faults=faults), ""),
    "v0": (lambda faults: script_v0(faults=faults), ""),
    "report": (lambda faults: script_report(faults=faults), UNSHIPPED),
}
STAGES = {  # operation, what is fetched, how many calls go well before the fault
    "login": ("login", "2026", 0), "first page": ("searchOrders", "2026", 0), "next page": ("searchOrders", "2026", 1),
    "v0 page": ("getOrders", "v0", 0), "v0 next page": ("getOrders", "v0", 1), "v0 items": ("getOrderItems", "v0", 1),
    "restricted token": ("createRestrictedDataToken", "v0", 0), "create": ("createReport", "report", 0),
    "poll": ("getReport", "report", 1), "document": ("getReportDocument", "report", 0), "download": ("download", "report", 0),
}  # fmt: skip
HTML = "<html><h1>Service Unavailable</h1></html>"
PASSING: dict[str, dict[str, Any]] = {  # what one or two further calls get over
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "0"}}, "503 page": {"status": 503, "body": HTML, "headers": {"Retry-After": "0"}},
    "500": {"status": 500}, "dropped before": {"drop": "before"}, "dropped after": {"drop": "after"}, "page in place of JSON": {"status": 200, "body": HTML},
}  # fmt: skip
LASTING: dict[str, tuple[dict[str, Any], type[FrankingError], str]] = {
    "500": ({"status": 500}, Unreachable, "500"), "dropped": ({"drop": "before"}, Unreachable, "connection ended"),
    "page": ({"status": 200, "body": HTML}, Unreachable, "no JSON"), "redirected": ({"status": 302, "headers": {"Location": "/x"}}, TransportError, "302"),
    "wait too long": ({"status": 429, "headers": {"Retry-After": "5000"}}, Unreachable, "429"),
    "denied": ({"status": 403}, ConfigurationError, "403"), "bad request": ({"status": 400}, TransportError, "400"),
    "another form": ({"status": 200, "body": []}, TransportError, "the answer has an unexpected form"),
    "another form inside": ({"status": 200, "body": {"orders": {"a": 1}, "payload": 3, "processingStatus": 7, "url": 1, "reportId": 9}},
                            TransportError, "the answer has an unexpected form"),
}  # fmt: skip
OTHERWISE = {  # where a stage differs from what LASTING says
    ("first page", "denied"): WHOLE,  # v0 is asked, and knows no orders
    ("login", "500"): (Unreachable, "login"), ("login", "dropped"): (Unreachable, "login"), ("login", "page"): (Unreachable, "login"),
    ("login", "redirected"): (Unreachable, "login"), ("login", "wait too long"): (Unreachable, "login"), ("login", "bad request"): (ConfigurationError, "login"),
    ("login", "another form"): (Unreachable, "login"), ("login", "another form inside"): (Unreachable, "login"),
    ("restricted token", "redirected"): (Unreachable, "restricted"), ("restricted token", "page"): (Unreachable, "restricted"), ("restricted token", "500"): (Unreachable, "restricted"),
    ("restricted token", "dropped"): (Unreachable, "restricted"), ("restricted token", "bad request"): (ConfigurationError, "restricted"),
    ("restricted token", "another form"): (Unreachable, "restricted"), ("restricted token", "another form inside"): (Unreachable, "restricted"),
    ("create", "500"): (Unreachable, "whether the API makes the report"), ("create", "dropped"): (Unreachable, "whether the API makes the report"),
    ("create", "page"): (Unreachable, "whether the API makes the report"),
    ("download", "500"): (Unreachable, "answers 500"), ("download", "page"): (Unreachable, "web page"), ("download", "redirected"): (Unreachable, "answers 302"),
    ("download", "wait too long"): (Unreachable, "answers 429"), ("download", "denied"): (Unreachable, "answers 403"),
    ("download", "bad request"): (Unreachable, "answers 400"),
    ("document", "denied"): (ConfigurationError, "403"),
}  # fmt: skip


@cache
def undisturbed(kind: str) -> bytes:
    """The file without any fault; what it holds is judged above."""
    make, report = MAKES[kind]
    with TemporaryDirectory() as folder, account(make([])) as server:
        return fetch_from(server.url, Path(folder)).run(wish(report), Path(folder, "out")).file.read_bytes()


# A login is not repeated by itself: the next run is the next try. A document has no form of its own.
@pytest.mark.parametrize(("stage", "fault"), [(stage, fault) for stage in STAGES if stage != "login" for fault in PASSING])
def test_a_fault_that_passes_changes_nothing(stage: str, fault: str, tmp_path: Path) -> None:
    operation, kind, after = STAGES[stage]
    make, report = MAKES[kind]
    with account(make([Fault(operation, times=1, after=after, **PASSING[fault])])) as server:
        found = fetch_from(server.url, tmp_path).run(wish(report), tmp_path / "out")
        assert len(server.state.account.reports) <= 1  # a report whose answer was lost is not asked for twice
    assert found.file.read_bytes() == undisturbed(kind)


@pytest.mark.parametrize(
    ("stage", "fault"), [(s, f) for s in STAGES for f in LASTING if not (s == "download" and f.startswith("another form"))]
)
def test_a_lasting_fault_is_told_and_the_next_run_goes_on(stage: str, fault: str, tmp_path: Path) -> None:
    operation, kind, after = STAGES[stage]
    make, report = MAKES[kind]
    told, error, words = LASTING[fault]
    outcome = OTHERWISE.get((stage, fault), (error, words))
    scripted = Fault(operation, after=after, **told)
    with account(make([scripted])) as server:
        fetch = fetch_from(server.url, tmp_path)
        if outcome is None:
            assert fetch.run(wish(report), tmp_path / "out").way == "v0"
            return
        with pytest.raises(outcome[0], match=outcome[1]):
            fetch.run(wish(report), tmp_path / "out")
        assert not (tmp_path / "out").exists()
        assert list(tmp_path.glob("*.tmp")) == []
        before = dict(server.state.called)
        scripted.times = 0
        found = fetch.run(wish(report), tmp_path / "out")
        again = {name: number - before.get(name, 0) for name, number in server.state.called.items()}
    assert found.file.read_bytes() == undisturbed(kind)
    if stage == "next page" and fault != "bad request":
        assert again["searchOrders"] == 2  # the first page was on disk
    if stage == "v0 items":
        assert again["getOrders"] == 0
    if stage in ("poll", "document", "download"):
        assert again["createReport"] == 0


def test_a_wait_that_the_api_asks_for_is_kept(tmp_path: Path) -> None:
    fault = Fault("searchOrders", times=1, after=4, status=429, headers={"Retry-After": "2"})
    with account(script_2026(faults=[fault])) as server:
        fetch_from(server.url, tmp_path / "first").run(wish(), tmp_path / "out")  # what is loaded once, is not measured
        started = time.monotonic()
        fetch_from(server.url, tmp_path).run(wish(), tmp_path / "out")
        assert time.monotonic() - started >= 1.95
        assert server.state.called["searchOrders"] == 3 + 4


@pytest.mark.parametrize(
    ("operation", "kind"), [("searchOrders", "2026"), ("getOrders", "v0"), ("getOrderItems", "v0"), ("getReport", "report")]
)
def test_a_token_that_ended_is_renewed(operation: str, kind: str, tmp_path: Path) -> None:
    make, report = MAKES[kind]
    with account(make([Fault(operation, times=1, after=1, status=403, body=EXPIRED)])) as server:
        found = fetch_from(server.url, tmp_path).run(wish(report), tmp_path / "out")
        assert len(server.state.tokens) == (3 if operation == "getOrders" else 2 if kind != "v0" else 3)
    assert found.file.read_bytes() == undisturbed(kind)


@pytest.mark.parametrize(("operation", "kind"), [("searchOrders", "2026"), ("getOrders", "v0"), ("getOrderItems", "v0")])
def test_a_paging_token_that_expired_leads_back_to_the_first_page(operation: str, kind: str, tmp_path: Path) -> None:
    make, report = MAKES[kind]
    after = {"searchOrders": 1, "getOrders": 1, "getOrderItems": 3}[operation]
    with account(make([Fault(operation, times=1, after=after, status=400)])) as server:
        found = fetch_from(server.url, tmp_path).run(wish(report), tmp_path / "out")
    assert found.file.read_bytes() == undisturbed(kind)


def test_pages_in_a_circle_end(tmp_path: Path) -> None:
    body = {"orders": [order(1)], "pagination": {"nextToken": "again"}}
    with account(Script([Fault("searchOrders", status=200, body=body)])) as server:
        with pytest.raises(TransportError, match="lead back"):
            fetch_from(server.url, tmp_path).run(wish(), tmp_path / "out")
        assert server.state.called["searchOrders"] == 2


@pytest.mark.parametrize(
    ("told", "error", "words", "anew"),
    [
        ({"status": "FATAL"}, TransportError, "FATAL", True),
        ({"status": "CANCELLED"}, TransportError, "has no data, or somebody cancelled it", True),
        ({"status": "PAUSED"}, TransportError, "'PAUSED', which is unknown to franking", True),
        ({"polls": 10**6}, Unreachable, "is still IN_PROGRESS", False),
        ({"charset": "klingon"}, TransportError, "character set that is unknown to franking", False),
        ({"encoding": "cp1252", "text": "order-id\té"}, TransportError, "named utf-8, and has byte 0xe9", False),
        ({"text": "order-id\tcolour\n302-1234567-1234567\tred\n"}, TransportError, "report 50000:1: looks like", True),
        ({"text": "<!DOCTYPE html><p>no"}, Unreachable, "web page", False),
        ({"text": ""}, TransportError, "report 50000", True),
        ({"text": '[{"a": 1}]'}, TransportError, "report 50000:1: found JSON without orders", True),
    ],
)
def test_a_report_that_comes_to_nothing(
    told: dict[str, Any], error: type[Exception], words: str, anew: bool, tmp_path: Path
) -> None:
    with account(script_report(**told)) as server:
        for _ in range(2):
            with pytest.raises(error, match=words.replace("50000", "5000[01]")):
                fetch_from(server.url, tmp_path, most=0.05 if "polls" in told else 20).run(wish(UNSHIPPED), tmp_path / "out")
        assert not (tmp_path / "out").exists()
        assert server.state.called["createReport"] == (2 if anew else 1)  # one that may still come is not asked for again


@pytest.mark.parametrize(
    "damage",
    [
        {"cut": 20},
        {"drop": "within"},
        {"cut": 10**6},
        {"status": 403},
        {"status": 200, "body": HTML},
        {"headers": {"Content-Type": "text/html"}},
    ],
)
def test_a_damaged_download_is_asked_for_again_by_a_new_url(damage: dict[str, Any], tmp_path: Path) -> None:
    with account(script_report(faults=[Fault("download", times=1, **damage)])) as server:
        found = fetch_from(server.url, tmp_path).run(wish(UNSHIPPED), tmp_path / "out")
        assert (server.state.called["getReportDocument"], server.state.called["download"]) == (2, 2)
    assert found.file.read_bytes() == EXAMPLE.read_bytes()


def test_an_order_that_is_gone_has_no_items(tmp_path: Path) -> None:
    script, notes = script_v0(), Notes()
    script.items = {key: pages for key, pages in script.items.items() if not key.endswith("2")}
    with account(script) as server:
        fetch_from(server.url, tmp_path, notes).run(wish(), tmp_path / "out")
    assert [len(one["OrderItems"]) for one in lines(tmp_path / "out")] == [1, 0, 2]
    assert any("has no items of order 302-1234567-0000002" in text for text in notes.said)


def test_one_process_fetches_for_an_account(tmp_path: Path) -> None:
    from franking.batch.fetch_store import FetchStore

    held = FetchStore(tmp_path, "shop")
    with account(script_2026()) as server:
        with pytest.raises(ConfigurationError, match="another process fetches"):
            fetch_from(server.url, tmp_path).run(wish(), tmp_path / "out")
        fetch_from(server.url, tmp_path, seller="other").run(wish(), tmp_path / "out")
        held.close()
        fetch_from(server.url, tmp_path).run(wish(), tmp_path / "out")


@pytest.mark.parametrize("damage", [b"no database at all, but a text of some length" * 40, None])
def test_a_state_that_cannot_be_used_is_told(damage: bytes | None, tmp_path: Path) -> None:
    if damage is None:
        with sqlite3.connect(tmp_path / "shop.db") as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
    else:
        (tmp_path / "shop.db").write_bytes(damage)
    with account(script_2026()) as server, pytest.raises(ConfigurationError, match=r"shop\.db: "):
        fetch_from(server.url, tmp_path).run(wish(), tmp_path / "out")


def test_marketplaces_of_two_regions_are_two_accounts(tmp_path: Path) -> None:
    from franking.channels.regions import Endpoint, base_for_all
    from franking.policy import marketplaces

    named = {place.name: place for place in marketplaces()}
    assert base_for_all(Endpoint(), [named["Amazon.de"], named["Amazon.fr"]]).startswith("https://sellingpartnerapi-eu.")
    with pytest.raises(ConfigurationError, match="different regions"):
        base_for_all(Endpoint(), [named["Amazon.de"], named["Amazon.com"]])


MOMENTS = st.sampled_from(["2026-11-24T10:00:00Z", "2026-11-24T10:00:00.250Z", "2026-11-24T11:00:00+02:00", "2026-11-25T00:00:00Z", "2026-11-24T09:59:59.999Z"])  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]], list[list[dict[str, Any]]]]:
    """Copies of some orders, and two ways in which pages may hold them: in any order, some twice, some pages empty."""
    copies = []
    for number in range(draw(st.integers(0, 5))):
        for version, moment in enumerate(draw(st.lists(MOMENTS, min_size=1, max_size=3, unique=True))):
            status = ("UNSHIPPED", "SHIPPED", "CANCELLED")[version]
            copies.append(order(number, updated=moment, status=status, placed=draw(st.integers(1, 3)) if not version else 1))
    for copy in copies:  # one order was placed once
        copy["createdTime"] = next(c["createdTime"] for c in copies if c["orderId"] == copy["orderId"])

    def pages() -> list[list[dict[str, Any]]]:
        mixed = draw(st.permutations([*copies, *draw(st.lists(st.sampled_from(copies), max_size=3))] if copies else []))
        cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), max_size=4)))
        return [list(mixed[a:b]) for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]

    return copies, pages(), pages()


@settings(max_examples=15, deadline=None)
@given(histories())
def test_any_pages_in_any_order_give_the_same_file(tmp_path_factory: pytest.TempPathFactory, history: Any) -> None:
    copies, *ways = history
    folder = tmp_path_factory.mktemp("pages")
    files = []
    with serve(Script()) as server:
        for number, pages in enumerate(ways):
            server.state.script.orders = pages
            fetch = fetch_from(server.url, folder, seller=f"s{number}")
            files.append(fetch.run(wish(), folder / f"{number}.json").file.read_bytes())
        assert server.state.broken == []
    assert files[0] == files[1]
    assert lines(folder / "0.json") == expected([copies])


def test_the_wish_of_another_account_marketplace_or_time_is_another_fetch() -> None:
    keys = {wish().key, wish(since="31d").key, wish(UNSHIPPED).key, wish(personal=False).key, Wish("30d", ()).key}
    assert len(keys) == 5
