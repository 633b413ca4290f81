"""Messages by the marketplace's API, from the order to the sandbox: who may be written to by what, what the call holds, and
what the outbox says afterwards."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from franking.batch.pipeline import Pipeline, Rejected
from franking.batch.short import franked_text
from franking.batch.ways import Way, Ways
from franking.catalog import Catalog, sample_order
from franking.channels import API_CALLS, Endpoint
from franking.channels.client import Client
from franking.channels.offers import Offers
from franking.channels.quotas import Quotas
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.cli.main import app
from franking.dispatch import AppCredentials, Dispatcher, RateLimiter
from franking.errors import FrankingError
from franking.mail import Mailbox, Sender, build_call
from franking.model import AttachedFile, FrankedText, Order, Refusal, State
from franking.model.feeds import LineState
from franking.outbox import Ledger
from franking.permit import Context
from franking.policy import load, marketplace
from franking.sandbox import Fault, SandboxServer, Script, serve
from tests.contract.test_transports import call
from tests.unit.test_catalog_and_render import ROOT

REAL = Catalog(ROOT / "templates", ROOT / "themes")
SENDER = Sender("acme", Mailbox("shop@your-brand.example"))
PAPER = AttachedFile("invoice-1.pdf", "application/pdf", b"%PDF-1.7 one")
BY_EMAIL_ONLY = ("reply", "return_follow_up", "shipping_confirmation")


def opened(server: SandboxServer, seller: str = "acme", timeout: float = 10.0) -> Client:
    return Client(Endpoint.parse(address=server.url), AppCredentials("app", "s", None, "r"), Quotas(), timeout)


@cache
def pipeline(kind: str, catalog: Catalog = REAL) -> Pipeline:
    return Pipeline(catalog, catalog.kind(kind), catalog.theme("plain"), load())


def order_of(kind: str) -> Order:
    read = REAL.kind(kind)
    germany = marketplace("Amazon.de")
    assert germany is not None
    order = sample_order(next((s for s in read.samples if s.name == "plain"), read.samples[0]), germany, read)
    allowed = REAL.kind(kind).allowed_attachments
    if allowed and not order.files:
        order = replace(
            order, files=(AttachedFile(allowed[0].files[0].replace("*", "a"), allowed[0].types[0], b"%PDF-1.7 one"),)
        )
    return order


def moment(kind: str, order: Order) -> datetime:
    """When the kind may be written: a review is asked for a week after the delivery."""
    return (order.delivered_at or order.purchased_at) + timedelta(days=7 if kind == "review_request" else 1)


def decided(kind: str, wanted: Any, script: Script | None = None, *, order: Order | None = None, suppressed: str | None = None,
            later: bool = False, server: SandboxServer | None = None) -> Way | list[Refusal]:  # fmt: skip
    order = order or order_of(kind)
    context = Context(load(), moment(kind, order), "acme", lambda _key: None, suppressed=lambda _address: suppressed,
                      dispatch=lambda _order: LineState.ACCEPTED, adjusted=True)  # fmt: skip
    with serve(script) as sandbox:
        return Ways(pipeline(kind), wanted, Offers(opened(server or sandbox))).of(order, context, later=later)


def shown(way: Way | list[Refusal]) -> str:
    return way.channel if isinstance(way, Way) else way[0].rule


@pytest.mark.parametrize("kind", REAL.kinds())
def test_who_is_written_to_by_what(kind: str) -> None:
    """Every kind by every channel, where the API allows everything and where it allows nothing."""
    order = order_of(kind)
    nothing = Script(actions={order.id: []})
    served = kind not in BY_EMAIL_ONLY
    assert shown(decided(kind, "email")) == "email"
    assert shown(decided(kind, "api")) == ("api" if served else "api-kind")
    assert shown(decided(kind, "auto")) == ("api" if served else "email")
    assert shown(decided(kind, "api", nothing)) == ("api-offer" if served else "api-kind")
    auto = decided(kind, "auto", nothing)
    assert isinstance(auto, Way)
    assert auto.channel == "email"
    assert auto.note


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"state": "canceled"}, "order-state"), ({"cancel_requested": True}, "cancel-requested"), ({"id": "1"}, "order-number")],
)
@pytest.mark.parametrize("wanted", ["email", "api", "auto"])
def test_the_rules_about_orders_hold_for_every_channel(change: dict[str, Any], rule: str, wanted: str) -> None:
    order = replace(order_of("delivery_scheduling"), **change)
    assert shown(decided("delivery_scheduling", wanted, order=order)) == rule


def test_the_api_needs_no_address() -> None:
    order = replace(order_of("delivery_scheduling"), buyer_email="")
    assert shown(decided("delivery_scheduling", "email", order=order)) == "recipient"
    assert shown(decided("delivery_scheduling", "auto", order=order)) == "api"
    refused = decided("delivery_scheduling", "auto", Script(actions={order.id: []}), order=order)
    assert isinstance(refused, list)
    assert [r.rule for r in refused] == ["recipient", "api-offer"]
    assert "by the API" in refused[0].message


@pytest.mark.parametrize("kind", sorted(API_CALLS))
def test_a_buyer_who_opted_out_gets_critical_kinds_by_the_api_alone(kind: str) -> None:
    assert shown(decided(kind, "email", suppressed="opt-out")) == "suppressed"
    by_api = "api" if kind in load().critical_kinds else "suppressed"
    assert shown(decided(kind, "auto", suppressed="opt-out")) == by_api
    assert shown(decided(kind, "api", suppressed="opt-out")) == by_api
    assert shown(decided(kind, "api", suppressed="bounce")) == "suppressed"


@pytest.mark.parametrize(
    ("locale", "language", "channel"),
    [("fr-FR", "fr", "api"), ("en-US", "en", "api"), ("pt_BR", "pt", "api"), ("", "de", "api"), ("da-DK", "de", "email")],
)
def test_the_buyer_s_own_language_beats_the_marketplace_s(locale: str, language: str, channel: str) -> None:
    order = order_of("order_problem")
    way = decided("order_problem", "auto", Script(locales={order.id: locale}), order=order)
    assert isinstance(way, Way)
    assert (way.channel, way.order.preferred_language) == (channel, language)


def test_a_disabled_action_is_told_with_its_reason() -> None:
    order = order_of("order_problem")
    refused = decided("order_problem", "api", Script(disabled={order.id: {"unexpectedProblem": "order too old"}}), order=order)
    assert isinstance(refused, list)
    assert (refused[0].rule, "order too old" in refused[0].message) == ("api-offer", True)


def test_what_is_scheduled_is_not_asked_about() -> None:
    fault = Script([Fault("getMessagingActionsForOrder", status=403)])
    assert shown(decided("order_problem", "auto", fault, later=True)) == "email"
    assert shown(decided("order_problem", "api", fault, later=True)) == "api"
    with pytest.raises(FrankingError, match="getMessagingActionsForOrder"):  # unknown is no "not allowed"
        decided("order_problem", "auto", Script([Fault("getMessagingActionsForOrder", status=403)]))


def test_files_that_the_call_does_not_take_are_refused() -> None:
    order = replace(order_of("invoice"), files=tuple(replace(PAPER, name=f"invoice-{n}.pdf") for n in range(6)))
    assert shown(decided("invoice", "api", order=order)) == "api-kind"
    assert shown(decided("invoice", "auto", order=order)) == "email"


def made(kind: str, catalog: Catalog = REAL) -> FrankedText | Rejected:
    return franked_text(pipeline(kind, catalog), order_of(kind), API_CALLS[kind])


@contextmanager
def own_template(tmp_path: Path, text: str) -> Iterator[Catalog]:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "templates" / "order_problem" / "message.txt.j2").write_text(text, "utf-8")
    yield Catalog(tmp_path / "templates", ROOT / "themes")


@pytest.mark.parametrize(
    ("text", "rule", "line", "told"),
    [
        ("Order {{ order_id }} is late.\n\n" + "We are very sorry for the long delay. " * 60, "api-text", 3, "takes 2000"),
        ("Order {{ order_id }}\nis <b>very</b> <i>late</i>.", "api-text", 2, "(4 of them)"),
        ("{# a note #}\nOrder {{ order_id }} is late.\nSee https://northwind.example/late", "api-text", 3, "a link"),
        ("Order {{ order_id }} is late.\nWrite to us at shop@northwind.example", "email-address", 2, ""),
        ("Order {{ order_id }} is late.\nCall us: +49 30 901820", "phone-number", 2, ""),
        ("   ", "api-text", 1, "empty"),
    ],
)
def test_what_the_api_does_not_take_is_told_with_its_template_line(
    tmp_path: Path, text: str, rule: str, line: int, told: str
) -> None:
    with own_template(tmp_path, text) as catalog:
        rejected = made("order_problem", catalog)
    assert isinstance(rejected, Rejected)
    finding = next(f for f in rejected.findings if f.rule == rule)
    assert finding.template is not None
    assert (Path(finding.template.file).name, finding.template.line) == ("message.txt.j2", line)
    assert told in finding.message


def test_a_short_text_of_one_s_own_is_what_is_sent(tmp_path: Path) -> None:
    with own_template(tmp_path, '{{ _("We are sorry for that & this.") }} {{ order_id }}') as catalog:
        text = franked_text(
            pipeline("order_problem", catalog), replace(order_of("order_problem"), language="en"), API_CALLS["order_problem"]
        )
    assert isinstance(text, FrankedText)
    assert text.text == f"We are sorry for that & this. {order_of('order_problem').id}"


def test_an_undeclared_variable_of_the_short_text_is_told(tmp_path: Path) -> None:
    with (
        own_template(tmp_path, "\n{{ oder_id }}") as catalog,
        pytest.raises(FrankingError, match=r"message\.txt\.j2:2: variable 'oder_id'"),
    ):
        pipeline("order_problem", catalog)


def deliver(ledger: Ledger, server: SandboxServer, seller: str = "acme", timeout: float = 10.0) -> Dispatcher:
    transport = RoutedTransport(None, ApiTransport(opened(server, timeout=timeout), seller))
    dispatcher = Dispatcher(ledger, transport, "b", 2, RateLimiter(), lambda _n: None)
    asyncio.run(dispatcher.run())
    return dispatcher


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.mark.parametrize("kind", sorted(API_CALLS))
def test_each_kind_s_call_is_as_the_published_model_has_it(ledger: Ledger, kind: str) -> None:
    text = made(kind)
    assert isinstance(text, FrankedText), text.findings
    order, api_call = order_of(kind), API_CALLS[kind]
    with serve() as server:
        ledger.queue("b", [build_call(text, api_call.action, SENDER, order.buyer_email)])
        deliver(ledger, server)
        (taken,) = server.state.sent
        assert server.state.broken == []
    assert ledger.counts()[State.SENT] == 1
    assert (taken.order, taken.marketplace) == (order.id, order.marketplace.id)
    body = taken.body or {}
    assert ("text" in body) is bool(api_call.text)
    assert list(taken.files) == ([file.content for file in order.files] if api_call.most_files else [])
    if kind == "warranty":
        first, last = (datetime.fromisoformat(body[name]) for name in ("coverageStartDate", "coverageEndDate"))
        assert (first.date(), last.date()) == (order.details["covered_from"], order.details["covered_until"])
        assert first.tzinfo is not None


@pytest.mark.parametrize(
    ("fault", "state", "calls"),
    [
        *[(Fault(status=status), "failed", 1) for status in (400, 403, 404, 409, 413, 415)],
        *[(Fault(status=status), "deferred", 1) for status in (429, 503)],
        (Fault(status=503, body="<html>busy</html>"), "deferred", 1),
        *[(Fault(status=status), "ambiguous", 1) for status in (500, 502, 504)],
        (Fault(status=500, body={"message": "Internal"}), "ambiguous", 1),
        (Fault(drop="before"), "ambiguous", 1),
        (Fault(drop="after"), "ambiguous", 1),
        (Fault(delay=1.2), "ambiguous", 1),
        (Fault(status=201, body="<html>"), "ambiguous", 1),
        (Fault(status=302, headers={"Location": "https://northwind.example"}), "queued", 1),
        (Fault(times=1, status=401), "sent", 2),
        (Fault(times=1, status=403, body={"errors": [{"code": "Unauthorized", "message": "no", "details": "The access token you provided has expired."}]}), "sent", 2),
        (Fault(times=1, status=408), "sent", 2),
    ],
    ids=lambda value: f"{value.status} {value.drop} {value.delay or ''} {value.times} {str(value.body or '')[:12]}" if isinstance(value, Fault) else str(value),
)  # fmt: skip
def test_every_outcome_is_written_and_nothing_is_sent_twice(ledger: Ledger, fault: Fault, state: str, calls: int) -> None:
    fault.operation = "createUnexpectedProblem"
    with serve(Script([fault])) as server:
        ledger.queue("b", [call(0)])
        deliver(ledger, server, timeout=0.6 if fault.delay else 10.0)
        assert {s.value: n for s, n in ledger.counts().items() if n} == {state: 1}
        assert server.state.called["createUnexpectedProblem"] == calls
        if state in ("ambiguous", "failed"):
            deliver(ledger, server)
            assert server.state.called["createUnexpectedProblem"] == calls


def test_an_application_without_the_role_stops_the_batch(ledger: Ledger) -> None:
    faults = [Fault("createUnexpectedProblem", status=403), Fault("getMessagingActionsForOrder", status=403)]
    with serve(Script(faults)) as server:
        ledger.queue("b", [call(n) for n in range(4)])
        dispatcher = deliver(ledger, server)
    assert dispatcher.sender_refused
    assert ledger.counts()[State.QUEUED] == 4


def test_a_second_solicitation_is_refused_for_this_order_alone(ledger: Ledger) -> None:
    with serve() as server:
        ledger.queue("b", [call(0, "productReviewAndSellerFeedback"), call(1, "productReviewAndSellerFeedback")])
        url = f"{server.url}/solicitations/v1/orders/302-7654321-0000000/solicitations/productReviewAndSellerFeedback"
        import httpx

        client = opened(server)
        token = client.tokens.get()
        assert (
            httpx.post(url, params={"marketplaceIds": "A1PA6795UKMFR9"}, headers={"x-amz-access-token": token}).status_code
            == 201
        )
        deliver(ledger, server)
        assert len(server.state.sent) == 2
    assert {s.value: n for s, n in ledger.counts().items() if n} == {"sent": 1, "failed": 1}


@pytest.mark.parametrize(
    ("fault", "state"),
    [(Fault("createUploadDestinationForResource", status=400), "failed"), (Fault("createUploadDestinationForResource", status=503), "deferred"),
     (Fault("createUploadDestinationForResource", status=403), "queued"), (Fault("createUploadDestinationForResource", times=1, drop="after"), "sent"),
     (Fault("createUploadDestinationForResource", status=201, body={}), "deferred"), (Fault("upload", status=403, body="<Error/>"), "deferred"),
     (Fault("upload", times=1, drop="before"), "sent")],
    ids=str,
)  # fmt: skip
def test_where_an_upload_fails_no_message_was_sent(ledger: Ledger, fault: Fault, state: str) -> None:
    text = made("invoice")
    assert isinstance(text, FrankedText)
    with serve(Script([fault])) as server:
        ledger.queue("b", [build_call(text, "invoice", SENDER, "")])
        deliver(ledger, server)
        assert server.state.called.get("sendInvoice", 0) == (1 if state == "sent" else 0)
    assert {s.value: n for s, n in ledger.counts().items() if n} == {state: 1}


def test_a_pause_that_the_api_asks_for_holds_for_the_messages_behind(ledger: Ledger) -> None:
    with serve(Script([Fault("createUnexpectedProblem", status=429, headers={"Retry-After": "1800"})])) as server:
        ledger.queue("b", [call(n) for n in range(6)])
        deliver(ledger, server)
        assert server.state.called["createUnexpectedProblem"] <= 2  # one a connection
    assert ledger.counts()[State.DEFERRED] == 6
    due = ledger.overview("acme").next_due()
    assert due is not None
    assert due > datetime.now(UTC) + timedelta(minutes=25)


def test_another_account_s_messages_are_not_sent_with_this_one_s_token(ledger: Ledger) -> None:
    with serve() as server:
        ledger.queue("b", [call(0)])
        deliver(ledger, server, seller="other")
        assert server.state.sent == []
    assert ledger.counts()[State.DEFERRED] == 1


def test_a_critical_call_outlives_an_opt_out_and_others_do_not(ledger: Ledger) -> None:
    for kind, left in (("order_problem", True), ("order_confirmation", False)):
        text = made(kind)
        assert isinstance(text, FrankedText)
        order = order_of(kind)
        critical = kind in load().critical_kinds
        message = build_call(text, API_CALLS[kind].action, SENDER, order.buyer_email, critical=critical)
        ledger.queue("b", [message])
        ledger.suppressions("acme").add([order.buyer_email], "opt-out")
        ledger.withdraw(batch="b")
        assert ledger.state_of(message.key) is (State.QUEUED if left else State.FAILED)


def run(folder: Path, server: SandboxServer, *arguments: str) -> tuple[int, dict[str, Any]]:
    options = ["--demo", "--as-of", "2026-11-24T12:00:00+00:00", "--templates", str(ROOT / "templates"), "--themes", str(ROOT / "themes"),
               "--outbox", f"sqlite:///{folder / 'l.db'}", "--format", "json"]  # fmt: skip
    environment = {
        f"FRANKING_AMAZON_{k}": v
        for k, v in {"ENDPOINT": server.url, "CLIENT_ID": "a", "CLIENT_SECRET": "b", "REFRESH_TOKEN": "c"}.items()
    }
    result = CliRunner().invoke(app, [*arguments, *options], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def test_a_batch_by_both_channels_and_once_per_order_over_all(tmp_path: Path) -> None:
    report = str(ROOT / "docs" / "examples" / "amazon.de-fba-shipments.txt")
    kind = ("--kind", "review_request")
    sending = (*kind, "--sender", "shop@your-brand.example", "--transport", f"dir:{tmp_path / 'out'}")
    with serve() as server:
        _, first = run(tmp_path, server, "plan", report, *kind, "--channel", "auto")
        assert first["channels"] == {"api": 3}
        one = first["permitted"][0]
        server.state.script.actions = {one: []}
        _, plan = run(tmp_path, server, "plan", report, *kind, "--channel", "auto")
        assert plan["channels"] == {"api": 2, "email": 1}
        assert {way["order"]: way["channel"] for way in plan["ways"]}[one] == "email"
        assert any("does not allow" in way["note"] for way in plan["ways"])
        _, api = run(tmp_path, server, "plan", report, *kind, "--channel", "api")
        assert [r["rule"] for r in api["refusals"] if r["order"] == one] == ["api-offer"]
        code, sent = run(tmp_path, server, "send", report, *sending, "--channel", "auto")
        assert (code, sent["sent"], sent["channels"]) == (0, 3, {"api": 2, "email": 1})
        assert len(server.state.sent) == 2
        assert len(list((tmp_path / "out").glob("*.eml"))) == 1
        server.state.script.actions = {}
        for channel in ("email", "auto"):
            _, again = run(tmp_path, server, "send", report, *sending, "--channel", channel)
            assert (again["sent"], again["queued"]) == (0, 0)
            assert again["refused"]["once-per-order"] == (2 if channel == "email" else 3)  # one order has no address
        assert len(server.state.sent) == 2
        assert len(list((tmp_path / "out").glob("*.eml"))) == 1
        assert server.state.broken == []


@pytest.mark.parametrize(
    ("environment", "told"),
    [({}, "amazon_client_id"), ({"CLIENT_ID": "a"}, "amazon_client_secret"), ({"CLIENT_ID": "a", "CLIENT_SECRET": "b"}, "amazon_refresh_token"),
     ({"CLIENT_ID": "a", "CLIENT_SECRET": "b", "REFRESH_TOKEN": "c", "ENDPOINT": "http://api.example"}, "amazon_endpoint")],
    ids=str,
)  # fmt: skip
def test_what_is_not_configured_is_told(environment: dict[str, str], told: str) -> None:
    report = str(ROOT / "docs" / "examples" / "amazon.de-fba-shipments.txt")
    arguments = [
        "plan",
        report,
        "--kind",
        "review_request",
        "--channel",
        "api",
        "--templates",
        str(ROOT / "templates"),
        "--themes",
        str(ROOT / "themes"),
    ]
    result = CliRunner().invoke(app, arguments, env={f"FRANKING_AMAZON_{k}": v for k, v in environment.items()})
    assert told in str(result.exception)


def test_the_demo_reaches_no_api_but_this_machine_s() -> None:
    report = str(ROOT / "docs" / "examples" / "amazon.de-fba-shipments.txt")
    arguments = [
        "send",
        report,
        "--kind",
        "review_request",
        "--channel",
        "api",
        "--demo",
        "--sender",
        "shop@your-brand.example",
    ]
    result = CliRunner().invoke(app, arguments, env={"FRANKING_AMAZON_CLIENT_ID": "a"})
    assert "this machine only" in str(result.exception)
