"""What the ledger knows about the next orders: read in groups, because a query for each would cost more than its message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from franking.model import BrokenOrder, Key, Known, Order, State
from franking.model.feeds import LineState
from franking.outbox import LedgerView
from franking.policy import Policy

_GROUP = 200  # orders; a batch alone writes to its ledger, so that the answers hold for a group


class Lookups:
    """The messages and suppressions of the orders of a report; without a ledger there are none."""

    def __init__(
        self, ledger: LedgerView | None, seller: str, kind: str, policy: Policy, others: frozenset[str] = frozenset()
    ) -> None:
        self._policy = policy
        self._ledger = ledger
        self._seller = seller
        self._kind = kind
        self._known: dict[str, Known] = {}
        self._reasons: dict[str, str] = {}
        self._adjusted: dict[str, LineState] = {}
        self._dispatched: dict[str, LineState] = {}
        self._others = others  # kinds that are asked for besides
        self._sent: dict[str, dict[str, State]] = {}

    def ahead(self, entries: Iterable[Order | BrokenOrder]) -> Iterator[Order | BrokenOrder]:
        """The entries as they come, each with the ledger's answers at hand."""
        waiting = iter(entries)
        while group := list(islice(waiting, _GROUP)):
            orders = [entry for entry in group if isinstance(entry, Order)]
            if self._ledger is not None and orders:
                self._known = self._ledger.known(self._seller, self._kind, [order.id for order in orders])
                ids = [order.id for order in orders]
                self._sent = {other: self._ledger.states(self._seller, other, ids) for other in self._others}
                addresses = {order.buyer_email for order in orders if order.buyer_email}
                self._reasons = dict(self._ledger.suppressions(self._seller).reasons(addresses))
                self._ask_feeds(self._ledger, [order.id for order in orders])
            yield from group

    def _ask_feeds(self, ledger: LedgerView, order_ids: list[str]) -> None:
        """The states of the feeds of the current orders, for the kinds that wait for them."""
        if self._kind in self._policy.adjusted_kinds:
            self._adjusted = ledger.feeds(self._seller).adjusted(order_ids)
        if self._kind in self._policy.dispatched_kinds:
            self._dispatched = ledger.feeds(self._seller).dispatched(order_ids)

    def adjustment(self, order_id: str) -> LineState | None:
        """The state of the adjustment of a current order; None if there is none."""
        return self._adjusted.get(order_id)

    def dispatch(self, order_id: str) -> LineState | None:
        """The state of the dispatch confirmation of a current order; None if there is none."""
        return self._dispatched.get(order_id)

    def known(self, order_id: str) -> Known | None:
        """What the ledger knows of the message of an order at hand, None if there is none."""
        return self._known.get(order_id)

    def state_of(self, key: Key) -> State | None:
        """The state of the message of an order at hand, None if there is none."""
        known = self._known.get(key.order_id)
        return known.state if known is not None else None

    def sent(self, order_id: str, kind: str) -> bool:
        """Whether a message of one of the other kinds left for an order at hand, or may have."""
        return self._sent.get(kind, {}).get(order_id) in (State.SENT, State.SENDING, State.AMBIGUOUS)

    def stopped(self) -> str:
        """What stops the kind or the account, "" where nothing does."""
        stop = self._ledger.stops(self._seller).of(self._kind) if self._ledger is not None else None
        return str(stop) if stop is not None else ""

    def suppressed(self, address: str) -> str | None:
        """Why the address of an order at hand must not be written to, None if nothing forbids it."""
        return self._reasons.get(address)
