"""Feeds in the ledger: what was submitted to the marketplace, step by step, and what became of every line.

A step's state is on disk before the step is taken, and a change of state names the states that it starts from: of two
processes that work on one feed, one takes each step. A line is unique for its order and subject as long as the marketplace may
have done it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, insert, select, update

from franking.errors import InputError
from franking.model.feeds import OPEN, Feed, FeedLine, FeedState, LineState
from franking.outbox.access import EngineReader, reading, writing
from franking.outbox.moments import utc_now
from franking.outbox.schema import feed_lines, feed_steps, feeds
from franking.outbox.submitted import Submitted

_LIVE = (LineState.WAITING, LineState.ACCEPTED, LineState.AMBIGUOUS)
_ENDED = (FeedState.DONE, FeedState.CANCELLED, FeedState.FATAL, FeedState.FAILED)


class NewFeed(NamedTuple):
    """A feed to be added. ``entries`` are number, order and subjects of each message or record."""

    type: str
    marketplace: str
    content_type: str
    digest: str
    document: bytes
    entries: Sequence[tuple[int, str, tuple[str, ...]]]


class Outcome(NamedTuple):
    """What became of a line."""

    state: LineState
    code: str = ""
    reply: str = ""


class Feeds(Submitted):
    """The feeds of one seller account."""

    def __init__(self, engine: Engine, seller: str) -> None:
        super().__init__(EngineReader(engine), seller)
        self._engine = engine

    def add(self, new: Iterable[NewFeed]) -> list[int]:
        """Store feeds with their lines, in one transaction; their numbers. Raises ``InputError`` where one of the lines was
        submitted before, and the marketplace may have done it."""
        with writing(self._engine) as connection:
            return [self._add(connection, feed) for feed in new]

    def _add(self, connection: Connection, new: NewFeed) -> int:
        c = feed_lines.c
        for _, order, subjects in new.entries:
            mine = (c.seller == self._seller, c.order_id == order, c.subject.in_(subjects), c.live == 1)
            if connection.execute(select(c.number).where(*mine)).first() is not None:
                raise InputError(f"order {order}: another run has submitted the same; franking feeds shows it")
        now = utc_now()
        row = {
            "seller": self._seller, "type": new.type, "marketplace": new.marketplace, "state": FeedState.READY.value,
            "content_type": new.content_type, "digest": new.digest, "document": new.document, "created_at": now,
            "updated_at": now,
        }  # fmt: skip
        number = int(connection.execute(insert(feeds).values(row).returning(feeds.c.number)).scalar_one())
        lines = [
            {"feed": number, "place": place, "seller": self._seller, "order_id": order, "subject": subject,
             "state": LineState.WAITING.value, "live": 1}
            for place, order, subjects in new.entries for subject in subjects
        ]  # fmt: skip
        connection.execute(insert(feed_lines), lines)
        self._step(connection, number, FeedState.READY, "")
        return number

    def _step(self, connection: Connection, number: int, state: FeedState, reply: str) -> None:
        row = {"feed": number, "at": utc_now(), "state": state.value, "reply": reply[:500]}
        connection.execute(insert(feed_steps).values(row))

    def advance(self, number: int, start: Collection[FeedState], state: FeedState, reply: str = "", **values: object) -> bool:
        """Give a feed a state, and ``values`` of its columns, if it is in one of those to ``start`` from; whether it was."""
        with writing(self._engine) as connection:
            return self._advance(connection, number, start, state, reply, values)

    def _advance(
        self, connection: Connection, number: int, start: Collection[FeedState], state: FeedState, reply: str,
        values: Mapping[str, Any],
    ) -> bool:  # fmt: skip
        now = utc_now()
        changes = {"state": state.value, "reply": reply[:500], "updated_at": now, **values}
        if state is FeedState.SUBMITTING:
            changes["submitted_at"] = now
        if state in _ENDED:
            changes["document"] = None
        c = feeds.c
        chosen = update(feeds).where(c.number == number, c.seller == self._seller, c.state.in_([s.value for s in start]))
        if connection.execute(chosen.values(**changes)).rowcount != 1:
            return False
        self._step(connection, number, state, reply)
        return True

    def settle(
        self, number: int, start: Collection[FeedState], state: FeedState, reply: str, outcomes: Mapping[int, Outcome],
        others: Outcome,
    ) -> bool:  # fmt: skip
        """The same, with what became of every line: of those in the places of ``outcomes``, and of all ``others``."""
        with writing(self._engine) as connection:
            if not self._advance(connection, number, start, state, reply, {}):
                return False
            self._set(connection, number, None, others)
            for place, outcome in outcomes.items():
                self._set(connection, number, place, outcome)
            return True

    def take(self, number: int, start: Collection[FeedState], identity: str, reply: str, others: Outcome) -> bool:
        """The marketplace has a feed, under a name of its own: it is polled now, and its lines wait."""
        with writing(self._engine) as connection:
            if not self._advance(connection, number, start, FeedState.POLLING, reply, {"feed_id": identity}):
                return False
            self._set(connection, number, None, others)
            return True

    def settle_lines(self, number: int, places: Collection[int], outcome: Outcome, state: FeedState, reply: str) -> bool:
        """What became of some lines of a feed that goes no further; whether there were any, and it does not."""
        start = (FeedState.DONE, FeedState.FATAL, FeedState.AMBIGUOUS)
        with writing(self._engine) as connection:
            if not places or not self._advance(connection, number, start, state, reply, {}):
                return False
            for place in places:
                self._set(connection, number, place, outcome)
            return True

    def _set(self, connection: Connection, number: int, place: int | None, outcome: Outcome) -> None:
        c = feed_lines.c
        chosen = update(feed_lines).where(c.feed == number)
        if place is not None:
            chosen = chosen.where(c.place == place)
        live = 1 if outcome.state in _LIVE else None
        values = {"state": outcome.state.value, "code": outcome.code[:64], "reply": outcome.reply[:500], "live": live}
        connection.execute(chosen.values(**values))

    def get(self, number: int) -> Feed | None:
        """A feed, None where there is none of that number."""
        query = select(feeds).where(feeds.c.number == number, feeds.c.seller == self._seller)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return _feed(row) if row is not None else None

    def all(self, *, unsettled: bool = False) -> list[Feed]:
        """Every feed, or those that are not settled: that go on, or are ambiguous."""
        query = select(feeds).where(feeds.c.seller == self._seller).order_by(feeds.c.number)
        if unsettled:
            query = query.where(feeds.c.state.in_([state.value for state in (*OPEN, FeedState.AMBIGUOUS)]))
        with reading(self._engine) as connection:
            return [_feed(row) for row in connection.execute(query)]

    def known_ids(self, feed_type: str) -> set[str]:
        """The marketplace's names of the feeds of a type that are known to be ours."""
        c = feeds.c
        query = select(c.feed_id).where(c.seller == self._seller, c.type == feed_type, c.feed_id != "")
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    def lines(self, number: int) -> list[FeedLine]:
        """What a feed does, in its order."""
        c = feed_lines.c
        query = select(feed_lines).where(c.feed == number, c.seller == self._seller).order_by(c.place, c.number)
        with reading(self._engine) as connection:
            return [
                FeedLine(row.place, row.order_id, row.subject, LineState(row.state), row.code, row.reply)
                for row in connection.execute(query)
            ]

    def steps(self, number: int) -> list[tuple[datetime, FeedState, str]]:
        """Every step of a feed: when (aware, UTC), what, and what was said."""
        c = feed_steps.c
        query = select(c.at, c.state, c.reply).where(c.feed == number).order_by(c.number)
        with reading(self._engine) as connection:
            return [(row.at.replace(tzinfo=UTC), FeedState(row.state), row.reply) for row in connection.execute(query)]


def _feed(row: Row[Any]) -> Feed:
    return Feed(
        row.number, row.type, row.marketplace, FeedState(row.state), row.content_type, row.digest, row.document,
        row.document_id, row.feed_id, row.report_id, row.reply, row.created_at.replace(tzinfo=UTC),
        row.submitted_at.replace(tzinfo=UTC) if row.submitted_at is not None else None,
    )  # fmt: skip
