"""The API's client against the sandbox: what each answer means, and what of a request the published models would refuse."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from franking.channels import Ambiguous, Answer, Endpoint, NotSent, Refused, Result, endpoint_for
from franking.channels.client import Client
from franking.channels.offers import Offers
from franking.channels.operations import MESSAGING_ACTIONS, SENDING, SOLICITATION
from franking.channels.quotas import Quotas
from franking.dispatch import AppCredentials
from franking.errors import ConfigurationError, TransportError, Unreachable
from franking.policy import marketplace, marketplaces
from franking.sandbox import Fault, SandboxServer, Script, serve

ORDER = "302-1234567-1234567"
GERMANY = next(place for place in marketplaces() if place.name == "Amazon.de")
PROBLEM = SENDING["unexpectedProblem"]


@contextmanager
def client(
    script: Script | None = None, *, secret: str = "s", refresh: str = "r", timeout: float = 5.0
) -> Iterator[tuple[Client, SandboxServer]]:
    with serve(script) as server:
        made = Client(Endpoint.parse(address=server.url), AppCredentials("app", secret, None, refresh), Quotas(), timeout)
        try:
            yield made, server
        finally:
            made.close()


def post(made: Client, body: object = None, order: str = ORDER, action: str = "unexpectedProblem") -> Result:
    operation = SENDING[action]
    body = {"text": "Hello"} if body is None and action != SOLICITATION else body
    return made.call(operation, operation.url(made.endpoint.address, order=order), {"marketplaceIds": GERMANY.id}, body)


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        *[(Fault(status=status), Refused) for status in (400, 401, 403, 404, 408, 409, 413, 415, 429, 503)],
        *[(Fault(status=status, headers={"Location": "/x"}), Refused) for status in (301, 302, 303, 307, 308)],
        *[(Fault(status=status), Ambiguous) for status in (500, 502, 504)],
        (Fault(status=503, body="<html><h1>503</h1></html>"), Refused),
        (Fault(status=500, body={"message": "Internal server error"}), Ambiguous),
        (Fault(status=403, body={"message": "Forbidden"}), Refused),
        (Fault(status=429, body=""), Refused),
        (Fault(status=201, body={"errors": []}), Answer),
        (Fault(status=200, body=""), Answer),
        (Fault(status=201, body={"errors": [{"code": "A", "message": "b"}]}), Ambiguous),
        (Fault(status=200, body="<html>Welcome to the hotel's network</html>"), Ambiguous),
        (Fault(drop="before"), Ambiguous),
        (Fault(drop="after"), Ambiguous),
        (Fault(delay=0.8), Ambiguous),
    ],
    ids=lambda value: f"{value.status} {value.drop} {value.delay or ''} {str(value.body or '')[:20]}" if isinstance(value, Fault) else "",
)  # fmt: skip
def test_each_answer_means_one_of_four_and_a_post_is_made_once(fault: Fault, meaning: type) -> None:
    fault.operation = "createUnexpectedProblem"
    with client(Script([fault]), timeout=0.4) as (made, server):
        assert isinstance(post(made), meaning)
        time.sleep(0.5 if fault.delay else 0)
        assert server.state.called["createUnexpectedProblem"] == 1


def test_no_connection_is_not_sent() -> None:
    with client() as (made, server):
        made.tokens.get()
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        url = PROBLEM.url(nobody, order=ORDER)
        assert isinstance(made.call(PROBLEM, url, {"marketplaceIds": GERMANY.id}, {"text": "x"}), NotSent)
        assert server.state.sent == []


def test_what_a_refusal_says_is_kept_without_addresses() -> None:
    body = {"errors": [{"code": "InvalidInput", "message": "no such buyer somebody@example.com", "details": "d"}]}
    with client(Script([Fault(status=400, body=body, headers={"Retry-After": "7"})])) as (made, _):
        refused = post(made)
    assert isinstance(refused, Refused)
    assert (refused.status, refused.retry_after, refused.by_service) == (400, 7.0, True)
    assert str(refused) == "400 InvalidInput: no such buyer <address> (d)"


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("0", 0.0), ("1.5", 1.5), ("soon", None), ("-1", None), ("", None), ("9" * 40, None)]
)
def test_retry_after(header: str, seconds: float | None) -> None:
    with client(Script([Fault(status=429, headers={"Retry-After": header})])) as (made, _):
        refused = post(made)
        assert isinstance(refused, Refused)
        assert refused.retry_after == seconds


def test_retry_after_as_a_date() -> None:
    from email.utils import formatdate

    with client(Script([Fault(status=503, headers={"Retry-After": formatdate(time.time() + 90, usegmt=True)})])) as (made, _):
        refused = post(made)
    assert isinstance(refused, Refused)
    assert refused.retry_after is not None
    assert 60 < refused.retry_after <= 91


@pytest.mark.parametrize("action", sorted(SENDING))
def test_every_request_is_as_the_published_model_has_it(action: str) -> None:
    """The sandbox judges by the models; the bodies are those that the transport makes (``test_api_send``)."""
    with client() as (made, server):
        body: Any = {"text": "Hello"} if action not in ("invoice", "warranty", SOLICITATION) else None
        if action in ("invoice", "warranty"):
            return  # with files: test_api_send
        assert isinstance(post(made, body, action=action), Answer)
        assert server.state.broken == []
        taken = server.state.sent[0]
        assert (taken.order, taken.marketplace, taken.body) == (ORDER, GERMANY.id, body)


def test_a_solicitation_has_no_body_and_no_content_type_and_is_taken_once() -> None:
    with client() as (made, server):
        assert isinstance(post(made, action=SOLICITATION), Answer)
        assert server.state.sent[0].body is None
        second = post(made, action=SOLICITATION)
        assert isinstance(second, Refused)
        assert second.status == 403
        assert not second.about_token
        assert Offers(made).of(ORDER, GERMANY, solicits=True).actions == {}


def test_one_login_serves_many_calls_and_an_expired_token_is_asked_for_anew() -> None:
    with client() as (made, server):
        first = made.tokens.get()
        assert made.tokens.get() == first
        server.state.tokens.clear()
        refused = post(made)
        assert isinstance(refused, Refused)
        assert refused.about_token
        assert server.state.called["createUnexpectedProblem"] == 1  # not repeated by itself
        assert made.tokens.get() != first
        assert isinstance(post(made), Answer)


def test_reading_is_repeated_where_that_helps() -> None:
    faults = [
        Fault("getMessagingActionsForOrder", times=1, status=503, body="<html>"),
        Fault("getMessagingActionsForOrder", times=1, drop="before"),
    ]
    with client(Script(faults)) as (made, server):
        assert "unexpectedProblem" in Offers(made).of(ORDER, GERMANY, solicits=False).actions
        assert server.state.called["getMessagingActionsForOrder"] == 3


@pytest.mark.parametrize(("status", "error"), [(403, ConfigurationError), (401, ConfigurationError), (302, TransportError)])
def test_what_reading_cannot_mend_is_told(status: int, error: type[Exception]) -> None:
    with client(Script([Fault("GetAttributes", status=status)])) as (made, _), pytest.raises(error, match="GetAttributes"):
        Offers(made).language(ORDER, GERMANY)


def test_reading_that_gets_no_answer_is_unreachable() -> None:
    fault = Fault("GetAttributes", status=429, headers={"Retry-After": "100"})
    with client(Script([fault])) as (made, server), pytest.raises(Unreachable, match="429"):
        Offers(made).language(ORDER, GERMANY)
    assert server.state.called["GetAttributes"] == 1


@pytest.mark.parametrize(("secret", "refresh", "code"), [("wrong", "r", "invalid_client"), ("s", "wrong", "invalid_grant")])
def test_a_refused_login_is_told_without_the_secret(secret: str, refresh: str, code: str) -> None:
    with client(secret=secret, refresh=refresh) as (made, server), pytest.raises(ConfigurationError, match=code) as told:
        post(made)
    assert "wrong" not in str(told.value)
    assert server.state.called == {}


@pytest.mark.parametrize(
    "fault",
    [
        Fault("login", status=503, body="<html>"), Fault("login", drop="before"), Fault("login", status=200, body=[]),
        Fault("login", status=200, body={"access_token": "a", "expires_in": "3600"}),
        Fault("login", status=200, body={"access_token": "a", "expires_in": -1}),
        Fault("login", status=200, body={"access_token": "a\nb"}), Fault("login", status=200, body={"access_token": ["a"]}),
        Fault("login", status=200, body='{"access_token": "a", "expires_in": NaN}'),  # which would never end
        Fault("login", status=200, body='{"access_token": "a", "access_token": "b"}'),
    ],
)  # fmt: skip
def test_a_login_that_may_succeed_later_is_unreachable(fault: Fault) -> None:
    with client(Script([fault])) as (made, _), pytest.raises(Unreachable, match="login"):
        made.tokens.get()


def test_secrets_come_from_private_files_and_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hush\n")
    file.chmod(0o600)
    credentials = AppCredentials("app", secret_file=file, refresh="also hush")
    assert credentials.client_secret() == "hush"
    assert "hush" not in repr(credentials)
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="0600"):
        credentials.client_secret()
    with pytest.raises(ConfigurationError, match="amazon_refresh_token"):
        AppCredentials("app", "s").refresh_token()


def test_the_offer_is_read_from_the_links_and_disabled_actions_are_left_out() -> None:
    answer = {
        "_links": {"actions": [
            {"href": f"/messaging/v1/orders/{ORDER}/messages/unexpectedProblem?marketplaceIds=A", "name": "x"},
            {"href": f"/messaging/v1/orders/{ORDER}/messages/confirmOrderDetails?marketplaceIds=A"},
            {"href": f"/messaging/v1/orders/{ORDER}/messages/somethingNew?marketplaceIds=A"}, {"name": "no link"}, 7,
        ]},
        "_embedded": {"actions": [
            {"payload": {"name": "confirmOrderDetails", "disabled": True, "disabledReason": "shipped"}},
            {"payload": {"name": "unexpectedProblem"}, "_embedded": {"schema": {"properties": {"rawMessageBody": {"type": "string", "maxLength": 400}}}}},
        ]},
    }  # fmt: skip
    with client(Script([Fault("getMessagingActionsForOrder", status=200, body=answer)])) as (made, _):
        offer = Offers(made).of(ORDER, GERMANY, solicits=False)
    assert offer.actions == {"unexpectedProblem": 400, "somethingNew": None}
    assert offer.disabled == {"confirmOrderDetails": "shipped"}


@pytest.mark.parametrize("body", [
    {}, [], {"_links": {}}, {"_links": {"actions": 3}}, {"payload": 1}, {"_links": {"actions": {}}}, {"_links": [1]},
    {"_links": {"actions": []}, "_embedded": {"actions": 1}},
    {"_links": {"actions": []}, "_embedded": {"actions": [{"name": "warranty", "disabled": "yes"}]}},
])  # fmt: skip
def test_an_offer_that_cannot_be_read_is_not_taken_for_none(body: Any) -> None:
    fault = Fault("getMessagingActionsForOrder", status=200, body=body)
    with client(Script([fault])) as (made, _), pytest.raises(TransportError, match="does not list"):
        Offers(made).of(ORDER, GERMANY, solicits=False)


def test_an_order_that_the_api_does_not_know_allows_nothing() -> None:
    with client(Script([Fault("getMessagingActionsForOrder", status=404)])) as (made, _):
        assert Offers(made).of(ORDER, GERMANY, solicits=False).refused.startswith("404")


def test_restricted_data_tokens() -> None:
    with client() as (made, server):
        resource: dict[str, object] = {"method": "GET", "path": "/orders/v0/orders", "dataElements": ["buyerInfo"]}
        token = made.restricted_token(made.endpoint.address, [resource])
        assert token in server.state.tokens
        assert server.state.broken == []


def test_the_usage_plan_is_kept_and_the_announced_rate_taken_over() -> None:
    with client(Script(rate=None)) as (made, server):  # the models' own: once a second, five at once
        started = time.monotonic()
        for _ in range(6):
            made.read(MESSAGING_ACTIONS, MESSAGING_ACTIONS.url(server.url, order=ORDER), {"marketplaceIds": GERMANY.id})
        assert server.state.called["getMessagingActionsForOrder"] == 6  # none was refused by 429
        assert time.monotonic() - started > 0.9
    with client() as (made, server):  # announces a hundred a second
        started = time.monotonic()
        for _ in range(12):
            made.read(MESSAGING_ACTIONS, MESSAGING_ACTIONS.url(server.url, order=ORDER), {"marketplaceIds": GERMANY.id})
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("name", "host"),
    [("Amazon.de", "eu"), ("Amazon.co.uk", "eu"), ("Amazon.com", "na"), ("Amazon.com.br", "na"), ("Amazon.co.jp", "fe"),
     ("Amazon.com.au", "fe"), ("Amazon.in", "eu"), ("Amazon.se", "eu")],
)  # fmt: skip
def test_regions(name: str, host: str) -> None:
    place = marketplace(name)
    assert place is not None
    assert endpoint_for(Endpoint(), place) == f"https://sellingpartnerapi-{host}.amazon.com"
    assert endpoint_for(Endpoint(sandbox=True), place) == f"https://sandbox.sellingpartnerapi-{host}.amazon.com"


def test_every_amazon_marketplace_has_a_region_and_others_have_none() -> None:
    from franking.policy import every_marketplace

    for place in every_marketplace():
        if place.platform == "amazon":
            assert endpoint_for(Endpoint(), place)
        else:
            with pytest.raises(ConfigurationError, match="--channel email"):
                endpoint_for(Endpoint(), place)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example",
        "ftp://127.0.0.1",
        "https://",
        "https://u:p@host",
        "https://host?x=1",
        "nonsense",
        "http://127.0.0.1:x",
    ],
)
def test_an_endpoint_that_would_send_tokens_in_the_clear_is_refused(url: str) -> None:
    for given in ({"address": url}, {"login": url}):
        with pytest.raises(ConfigurationError, match="amazon_"):
            Endpoint.parse(**given)  # type: ignore[arg-type]
