"""Read-only queries on a ledger, for people and monitoring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select

from franking.model import Key, State
from franking.outbox.access import reading, utc_now
from franking.outbox.schema import attempts, messages


class Overview:
    """One seller account of a ledger, or all."""

    def __init__(self, engine: Engine, seller: str | None = None) -> None:
        self._engine = engine
        self._mine: list[ColumnElement[bool]] = [messages.c.seller == seller] if seller is not None else []

    def problems(self, limit: int = 20) -> list[tuple[Key, State, str, datetime]]:
        """The latest messages that are deferred, failed or ambiguous, with the server's reply."""
        c = messages.c
        states = [State.DEFERRED.value, State.FAILED.value, State.AMBIGUOUS.value]
        query = (
            select(c.seller, c.order_id, c.kind, c.state, c.reply, c.updated_at)
            .where(c.state.in_(states), *self._mine)
            .order_by(c.updated_at.desc(), c.number)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [
                (Key(r.seller, r.order_id, r.kind), State(r.state), r.reply, r.updated_at) for r in connection.execute(query)
            ]

    def by_kind(self) -> list[tuple[str, State, int]]:
        """Counts per kind and state, for ``franking status``."""
        c = messages.c
        query = select(c.kind, c.state, func.count()).where(*self._mine).group_by(c.kind, c.state).order_by(c.kind, c.state)
        with reading(self._engine) as connection:
            return [(kind, State(state), int(number)) for kind, state, number in connection.execute(query)]

    def sent_in(self, span: timedelta) -> int:
        """Number of messages that servers accepted within the last ``span``."""
        c = attempts.c
        query = select(func.count()).where(c.state == State.SENT.value, c.at >= utc_now() - span)
        if self._mine:
            query = query.join_from(attempts, messages).where(*self._mine)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar() or 0)

    def next_due(self) -> datetime | None:
        """The time at which the next scheduled or deferred message is due (aware, UTC); None if there is none."""
        c = messages.c
        waiting = c.state.in_([State.QUEUED.value, State.DEFERRED.value])
        with reading(self._engine) as connection:
            moment = connection.execute(select(func.min(c.due_at)).where(waiting, c.due_at > utc_now(), *self._mine)).scalar()
        return moment.replace(tzinfo=UTC) if moment is not None else None

    def next_of(self, kind: str) -> datetime | None:
        """The same of one kind."""
        c = messages.c
        waiting = (c.kind == kind, c.state.in_([State.QUEUED.value, State.DEFERRED.value]), c.due_at > utc_now())
        with reading(self._engine) as connection:
            moment = connection.execute(select(func.min(c.due_at)).where(*waiting, *self._mine)).scalar()
        return moment.replace(tzinfo=UTC) if moment is not None else None

    def reasons(self, limit: int = 10) -> list[tuple[State, str, int]]:
        """The replies for deferred, failed and ambiguous messages, most frequent first."""
        c = messages.c
        number = func.count()
        states = [State.DEFERRED.value, State.FAILED.value, State.AMBIGUOUS.value]
        query = (
            select(c.state, c.reply, number)
            .where(c.state.in_(states), *self._mine)
            .group_by(c.state, c.reply)
            .order_by(number.desc(), c.reply)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [(State(state), reply, int(count)) for state, reply, count in connection.execute(query)]

    def waiting_since(self) -> datetime | None:
        """The last change of the oldest message that is due (aware, UTC); None if there is none."""
        c = messages.c
        waiting = c.state.in_([State.QUEUED.value, State.DEFERRED.value])
        query = select(func.min(c.updated_at)).where(and_(waiting, or_(c.due_at.is_(None), c.due_at <= utc_now()), *self._mine))
        with reading(self._engine) as connection:
            moment = connection.execute(query).scalar()
        return moment.replace(tzinfo=UTC) if moment is not None else None
