"""Orders 2026-01-01: ``searchOrders`` and ``getOrder`` (camelCase, no ``payload``), with items, packages and cancellations."""

from __future__ import annotations

from decimal import Decimal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

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
from franking.orders.states import any_wish, parse_state, shown

ITEM_FIELDS = {
    "title": "title",
    "sku": "sellerSku",
    "quantity": "quantityOrdered",
    "price": "price",
    "asin": "asin",
}


class _Model(Model):
    model_config = ConfigDict(alias_generator=to_camel)


class _Money(_Model, Money):
    pass


class _Window(_Model):
    earliest_date_time: Text = ""
    latest_date_time: Text = ""


class _Price(_Model):
    unit_price: _Money | None = None


class _Product(_Model):
    asin: Text = ""
    title: Text = ""
    seller_sku: Text = ""
    price: _Price | None = None


class _Detail(_Model):
    subtype: Text = ""
    value: _Money | None = None


class _Breakdown(_Model):
    type: Text
    subtotal: _Money
    detailed_breakdowns: list[_Detail] | None = None


class _ItemProceeds(_Model):
    breakdowns: list[_Breakdown] | None = None


class _CancellationRequest(_Model):
    requester: Text = ""


class _Cancellation(_Model):
    cancellation_request: _CancellationRequest | None = None
    cancellation_execution: dict[str, object] | None = None


class _ItemFulfillment(_Model):
    quantity_fulfilled: int | None = None
    quantity_unfulfilled: int | None = None


class _Item(_Model):
    order_item_id: Id
    quantity_ordered: Count = Field(ge=0, lt=10**9)
    product: _Product
    proceeds: _ItemProceeds | None = None
    cancellation: _Cancellation | None = None
    fulfillment: _ItemFulfillment | None = None


class _Channel(_Model):
    channel_name: Text = ""
    marketplace_id: Text = ""
    marketplace_name: Text = ""


class _Buyer(_Model, Buyer):
    pass


class _Address(_Model, Address):
    pass


class _Recipient(_Model):
    delivery_address: _Address | None = None


class _Proceeds(_Model):
    grand_total: _Money | None = None


class _Fulfillment(_Model):
    fulfillment_status: Text = ""
    fulfilled_by: Text = ""
    deliver_by_window: _Window | None = None


class _Status(_Model):
    status: Text = ""


class _Package(_Model):
    package_status: _Status | None = None
    carrier: Text = ""
    ship_time: Text = ""
    tracking_number: Text = ""


class _Order(_Model):
    order_id: Text
    created_time: Text
    sales_channel: _Channel
    order_items: list[_Item]
    buyer: _Buyer | None = None
    recipient: _Recipient | None = None
    proceeds: _Proceeds | None = None
    fulfillment: _Fulfillment | None = None
    packages: list[_Package] | None = None


def read_order(raw: object, path: str, override: Marketplace | None, line: int) -> Order:
    """The order at a path of an answer. Raises ``Unreadable``."""
    order = read_model(_Order, raw, path)
    at = f"{path}." if path else ""
    buyer, fulfillment = order.buyer or _Buyer(), order.fulfillment or _Fulfillment()
    address = (order.recipient.delivery_address if order.recipient else None) or _Address()
    channel = order.sales_channel
    place = override or place_of(
        {
            f"{at}salesChannel.marketplaceId": channel.marketplace_id,
            f"{at}salesChannel.marketplaceName": channel.marketplace_name,
        },
        buyer.buyer_email,
        f"{at}buyer.buyerEmail",
    )
    items = [_item(item, f"{at}orderItems[{number}]") for number, item in enumerate(order.order_items)]
    total = order.proceeds.grand_total if order.proceeds else None
    window = fulfillment.deliver_by_window or _Window()
    from_ = moment(window.earliest_date_time, f"{at}fulfillment.deliverByWindow.earliestDateTime", place)
    to = moment(window.latest_date_time, f"{at}fulfillment.deliverByWindow.latestDateTime", place)
    packages = [p for p in order.packages or () if _package_status(p) not in ("PENDING", "CANCELLED")]
    # One message names one parcel: with several nothing is chosen among them.
    parcels = {(p.carrier, p.tracking_number) for p in packages}
    carrier, tracking = parcels.pop() if len(parcels) == 1 else ("", "")
    left = [
        found
        for n, p in enumerate(order.packages or ())
        if p in packages and (found := moment(p.ship_time, f"{at}packages[{n}].shipTime", place)) is not None
    ]
    state = parse_state(fulfillment.fulfillment_status, f"{at}fulfillment.fulfillmentStatus")
    if state == "shipped" and any(_package_status(p) == "UNDELIVERABLE" for p in packages):
        state = "undelivered"
    currency = one_currency(
        [
            (f"{at}proceeds.grandTotal.currencyCode", total.currency_code if total else ""),
            *((f"{at}orderItems[{n}]", _money(item)[1]) for n, item in enumerate(order.order_items)),
        ],
        place,
    )
    return Order(
        id=order.order_id,
        marketplace=place,
        purchased_at=needed_moment(order.created_time, f"{at}createdTime", place),
        items=items_of([entry for entry, _ in items], ITEM_FIELDS, currency, f"{at}orderItems"),
        buyer_email=buyer.buyer_email,
        buyer_name=buyer.buyer_name,
        recipient_name=address.name,
        state=state,
        currency=currency,
        shipped_at=max(left, default=None),
        delivered_at=to or from_,
        delivery_from=from_,
        delivery_to=to,
        carrier=carrier,
        tracking_number=tracking,
        ship_city=address.city,
        fulfilled_by_marketplace=fulfillment.fulfilled_by.upper() == "AMAZON",
        ship_country=country_code(address.country_code),
        ship_state=address.state_or_region,
        fulfilment=fulfilment_of(fulfillment.fulfilled_by),
        line=line,
        cancel_requested=any_wish([wish for _, wish in items]),
    )


