"""Read-only queries on a ledger, for people and monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from franking.model.ledger import Key, State
from franking.outbox.moments import moment, now_in, stored, utc_now
from franking.outbox.reader import Question, Reader

_PROBLEMS = """SELECT seller, order_id, kind, state, reply, updated_at FROM message
    WHERE state IN ('deferred', 'failed', 'ambiguous')/* and */ ORDER BY updated_at DESC, number LIMIT :most"""
_BY_KIND = "SELECT kind, state, count(*) FROM message WHERE 1 = 1/* and */ GROUP BY kind, state ORDER BY kind, state"
_SENT = "SELECT count(*) FROM attempt WHERE state = 'sent' AND at >= :since"
_SENT_OF = """SELECT count(*) FROM attempt JOIN message ON message.number = attempt.message
    WHERE attempt.state = 'sent' AND attempt.at >= :since/* and */"""
_NEXT_DUE = "SELECT min(due_at) FROM message WHERE state IN ('queued', 'deferred') AND due_at > :now/* and */"
_REASONS = """SELECT state, reply, count(*) AS times FROM message
    WHERE state IN ('deferred', 'failed', 'ambiguous')/* and */ GROUP BY state, reply ORDER BY times DESC, reply LIMIT :most"""
_WAITING_SINCE = """SELECT min(updated_at) FROM message
    WHERE state IN ('queued', 'deferred') AND (due_at IS NULL OR due_at <= :now)/* and */"""


class Overview:
    """One seller account of a ledger, or all."""

    def __init__(self, reader: Reader, seller: str | None = None) -> None:
        self._reader = reader
        self._seller = seller

    def problems(self, limit: int = 20) -> list[tuple[Key, State, str, datetime]]:
        """The latest messages that are deferred, failed or ambiguous, with the server's reply."""
        return [
            (Key(seller, order, kind), State(state), reply, moment(at).replace(tzinfo=None))
            for seller, order, kind, state, reply, at in self._rows(_PROBLEMS, most=limit)
        ]

    def by_kind(self) -> list[tuple[str, State, int]]:
        """Counts per kind and state, for ``franking status``."""
        return [(kind, State(state), int(number)) for kind, state, number in self._rows(_BY_KIND)]

    def sent_in(self, span: timedelta) -> int:
        """Number of messages that servers accepted within the last ``span``."""
        since = stored(utc_now() - span, self._reader.dialect)
        return int(self._rows(_SENT if self._seller is None else _SENT_OF, since=since)[0][0])

    def next_due(self) -> datetime | None:
        """The time at which the next scheduled or deferred message is due (aware, UTC); None if there is none."""
        return self._moment(_NEXT_DUE)

    def next_of(self, kind: str) -> datetime | None:
        """The same of one kind."""
        return self._moment(_NEXT_DUE, kind)

    def reasons(self, limit: int = 10) -> list[tuple[State, str, int]]:
        """The replies for deferred, failed and ambiguous messages, most frequent first."""
        return [(State(state), reply, int(number)) for state, reply, number in self._rows(_REASONS, most=limit)]

    def waiting_since(self) -> datetime | None:
        """The last change of the oldest message that is due (aware, UTC); None if there is none."""
        return self._moment(_WAITING_SINCE)

    def _rows(self, statement: str, **values: object) -> Sequence[Sequence[Any]]:
        return self._reader.rows(Question(statement, **values).of(seller=self._seller))

    def _moment(self, statement: str, kind: str | None = None) -> datetime | None:
        asked = Question(statement, now=now_in(self._reader.dialect)).of(seller=self._seller, kind=kind)
        ((found,),) = self._reader.rows(asked)
        return moment(found) if found is not None else None
