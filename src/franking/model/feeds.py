"""Where a feed, and each of its lines, is in the outbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FeedState(StrEnum):
    """Where a feed stands. A state that names a step is on disk before the step is taken."""

    READY = "ready"  # nothing was submitted
    DOCUMENTING = "documenting"  # an upload destination is asked for
    UPLOADING = "uploading"
    SUBMITTING = "submitting"  # the call that the marketplace acts on
    POLLING = "polling"  # the marketplace has it
    REPORTING = "reporting"  # its processing report is downloaded
    DONE = "done"  # the report was read
    CANCELLED = "cancelled"  # by the marketplace or the seller, before it was processed
    FATAL = "fatal"  # the marketplace broke it off: some of it may have been done
    FAILED = "failed"  # the marketplace did not take it
    AMBIGUOUS = "ambiguous"  # nobody knows whether the marketplace has it


class LineState(StrEnum):
    """Where a line stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"  # with code and text
    AMBIGUOUS = "ambiguous"  # it may have been done
    DROPPED = "dropped"  # with its feed, which the marketplace did not take


BEFORE_SUBMISSION = (FeedState.READY, FeedState.DOCUMENTING, FeedState.UPLOADING)
OPEN = (*BEFORE_SUBMISSION, FeedState.SUBMITTING, FeedState.POLLING, FeedState.REPORTING)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as the outbox has it. Times are aware, UTC. ``document`` is gone when the feed is done."""

    number: int
    type: str
    marketplace: str
    state: FeedState
    content_type: str
    digest: str
    document: bytes | None = field(repr=False)
    document_id: str
    feed_id: str
    report_id: str
    reply: str
    created_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedLine:
    """What a feed does to one order, and what became of it. ``reply`` is the marketplace's text, without personal data."""

    place: int
    order_id: str
    subject: str
    state: LineState
    code: str = ""
    reply: str = ""


def overall(states: Collection[LineState]) -> LineState | None:
    """What several lines of one order come to: accepted where all are, else the worst; None if there are none."""
    for state in (LineState.AMBIGUOUS, LineState.WAITING, LineState.REJECTED, LineState.DROPPED):
        if state in states:
            return state
    return LineState.ACCEPTED if states else None