def _package_status(package: _Package) -> str:
    return package.package_status.status.upper() if package.package_status else ""


def _money(item: _Item) -> tuple[str, str, bool]:
    """Amount, currency, and whether it is of each piece: the item's subtotal, else its unit price."""
    for breakdown in (item.proceeds.breakdowns if item.proceeds else None) or ():
        if breakdown.type.upper() == "ITEM":
            return breakdown.subtotal.amount, breakdown.subtotal.currency_code, False
    unit = (item.product.price.unit_price if item.product.price else None) or _Money()
    return unit.amount, unit.currency_code, True


_CHARGES = {"SHIPPING": "shipping", "GIFT_WRAP": "gift_wrap", "DISCOUNT": "item_promotion"}
_TAXES = {"ITEM": "tax", "SHIPPING": "shipping_tax", "GIFT_WRAP": "gift_wrap_tax"}


def _charges(item: _Item, path: str) -> dict[str, Decimal | NotUnderstood]:
    """The amounts beside the price; an unknown type, or a tax without a type, is not understood."""
    found: dict[str, Decimal | NotUnderstood | None] = {}
    for breakdown in (item.proceeds.breakdowns if item.proceeds else None) or ():
        kind, where = breakdown.type.upper(), f"{path}.proceeds.breakdowns ({shown(breakdown.type)})"
        value = charge(breakdown.subtotal.amount, where)
        if kind == "TAX" and breakdown.detailed_breakdowns:
            for detail in breakdown.detailed_breakdowns:
                sort = detail.subtype.upper()
                money = detail.value or _Money()
                found[_TAXES.get(sort, f"tax {sort}")] = (
                    charge(money.amount, where) if sort in _TAXES else NotUnderstood(where, shown(detail.subtype))
                )
        elif kind in _CHARGES:
            found[_CHARGES[kind]] = value
        elif kind != "ITEM" and value:
            found[kind] = NotUnderstood(where, "an amount without a type")
    return known(found)


def _item(item: _Item, path: str) -> tuple[Entry[OrderItem], bool | NotUnderstood]:
    text, _, of_each = _money(item)
    price = amount(text, f"{path} (price)")
    cancellation = item.cancellation or _Cancellation()
    quantity = item.quantity_ordered
    if cancellation.cancellation_execution is not None:  # what is left of the item, which may be nothing
        done = item.fulfillment or _ItemFulfillment()
        quantity = min(quantity, (done.quantity_fulfilled or 0) + (done.quantity_unfulfilled or 0))
    if price is not None and of_each:
        price *= quantity
    shipped = item.fulfillment.quantity_fulfilled if item.fulfillment is not None else None
    read = OrderItem(
        item.product.seller_sku,
        item.product.title,
        quantity,
        price,
        item.product.asin,
        item.order_item_id,
        shipped,
        _charges(item, path),
    )
    entry = Entry((item.order_item_id,), path, read)
    request = cancellation.cancellation_request
    if request is None:
        return entry, False
    where = f"{path}.cancellation.cancellationRequest.requester"
    return entry, request.requester.upper() == "BUYER" or NotUnderstood(where, shown(request.requester))
