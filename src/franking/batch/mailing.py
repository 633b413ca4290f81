"""Messages of one kind from one seller account: what every use case about orders starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from franking.batch.lookups import Lookups
from franking.batch.pipeline import Pipeline
from franking.batch.watch import Unwatched, Watch
from franking.batch.ways import Asking, Wanted, Ways
from franking.outbox import LedgerView
from franking.permit import Context


@dataclass(frozen=True, slots=True)
class Mailing:
    """``brand`` gives the first place that carries the example's brand, where messages could reach a buyer; else ""."""

    pipeline: Pipeline
    seller: str
    channel: Literal["marketplace", "other"] = "marketplace"
    brand: Callable[[], str] = lambda: ""
    watch: Watch = field(default_factory=Unwatched)
    by: Wanted = "email"
    offers: Asking | None = None  # of the API, where it may be used

    def ways(self) -> Ways:
        """What decides by which channel an order is written to."""
        return Ways(self.pipeline, self.by, self.offers)

    def lookups(self, ledger: LedgerView | None, others: frozenset[str] = frozenset()) -> Lookups:
        """What a ledger states of this kind's orders, and of their messages of some other kinds."""
        return Lookups(ledger, self.seller, self.pipeline.kind.name, self.pipeline.policy, others)

    def context(self, now: datetime, lookups: Lookups, *, adjusted: bool = False) -> Context:
        """The permission rules' context, for the orders that ``lookups`` has at hand. Raises ``TemplateError``."""
        return Context(
            self.pipeline.policy,
            now,
            self.seller,
            lookups.state_of,
            self.channel,
            lookups.suppressed,
            self.brand(),
            lookups.stopped(),
            lookups.adjustment,
            lookups.dispatch,
            adjusted,
        )
