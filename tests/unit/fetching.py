"""Orders, reports and a way to fetch them for the tests of ``franking fetch``.

``account`` is the sandbox with a script; ``expected`` is what a file must hold, by a judge of its own: it reads JSON and compares
update times as ``datetime`` does, and knows nothing of how the program stores or sorts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from franking.batch.fetch import Fetch
from franking.batch.fetch_wish import Waiting, Wish
from franking.batch.watch import Watch
from franking.channels import Endpoint
from franking.channels.client import Client
from franking.channels.quotas import Quotas
from franking.dispatch import AppCredentials
from franking.policy import marketplaces
from franking.sandbox import SandboxServer, Script, serve

GERMANY = next(place for place in marketplaces() if place.name == "Amazon.de")
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
EXAMPLE = Path(__file__).parents[2] / "docs/examples/amazon.com-unshipped.txt"


class Notes:
    """A watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @contextmanager
    def progress(self, what: str, total: int | None) -> Iterator[Any]:
        yield lambda _number, _total=None: None

    def say(self, text: str) -> None:
        self.said.append(text)


def order(number: int, *, updated: str = "2026-11-25T10:00:00Z", status: str = "SHIPPED", placed: int = 0) -> dict[str, Any]:
    """An order as Orders 2026-01-01 answers it."""
    return {
        "orderId": f"302-1234567-{number:07d}", "createdTime": f"2026-11-{10 + (placed or number) % 10}T08:00:00Z", "lastUpdatedTime": updated,
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": GERMANY.id, "marketplaceName": "Amazon.de"},
        "buyer": {"buyerEmail": f"b{number}@marketplace.amazon.de", "buyerName": "Käthe Müller"},
        "recipient": {"deliveryAddress": {"name": "Käthe Müller", "city": "Köln"}},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT", "deliverByWindow": {
            "earliestDateTime": "2026-11-18T08:00:00Z", "latestDateTime": "2026-11-20T20:00:00Z"}},
        "proceeds": {"grandTotal": {"amount": "19.99", "currencyCode": "EUR"}},
        "orderItems": [{"orderItemId": str(number), "quantityOrdered": 1, "product": {"asin": "B0ABC", "title": "Käsereibe", "sellerSku": "K-1"}}],
    }  # fmt: skip


def order_v0(number: int, *, updated: str = "2026-11-25T10:00:00Z", status: str = "Shipped") -> dict[str, Any]:
    """The same as Orders v0 answers it."""
    return {
        "AmazonOrderId": f"302-1234567-{number:07d}", "PurchaseDate": f"2026-11-{10 + number % 10}T08:00:00Z", "LastUpdateDate": updated,
        "OrderStatus": status, "MarketplaceId": GERMANY.id, "SalesChannel": "Amazon.de", "OrderTotal": {"Amount": "19.99", "CurrencyCode": "EUR"},
        "BuyerInfo": {"BuyerEmail": f"b{number}@marketplace.amazon.de", "BuyerName": "Käthe Müller"},
        "ShippingAddress": {"Name": "Käthe Müller", "City": "Köln"}, "LatestDeliveryDate": "2026-11-20T20:00:00Z",
    }  # fmt: skip


def item_v0(number: int | str) -> dict[str, Any]:
    return {"OrderItemId": str(number), "ASIN": "B0ABC", "SellerSKU": "K-1", "Title": "Käsereibe", "QuantityOrdered": 1}


def script_2026(**more: Any) -> Script:
    """Three pages; order 1 stands on two of them, and was shipped between."""
    pages = [
        [order(3), order(1, status="UNSHIPPED", updated="2026-11-24T10:00:00Z")],
        [order(2), order(4)],
        [order(1, updated="2026-11-24T10:00:00.5Z")],
    ]
    return Script(orders=pages, **more)


def script_v0(**more: Any) -> Script:
    """An account without access to 2026-01-01; order 3 has two pages of items."""
    items = {f"302-1234567-{n:07d}": [[item_v0(n)]] for n in (1, 2)} | {
        "302-1234567-0000003": [[item_v0("3a")], [item_v0("3b")]]
    }
    return Script(orders=None, orders_v0=[[order_v0(3), order_v0(1)], [order_v0(2)]], items=items, **more)


def script_report(text: str | None = None, **told: Any) -> Script:
    """A report of unshipped orders that takes two looks."""
    faults = told.pop("faults", [])
    content = text if text is not None else EXAMPLE.read_text("utf-8")
    return Script(faults, reports={UNSHIPPED: {"text": content, "polls": 2, "gzip": True} | told})


def expected(pages: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The orders of the pages, each as it was updated last, by when they were placed and their IDs."""
    found: dict[str, dict[str, Any]] = {}
    for one in (entry for page in pages for entry in page):
        before = found.get(one["orderId"])
        if before is None or datetime.fromisoformat(one["lastUpdatedTime"]) > datetime.fromisoformat(before["lastUpdatedTime"]):
            found[one["orderId"]] = one
    return sorted(found.values(), key=lambda one: (one["createdTime"], one["orderId"]))


def lines(file: Path) -> list[dict[str, Any]]:
    """What a fetched file holds."""
    answers = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [one for answer in answers for one in (answer["orders"] if "orders" in answer else answer["payload"]["Orders"])]


def fetch_from(url: str, folder: Path, watch: Watch | None = None, *, seller: str = "shop", most: float = 20.0) -> Fetch:
    """A fetch with short waits."""

    def client() -> Client:
        return Client(Endpoint.parse(address=url), AppCredentials("app", "s", None, "r"), Quotas(), 2.0, 0.01)

    return Fetch(client, folder, seller, watch or Notes(), Waiting(0.01, 0.05, most))


def wish(report: str = "", since: str = "30d", *, personal: bool = True) -> Wish:
    return Wish(since, (GERMANY,), report, personal)


@contextmanager
def account(script: Script) -> Iterator[SandboxServer]:
    with serve(script) as server:
        yield server
        assert server.state.broken == []  # no request breaks the published models
