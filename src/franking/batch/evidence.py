"""What speaks for the messages of an order: the ledger's record in one document, which a seller can hand in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from franking.dispatch.replies import redacted
from franking.model import State
from franking.outbox import Ledger, Recorded

SCHEMA = 1


def evidence(ledger: Ledger, seller: str, order_id: str, kind: str | None = None) -> dict[str, Any]:
    """The document, as ``docs/evidence.md`` describes it."""
    found = ledger.evidence(seller, order_id, kind)
    return {"schema": SCHEMA, "seller": seller, "order": order_id, "messages": [_message(one) for one in found]}


def was_sent(document: dict[str, Any]) -> bool:
    """Whether any of its messages was sent."""
    return any(message["state"] == State.SENT.value for message in document["messages"])


def _message(recorded: Recorded) -> dict[str, Any]:
    return {
        "kind": recorded.kind, "state": recorded.state.value, "message_id": recorded.message_id,
        "reply": redacted(recorded.reply), "size": recorded.size,
        "times": {
            "first_queued": _moment(recorded.first_queued_at), "queued": _moment(recorded.queued_at),
            "claimed": _moment(recorded.claimed_at), "sent": _moment(recorded.sent_at),
        },
        "attempts": _attempts(recorded), "facts_digest": recorded.digest, "facts": recorded.facts,
    }  # fmt: skip


def _attempts(recorded: Recorded) -> Sequence[dict[str, str | None]]:
    return [{"at": _moment(a.at), "state": a.state.value, "reply": redacted(a.reply)} for a in recorded.attempts]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
