"""Orders as the Selling Partner API answers them (Orders v0 ``getOrders`` and ``getOrder``), one answer per line or file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from franking.errors import FrankingError
from franking.model import BrokenOrder, Marketplace, Order, OrderItem
from franking.orders.values import parse_amount, parse_datetime, parse_quantity
from franking.policy import marketplace as find_marketplace


class ApiFile:
    """A file of API answers. Iterating yields its orders; ``count`` is how many there are."""

    def __init__(self, path: Path, encoding: str, marketplace: Marketplace | None) -> None:
        self.path = path
        self.encoding = encoding
        self.marketplace = marketplace
        self.count = sum(1 for _ in self._entries())

    def _entries(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for line, answer in self._answers():
            payload = answer.get("payload", answer)
            orders = (
                payload.get("Orders", [payload] if "AmazonOrderId" in payload else None) if isinstance(payload, dict) else None
            )
            if not isinstance(orders, list):
                raise FrankingError(
                    f'{self.path}:{line}: found JSON without orders, expected {{"payload": {{"Orders": [...]}}}}'
                )
            for entry in orders:
                yield line, entry if isinstance(entry, dict) else {}

    def _answers(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """One JSON document, or one per line: pages of any number are read without holding them all."""
        with self.path.open(encoding=self.encoding) as file:
            first = file.readline()
            try:
                value = json.loads(first)
                lines = True
            except json.JSONDecodeError:
                lines = False
            file.seek(0)
            if lines:
                for number, text in enumerate(file, start=1):
                    if text.strip():
                        yield number, self._load(text, number)
                return
            value = self._load(file.read(), 1)
            yield 1, value

    def _load(self, text: str, line: int) -> dict[str, Any]:
        try:
            value = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            at = line + getattr(error, "lineno", 1) - 1
            raise FrankingError(f"{self.path}:{at}: no valid JSON: {getattr(error, 'msg', 'nested too deeply')}") from None
        if not isinstance(value, dict):
            raise FrankingError(f"{self.path}:{line}: found a JSON {type(value).__name__}, expected an object")
        return value

    def __iter__(self) -> Iterator[Order | BrokenOrder]:
        for number, (line, entry) in enumerate(self._entries(), start=1):
            order_id = str(entry.get("AmazonOrderId", ""))
            try:
                yield self._order(order_id, entry, line)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else "a value has the wrong form"
                yield BrokenOrder(order_id, line, f"line {line}, order {number} of the answers: {what}")

    def close(self) -> None:
        """Nothing to drop: answers are read as they come."""

    def _order(self, order_id: str, entry: dict[str, Any], line: int) -> Order:
        market = self.marketplace or find_marketplace(str(entry.get("MarketplaceId") or entry.get("SalesChannel") or ""))
        if market is None:
            raise KeyError("MarketplaceId")
        buyer = entry.get("BuyerInfo") or {}
        address = entry.get("ShippingAddress") or {}
        total = entry.get("OrderTotal") or {}

        def date(name: str) -> Any:
            return parse_datetime(entry[name], market) if entry.get(name) else None

        if not order_id:
            raise KeyError("AmazonOrderId")
        return Order(
            id=order_id,
            marketplace=market,
            purchased_at=parse_datetime(entry["PurchaseDate"], market),
            items=tuple(self._item(item) for item in entry.get("OrderItems") or ()),
            buyer_email=str(buyer.get("BuyerEmail") or ""),
            buyer_name=str(buyer.get("BuyerName") or ""),
            recipient_name=str(address.get("Name") or ""),
            state=str(entry.get("OrderStatus") or "").lower().replace("cancelled", "canceled"),
            currency=str(total.get("CurrencyCode") or market.currency),
            shipped_at=date("LatestShipDate"),
            delivered_at=date("LatestDeliveryDate") or date("EarliestDeliveryDate"),
            delivery_from=date("EarliestDeliveryDate"),
            delivery_to=date("LatestDeliveryDate"),
            ship_city=str(address.get("City") or ""),
            fulfilled_by_marketplace=entry.get("FulfillmentChannel") == "AFN",
            line=line,
        )

    @staticmethod
    def _item(item: dict[str, Any]) -> OrderItem:
        price = item.get("ItemPrice") or {}
        return OrderItem(
            str(item.get("SellerSKU") or ""), str(item.get("Title") or ""), parse_quantity(str(item["QuantityOrdered"])),
            parse_amount(str(price.get("Amount") or "")), str(item.get("ASIN") or ""),
        )  # fmt: skip
