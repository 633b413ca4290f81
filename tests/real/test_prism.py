"""Every request of every operation that the program calls, judged by Stoplight Prism on Amazon's public models.

Prism is a proxy in front of the sandbox, and judges the sandbox's answers as well. What is judged left the program's own client, by
the functions that the commands use.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import franking.channels
from franking.batch.adjust import new_feeds
from franking.batch.feed_runs import FeedRun
from franking.batch.fetch import Fetch
from franking.batch.fetch_wish import Waiting
from franking.batch.ship_confirm import Question, calls_of, documents_of, read_dispatches
from franking.batch.short import franked_text
from franking.batch.submitting import Patience, Submitter
from franking.batch.watch import Unwatched
from franking.channels import DOORS, Endpoint, Refused
from franking.channels.client import Client
from franking.channels.feeds import FeedApi
from franking.channels.offers import Offers
from franking.channels.operations import (
    ATTRIBUTES,
    CONFIRM_SHIPMENT,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEEDS,
    RESTRICTED_DATA_TOKEN,
    SENDING,
    UPLOAD_DESTINATION,
    Operation,
)
from franking.channels.order_calls import GET_ORDERS, SEARCH_ORDERS
from franking.channels.quotas import Quotas
from franking.channels.report_calls import CREATE_REPORT, GET_REPORTS, ReportCalls
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.dispatch import AppCredentials, Dispatcher, RateLimiter
from franking.feeds import Acknowledgement, AdjustedItem, Adjustment, documents
from franking.mail import build_call
from franking.model import AttachedFile, FrankedText, State
from franking.model.feeds import FeedState
from franking.outbox import Ledger
from franking.policy import marketplace
from franking.sandbox import SandboxServer, serve
from tests.real.prism import judging
from tests.unit.fetching import GERMANY, UNSHIPPED, Notes, script_2026, script_report, script_v0, wish
from tests.unit.test_api_send import SENDER, order_of, pipeline

pytestmark = pytest.mark.real

ORDER = "112-4471093-1120345"
ITEM = "61200450098821"
AT = {"marketplaceIds": GERMANY.id}


@dataclass
class Judged:
    """A sandbox behind Prism, and what the clients exchanged with Prism."""

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
        if str(answer.url).startswith(self.url):
            self.exchanged.append(answer)
            if answer.status_code == 422:
                answer.read()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    with serve() as sandbox, judging(tmp_path_factory.mktemp("prism"), sandbox.url) as url:
        yield Judged(url, sandbox)


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


def messages(judged: Judged, folder: Path) -> None:
    """Each kind that the API takes, from its own template; a customization check and an invoice with five files."""
    ledger = Ledger(f"sqlite:///{folder / 'l.db'}")
    for kind, door in DOORS.items():
        papers = tuple(
            AttachedFile(f"paper {n} ä.pdf", "application/pdf", f"%PDF-1.7 {n}".encode()) for n in range(door.most_files)
        )
        text = franked_text(pipeline(kind), replace(order_of(kind), files=papers), door)
        assert isinstance(text, FrankedText), text
        ledger.queue(kind, [build_call(text, door.action, SENDER, f"{kind}@marketplace.amazon.de")])
        transport = RoutedTransport(None, ApiTransport(judged.client(), "acme"))
        asyncio.run(Dispatcher(ledger, transport, kind, 1, RateLimiter(), lambda _n: None).run())
    assert {state.value: number for state, number in ledger.counts().items() if number} == {State.SENT.value: len(DOORS)}
    assert len(judged.sandbox.state.sent) == len(DOORS)
    ledger.close()


def offers(judged: Judged, folder: Path) -> None:
    """What an order allows."""
    asked = Offers(judged.client())
    assert asked.of(ORDER, GERMANY, solicits=False).actions
    assert asked.of(ORDER, GERMANY, solicits=True).actions
    asked.language(ORDER, GERMANY)


def fetched(judged: Judged, folder: Path) -> None:
    """Orders by both versions, with paging; a report that needs a restricted data token; a report that is looked for."""
    script = judged.sandbox.state.script
    script.orders, script.reports = script_2026().orders, script_report(restricted=True).reports
    fetch = Fetch(judged.client, folder / "fetched", "shop", Notes(), Waiting(0.01, 0.05, 20.0))
    assert fetch.run(wish(), folder / "2026.json").way == "2026"
    script.orders, script.orders_v0, script.items = None, script_v0().orders_v0, script_v0().items
    assert fetch.run(wish(since="31d"), folder / "v0.json").way == "v0"
    assert fetch.run(wish(UNSHIPPED), folder / "report.txt").way == "report"
    now = datetime.now(UTC)
    calls = ReportCalls(
        judged.client(), judged.url, [GERMANY.id], UNSHIPPED, now - timedelta(days=3), now, {"ShowSalesChannel": "true"}
    )
    identity = calls.create()
    assert identity == calls.find(now)


def feeds(judged: Judged, folder: Path) -> None:
    """Acknowledgements, adjustments and parcels in XML and flat files; parcels by calls; the search for a lost feed."""
    america = marketplace("Amazon.com")
    assert america is not None
    ledger = Ledger(f"sqlite:///{folder / 'l.db'}")
    stored, client = ledger.feeds("acme"), judged.client()
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
    assert len(judged.sandbox.state.shipments) == 2
    submitted = FeedApi(client, america).submitted("POST_ORDER_ACKNOWLEDGEMENT_DATA", *_around(datetime.now(UTC)))
    assert len(submitted) == 1
    ledger.close()


def _around(moment: datetime) -> tuple[datetime, datetime]:
    return moment - timedelta(minutes=5), moment + timedelta(minutes=1)


PARTS: dict[str, tuple[Callable[[Judged, Path], None], set[str]]] = {
    "messages": (messages, {one.name for one in SENDING.values()} | {"createUploadDestinationForResource"}),
    "offers": (offers, {"getMessagingActionsForOrder", "getSolicitationActionsForOrder", "GetAttributes"}),
    "fetched": (fetched, {"searchOrders", "getOrders", "getOrderItems", "createRestrictedDataToken", "createReport", "getReport",
                          "getReports", "getReportDocument"}),
    "feeds": (feeds, {"createFeedDocument", "createFeed", "getFeed", "getFeeds", "getFeedDocument", "confirmShipment"}),
}  # fmt: skip


def test_no_operation_is_left_out() -> None:
    assert set(operations()) == {name for _, names in PARTS.values() for name in names}


@pytest.mark.parametrize("part", PARTS)
def test_every_request_validates(part: str, judged: Judged, tmp_path: Path) -> None:
    run, names = PARTS[part]
    del judged.exchanged[:]
    run(judged, tmp_path)
    for answer in judged.exchanged:
        assert "sl-violations" not in answer.headers, (str(answer.request.url), answer.headers["sl-violations"])
        assert answer.headers.get("content-type") != "application/problem+json", str(answer.request.url)
    assert called(judged.exchanged) == names
    assert judged.sandbox.state.broken == []
    for answer in judged.exchanged:
        if answer.request.method == "POST" and "/solicitations/" in str(answer.request.url):
            assert "content-type" not in answer.request.headers
            assert answer.request.headers.get("content-length", "0") == "0"


RESOURCE = "messaging/v1/orders/112-4471093-1120345/messages/invoice"
SIX = [{"uploadDestinationId": "a", "fileName": "b.pdf"}] * 6
PERIOD = {"lastUpdatedAfter": "2026-11-24T10:00:00Z"}
# The operation, the values of its path, the query, the body, and what Prism must object to.
WRONG: dict[str, tuple[Operation, dict[str, str], dict[str, str], object, str]] = {
    "text too long": (SENDING["unexpectedProblem"], {"order": ORDER}, AT, {"text": "x" * 2001}, "2000 characters"),
    "text too long for a customization": (SENDING["confirmCustomizationDetails"], {"order": ORDER}, AT, {"text": "x" * 801}, "800 characters"),
    "an empty text": (SENDING["confirmDeliveryDetails"], {"order": ORDER}, AT, {"text": ""}, "fewer than 1 character"),
    "a text that is a number": (SENDING["confirmOrderDetails"], {"order": ORDER}, AT, {"text": 7}, "text must be string"),
    "no body": (SENDING["confirmOrderDetails"], {"order": ORDER}, AT, None, "Body parameter is required"),
    "six files": (SENDING["invoice"], {"order": ORDER}, AT, {"attachments": SIX}, "more than 5 items"),
    "no file": (SENDING["warranty"], {"order": ORDER}, AT, {"attachments": []}, "fewer than 1 items"),
    "a file without a name": (SENDING["invoice"], {"order": ORDER}, AT, {"attachments": [{"uploadDestinationId": "a"}]}, "fileName"),
    "a day for a moment": (SENDING["warranty"], {"order": ORDER}, AT, {"attachments": SIX[:1], "coverageStartDate": "2026-11-24"}, "coverageStartDate"),
    "no marketplace": (SENDING["unexpectedProblem"], {"order": ORDER}, {}, {"text": "x"}, "marketplaceids"),
    "no marketplace for a question": (ATTRIBUTES, {"order": ORDER}, {}, None, "marketplaceids"),
    "no digest": (UPLOAD_DESTINATION, {"resource": RESOURCE}, AT, None, "contentmd5"),
    "no content type": (CREATE_FEED_DOCUMENT, {}, {}, {}, "contentType"),
    "no document": (CREATE_FEED, {}, {}, {"feedType": "POST_ORDER_FULFILLMENT_DATA", "marketplaceIds": ["A1"]}, "inputFeedDocumentId"),
    "no marketplaces of a feed": (CREATE_FEED, {}, {}, {"feedType": "F", "inputFeedDocumentId": "d", "marketplaceIds": []}, "marketplaceIds"),
    "a page of a thousand": (GET_FEEDS, {}, {"feedTypes": "F", "pageSize": "1000"}, None, "pagesize"),
    "no moment": (GET_REPORTS, {}, {"reportTypes": "R", "createdSince": "yesterday"}, None, "createdsince"),
    "no type": (CREATE_REPORT, {}, {}, {"marketplaceIds": ["A1"]}, "reportType"),
    "data that is unknown": (SEARCH_ORDERS, {}, PERIOD | {"includedData": "SECRETS"}, None, "includeddata"),
    "no marketplaces": (GET_ORDERS, {}, {"CreatedAfter": "2026-11-24T10:00:00Z"}, None, "marketplaceids"),
    "a method that is unknown": (RESTRICTED_DATA_TOKEN, {}, {}, {"restrictedResources": [{"method": "FETCH", "path": "/"}]}, "restrictedResources.0.method"),
    "no parcel": (CONFIRM_SHIPMENT, {"order": ORDER}, {}, {"marketplaceId": GERMANY.id}, "packageDetail"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_the_judge_refuses_a_wrong_request(name: str, judged: Judged) -> None:
    operation, values, query, body, told = WRONG[name]
    before = dict(judged.sandbox.state.called)
    client = judged.client()
    refused = client.call(operation, operation.url(judged.url, **values), query, body)
    assert isinstance(refused, Refused)
    assert refused.status == 422
    assert any(told in entry["message"] for entry in judged.exchanged[-1].json()["validation"])
    assert judged.sandbox.state.called == before


def test_the_judge_knows_no_other_path(judged: Judged) -> None:
    other = Operation("other", "POST", "/messaging/v1/orders/{order}/messages/negativeFeedbackRemoval", 1, 5)
    refused = judged.client().call(other, other.url(judged.url, order=ORDER), AT, {"text": "x"})
    assert isinstance(refused, Refused)
    assert refused.status in (404, 405)
