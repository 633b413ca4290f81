"""What the program asks of the marketplace's API, by the functions that its commands use, with every request on the wire.

Between them, the four parts make a request of every operation that the channels define.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

import franking.channels
from franking.batch.adjust import new_feeds
from franking.batch.feed_runs import FeedRun
from franking.batch.fetch import Fetch
from franking.batch.fetch_wish import Waiting
from franking.batch.ship_confirm import Question, calls_of, documents_of, read_dispatches
from franking.batch.short import franked_text
from franking.batch.submitting import Patience, Submitter
from franking.batch.watch import Unwatched
from franking.channels import API_CALLS, Endpoint
from franking.channels.client import Client
from franking.channels.feeds import FeedApi
from franking.channels.offers import Offers
from franking.channels.operations import (
    SENDING,
    Operation,
)
from franking.channels.quotas import Quotas
from franking.channels.report_calls import ReportCalls
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.dispatch import AppCredentials, Dispatcher, RateLimiter
from franking.feeds import Acknowledgement, AdjustedItem, Adjustment, documents
from franking.mail import build_call
from franking.model import AttachedFile, FrankedText, State
from franking.model.feeds import FeedState
from franking.outbox import Ledger
from franking.policy import marketplace
from franking.sandbox import SandboxServer
from tests.unit.fetching import GERMANY, UNSHIPPED, Notes, script_2026, script_report, script_v0, wish
from tests.unit.test_api_send import SENDER, order_of, pipeline

ORDER = "112-4471093-1120345"
ITEM = "61200450098821"
AT = {"marketplaceIds": GERMANY.id}
_BESIDE = ("auth", "upload", "download", "feed-document")  # the sandbox's login and its stored files


@dataclass
class Traffic:
    """A sandbox, at an address that may be that of something in front of it, and what the clients exchanged with that."""

    url: str
    sandbox: SandboxServer
    exchanged: list[httpx.Response] = field(default_factory=list)

    def client(self) -> Client:
        endpoint = Endpoint.parse(address=self.url, login=f"{self.sandbox.url}/auth/o2/token")
        opened = Client(endpoint, AppCredentials("app", "s", None, "r"), Quotas(), 20.0, 0.01)
        for http in (opened._reading, opened._writing):
            http.event_hooks["response"].append(self._note)
        return opened

    def _note(self, answer: httpx.Response) -> None:
        if answer.request.url.path.split("/")[1] not in _BESIDE:
            answer.request.read()
            self.exchanged.append(answer)
            if answer.status_code == 422:
                answer.read()


def operations() -> dict[str, Operation]:
    """Every operation that a module of the channels defines."""
    found: dict[str, Operation] = {}
    for module in pkgutil.iter_modules(franking.channels.__path__):
        for value in vars(importlib.import_module(f"franking.channels.{module.name}")).values():
            for one in value.values() if isinstance(value, dict) else [value]:
                if isinstance(one, Operation):
                    found[one.name] = one
    return found


def called(exchanged: list[httpx.Response]) -> set[str]:
    """The operations that requests were for, by their method and path on the wire."""
    names = set()
    for answer in exchanged:
        path = answer.request.url.raw_path.decode().partition("?")[0]
        for one in operations().values():
            if answer.request.method == one.method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one.path), path):
                names.add(one.name)
    return names


def messages(traffic: Traffic, folder: Path) -> None:
    """Each kind that the API takes, from its own template; a customization check and an invoice with five files."""
    ledger = Ledger(f"sqlite:///{folder / 'l.db'}")
    for kind, api_call in API_CALLS.items():
        papers = tuple(
            AttachedFile(f"paper {n} ä.pdf", "application/pdf", f"%PDF-1.7 {n}".encode()) for n in range(api_call.most_files)
        )
        text = franked_text(pipeline(kind), replace(order_of(kind), files=papers), api_call)
        assert isinstance(text, FrankedText), text
        ledger.queue(kind, [build_call(text, api_call.action, SENDER, f"{kind}@marketplace.amazon.de")])
        transport = RoutedTransport(None, ApiTransport(traffic.client(), "acme"))
        asyncio.run(Dispatcher(ledger, transport, kind, 1, RateLimiter(), lambda _n: None).run())
    assert {state.value: number for state, number in ledger.counts().items() if number} == {State.SENT.value: len(API_CALLS)}
    assert len(traffic.sandbox.state.sent) == len(API_CALLS)
    ledger.close()


def offers(traffic: Traffic, folder: Path) -> None:
    """What an order allows."""
    asked = Offers(traffic.client())
    assert asked.of(ORDER, GERMANY, solicits=False).actions
    assert asked.of(ORDER, GERMANY, solicits=True).actions
    asked.language(ORDER, GERMANY)


def fetched(traffic: Traffic, folder: Path) -> None:
    """Orders by both versions, with paging; a report that needs a restricted data token; a report that is looked for."""
    script = traffic.sandbox.state.script
    script.orders, script.reports = script_2026().orders, script_report(restricted=True).reports
    fetch = Fetch(traffic.client, folder / "fetched", "shop", Notes(), Waiting(0.01, 0.05, 20.0))
    assert fetch.run(wish(), folder / "2026.json").way == "2026"
    script.orders, script.orders_v0, script.items = None, script_v0().orders_v0, script_v0().items
    assert fetch.run(wish(since="31d"), folder / "v0.json").way == "v0"
    assert fetch.run(wish(UNSHIPPED), folder / "report.txt").way == "report"
    now = datetime.now(UTC)
    calls = ReportCalls(
        traffic.client(), traffic.url, [GERMANY.id], UNSHIPPED, now - timedelta(days=3), now, {"ShowSalesChannel": "true"}
    )
    identity = calls.create()
    assert identity == calls.find(now)


def feeds(traffic: Traffic, folder: Path) -> None:
    """Acknowledgements, adjustments and parcels in XML and flat files; parcels by calls; the search for a lost feed."""
    america = marketplace("Amazon.com")
    assert america is not None
    ledger = Ledger(f"sqlite:///{folder / 'l.db'}")
    stored, client = ledger.feeds("acme"), traffic.client()
    run = FeedRun(stored, Submitter(stored, lambda _: FeedApi(client, america), Unwatched(), Patience(5.0, lambda _: None)))
    cancelled = [Acknowledgement(ORDER, "NoInventory", ((ITEM, 1),))]
    given = [Adjustment("114-8830217-5528106", "Cancel", "CouldNotShip", "USD", (AdjustedItem("61200450098822", 1),))]
    made_of = [*documents(cancelled, "xml", "A2"), *documents(given, "xml", "A2")]
    new = list(new_feeds([(america.id, document) for document in made_of]))
    when = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    head = "order-id,order-item-id,quantity,carrier-code,carrier-name,tracking-number,ship-date,ship-method"
    for number, (by, carrier) in enumerate(
        [("call", "DHL,"), ("call", "Other,Kurier & Söhne"), ("feed", "UPS,"), ("flat", "UPS,")]
    ):
        order = f"113-1111111-111111{number}"
        file = folder / f"{number}.csv"
        file.write_text(f"{head}\n{order},{ITEM},2,{carrier},T100,{when},Express\n", "utf-8")
        question: Any = Question(file, by=by, marketplace="Amazon.com")  # type: ignore[arg-type]
        found = read_dispatches(question, stored, datetime.now(UTC))
        new += calls_of(found, stored) or new_feeds(documents_of(found, "A2"))
    done = run.hand_in(new)
    assert [feed.state for feed in done] == [FeedState.DONE] * 6
    assert len(traffic.sandbox.state.shipments) == 2
    submitted = FeedApi(client, america).submitted("POST_ORDER_ACKNOWLEDGEMENT_DATA", *_around(datetime.now(UTC)))
    assert len(submitted) == 1
    ledger.close()


def _around(moment: datetime) -> tuple[datetime, datetime]:
    return moment - timedelta(minutes=5), moment + timedelta(minutes=1)


PARTS: dict[str, tuple[Callable[[Traffic, Path], None], set[str]]] = {
    "messages": (messages, {one.name for one in SENDING.values()} | {"createUploadDestinationForResource"}),
    "offers": (offers, {"getMessagingActionsForOrder", "getSolicitationActionsForOrder", "GetAttributes"}),
    "fetched": (fetched, {"searchOrders", "getOrders", "getOrderItems", "createRestrictedDataToken", "createReport", "getReport",
                          "getReports", "getReportDocument"}),
    "feeds": (feeds, {"createFeedDocument", "createFeed", "getFeed", "getFeeds", "getFeedDocument", "confirmShipment"}),
}  # fmt: skip
