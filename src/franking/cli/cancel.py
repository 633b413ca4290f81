"""``franking cancel``."""

from __future__ import annotations

import re

from franking.cli.batch import known_ledger
from franking.cli.settings import Settings
from franking.cli.terminal import out, out_json
from franking.errors import InputError
from franking.model import State
from franking.outbox import Choice

_STAYS = {
    State.SENDING: "being sent right now",
    State.SENT: "sent already",
    State.FAILED: "failed already",
    State.AMBIGUOUS: "in doubt, franking resolve settles it",
    State.CANCELLED: "cancelled already",
}


def cancel_messages(settings: Settings, choice: Choice, format: str, *, every: bool, dry_run: bool) -> int:
    """Cancel what waits, and tell what of the choice does not; the exit code."""
    if not (choice.order_ids or choice.kind or choice.batch or choice.scheduled or every):
        raise InputError("nothing is named to cancel: name orders, --kind, --batch or --scheduled, or say --all")
    if every and (choice.order_ids or choice.kind or choice.batch or choice.scheduled):
        raise InputError("--all is all that waits; leave it out to cancel what the others name")
    named = choice.order_ids or ()
    for order in named:
        if not re.fullmatch(r"\d{3}-\d{7}-\d{7}", order):
            raise InputError(f"order {order[:30]!r}: expected 3-7-7 digits")
    done = known_ledger(settings).cancel(settings.seller, choice, dry_run=dry_run)
    kept: list[tuple[str, str | None, State | None]] = [*done.kept]
    seen = done.order_ids | {order for order, _, _ in kept}
    kept += [(order, choice.kind, None) for order in dict.fromkeys(named) if order not in seen]
    if format == "json":
        out_json({
            "schema": 1, "dry_run": dry_run, "cancelled": done.cancelled.total(),
            "by_state": {state: done.cancelled[state] for state in ("queued", "scheduled", "deferred")},
            "not_cancelled": {state.value: done.left[state] for state in _STAYS},
            "orders": [{"order": order, "kind": kind, "state": state} for order, kind, state in kept],
        })  # fmt: skip
    else:
        parts = ", ".join(f"{number} {state}" for state, number in done.cancelled.items())
        what = "would be cancelled (dry run)" if dry_run else "cancelled"
        out(f"{done.cancelled.total()} {what}" + (f": {parts}" if parts else ""))
        for order, kind, state in kept:
            why = _STAYS[state] if state is not None else "nothing waits for it"
            out(f"not cancelled: {order}{f' {kind}' if kind else ''}: {why}")
        if not named:
            for state, number in done.left.items():
                out(f"not cancelled: {number} {_STAYS[state]}")
        if done.cancelled and not dry_run:
            out("sending the report again writes to these buyers after all")
    return 1 if any(order not in done.order_ids for order in named) else 0
