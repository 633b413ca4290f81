"""Feeds on their way to the sandbox server: what goes wrong at each step against what the outbox says, and how many feeds the
server took, by its own count, when the process is killed at every step and run again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from franking.batch.adjust import new_feeds
from franking.batch.feed_runs import FeedRun, settle
from franking.errors import FrankingError, InputError
from franking.feeds import AdjustedItem, Adjustment, documents
from franking.model.feeds import Feed, FeedState, LineState
from franking.sandbox import Fault, Script, serve
from tests.unit.killed_feeds import ORDERS, hand_in, new, opened, starting

TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"


def told(run: FeedRun, feed: Feed) -> tuple[str, set[str]]:
    return feed.state.value, {line.state.value for line in run.feeds.lines(feed.number)}


def plan(**said: Any) -> dict[str, dict[str, Any]]:
    return {TYPE: said}


# What goes wrong, the feed and its lines afterwards, the feeds that the server took, and what one more run comes to.
STEPS: list[tuple[str, list[Fault], dict[str, Any], str, str, int, str]] = [
    ("nothing", [], {}, "done", "accepted", 1, "done"),
    ("progress", [], {"statuses": ["IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "DONE"], "gzip": True}, "done", "accepted", 1, "done"),
    ("login away", [Fault("login", status=503, times=1)], {}, "ready", "waiting", 0, "done"),
    ("document drops", [Fault("createFeedDocument", drop="before", times=1)], {}, "ready", "waiting", 0, "done"),
    ("document drops after", [Fault("createFeedDocument", drop="after", times=1)], {}, "ready", "waiting", 0, "done"),
    ("document 400", [Fault("createFeedDocument", status=400, times=1)], {}, "failed", "dropped", 0, "failed"),
    ("document 403", [Fault("createFeedDocument", status=403, times=1)], {}, "ready", "waiting", 0, "done"),
    ("document 500", [Fault("createFeedDocument", status=500, times=1)], {}, "ready", "waiting", 0, "done"),
    ("upload drops", [Fault("upload", drop="before", times=1)], {}, "ready", "waiting", 0, "done"),
    ("upload drops after", [Fault("upload", drop="after", times=1)], {}, "ready", "waiting", 0, "done"),
    ("upload 403", [Fault("upload", status=403, times=1)], {}, "ready", "waiting", 0, "done"),
    ("feed 400", [Fault("createFeed", status=400, times=1)], {}, "failed", "dropped", 0, "failed"),
    ("feed 413", [Fault("createFeed", status=413, times=1)], {}, "failed", "dropped", 0, "failed"),
    ("feed 415", [Fault("createFeed", status=415, times=1)], {}, "failed", "dropped", 0, "failed"),
    ("feed 401", [Fault("createFeed", status=401, times=1)], {}, "ready", "waiting", 0, "done"),
    ("feed 403", [Fault("createFeed", status=403, times=1)], {}, "ready", "waiting", 0, "done"),
    ("feed 302", [Fault("createFeed", status=302, times=1)], {}, "ready", "waiting", 0, "done"),
    ("feed 429", [Fault("createFeed", status=429, times=1, headers={"Retry-After": "0"})], {}, "ready", "waiting", 0, "done"),
    ("feed 503", [Fault("createFeed", status=503, times=1, headers={"Retry-After": "0"})], {}, "ready", "waiting", 0, "done"),
    ("feed drops before", [Fault("createFeed", drop="before", times=1)], {}, "ambiguous", "ambiguous", 0, "ambiguous"),
    ("feed drops after", [Fault("createFeed", drop="after", times=1)], {}, "done", "accepted", 1, "done"),
    ("feed drops after, not listed", [Fault("createFeed", drop="after", times=1)], {"hidden": True}, "ambiguous", "ambiguous", 1, "ambiguous"),
    ("feed 500", [Fault("createFeed", status=500, times=1)], {}, "ambiguous", "ambiguous", 0, "ambiguous"),
    ("feed answers HTML", [Fault("createFeed", status=200, body="<html>", times=1)], {}, "ambiguous", "ambiguous", 0, "ambiguous"),
    ("feed answers errors", [Fault("createFeed", status=202, body={"errors": [{"code": "x", "message": "y"}]}, times=1)], {}, "ambiguous", "ambiguous", 0, "ambiguous"),
    ("feed answers nothing", [Fault("createFeed", status=202, body={}, times=1)], {}, "ambiguous", "ambiguous", 0, "ambiguous"),
    ("feeds cannot be asked", [Fault("createFeed", drop="after", times=1), Fault("getFeeds", status=400, times=1)], {}, "ambiguous", "ambiguous", 1, "done"),
    ("hangs", [], {"statuses": ["IN_PROGRESS"]}, "polling", "waiting", 1, "polling"),
    ("poll drops", [Fault("getFeed", drop="before", times=1)], {}, "done", "accepted", 1, "done"),
    ("poll 404", [Fault("getFeed", status=404, times=1)], {}, "ambiguous", "ambiguous", 1, "done"),
    ("FATAL", [], {"statuses": ["IN_QUEUE", "FATAL"]}, "fatal", "ambiguous", 1, "fatal"),
    ("CANCELLED", [], {"statuses": ["CANCELLED"]}, "cancelled", "dropped", 1, "cancelled"),
    ("DONE without a report", [], {"reports": False}, "done", "ambiguous", 1, "done"),
    ("report drops", [Fault("download", drop="before", times=3)], {}, "reporting", "waiting", 1, "done"),
    ("report 403", [Fault("download", status=403, times=3)], {}, "reporting", "waiting", 1, "done"),
    ("report is HTML", [], {"report": "<html>no</html>"}, "reporting", "waiting", 1, "reporting"),
    ("report is HTML by name", [Fault("download", headers={"Content-Type": "text/html"}, times=3)], {}, "reporting", "waiting", 1, "done"),
    ("report of an unknown character set", [], {"charset": "klingon"}, "done", "ambiguous", 1, "done"),
    ("report of another character set than it is named", [], {"encoding": "latin-1", "charset": "utf-8", "report": "Größe"}, "done", "ambiguous", 1, "done"),
    ("report 404", [Fault("getFeedDocument", status=404, times=1)], {}, "ambiguous", "ambiguous", 1, "done"),
    ("report is empty", [], {"report": ""}, "done", "ambiguous", 1, "done"),
    ("whole feed in error", [], {"errors": {"0": ["90000", "bad"]}}, "done", "rejected", 1, "done"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "faults", "said", "state", "line", "taken", "again"), STEPS, ids=[s[0] for s in STEPS])
def test_what_goes_wrong_at_each_step(
    ledger_url: str, name: str, faults: list[Fault], said: dict[str, Any], state: str, line: str, taken: int, again: str
) -> None:
    copies = [replace(fault) for fault in faults]
    with serve(Script(copies, feeds=plan(**said))) as server:
        run = opened(ledger_url, server.url, 0.0 if "hang" in name else 5.0)
        (feed,) = run.hand_in(new())
        assert told(run, feed) == (state, {line})
        assert len(server.state.feeds.submitted) == taken
        assert server.state.broken == []
        run.go_on(doubted=True)
        after = run.feeds.get(feed.number)
        assert after is not None
        assert after.state.value == again
        assert len(server.state.feeds.submitted) == (1 if again == "done" or taken else 0)
        if after.state in (FeedState.DONE, FeedState.FAILED):
            assert after.document is None


@pytest.mark.parametrize("damage", [
    Fault(status=403), Fault(drop="before"), Fault(drop="within"), Fault(cut=20), Fault(cut=10**6), Fault(status=200, body="<html>"),
    Fault(headers={"Content-Type": "text/html"}), Fault(status=503), Fault(status=302, headers={"Location": "/x"}),
], ids=str)  # fmt: skip
@pytest.mark.parametrize("packed", [True, False])
def test_a_damaged_report_is_asked_for_again_by_a_new_url(ledger_url: str, damage: Fault, packed: bool) -> None:
    with serve(Script([replace(damage, operation="download", times=2)], feeds=plan(gzip=packed))) as server:
        run = opened(ledger_url, server.url)
        (feed,) = run.hand_in(new())
        if damage.cut and not packed:  # as a whole it is no report, whatever its length
            assert told(run, feed) == ("done", {"ambiguous"})
            return
        assert told(run, feed) == ("done", {"accepted"})
        assert (server.state.called["getFeedDocument"], server.state.called["download"]) == (3, 3)


@pytest.mark.parametrize(
    ("type_", "plan_of"),
    [
        ("flat", {"encoding": "shift_jis", "charset": "Shift_JIS", "errors": {"1": ["9", "在庫 error"]}}),
        ("flat", {"encoding": "latin-1", "charset": "ISO-8859-1", "errors": {"1": ["9", "Größe error"]}, "gzip": True}),
        ("flat", {"encoding": "cp1252", "errors": {"1": ["9", "Größe error"]}}),
        ("flat", {"encoding": "utf-8-sig", "charset": "utf-8", "errors": {"1": ["9", "Größe error"]}}),
        ("xml", {"encoding": "latin-1", "charset": "ISO-8859-1", "errors": {"1": ["9", "Größe error"]}}),  # declares UTF-8
        ("xml", {"encoding": "utf-16", "charset": "utf-16", "errors": {"1": ["9", "Größe error"]}, "gzip": True}),
        ("xml", {"charset": "utf-8", "errors": {"1": ["9", "在庫 error"]}}),
    ],
)
def test_a_report_is_read_in_the_character_set_that_it_names(ledger_url: str, type_: Any, plan_of: dict[str, Any]) -> None:
    given = [
        Adjustment(
            ORDERS[0], "Refund", "CouldNotShip", "USD", (AdjustedItem("61200450098821", 1, (("Principal", Decimal(5)),)),)
        )
    ]
    with serve(Script(feeds={"": plan_of})) as server:
        run = opened(ledger_url, server.url)
        (feed,) = run.hand_in(new_feeds([("ATVPDKIKX0DER", d) for d in documents(given, type_, "A2")]))
    (line,) = run.feeds.lines(feed.number)
    assert (feed.state.value, line.state.value, line.code) == ("done", "rejected", "9")
    assert line.reply == plan_of["errors"]["1"][1]


def test_each_line_by_the_report(ledger_url: str) -> None:
    said = plan(errors={"2": ["13010", 'Buyer "Dana" dana@x.example, +1 (503) 555-0142: order 114-8830217-5528106 & <b>']},
                warnings={"3": ["200", "late"]}, gzip=True)  # fmt: skip
    with serve(Script(feeds=said)) as server:
        run = opened(ledger_url, server.url)
        (feed,) = run.hand_in(new())
    found = run.feeds.lines(feed.number)
    assert [(x.order_id, x.state.value, x.code) for x in found] == [
        (ORDERS[0], "accepted", ""), (ORDERS[1], "rejected", "13010"), (ORDERS[2], "accepted", "200"),
    ]  # fmt: skip
    assert "Dana" not in found[1].reply
    assert "dana" not in found[1].reply
    assert "555" not in found[1].reply
    assert ORDERS[1] in found[1].reply
    assert run.feeds.adjusted(ORDERS) == {
        ORDERS[0]: LineState.ACCEPTED, ORDERS[1]: LineState.REJECTED, ORDERS[2]: LineState.ACCEPTED,
    }  # fmt: skip


def test_what_was_rejected_may_be_asked_for_again_and_nothing_else(ledger_url: str) -> None:
    with serve(Script(feeds=plan(errors={"2": ["1", "no"]}))) as server:
        run = opened(ledger_url, server.url)
        run.hand_in(new())
        with pytest.raises(InputError, match=ORDERS[0]):
            run.hand_in(new(ORDERS[0]))
        assert len(server.state.feeds.submitted) == 1
        server.state.feeds.plans = {}
        (second,) = run.hand_in(new(ORDERS[1]))
        assert told(run, second) == ("done", {"accepted"})
        assert run.feeds.adjusted([ORDERS[1]]) == {ORDERS[1]: LineState.ACCEPTED}


def test_a_lost_answer_is_not_explained_by_a_feed_of_somebody_else(ledger_url: str) -> None:
    """Two unknown feeds of the type at the time, or two of ours in doubt: nobody can tell which is which."""
    faults = [Fault("createFeed", drop="after", times=1)]
    with serve(Script(faults)) as server:
        run = opened(ledger_url, server.url)
        document = server.state.feeds.document("")["feedDocumentId"]
        server.state.feeds.store(document, b"<AmazonEnvelope/>")
        server.state.feeds.create({"inputFeedDocumentId": document, "feedType": TYPE, "marketplaceIds": ["x"]})
        (feed,) = run.hand_in(new())
        assert told(run, feed) == ("ambiguous", {"ambiguous"})
        run.go_on(doubted=True)
        assert len(server.state.feeds.submitted) == 2
        settle(run.feeds, feed.number, server.state.feeds.submitted[1].identity)
        run.go_on()
        found = run.feeds.get(feed.number)
        assert found is not None
        assert told(run, found) == ("done", {"accepted"})


def test_two_of_ours_in_doubt_are_not_told_apart(ledger_url: str) -> None:
    faults = [Fault("createFeed", drop="before", times=1), Fault("createFeed", drop="after", times=1)]
    with serve(Script(faults)) as server:
        run = opened(ledger_url, server.url)
        first, second = run.hand_in([*new(ORDERS[0]), *new(ORDERS[1])])
        assert (first.state, second.state) == (FeedState.AMBIGUOUS, FeedState.AMBIGUOUS)
        settle(run.feeds, first.number, "not-submitted")
        run.go_on(doubted=True)
        assert [feed.state.value for feed in run.feeds.all()] == ["failed", "done"]
        assert len(server.state.feeds.submitted) == 1


@pytest.mark.parametrize(
    ("told_as", "line", "wrong"), [("accepted", "accepted", False), ("rejected", "rejected", False), ("a b", "", True)]
)
def test_lines_in_doubt_are_settled_by_a_person(ledger_url: str, told_as: str, line: str, wrong: bool) -> None:
    with serve(Script(feeds=plan(report="?"))) as server:
        run = opened(ledger_url, server.url)
        (feed,) = run.hand_in(new())
    if wrong:
        with pytest.raises(InputError):
            settle(run.feeds, feed.number, told_as)
        return
    settle(run.feeds, feed.number, told_as)
    assert {x.state.value for x in run.feeds.lines(feed.number)} == {line}
    with pytest.raises(InputError):
        settle(run.feeds, feed.number, told_as)  # nothing is in doubt any more


def test_a_login_that_refuses_leaves_the_feed_ready(ledger_url: str) -> None:
    with serve(Script([Fault("login", status=400, times=1)])) as server:
        run = opened(ledger_url, server.url)
        with pytest.raises(FrankingError):
            run.hand_in(new())
        assert [feed.state for feed in run.feeds.all()] == [FeedState.READY]
        run.go_on()
        assert [feed.state for feed in run.feeds.all()] == [FeedState.DONE]


@pytest.fixture
def killed(ledger_url: str) -> Iterator[Any]:
    with starting(ledger_url) as start:
        yield start


# The step that the process is killed in: before the server did it, or after, before it answered.
DEATHS = [
    ("createFeedDocument", Fault("createFeedDocument", delay=30, times=1), "documenting", "done"),
    ("upload", Fault("upload", late=30, times=1), "uploading", "done"),
    ("createFeed, before", Fault("createFeed", delay=1.5, times=1), "submitting", "done"),
    ("createFeed, after", Fault("createFeed", late=30, times=1), "submitting", "done"),
    ("getFeed", Fault("getFeed", delay=30, times=1), "polling", "done"),
    ("getFeedDocument", Fault("getFeedDocument", delay=30, times=1), "reporting", "done"),
    ("download", Fault("download", late=30, times=1), "reporting", "done"),
]


@pytest.mark.parametrize(("name", "fault", "state", "end"), DEATHS, ids=[d[0] for d in DEATHS])
def test_killed_at_every_step_and_run_again(
    ledger_url: str, killed: Any, name: str, fault: Fault, state: str, end: str
) -> None:
    with serve(Script([fault])) as server:
        process = killed(server.url, hand_in)
        _until(lambda: fault.times == 0, process)  # the server has the request
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        run = opened(ledger_url, server.url)
        assert [feed.state.value for feed in run.feeds.all()] == [state]
        if name == "createFeed, before":
            _until(lambda: len(server.state.feeds.submitted) == 1, None)  # it does what it was asked, for a dead asker
        (feed,) = run.go_on()
        assert told(run, feed) == (end, {"accepted"})
        assert len(server.state.feeds.submitted) == 1
        assert run.go_on(doubted=True) == []


def _until(done: Any, process: Any) -> None:
    last = time.monotonic() + 60
    while not done():
        assert time.monotonic() < last
        assert process is None or process.is_alive()
        time.sleep(0.01)
