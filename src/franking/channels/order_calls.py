"""Orders of an account by the API: Orders 2026-01-01 (``searchOrders``), and v0 (``getOrders``, ``getOrderItems``).

Answers are passed on unchanged, page by page; ``franking.orders`` reads them. A page that is no page is reported, never taken
for an empty one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from franking.channels.client import Client
from franking.channels.operations import Operation
from franking.channels.results import Answer, Refused
from franking.errors import ConfigurationError, TransportError

SEARCH_ORDERS = Operation("searchOrders", "GET", "/orders/2026-01-01/orders", 0.0056, 20)
GET_ORDERS = Operation("getOrders", "GET", "/orders/v0/orders", 0.0167, 20)
ORDER_ITEMS = Operation("getOrderItems", "GET", "/orders/v0/orders/{order}/orderItems", 0.5, 30)

PATIENCE = 1200.0  # seconds that an answer may ask to wait: searchOrders has one call in three minutes
_PERSONAL = ("BUYER", "RECIPIENT")
_DATA = ("CANCELLATION", "FULFILLMENT", "PACKAGES", "PROCEEDS")
_RESTRICTED: dict[str, object] = {
    "method": "GET",
    "path": GET_ORDERS.path,
    "dataElements": ["buyerInfo", "shippingAddress"],
}
_TOKEN_LIFE = 3000.0  # seconds; a restricted data token lives for 3600


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its entries, and the token of the next page, "" on the last one."""

    entries: list[Mapping[str, Any]] = field(repr=False)
    token: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Denied:
    """The application may not call the operation."""

    why: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The API does not take the token of the page any more."""


class OrderCalls:
    """The orders that were updated from ``since`` to ``until`` (aware) in marketplaces of one region, whose base URL is
    ``base``. Without ``personal``, no data of buyers is asked for.

    Each call raises ``Unreachable``, ``ConfigurationError`` or ``TransportError`` where no page comes.
    """

    def __init__(
        self, client: Client, base: str, places: Sequence[str], since: datetime, until: datetime, *, personal: bool
    ) -> None:
        self._client = client
        self._base = base
        self._places = ",".join(places)
        self._since, self._until = stamp(since), stamp(until)
        self._personal = personal
        self._token, self._asked = "", 0.0

    def search(self, token: str) -> Page | Denied | Expired:
        """A page of ``searchOrders``; the first one without a token."""
        data = (*_PERSONAL, *_DATA) if self._personal else _DATA
        query = {
            "lastUpdatedAfter": self._since,
            "lastUpdatedBefore": self._until,
            "marketplaceIds": self._places,
            "includedData": ",".join(data),
            "maxResultsPerPage": "100",
        }
        if token:
            query["paginationToken"] = token
        url = SEARCH_ORDERS.url(self._base)
        result = self._client.read(SEARCH_ORDERS, url, query, longest=PATIENCE, denied=True)
        if isinstance(result, Refused):
            return self._refused(SEARCH_ORDERS, result, token)
        content = self._object(result, SEARCH_ORDERS)
        paging = content.get("pagination")
        if paging is not None and not isinstance(paging, dict):
            raise self._unknown(SEARCH_ORDERS, "pagination is no object")
        return Page(self._entries(SEARCH_ORDERS, content, "orders"), self._next(SEARCH_ORDERS, paging or {}, "nextToken"))

    def search_v0(self, token: str) -> Page | Denied | Expired:
        """A page of ``getOrders``, which contains no items."""
        query = {
            "LastUpdatedAfter": self._since,
            "LastUpdatedBefore": self._until,
            "MarketplaceIds": self._places,
            "MaxResultsPerPage": "100",
        }
        if token:
            query["NextToken"] = token
        result: Answer | Refused
        for attempt in range(2):
            own = self._restricted()
            url = GET_ORDERS.url(self._base)
            result = self._client.read(GET_ORDERS, url, query, token=own, longest=PATIENCE, denied=True)
            if not (isinstance(result, Refused) and result.about_token and own and attempt == 0):
                break
            self._token = ""  # it ended early
        if isinstance(result, Refused):
            return self._refused(GET_ORDERS, result, token)
        content = self._payload(result, GET_ORDERS)
        return Page(self._entries(GET_ORDERS, content, "Orders"), self._next(GET_ORDERS, content, "NextToken"))

    def items(self, order_id: str, token: str) -> Page | Expired | None:
        """A page of an order's items; None if the API has no such order."""
        query = {"NextToken": token} if token else {}
        result = self._client.read(ORDER_ITEMS, ORDER_ITEMS.url(self._base, order=order_id), query, longest=PATIENCE)
        if isinstance(result, Refused):
            if result.status == 404:
                return None
            refused = self._refused(ORDER_ITEMS, result, token)
            assert isinstance(refused, Expired)  # 401 and 403 are raised by ``read``
            return refused
        content = self._payload(result, ORDER_ITEMS)
        return Page(self._entries(ORDER_ITEMS, content, "OrderItems"), self._next(ORDER_ITEMS, content, "NextToken"))

    def _restricted(self) -> str:
        """The token for personal data, "" where none is wanted."""
        if self._personal and (not self._token or time.monotonic() > self._asked + _TOKEN_LIFE):
            self._asked = time.monotonic()
            self._token = self._client.restricted_token(self._base, [_RESTRICTED])
        return self._token

    def _refused(self, operation: Operation, refused: Refused, token: str) -> Denied | Expired:
        if refused.status in (401, 403):
            if not token:
                return Denied(str(refused))
            raise ConfigurationError(f"{self._client.endpoint.shown}: the application may not {operation.name} ({refused})")
        if token and refused.status == 400:
            return Expired()
        raise TransportError(f"{self._client.endpoint.shown}: {operation.name}: {refused}")

    def _object(self, answer: Answer, operation: Operation) -> Mapping[str, Any]:
        if not isinstance(answer.data, dict):
            raise self._unknown(operation, "it is no object")
        return answer.data

    def _payload(self, answer: Answer, operation: Operation) -> Mapping[str, Any]:
        payload = self._object(answer, operation).get("payload")
        if not isinstance(payload, dict):
            raise self._unknown(operation, "payload is no object")
        return payload

    def _entries(self, operation: Operation, content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        found = content.get(name)
        if not isinstance(found, list):
            raise self._unknown(operation, f"{name} is no list")
        odd = next((number for number, entry in enumerate(found) if not isinstance(entry, dict)), None)
        if odd is not None:
            raise self._unknown(operation, f"{name}[{odd}] is no object")
        return found

    def _next(self, operation: Operation, content: Mapping[str, Any], name: str) -> str:
        token = content.get(name)
        if token is None:
            return ""
        if not isinstance(token, str) or not (token.isascii() and token.isprintable()):
            raise self._unknown(operation, f"{name} is no text")
        return token

    def _unknown(self, operation: Operation, what: str) -> TransportError:
        return TransportError(f"{self._client.endpoint.shown}: {operation.name}: the answer has an unexpected form: {what}")


def stamp(moment: datetime) -> str:
    """A moment as the API takes it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
