"""The static sandbox cases of Amazon's models: the request of each, made by the program's client, gets the answer of the case.

Requests and answers are read from tests/data/sp-api; the server has its own copy of the facts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from franking.channels import Answer, Endpoint, Refused
from franking.channels.client import Client
from franking.channels.feeds import FeedApi, Progress
from franking.channels.offers import Offers
from franking.channels.operations import SENDING, SOLICITATION, Operation
from franking.channels.order_calls import OrderCalls
from franking.channels.quotas import Quotas
from franking.channels.report_calls import ReportCalls, ReportStatus
from franking.channels.transport import ApiTransport, Then
from franking.dispatch import AppCredentials
from franking.errors import TransportError
from franking.model import BrokenOrder, Envelope, State
from franking.orders import open_orders
from franking.policy import marketplaces
from franking.sandbox import SandboxServer, serve
from franking.sandbox.__main__ import main

MODELS = Path(__file__).parents[1] / "data" / "sp-api"
FILES = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(MODELS.glob("*.json"))}
# What is answered anew each time: the server takes the document, or the token, that it gave out.
OWN = ("createFeedDocument", "createRestrictedDataToken")
# For what a model requires and a case does not name. One order is not twice in a case, so the server knows none of these.
FILLED: dict[str, Any] = {"marketplaceIds": "ATVPDKIKX0DER", "MarketplaceIds": "ATVPDKIKX0DER", "text": "Hello"}


@dataclass(frozen=True)
class Case:
    """A case with its operation."""

    model: str
    name: str
    method: str
    path: str
    parameters: tuple[Any, ...]
    given: Any
    status: int
    answer: Any


def cases() -> Iterator[Case]:
    for model, content in FILES.items():
        for path, entry in content["paths"].items():
            for method, operation in entry.items():
                if "operationId" not in operation:
                    continue
                parameters = (*entry.get("parameters", []), *operation.get("parameters", []))
                for status, response in operation["responses"].items():
                    for case in response.get("x-amzn-api-sandbox", {}).get("static", []):
                        given = {name: value["value"] for name, value in case["request"].get("parameters", {}).items()}
                        yield Case(
                            model,
                            operation["operationId"],
                            method.upper(),
                            path,
                            parameters,
                            given,
                            int(status),
                            case.get("response"),
                        )


CASES = list(cases())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def client(sandbox: SandboxServer) -> Client:
    return opened(sandbox.url)


def opened(url: str) -> Client:
    return Client(Endpoint.parse(address=url), AppCredentials("app", "s", None, "r"), Quotas(), 10.0, 0.01)


def test_there_are_96_cases() -> None:
    assert Counter(case.model.partition("_")[0] for case in CASES) == {
        "messaging": 22, "ordersV0": 31, "orders": 8, "feeds": 12, "reports": 18, "solicitations": 2, "tokens": 3,
    }  # fmt: skip
    assert len(CASES) == 96


@pytest.mark.parametrize("case", CASES, ids=[f"{n} {case.name} {case.status}" for n, case in enumerate(CASES)])
def test_the_request_of_a_case_gets_its_answer(case: Case, client: Client) -> None:
    path, query, body = case.path, {}, None
    for parameter in case.parameters:
        name, place = parameter["name"], parameter["in"]
        if place == "body":
            body = case.given.get("body", case.given.get("payload"))
            body = {"text": "Hello"} if body is None and parameter.get("required") else body
        elif place == "path":
            path = path.replace(f"{{{name}}}", case.given.get(name, "any"))
        elif place == "query" and (name in case.given or parameter.get("required")):
            value = case.given.get(name, FILLED.get(name, "any"))
            query[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    result = client.call(Operation(case.name, case.method, path, 1e6, 10**6), client.endpoint.address + path, query, body)
    assert isinstance(result, Answer | Refused), result
    assert result.status == case.status
    if isinstance(result, Refused):
        told = [(error["code"], error["message"]) for error in (case.answer or {}).get("errors", [])]
        assert [(error.code, error.message) for error in result.errors] == told
    elif case.name in OWN:
        assert isinstance(result.data, dict)
        assert result.data.keys() == case.answer.keys()
    elif case.status == 204:
        assert result.data is None
    else:
        assert result.data == case.answer


GOOD, BAD = "123-1234567-1234567", "123-1234567-0000000"
AMERICA = next(place for place in marketplaces() if place.name == "Amazon.com")


def call_of(order: str, action: str) -> bytes:
    """A message as the outbox keeps it."""
    paper = action in ("invoice", "warranty")
    said = {"call": 1, "action": action, "order": order, "marketplace": AMERICA.id, "seller": "acme",
            "text": "" if paper or action == SOLICITATION else "My Message",
            "covered": ["2004-12-13T21:39:45-08:00", "2005-12-13T21:39:45-08:00"] if action == "warranty" else None,
            "files": [["warranty.txt", "text/plain", "eA=="]] if paper else []}  # fmt: skip
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("action", "order", "state", "told"),
    [
        *((action, GOOD, State.SENT, "201 by") for action in SENDING),
        *((action, "badOrderId" if action == "invoice" else BAD, State.FAILED, "400 InvalidInput") for action in SENDING
          if action != SOLICITATION),
    ],
)  # fmt: skip
def test_a_message_is_sent_or_fails_as_its_case_has_it(action: str, order: str, state: State, told: str) -> None:
    envelope = Envelope(1, "api:amazon", "b@marketplace.amazon.com", "<1@x.example>", call_of(order, action))
    with serve() as sandbox:
        transport = ApiTransport(opened(sandbox.url), "acme")
        verdict = transport.attempt(envelope)
        assert (verdict.then, verdict.state) == (Then.SETTLE, state)
        assert verdict.detail.startswith(told)
        if action == SOLICITATION:  # the case does not outlive the first one
            verdict = transport.attempt(envelope)
            assert verdict.state is State.FAILED
            assert "403 Unauthorized" in verdict.detail


def reports(client: Client, kind: str) -> ReportCalls:
    since = datetime(2024, 3, 10, 20, 11, 24, tzinfo=UTC)
    return ReportCalls(client, client.endpoint.address, [AMERICA.id], kind, since, since + timedelta(days=2), {})


def orders(client: Client) -> OrderCalls:
    since = datetime(2024, 3, 10, tzinfo=UTC)
    return OrderCalls(client, client.endpoint.address, [AMERICA.id], since, since + timedelta(days=2), personal=False)


# What the program reads from the answers of cases: as written in the models, read by eye.
READ: dict[str, tuple[Callable[[Client], object], object]] = {
    "actions": (lambda c: sorted(Offers(c).of(GOOD, AMERICA, solicits=False).actions), [
        "amazonMotors", "attributes", "confirmCustomizationDetails", "confirmDeliveryDetails", "confirmOrderDetails", "confirmServiceDetails",
        "digitalAccessKey", "legalDisclosure", "negativeFeedbackRemoval", "unexpectedProblem", "warranty"]),
    "no actions": (lambda c: Offers(c).of(BAD, AMERICA, solicits=False).refused, "400 InvalidInput: Invalid Input"),
    "solicitation": (lambda c: dict(Offers(c).of(GOOD, AMERICA, solicits=True).actions), {"productReviewAndSellerFeedback": None}),
    "locale": (lambda c: Offers(c).language(GOOD, AMERICA), "en-US"),
    "no locale": (lambda c: Offers(c).language(BAD, AMERICA), ""),
    "feed": (lambda c: FeedApi(c, AMERICA).progress("feedId1"), Progress("CANCELLED")),
    "no feed": (lambda c: str(FeedApi(c, AMERICA).progress("badFeedId1")), "400 400: Invalid input (Invalid input)"),
    "no report of a feed": (lambda c: str(FeedApi(c, AMERICA).report("badDocumentId1")), "400 400: Invalid input (Invalid input)"),
    "document": (lambda c: isinstance(FeedApi(c, AMERICA).destination("text/tab-separated-values; charset=UTF-8"), tuple), True),
    "report": (lambda c: reports(c, "x").status("ID323"), ReportStatus("IN_PROGRESS", "")),
    "items": (lambda c: [e["OrderItemId"] for e in orders(c).items("TEST_CASE_200", "").entries], ["05015851154158"]),  # type: ignore[union-attr]
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_is_read_from_an_answer(name: str, client: Client) -> None:
    read, expected = READ[name]
    assert read(client) == expected


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda c: reports(c, "x").status("badReportId1"), "getReport: 400 400: Invalid input"),
        (lambda c: reports(c, "BAD_FEE_DISCOUNTS_REPORT").create(), "createReport: 400"),
        (lambda c: reports(c, "x").download("badDocumentId1", BytesIO()), "getReportDocument: 400"),
        (lambda c: orders(c).items("TEST_CASE_400", ""), "getOrderItems: 400 InvalidInput: Invalid Input"),
    ],
)
def test_what_a_case_refuses_is_an_error(ask: Callable[[Client], object], told: str, client: Client) -> None:
    with pytest.raises(TransportError, match=told):
        ask(client)


# The orders of the cases by their IDs, by eye: marketplace, state, number of items, domain of the buyer's address. None: the
# model gives it dates of January 1970 (a Unix time in the wrong unit), which are refused.
ORDERS: dict[str, tuple[str, str, int, str] | None] = {
    "902-1845936-5435065": None,
    "902-8745147-1934268": None,
    "902-3159896-1390916": ("Amazon.com", "pending", 0, ""),
    "921-3175655-0452641": ("Amazon.de", "shipped", 0, ""),
    "250-1234567-8901234": ("Amazon.co.jp", "shipped", 2, "marketplace.amazon.co.jp"),
    "202-7654321-1098765": ("Amazon.co.uk", "shipped", 1, "marketplace.amazon.co.uk"),
    "171-2345678-9012345": ("Amazon.com.br", "unshipped", 1, "marketplace.amazon.com.br"),
    "171-9876543-2109876": ("Amazon.com.br", "unshipped", 1, "marketplace.amazon.com.br"),
    "028-1234567-8901234": ("Amazon.com.tr", "shipped", 1, "marketplace.amazon.com.tr"),
    "114-9876543-1234567": ("Amazon.com", "unshipped", 1, ""),
}


def test_the_orders_of_the_cases_are_read(tmp_path: Path) -> None:
    found: dict[str, tuple[str, str, int, str] | None] = {}
    for case in CASES:
        if case.name in ("getOrders", "getOrder", "searchOrders") and case.status == 200:
            file = tmp_path / "orders.json"
            file.write_text(json.dumps(case.answer), "utf-8")
            for order in open_orders(file):
                if isinstance(order, BrokenOrder):
                    assert "EarliestDeliveryDate" in order.problem
                    found[order.id] = None
                else:
                    domain = order.buyer_email.rpartition("@")[2]
                    found[order.id] = order.marketplace.name, str(order.state), len(order.items), domain
    assert found == ORDERS


def test_the_server_s_facts_are_those_of_the_models(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["franking.sandbox", str(MODELS)])
    main()
    shipped = resources.files("franking.sandbox").joinpath("operations.json").read_text("utf-8")
    assert capsys.readouterr().out == shipped
