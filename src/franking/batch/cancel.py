"""What waits is cancelled; what is being sent, sent or ambiguous stays so."""

from __future__ import annotations

from dataclasses import dataclass

from franking.batch.resolve import check_order
from franking.errors import InputError
from franking.model import State
from franking.outbox import Cancellation, Choice, Ledger


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What was cancelled, and of the orders that were named those that were not: order, kind and state, None if nothing
    waits for it."""

    done: Cancellation
    kept: list[tuple[str, str | None, State | None]]
    whole: bool  # whether of every named order something was cancelled


def cancel(ledger: Ledger, seller: str, choice: Choice, *, dry_run: bool = False) -> Cancelled:
    """Cancel what waits of a choice."""
    named = choice.order_ids or ()
    done = ledger.cancel(seller, choice, dry_run=dry_run)
    kept: list[tuple[str, str | None, State | None]] = [*done.kept]
    seen = done.order_ids | {order for order, _, _ in kept}
    kept += [(order, choice.kind, None) for order in dict.fromkeys(named) if order not in seen]
    return Cancelled(done, kept, all(order in done.order_ids for order in named))


def check_choice(choice: Choice, *, every: bool) -> None:
    """Raise ``InputError`` for a choice that names nothing, or too much."""
    named = bool(choice.order_ids or choice.kind or choice.batch or choice.scheduled)
    if not (named or every):
        raise InputError("nothing selected to cancel: name orders, or pass --kind, --batch, --scheduled or --all")
    if every and named:
        raise InputError("--all is all that waits; leave it out to cancel what the others name")
    for order in choice.order_ids or ():
        check_order(order)
