"""The evidence of an order's messages: the ledger's record in one document, which a seller can submit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from franking.dispatch.replies import redacted
from franking.errors import InputError
from franking.model import State
from franking.outbox import Ledger, Recorded
from franking.report.evidence_page import evidence_page

SCHEMA = 1


def evidence(ledger: Ledger, seller: str, order_id: str, kind: str | None = None) -> dict[str, Any]:
    """The document, as ``docs/evidence.md`` describes it."""
    found = ledger.evidence(seller, order_id, kind)
    return {"schema": SCHEMA, "seller": seller, "order": order_id, "messages": [_message(one) for one in found]}


def was_sent(document: dict[str, Any]) -> bool:
    """Whether any of its messages was sent."""
    return any(message["state"] == State.SENT.value for message in document["messages"])


def write_evidence(folder: Path, order: str, document: Mapping[str, Any]) -> list[Path]:
    """Write the document as JSON and as a page; returns the files. Raises ``InputError`` if a file cannot be written."""
    name = re.sub(r"[^0-9A-Za-z-]", "_", order)
    if name != order:  # two IDs must not have one name
        name += f"-{sha256(order.encode()).hexdigest()[:8]}"
    files = {"json": json.dumps(document, indent=1, ensure_ascii=False) + "\n", "html": evidence_page(document)}
    written = []
    for ending, text in files.items():
        path = folder / f"evidence-{name}.{ending}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {(error.strerror or 'unknown reason').lower()}") from None
        written.append(path)
    return written


def _message(recorded: Recorded) -> dict[str, Any]:
    return {
        "kind": recorded.kind,
        "state": recorded.state.value,
        "message_id": recorded.message_id,
        "reply": redacted(recorded.reply),
        "size": recorded.size,
        "times": {
            "first_queued": _moment(recorded.first_queued_at),
            "queued": _moment(recorded.queued_at),
            "claimed": _moment(recorded.claimed_at),
            "sent": _moment(recorded.sent_at),
        },
        "attempts": _attempts(recorded),
        "facts_digest": recorded.digest,
        "facts": recorded.facts,
    }


def _attempts(recorded: Recorded) -> Sequence[dict[str, str | None]]:
    return [{"at": _moment(a.at), "state": a.state.value, "reply": redacted(a.reply)} for a in recorded.attempts]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
