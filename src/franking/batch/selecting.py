"""Which orders of a report are selected: what other orders and the outbox contain about each."""

from __future__ import annotations

from dataclasses import dataclass, field

from franking.batch.lookups import Lookups
from franking.batch.reports import OrderSource
from franking.model import Order, Refusal
from franking.outbox import LedgerView, digest
from franking.policy.relays import read_address
from franking.selection import OrderFacts, Selection

_SEVERAL = -1


@dataclass(slots=True)
class Selecting:
    """A selection with what it needs to be judged. Buyers are distinguished by their addresses, which are the same over all
    orders of a buyer: those of the report, and those that the outbox has not erased."""

    selection: Selection
    lookups: Lookups
    _orders: dict[int, int] = field(default_factory=dict)  # by buyer the order, or ``_SEVERAL``; hashes, to be small

    def look(self, source: OrderSource, ledger: LedgerView | None, seller: str) -> None:
        """Read who bought what, if the selection needs it."""
        if not self.selection.asks_for_buyers:
            return
        for entry in source:
            if isinstance(entry, Order) and _single(entry):
                self._add(digest(entry.buyer_email), entry.id)
        for buyer, order_id in ledger.buyers(seller) if ledger is not None else ():
            self._add(buyer, order_id)

    def refused(self, order: Order) -> Refusal | None:
        """Why an order is not selected; None if it is."""
        return self.selection.judge(order, OrderFacts(self._buys_again, self.lookups.sent))

    def _add(self, buyer: str, order_id: str) -> None:
        key, number = _key(buyer), abs(hash(order_id))
        self._orders[key] = number if self._orders.get(key, number) == number else _SEVERAL

    def _buys_again(self, order: Order) -> bool | None:
        return self._orders.get(_key(digest(order.buyer_email))) == _SEVERAL if _single(order) else None


def _single(order: Order) -> bool:
    return read_address(order.buyer_email).form not in ("missing", "several", "invalid")


def _key(buyer: str) -> int:
    return int(buyer[:16], 16)
