"""Active stops: the marketplace refuses a kind, or a whole seller account, until a person lifts the stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from franking.outbox.moments import moment
from franking.outbox.reader import Question, Reader

ACCOUNT = ""  # in place of a kind: every kind of the seller account


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a kind, or of every kind if ``kind`` is ``ACCOUNT``, with its reason and start (aware, UTC)."""

    seller: str
    kind: str
    reason: str
    since: datetime

    def __str__(self) -> str:
        what = f"messages of the kind {self.kind}" if self.kind != ACCOUNT else "every message of the account"
        return f"{what} stopped since {self.since:%Y-%m-%d %H:%M} UTC: {self.reason}"

    def as_json(self) -> dict[str, str | None]:
        """The stop as JSON outputs have it; ``kind`` is None for a stop of the account."""
        return {"seller": self.seller, "kind": self.kind or None, "reason": self.reason, "since": self.since.isoformat()}

    @property
    def lifted_by(self) -> str:
        """The command that lifts it."""
        return f"franking resume --kind {self.kind}" if self.kind != ACCOUNT else "franking resume --account"


class Held:
    """The active stops of one seller account."""

    def __init__(self, reader: Reader, seller: str) -> None:
        self._reader = reader
        self._seller = seller

    def by_kind(self) -> Mapping[str, Stop]:
        """The first active stop of each kind."""
        return {stop.kind: stop for stop in reversed(stopped(self._reader, self._seller))}

    def of(self, kind: str) -> Stop | None:
        """The stop that applies to a kind, the account's stop first; None if there is none."""
        found = self.by_kind()
        return found.get(ACCOUNT) or found.get(kind)


def stopped(reader: Reader, seller: str | None = None) -> list[Stop]:
    """The active stops of a seller account or of all accounts; stops of a whole account come first."""
    held = "SELECT seller, kind, reason, since FROM stop WHERE lifted_at IS NULL"
    if seller is None:
        rows = reader.rows(Question(f"{held} ORDER BY seller, kind, number"))
    else:
        rows = reader.rows(Question(f"{held} AND seller = :seller ORDER BY seller, kind, number", seller=seller))
    return [Stop(one, kind, reason, moment(since)) for one, kind, reason, since in rows]
