"""What one command does with feeds: continue earlier ones, submit new ones, settle them by a person's decision."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from franking.batch.submitting import CONFIRM, Submitter
from franking.errors import InputError
from franking.feeds.documents import FEED_TYPES, FLAT_ADJUSTMENT, FLAT_FULFILLMENT
from franking.model.feeds import OPEN, Feed, FeedLine, FeedState, LineState
from franking.outbox import Feeds, NewFeed
from franking.outbox.feeds import Outcome

ADJUSTING = frozenset([FEED_TYPES["OrderAcknowledgement"], FEED_TYPES["OrderAdjustment"], FLAT_ADJUSTMENT])
CONFIRMING = frozenset([FEED_TYPES["OrderFulfillment"], FLAT_FULFILLMENT, CONFIRM])
_BY_PERSON = "settled by hand"


@dataclass(frozen=True, slots=True)
class FeedRun:
    """The feeds of a seller account, and what takes them on their way."""

    feeds: Feeds
    submitter: Submitter

    def go_on(self, types: Collection[str] = (), *, doubted: bool = False) -> list[Feed]:
        """Continue what earlier runs left, of some types or all. ``doubted`` looks for ambiguous ones again."""
        left = [
            feed
            for feed in self.feeds.all(unsettled=True)
            if (not types or feed.type in types) and (feed.state in OPEN or doubted)
        ]
        return [self.submitter.go_on(feed.number) for feed in left]

    def hand_in(self, new: Sequence[NewFeed]) -> list[Feed]:
        """Store feeds, then continue each one as far as possible. Raises ``InputError`` if one was submitted meanwhile."""
        return [self.submitter.go_on(number) for number in self.feeds.add(new)]


def settle(feeds: Feeds, number: int, answer: str) -> None:
    """Settle a feed by a person's word: ``not-submitted``, ``accepted``, ``rejected``, or the marketplace's ID of the feed.
    Raises ``InputError`` if it has nothing that is ambiguous."""
    feed = feeds.get(number)
    if feed is None:
        raise InputError(f"feed {number}: the ledger has none of that number; franking feeds lists them")
    doubted = (FeedState.AMBIGUOUS,)
    if answer == "not-submitted":
        dropped = Outcome(LineState.DROPPED, "", _BY_PERSON)
        done = not feed.feed_id and feeds.settle(number, doubted, FeedState.FAILED, _BY_PERSON, {}, dropped)
    elif answer in ("accepted", "rejected"):
        lines = {line.place for line in feeds.lines(number) if line.state is LineState.AMBIGUOUS}
        outcome = Outcome(LineState(answer), "", _BY_PERSON)
        done = feeds.settle_lines(number, lines, outcome, FeedState.DONE, _BY_PERSON)
    elif re.fullmatch(r"[0-9A-Za-z-]{1,64}", answer):
        waiting = Outcome(LineState.WAITING)
        done = feed.type != CONFIRM and feeds.take(number, doubted, answer, _BY_PERSON, waiting)
    else:
        raise InputError("--as: expected not-submitted, accepted, rejected, or the marketplace's ID of the feed")
    if not done:
        raise InputError(f"feed {number} is {feed.state.value}: there is nothing to settle as {answer}")


def unsettled(feed: Feed, lines: Sequence[FeedLine]) -> bool:
    """Whether a feed needs a person's decision, or has to be continued."""
    return feed.state is not FeedState.DONE or any(line.state is not LineState.ACCEPTED for line in lines)
