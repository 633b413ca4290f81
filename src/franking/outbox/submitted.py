"""The state of what was submitted to the marketplace for some orders: adjustments, confirmations of dispatch."""

from __future__ import annotations

from collections.abc import Collection

from franking.model.feeds import LineState, overall
from franking.outbox.reader import Question, Reader

_GROUP = 400  # order IDs in one question
_LINES = "SELECT order_id, subject, state FROM feed_line WHERE seller = :seller AND order_id IN (:order) ORDER BY number"


class Submitted:
    """The feed lines of one seller account, by order."""

    def __init__(self, reader: Reader, seller: str) -> None:
        self._reader = reader
        self._seller = seller

    def of_orders(self, order_ids: Collection[str]) -> dict[str, dict[str, LineState]]:
        """By order, its subjects and where the latest line of each stands; orders without one are left out."""
        found: dict[str, dict[str, LineState]] = {}
        wanted = list(order_ids)
        for start in range(0, len(wanted), _GROUP):
            asked = Question(_LINES, seller=self._seller).among("order", wanted[start : start + _GROUP])
            for order_id, subject, state in self._reader.rows(asked):
                found.setdefault(order_id, {})[subject] = LineState(state)
        return found

    def adjusted(self, order_ids: Collection[str]) -> dict[str, LineState]:
        """Where the adjustments of orders stand; orders without one are left out."""
        return self._overall(order_ids, ("cancel:", "refund:"))

    def dispatched(self, order_ids: Collection[str]) -> dict[str, LineState]:
        """Where the confirmations of orders' dispatch stand; orders without one are left out."""
        return self._overall(order_ids, ("ship:",))

    def _overall(self, order_ids: Collection[str], prefixes: tuple[str, ...]) -> dict[str, LineState]:
        found = {}
        for order_id, subjects in self.of_orders(order_ids).items():
            state = overall([state for subject, state in subjects.items() if subject.startswith(prefixes)])
            if state is not None:
                found[order_id] = state
        return found
