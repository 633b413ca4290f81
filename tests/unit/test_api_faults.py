"""What goes wrong at every step of a call, by every fault, against what the outbox says and what the server took by its own count.

A step is a request that leaves: of a message with a file, of a feed, of a confirmed parcel. Each fault lasts for a first run and is
gone in a second one. Nothing is taken twice, whatever happens.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from franking.batch.feed_runs import FeedRun
from franking.batch.submitting import CONFIRM, Patience, Submitter
from franking.batch.watch import Unwatched
from franking.channels import Endpoint
from franking.channels.client import Client
from franking.channels.feeds import FeedApi
from franking.channels.quotas import Quotas
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.dispatch import AppCredentials, Dispatcher, RateLimiter, recover
from franking.errors import ConfigurationError
from franking.model import _TOKEN, Key, OutgoingMessage
from franking.outbox import Ledger
from franking.policy import marketplace
from franking.sandbox import Fault, SandboxServer, Script, serve
from tests.unit.killed_feeds import confirm, new, opened, parcel, send, starting

HTML = "<html><h1>Service Unavailable</h1></html>"
SOON = {"Retry-After": "0"}
STATUSES = (400, 401, 403, 404, 413, 415, 429, 500, 503)
PAGES = (403, 503)
FAULTS: dict[str, dict[str, Any]] = {
    **{str(status): {"status": status, "headers": SOON} for status in STATUSES},
    **{f"{status} HTML": {"status": status, "headers": SOON, "body": HTML} for status in PAGES},
    "drop before": {"drop": "before"}, "drop after": {"drop": "after"}, "slow": {"late": 0.4},
}  # fmt: skip
ORDER = "302-7654321-0000001"


def client(server: SandboxServer, fault: str = "") -> Client:
    return Client(
        Endpoint.parse(address=server.url),
        AppCredentials("app", "s", None, "r"),
        Quotas(),
        0.2 if fault == "slow" else 10.0,
        0.005,
    )


def grouped(**outcomes: str) -> dict[str, str]:
    """Outcomes by fault: the pages in place of JSON mean what their status does."""
    found = {}
    for outcome, faults in outcomes.items():
        for fault in faults.split(", "):
            found[fault] = outcome
            if fault.isdecimal() and int(fault) in PAGES:
                found[f"{fault} HTML"] = outcome
    assert found.keys() == FAULTS.keys()
    return found


def invoice() -> OutgoingMessage:
    said = {"call": 1, "action": "invoice", "order": ORDER, "marketplace": "A1PA6795UKMFR9", "seller": "acme", "text": "",
            "covered": None, "files": [["a.pdf", "application/pdf", "eA=="]]}  # fmt: skip
    return OutgoingMessage(Key("acme", ORDER, "invoice"), "api:amazon", "b@marketplace.amazon.de", "<1.api@example.com>",
                           json.dumps(said).encode(), _TOKEN)  # fmt: skip


# The message after the first run. Before its own call it waits, whatever happens; a call whose answer is lost is not made again.
MESSAGE = {
    "createUploadDestinationForResource": grouped(
        failed="400, 404, 413, 415", queued="403", deferred="401, 429, 500, 503, drop before, drop after, slow"
    ),
    "upload": grouped(deferred="400, 401, 403, 404, 413, 415, 429, 500, 503, drop before, drop after, slow"),
    "sendInvoice": grouped(
        failed="400, 403, 404, 413, 415", deferred="401, 429, 503", ambiguous="500, drop before, drop after, slow"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", MESSAGE)
def test_a_message(ledger_url: str, step: str, fault: str) -> None:
    stored = Ledger(ledger_url)
    stored.queue("b", [invoice()])
    scripted = Fault(step, **FAULTS[fault])
    with serve(Script([scripted])) as server:
        for _ in range(2):
            transport = RoutedTransport(None, ApiTransport(client(server, fault), "acme"))
            recover(stored, transport)
            asyncio.run(Dispatcher(stored, transport, "b", 1, RateLimiter(), lambda _n: None).run())
            assert len(server.state.sent) <= 1
            if scripted.times:
                assert {state.value: n for state, n in stored.counts().items() if n} == {MESSAGE[step][fault]: 1}
            scripted.times = 0
        called = server.state.called.get("sendInvoice", 0)
        if MESSAGE[step][fault] in ("ambiguous", "failed"):
            assert called == (1 if step == "sendInvoice" else 0)
        if fault in ("drop after", "slow") and step == "sendInvoice":
            assert len(server.state.sent) == 1
    stored.close()


def run_of(ledger: Ledger, server: SandboxServer, fault: str) -> FeedRun:
    america = marketplace("Amazon.com")
    assert america is not None
    feeds, opened = ledger.feeds("acme"), client(server, fault)
    patience = Patience(5.0, lambda wanted: time.sleep(min(wanted, 0.005)))
    return FeedRun(feeds, Submitter(feeds, lambda _place: FeedApi(opened, america), Unwatched(), patience))


# The feed after the first run, and after a second one without the fault.
_ASKING = grouped(ambiguous="400, 404, 413, 415", raised="401, 403", waiting="429, 500, 503, drop before, drop after, slow")
FEED: dict[str, dict[str, str]] = {
    "createFeedDocument": grouped(failed="400, 404, 413, 415", ready="401, 403, 429, 500, 503, drop before, drop after, slow"),
    "upload": grouped(ready="400, 401, 403, 404, 413, 415, 429, 500, 503, drop before, drop after, slow"),
    "createFeed": grouped(
        failed="400, 404, 413, 415", ready="401, 403, 429, 503", ambiguous="500, drop before", done="drop after, slow"
    ),
    "getFeed": _ASKING,
    "getFeedDocument": _ASKING,
    "download": grouped(waiting="400, 401, 403, 404, 413, 415, 429, 500, 503, drop before, drop after, slow"),
}
LASTING = {"failed": "failed", "ambiguous": "ambiguous"}  # of the first run, where the second one changes nothing


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", FEED)
def test_a_feed(ledger_url: str, step: str, fault: str) -> None:
    stored = Ledger(ledger_url)
    scripted = Fault(step, **FAULTS[fault])
    expected = FEED[step][fault]
    with serve(Script([scripted])) as server:
        run = run_of(stored, server, fault)
        if expected == "raised":  # the application may not ask: that is the operator's matter
            with pytest.raises(ConfigurationError, match=step):
                run.hand_in(new())
        else:
            run.hand_in(new())
        (feed,) = run.feeds.all()
        waiting = "reporting" if step in ("getFeedDocument", "download") else "polling"
        assert feed.state.value == (waiting if expected in ("raised", "waiting") else expected)
        submitted = len(server.state.feeds.submitted)
        assert submitted == (
            0 if feed.state.value in ("ready", "failed") or (step, expected) == ("createFeed", "ambiguous") else 1
        )
        scripted.times = 0
        run.go_on(doubted=True)
        (feed,) = run.feeds.all()
        lines = {line.state.value for line in run.feeds.lines(feed.number)}
        if expected == "failed":
            assert (feed.state.value, lines, submitted) == ("failed", {"dropped"}, 0)
        elif (step, expected) == ("createFeed", "ambiguous"):
            assert (feed.state.value, lines) == ("ambiguous", {"ambiguous"})  # nothing is listed: it may come yet
            assert server.state.called["createFeed"] == 1
        else:
            assert (feed.state.value, lines) == ("done", {"accepted"})
            assert len(server.state.feeds.submitted) == 1
        assert server.state.broken == []
    stored.close()


CONFIRMING = grouped(failed="400, 404, 413, 415", ready="401, 403, 429, 503", ambiguous="500, drop before, drop after, slow")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_parcel(ledger_url: str, fault: str) -> None:
    stored = Ledger(ledger_url)
    scripted = Fault(CONFIRM, **FAULTS[fault])
    with serve(Script([scripted])) as server:
        run = run_of(stored, server, fault)
        run.hand_in([parcel(ORDER)])
        (feed,) = run.feeds.all()
        assert feed.state.value == CONFIRMING[fault]
        scripted.times = 0
        run.go_on(doubted=True)
        (feed,) = run.feeds.all()
        states = {line.state.value for line in run.feeds.lines(feed.number)}
        after = {"ready": ("done", {"accepted"}), "failed": ("failed", {"rejected"}), "ambiguous": ("ambiguous", {"ambiguous"})}
        assert (feed.state.value, states) == after[CONFIRMING[fault]]
        assert server.state.called[CONFIRM] == (2 if CONFIRMING[fault] == "ready" else 1)
        assert len(server.state.shipments) == (1 if CONFIRMING[fault] == "ready" or fault in ("drop after", "slow") else 0)
        assert server.state.broken == []
    stored.close()


@pytest.fixture
def killed(ledger_url: str) -> Iterator[Any]:
    with starting(ledger_url) as start:
        yield start


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (Fault("createUploadDestinationForResource", late=30, times=1), 0),
        (Fault("upload", late=30, times=1), 0),
        (Fault("sendInvoice", delay=1.0, times=1), 1),
        (Fault("sendInvoice", late=30, times=1), 1),
    ],
    ids=["destination", "upload", "call, before", "call, after"],
)
def test_a_message_whose_process_is_killed_is_not_sent_again(ledger_url: str, killed: Any, fault: Fault, sent: int) -> None:
    stored = Ledger(ledger_url)
    stored.queue("b", [invoice()])
    with serve(Script([fault])) as server:
        process = killed(server.url, send)
        until(lambda: fault.times == 0, process)  # the server has the request
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        if sent:
            until(lambda: len(server.state.sent) == 1, None)  # it does what it was asked, for a dead asker
        for _ in range(2):
            transport = RoutedTransport(None, ApiTransport(client(server), "acme"))
            recover(stored, transport)
            asyncio.run(Dispatcher(stored, transport, "b", 1, RateLimiter(), lambda _n: None).run())
        assert len(server.state.sent) == sent
        assert {state.value: n for state, n in stored.counts().items() if n} == {"ambiguous": 1}
    stored.close()


@pytest.mark.parametrize(
    "fault", [Fault(CONFIRM, delay=1.0, times=1), Fault(CONFIRM, late=30, times=1)], ids=["before", "after"]
)
def test_a_parcel_whose_process_is_killed_is_not_confirmed_again(ledger_url: str, killed: Any, fault: Fault) -> None:
    with serve(Script([fault])) as server:
        process = killed(server.url, confirm)
        until(lambda: fault.times == 0, process)  # the server has the request
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        until(lambda: len(server.state.shipments) == 1, None)  # it does what it was asked, for a dead asker
        for _ in range(2):
            opened(ledger_url, server.url).go_on(doubted=True)
        assert (len(server.state.shipments), server.state.called[CONFIRM]) == (1, 1)
    stored = Ledger(ledger_url)
    (feed,) = stored.feeds("acme").all()
    assert (feed.state.value, {line.state.value for line in stored.feeds("acme").lines(feed.number)}) == (
        "ambiguous",
        {"ambiguous"},
    )
    stored.close()


def until(done: Any, process: Any) -> None:
    last = time.monotonic() + 60
    while not done():
        assert time.monotonic() < last
        assert process is None or process.is_alive()
        time.sleep(0.01)
