"""Orders of bol's Retailer API v10: ``GET /retailer/orders/{order-id}``, which contains the address and the items.

The list of ``GET /retailer/orders`` holds neither; each of its orders is asked for by itself. Prices are of each piece, in
euro.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from franking.model import Marketplace, Order, OrderItem
from franking.orders.agreement import Entry
from franking.orders.api_fields import (
    Amount,
    Count,
    Id,
    Model,
    Text,
    Unreadable,
    amount,
    items_of,
    moment,
    needed_moment,
    read_model,
)
from franking.orders.shipping import country_code, one_fulfilment
from franking.orders.states import any_wish, cancel_wish, parse_flag, shown
from franking.policy import marketplaces

ITEM_FIELDS = {"title": "product.title", "sku": "offer.reference", "quantity": "quantity", "price": "unitPrice", "asin": ""}


class _Model(Model):
    model_config = ConfigDict(alias_generator=to_camel)


class _Shipment(_Model):
    first_name: Text = ""
    surname: Text = ""
    city: Text = ""
    country_code: Text = ""
    email: Text = ""
    language: Text = ""


class _Fulfilment(_Model):
    method: Text = ""
    latest_delivery_date: Text = ""
    exact_delivery_date: Text = ""


class _Offer(_Model):
    reference: Text = ""


class _Product(_Model):
    ean: Text = ""
    title: Text = ""


class _Item(_Model):
    order_item_id: Id
    cancellation_request: object = None
    fulfilment: _Fulfilment = Field(default_factory=_Fulfilment)
    offer: _Offer = Field(default_factory=_Offer)
    product: _Product
    quantity: Count = Field(ge=0, lt=10**9)
    quantity_shipped: Count | None = Field(None, ge=0, lt=10**9)
    quantity_cancelled: Count = Field(0, ge=0, lt=10**9)
    unit_price: Amount = ""


class _Order(_Model):
    order_id: Id
    order_placed_date_time: Text
    shipment_details: _Shipment | None = None
    order_items: list[_Item]


def read_order(raw: object, path: str, override: Marketplace | None, line: int) -> Order:
    """The order at a path of an answer. Raises ``Unreadable``."""
    order = read_model(_Order, raw, path)
    at = f"{path}." if path else ""
    shipment = order.shipment_details
    if shipment is None:
        raise Unreadable(
            f"{at}shipmentDetails is missing: a list of orders has no addresses, expected the answer of each order"
        )
    place = override or _place(shipment, at)
    entries = [_item(item, f"{at}orderItems[{number}]") for number, item in enumerate(order.order_items)]
    last, exact = [], []
    for number, item in enumerate(order.order_items):
        where = f"{at}orderItems[{number}].fulfilment"
        on = moment(item.fulfilment.exact_delivery_date, f"{where}.exactDeliveryDate", place)
        exact.append(on)
        last.append(on or moment(item.fulfilment.latest_delivery_date, f"{where}.latestDeliveryDate", place))
    known: list[datetime] = [day for day in last if day is not None]
    agreed = exact[0] if exact and all(day == exact[0] for day in exact) else None
    return Order(
        id=order.order_id,
        marketplace=place,
        purchased_at=needed_moment(order.order_placed_date_time, f"{at}orderPlacedDateTime", place),
        items=items_of(entries, ITEM_FIELDS, place.currency, f"{at}orderItems"),
        buyer_email=shipment.email,
        buyer_name=f"{shipment.first_name} {shipment.surname}".strip(),
        recipient_name=f"{shipment.first_name} {shipment.surname}".strip(),
        state=_state(order.order_items),
        currency=place.currency,
        language=shipment.language.replace("_", "-").partition("-")[0].lower(),
        delivered_at=max(known, default=None),
        delivery_from=agreed,
        delivery_to=max(known, default=None),
        ship_city=shipment.city,
        fulfilled_by_marketplace=all(item.fulfilment.method.upper() == "FBB" for item in order.order_items),
        ship_country=country_code(shipment.country_code),
        fulfilment=one_fulfilment(item.fulfilment.method for item in order.order_items),
        line=line,
        cancel_requested=any_wish(
            [
                cancel_wish(parse_flag(item.cancellation_request, where), "", where)
                for number, item in enumerate(order.order_items)
                for where in (f"{at}orderItems[{number}].cancellationRequest",)
            ]
        ),
    )


def _place(shipment: _Shipment, at: str) -> Marketplace:
    """The country's bol: both share a relay, so that the address alone does not tell."""
    code = shipment.country_code.upper()
    known = {place.country: place for place in marketplaces("bol")}
    if code in known:
        return known[code]
    found = f"{shown(code)!r}" if code else "nothing"
    raise Unreadable(f"{at}shipmentDetails.countryCode: found {found}, expected {' or '.join(known)}; else pass --marketplace")


def _state(items: Sequence[_Item]) -> str:
    """What has become of the pieces; "" if the answer does not state it."""
    left = sum(max(0, item.quantity - item.quantity_cancelled) for item in items)
    if items and not left:
        return "canceled"
    if any(item.quantity_shipped is None for item in items):
        return ""
    gone = sum(item.quantity_shipped or 0 for item in items)
    return "unshipped" if not gone else "shipped" if gone >= left else "partiallyshipped"


def _item(item: _Item, path: str) -> Entry[OrderItem]:
    quantity = max(0, item.quantity - item.quantity_cancelled)
    price = amount(item.unit_price, f"{path}.unitPrice")
    sku = item.offer.reference or item.product.ean
    read = OrderItem(sku, item.product.title, quantity, None if price is None else price * quantity)
    return Entry((item.order_item_id,), path, read)
