"""What a person decides about messages: the state of those whose reply was lost, and which buyers' data to delete."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Literal

from franking.errors import FrankingError, InputError
from franking.outbox import Ledger


def alone(ledger: Ledger) -> AbstractContextManager[object]:
    """No other process changes messages meanwhile; where workers share the ledger, each change guards itself."""
    return nullcontext() if ledger.shared else ledger.lock()


def check_order(order: str) -> None:
    """Raise ``InputError`` for what is no order ID."""
    if not re.fullmatch(r"\d{3}-\d{7}-\d{7}", order):
        raise InputError(f"order {order[:30]!r}: expected 3-7-7 digits")


def resolve(
    ledger: Ledger,
    seller: str,
    orders: Sequence[str],
    kind: str | None,
    target: Literal["sent", "failed", "queued"],
    *,
    every: bool,
) -> int:
    """Settle ambiguous messages, those of ``orders`` or ``every`` one; how many. Raises ``FrankingError``."""
    if not orders and not every:
        raise FrankingError("--as needs messages to settle: name their orders, or pass --all")
    for order in orders:
        check_order(order)
    upkeep = ledger.upkeep(seller)
    with alone(ledger):
        return upkeep.resolve(orders, kind, target)


def age(text: str) -> timedelta:
    """An age such as ``30d`` or ``12h``. Raises ``FrankingError``."""
    match = re.fullmatch(r"(\d{1,4})\s*(d|h)?", text.strip())
    if match is None:
        raise FrankingError(f"--older-than {text[:20]!r}: expected for example 30d or 12h")
    return timedelta(hours=int(match[1])) if match[2] == "h" else timedelta(days=int(match[1]))


def erase(ledger: Ledger, seller: str, older_than: timedelta) -> int:
    """Remove personal data by age and keep the proof of sending; of how many messages."""
    with alone(ledger):
        return ledger.upkeep(seller).erase(older_than)
