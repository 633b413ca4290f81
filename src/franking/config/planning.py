"""Plans from settings, for the command ``plan`` and for the Python API. Nothing that sends is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from franking.batch.plan import Plan, Question, plan
from franking.batch.watch import Watch
from franking.config.ledgers import existing_view
from franking.config.parts import mailing
from franking.config.settings import Settings
from franking.outbox import LedgerView

_L = TypeVar("_L", bound=LedgerView)


def plan_batch(settings: Settings, kind: str, question: Question, watch: Watch, *, brand: str = "") -> Plan:
    """Which orders would get a message and which would not. Raises ``FrankingError``."""
    with closing_ledger(existing_view(settings)) as ledger:
        return plan(mailing(settings, kind, watch, brand=brand), question, ledger)


@contextmanager
def closing_ledger(ledger: _L | None) -> Iterator[_L | None]:
    """Close the ledger, if there is one, at the end of the ``with`` block."""
    try:
        yield ledger
    finally:
        if ledger is not None:
            ledger.close()
