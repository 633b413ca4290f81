"""Orders v0: ``getOrders``, ``getOrder`` and ``getOrderItems`` (PascalCase, under ``payload``).

``getOrders`` never holds items; they come from ``getOrderItems``. ``BuyerRequestedCancel`` is in the items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_pascal

from franking.model import Marketplace, NotUnderstood, Order, OrderItem
from franking.orders.agreement import Entry
from franking.orders.api_fields import (
    Address,
    Buyer,
    Count,
    Id,
    Model,
    Money,
    Text,
    amount,
    items_of,
    moment,
    needed_moment,
    one_currency,
    place_of,
    read_model,
)
from franking.orders.charges import charge, known
from franking.orders.shipping import country_code, fulfilment_of
from franking.orders.states import any_wish, cancel_wish, parse_flag, parse_state

ITEM_FIELDS = {"title": "Title", "sku": "SellerSKU", "quantity": "QuantityOrdered", "price": "ItemPrice", "asin": "ASIN"}


class _Model(Model):
    model_config = ConfigDict(alias_generator=to_pascal)


class _Money(_Model, Money):
    pass


class _CancelWish(_Model):
    is_buyer_requested_cancel: object = None
    buyer_cancel_reason: Text = ""


class _ItemBuyer(_Model):
    gift_wrap_price: _Money | None = None
    gift_wrap_tax: _Money | None = None


class _Item(_Model):
    asin: Text = Field("", alias="ASIN")
    seller_sku: Text = Field("", alias="SellerSKU")
    order_item_id: Id = ""
    title: Text = ""
    quantity_ordered: Count = Field(ge=0, lt=10**9)
    quantity_shipped: int | None = None
    item_price: _Money | None = None
    item_tax: _Money | None = None
    shipping_price: _Money | None = None
    shipping_tax: _Money | None = None
    shipping_discount: _Money | None = None
    promotion_discount: _Money | None = None
    buyer_info: _ItemBuyer | None = None
    buyer_requested_cancel: _CancelWish | None = None


class _Buyer(_Model, Buyer):
    pass


class _Address(_Model, Address):
    pass


class _Order(_Model):
    amazon_order_id: Text
    purchase_date: Text
    order_status: Text = ""
    fulfillment_channel: Text = ""
    marketplace_id: Text = ""
    sales_channel: Text = ""
    latest_ship_date: Text = ""
    earliest_delivery_date: Text = ""
    latest_delivery_date: Text = ""
    order_total: _Money | None = None
    buyer_info: _Buyer | None = None
    shipping_address: _Address | None = None
    order_items: list[_Item] | None = None
    buyer_requested_cancel: _CancelWish | None = None


class _Items(_Model):
    order_items: list[_Item]


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item, its currency, whether its buyer asked to cancel, and its identity and place."""

    entry: Entry[OrderItem] = field(repr=False)
    currency: tuple[str, str]  # path, currency
    wish: bool | NotUnderstood


def read_items(raw: object, path: str, place: str = "") -> list[ReadItem]:
    """The ``OrderItems`` of an answer; ``place`` names the file and line, if there are several answers.

    Raises ``Unreadable``.
    """
    items = read_model(_Items, raw, path).order_items
    return [_item(item, _under(path, f"OrderItems[{number}]"), place) for number, item in enumerate(items)]


def read_order(raw: object, path: str, override: Marketplace | None, line: int, joined: Sequence[ReadItem]) -> Order:
    """The order at a path of an answer, with items that other answers hold. Raises ``Unreadable``."""
    order = read_model(_Order, raw, path)
    buyer, address = order.buyer_info or _Buyer(), order.shipping_address or _Address()
    place = override or place_of(
        {_under(path, "MarketplaceId"): order.marketplace_id, _under(path, "SalesChannel"): order.sales_channel},
        buyer.buyer_email,
        _under(path, "BuyerInfo.BuyerEmail"),
    )
    own = [_item(item, _under(path, f"OrderItems[{n}]"), f"line {line}") for n, item in enumerate(order.order_items or ())]
    if joined:  # an item without a number is one of the answers' items, and it is unknown which
        own = [item for item in own if isinstance(item.entry.key, tuple)]
    items = [*own, *joined]
    total = (_under(path, "OrderTotal.CurrencyCode"), order.order_total.currency_code if order.order_total else "")
    own_wish = _wish(order.buyer_requested_cancel, _under(path, "BuyerRequestedCancel"))
    from_, to = (
        moment(text, _under(path, name), place)
        for name, text in (
            ("EarliestDeliveryDate", order.earliest_delivery_date),
            ("LatestDeliveryDate", order.latest_delivery_date),
        )
    )
    currency = one_currency([total, *(item.currency for item in items)], place)
    return Order(
        id=order.amazon_order_id,
        marketplace=place,
        purchased_at=needed_moment(order.purchase_date, _under(path, "PurchaseDate"), place),
        items=items_of([item.entry for item in items], ITEM_FIELDS, currency, _under(path, "OrderItems")),
        buyer_email=buyer.buyer_email,
        buyer_name=buyer.buyer_name,
        recipient_name=address.name,
        state=parse_state(order.order_status, _under(path, "OrderStatus")),
        currency=currency,
        shipped_at=moment(order.latest_ship_date, _under(path, "LatestShipDate"), place),
        delivered_at=to or from_,
        delivery_from=from_,
        delivery_to=to,
        ship_city=address.city,
        fulfilled_by_marketplace=order.fulfillment_channel == "AFN",
        ship_country=country_code(address.country_code),
        ship_state=address.state_or_region,
        fulfilment=fulfilment_of(order.fulfillment_channel),
        line=line,
        cancel_requested=any_wish([own_wish, *(item.wish for item in items)]),
    )


def _item(item: _Item, path: str, place: str) -> ReadItem:
    price = item.item_price or _Money()
    read = OrderItem(
        item.seller_sku,
        item.title,
        item.quantity_ordered,
        amount(price.amount, _under(path, "ItemPrice.Amount")),
        item.asin,
        item.order_item_id,
        item.quantity_shipped,
        _charges(item, path),
    )
    key: tuple[str, ...] | str = (item.order_item_id,) if item.order_item_id else path
    shown = f"{place}: {path}" if place else path
    return ReadItem(
        Entry(key, shown, read),
        (_under(path, "ItemPrice.CurrencyCode"), price.currency_code),
        _wish(item.buyer_requested_cancel, _under(path, "BuyerRequestedCancel")),
    )


def _charges(item: _Item, path: str) -> dict[str, Decimal | NotUnderstood]:
    buyer = item.buyer_info or _ItemBuyer()
    money = {
        "tax": ("ItemTax", item.item_tax),
        "shipping": ("ShippingPrice", item.shipping_price),
        "shipping_tax": ("ShippingTax", item.shipping_tax),
        "shipping_promotion": ("ShippingDiscount", item.shipping_discount),
        "item_promotion": ("PromotionDiscount", item.promotion_discount),
        "gift_wrap": ("BuyerInfo.GiftWrapPrice", buyer.gift_wrap_price),
        "gift_wrap_tax": ("BuyerInfo.GiftWrapTax", buyer.gift_wrap_tax),
    }
    return known(
        {name: charge(value.amount, _under(path, f"{field}.Amount")) for name, (field, value) in money.items() if value}
    )


def _wish(wish: _CancelWish | None, path: str) -> bool | NotUnderstood:
    if wish is None:
        return False
    where = f"{path}.IsBuyerRequestedCancel"
    return cancel_wish(parse_flag(wish.is_buyer_requested_cancel, where), wish.buyer_cancel_reason, where)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
