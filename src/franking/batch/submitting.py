"""A feed on its way: upload, submission, polling, processing report; each step is on disk before it is taken.

=============================  ==================================================================================
what happens                   the feed
=============================  ==================================================================================
before the submission          nothing was done: ``ready`` again, or ``failed`` where the marketplace refuses it
the submission is refused      ``failed``, or ``ready`` where it may be taken later (429, 503, no connection, 401, 403)
its answer is lost, or the     looked up by type and time: one feed that is not known is this one; else ``ambiguous``,
process died in it             and never submitted again by itself
the marketplace has it         ``polling`` until it is done; ``cancelled``, ``fatal``
it is done                     each line by the processing report; a report that does not add up leaves them ambiguous
=============================  ==================================================================================

A ``confirmShipment`` call takes the same way without its documents. It cannot be looked up.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from franking.batch.feed_outcomes import outcomes_of, spoken
from franking.batch.watch import Watch
from franking.channels.documents import UnreadableDocument
from franking.channels.feeds import FeedApi
from franking.channels.results import Ambiguous, Answer, NotSent, Refused, Result
from franking.errors import FrankingError, TransportError
from franking.feeds import UnreadableReport, read_processing_report
from franking.model.counted import counted
from franking.model.feeds import BEFORE_SUBMISSION, Feed, FeedState, LineState
from franking.outbox import Feeds
from franking.outbox.feeds import Outcome

T = TypeVar("T")
CONFIRM = "confirmShipment"  # in place of a feed type: a call
_PASSING = (401, 403, 408, 429, 503)  # statuses that do not depend on the document
_SKEW = timedelta(seconds=60)  # by which the marketplace's clock may differ
_WINDOW = timedelta(minutes=15)  # in which a submission leaves after it was written down
_LOOKS = (0.0, 1.0, 3.0)  # seconds before each look for a feed whose answer was lost
_FIRST_POLL, _LONGEST_POLL = 1.0, 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the marketplace is waited for, in seconds; ``pause`` waits."""

    seconds: float = 300.0
    pause: Callable[[float], None] = time.sleep


