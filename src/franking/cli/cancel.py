"""``franking cancel``."""

from __future__ import annotations

from franking.batch.cancel import cancel, check_choice
from franking.cli.terminal import out, out_json
from franking.config.ledgers import known_ledger
from franking.config.settings import Settings
from franking.model import State
from franking.outbox import Choice

_STAYS = {
    State.SENDING: "being sent right now",
    State.SENT: "sent already",
    State.FAILED: "failed already",
    State.AMBIGUOUS: "ambiguous, franking resolve settles it",
    State.CANCELLED: "cancelled already",
}


def cancel_messages(settings: Settings, choice: Choice, format: str, *, every: bool, dry_run: bool) -> int:
    """Cancel waiting messages, and print which of the selection were not cancelled. Returns the exit code."""
    check_choice(choice, every=every)
    result = cancel(known_ledger(settings), settings.seller, choice, dry_run=dry_run)
    done, kept = result.done, result.kept
    if format == "json":
        out_json(
            {
                "schema": 1,
                "dry_run": dry_run,
                "cancelled": done.cancelled.total(),
                "by_state": {state: done.cancelled[state] for state in ("queued", "scheduled", "deferred")},
                "not_cancelled": {state.value: done.left[state] for state in _STAYS},
                "orders": [{"order": order, "kind": kind, "state": state} for order, kind, state in kept],
            }
        )
    else:
        parts = ", ".join(f"{number} {state}" for state, number in done.cancelled.items())
        what = "would be cancelled (dry run)" if dry_run else "cancelled"
        out(f"{done.cancelled.total()} {what}" + (f": {parts}" if parts else ""))
        for order, kind, state in kept:
            why = _STAYS[state] if state is not None else "nothing waits for it"
            out(f"not cancelled: {order}{f' {kind}' if kind else ''}: {why}")
        if not choice.order_ids:
            for state, number in done.left.items():
                out(f"not cancelled: {number} {_STAYS[state]}")
        if done.cancelled and not dry_run:
            out("sending the report again writes to these buyers after all")
    return 0 if result.whole else 1
