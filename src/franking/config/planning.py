"""Plans as configured: what ``plan`` of the commands and of the Python API have in common. It loads nothing that sends."""

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
    """Who would be written to and who not. Raises ``FrankingError``."""
    with closing_ledger(existing_view(settings)) as ledger:
        return plan(mailing(settings, kind, watch, brand=brand), question, ledger)


@contextmanager
def closing_ledger(ledger: _L | None) -> Iterator[_L | None]:
    """A ledger that is closed at the end, or none."""
    try:
        yield ledger
    finally:
        if ledger is not None:
            ledger.close()