class Submitter:
    """Takes feeds on their way. ``api_of`` gives the API for a marketplace's ID."""

    def __init__(self, feeds: Feeds, api_of: Callable[[str], FeedApi], watch: Watch, patience: Patience = Patience()) -> None:
        self._feeds = feeds
        self._api_of = api_of
        self._watch = watch
        self._patience = patience

    def go_on(self, number: int) -> Feed:
        """Continue a feed as far as possible now. Raises ``FrankingError`` if the outbox cannot be used."""
        until = time.monotonic() + self._patience.seconds
        while True:
            feed = self._feed(number)
            try:
                api = self._api_of(feed.marketplace)
                again = self._step(feed, api, until)
            except FrankingError as error:
                if not isinstance(error, TransportError):
                    raise
                self._watch.say(f"feed {number}: {error}; franking feeds --continue tries again")
                return self._feed(number)
            if not again:
                return self._feed(number)

    def _feed(self, number: int) -> Feed:
        feed = self._feeds.get(number)
        assert feed is not None
        return feed

    def _step(self, feed: Feed, api: FeedApi, until: float) -> bool:
        """One step; whether there is another one now."""
        match feed.state:
            case FeedState.READY | FeedState.DOCUMENTING | FeedState.UPLOADING:
                return self._call(feed, api) if feed.type == CONFIRM else self._hand_in(feed, api)
            case FeedState.SUBMITTING | FeedState.AMBIGUOUS if feed.type == CONFIRM:
                if feed.state is FeedState.SUBMITTING:
                    self._doubt(feed, "the run ended before the answer to the call")
                return False
            case FeedState.SUBMITTING:
                return self._look(feed, api, "the run ended before the answer to the submission")
            case FeedState.AMBIGUOUS if not feed.feed_id:
                return self._look(feed, api, feed.reply)
            case FeedState.POLLING | FeedState.AMBIGUOUS:
                return self._poll(feed, api, until)
            case FeedState.REPORTING:
                return self._report(feed, api)
            case _:
                return False

    def _hand_in(self, feed: Feed, api: FeedApi) -> bool:
        """Upload and submit. The marketplace deletes unused documents, so all steps before the submission may be
        done again."""
        number, document = feed.number, feed.document
        assert document is not None
        if not self._feeds.advance(number, BEFORE_SUBMISSION, FeedState.DOCUMENTING):
            return True
        found = self._asked(feed, BEFORE_SUBMISSION, lambda: api.destination(feed.content_type))
        if not isinstance(found, tuple):
            return self._not_taken(feed, BEFORE_SUBMISSION, found, "no upload destination")
        identity, where = found
        if not self._feeds.advance(number, BEFORE_SUBMISSION, FeedState.UPLOADING, document_id=identity):
            return True
        stored = api.upload(where, feed.content_type, document)
        if not isinstance(stored, Answer):
            why = str(stored) if isinstance(stored, Refused) else stored.why
            self._feeds.advance(number, (FeedState.UPLOADING,), FeedState.READY, f"the document cannot be uploaded: {why}")
            return False
        if not self._feeds.advance(number, (FeedState.UPLOADING,), FeedState.SUBMITTING, document_id=identity):
            return True
        taken = self._asked(feed, (FeedState.SUBMITTING,), lambda: api.submit(feed.type, identity))
        if isinstance(taken, str):
            return self._taken(number, taken, "")
        if isinstance(taken, Ambiguous):
            return self._look(self._feed(number), api, f"the answer to the submission was lost: {taken.why}")
        return self._not_taken(feed, (FeedState.SUBMITTING,), taken, "not submitted")

    def _asked(self, feed: Feed, start: tuple[FeedState, ...], call: Callable[[], T]) -> T | NotSent:
        """What a call comes to. Where it cannot be made, nothing has left: the login is away, or refuses the application."""
        try:
            return call()
        except TransportError as error:
            return NotSent(str(error))
        except FrankingError as error:
            self._feeds.advance(feed.number, start, FeedState.READY, str(error))
            raise

    def _not_taken(self, feed: Feed, start: tuple[FeedState, ...], result: Result, what: str) -> bool:
        """Nothing was submitted: the feed is ready again, or failed for good."""
        if isinstance(result, Refused) and not (result.status in _PASSING or result.status < 400):
            dropped = Outcome(LineState.DROPPED, str(result.status), str(result))
            self._feeds.settle(feed.number, start, FeedState.FAILED, f"{what}: {result}", {}, dropped)
        else:
            why = str(result) if isinstance(result, Refused) else result.why if isinstance(result, NotSent | Ambiguous) else ""
            self._feeds.advance(feed.number, start, FeedState.READY, f"{what}: {why}")
        return False

    def _taken(self, number: int, identity: str, reply: str) -> bool:
        waiting = Outcome(LineState.WAITING)
        start = (FeedState.SUBMITTING, FeedState.AMBIGUOUS)
        return self._feeds.take(number, start, identity, reply, waiting)

    def _doubt(self, feed: Feed, why: str) -> None:
        start = (FeedState.SUBMITTING, FeedState.AMBIGUOUS)
        self._feeds.settle(feed.number, start, FeedState.AMBIGUOUS, why, {}, Outcome(LineState.AMBIGUOUS, "", why))

    def _look(self, feed: Feed, api: FeedApi, lost: str) -> bool:
        """Look for a feed whose answer was lost. Nothing links a feed to its document: only one feed of the type that was
        created at the time, and that nobody else explains, is this one."""
        assert feed.submitted_at is not None
        rivals = [
            other
            for other in self._feeds.all(unsettled=True)
            if other.number != feed.number
            and other.type == feed.type
            and not other.feed_id
            and other.submitted_at is not None
            and abs(other.submitted_at - feed.submitted_at) <= _WINDOW
        ]
        found: set[str] = set()
        try:
            for pause in _LOOKS:
                self._patience.pause(pause)
                last = min(datetime.now(UTC), feed.submitted_at + _WINDOW) + _SKEW
                listed = api.submitted(feed.type, feed.submitted_at - _SKEW, last)
                found = set(listed) - self._feeds.known_ids(feed.type)
                if found:
                    break
        except FrankingError as error:
            self._doubt(feed, f"{_plain(lost)}; the marketplace cannot be asked: {error}")
            return False
        if len(found) == 1 and not rivals:
            return self._taken(feed.number, found.pop(), "found by its type and time")
        several = counted(len(found), "feed of the type was", "feeds of the type were")
        summary = f"{several} created at that time" if found else "no feed of the type is listed"
        self._doubt(feed, f"{_plain(lost)}; {summary}")
        return False

    def _poll(self, feed: Feed, api: FeedApi, until: float) -> bool:
        pause, start = _FIRST_POLL, (FeedState.POLLING, FeedState.AMBIGUOUS)
        while True:
            found = api.progress(feed.feed_id)
            if isinstance(found, Refused):
                self._doubt_of(feed, start, f"the marketplace has no such feed: {found}")
                return False
            if found.status not in ("IN_QUEUE", "IN_PROGRESS"):
                break
            if time.monotonic() + pause > until:
                self._watch.say(f"feed {feed.number}: {found.status}; franking feeds --continue asks again")
                return False
            self._patience.pause(pause)
            pause = min(pause * 2, _LONGEST_POLL)
        if found.status == "CANCELLED":
            dropped = Outcome(LineState.DROPPED, "CANCELLED", "the feed was cancelled before it was processed")
            self._feeds.settle(feed.number, start, FeedState.CANCELLED, "CANCELLED", {}, dropped)
            return False
        if found.report_id:
            return self._feeds.advance(feed.number, start, FeedState.REPORTING, found.status, report_id=found.report_id)
        end = FeedState.DONE if found.status == "DONE" else FeedState.FATAL
        unknown = Outcome(LineState.AMBIGUOUS, found.status, "the marketplace gave no processing report")
        self._feeds.settle(feed.number, start, end, f"{found.status} without a processing report", {}, unknown)
        return False

    def _doubt_of(self, feed: Feed, start: tuple[FeedState, ...], why: str) -> None:
        self._feeds.settle(feed.number, start, FeedState.AMBIGUOUS, why, {}, Outcome(LineState.AMBIGUOUS, "", why))

    def _report(self, feed: Feed, api: FeedApi) -> bool:
        lines = self._feeds.lines(feed.number)
        fatal = feed.reply == "FATAL"
        try:
            content = api.report(feed.report_id)
            if isinstance(content, Refused):
                self._doubt_of(feed, (FeedState.REPORTING,), f"the marketplace does not give the processing report: {content}")
                return False
            report = read_processing_report(content)
            report.check({line.place: line.order_id for line in lines})
        except (UnreadableReport, UnreadableDocument) as problem:
            end = FeedState.FATAL if fatal else FeedState.DONE
            unknown = Outcome(LineState.AMBIGUOUS, "", str(problem))
            self._feeds.settle(feed.number, (FeedState.REPORTING,), end, str(problem), {}, unknown)
            return False
        outcomes, others = outcomes_of(report, fatal=fatal)
        summary = f"{report.processed} processed, {report.failed} with errors"
        end = FeedState.FATAL if fatal else FeedState.DONE
        self._feeds.settle(feed.number, (FeedState.REPORTING,), end, summary, outcomes, others)
        return False

    def _call(self, feed: Feed, api: FeedApi) -> bool:
        """Confirm one parcel by a call."""
        order = self._feeds.lines(feed.number)[0].order_id
        assert feed.document is not None
        body = json.loads(feed.document)
        if not self._feeds.advance(feed.number, BEFORE_SUBMISSION, FeedState.SUBMITTING):
            return True
        start = (FeedState.SUBMITTING,)
        result = self._asked(feed, start, lambda: api.confirm(order, body))
        if isinstance(result, Answer):
            done = Outcome(LineState.ACCEPTED)
            self._feeds.settle(feed.number, start, FeedState.DONE, f"{result.status} by {CONFIRM}", {}, done)
        elif isinstance(result, Ambiguous):
            self._doubt(feed, f"the answer to the call was lost: {result.why}")
        elif isinstance(result, Refused) and not (result.status in _PASSING or result.status < 400):
            code = result.errors[0].code if result.errors else str(result.status)
            rejected = Outcome(LineState.REJECTED, code, spoken(str(result)))
            self._feeds.settle(feed.number, start, FeedState.FAILED, spoken(str(result)), {}, rejected)
        else:
            return self._not_taken(feed, start, result, "not confirmed")
        return False


def _plain(lost: str) -> str:
    """Why a feed is ambiguous, without the reasons of earlier checks."""
    return lost.partition(";")[0]
