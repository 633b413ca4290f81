"""What is refunded for pieces of an item: the amounts of the order file, exact to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from franking.model import NotUnderstood, OrderItem

# Where the order files' prices are without the tax, which is added on top. Elsewhere a file may contain either.
_TAX_ON_TOP = ("US", "CA")
_TYPES = (
    ("Tax", "tax"),
    ("Shipping", "shipping"),
    ("ShippingTax", "shipping_tax"),
    ("GiftWrap", "gift_wrap"),
    ("GiftWrapTax", "gift_wrap_tax"),
)
_PROMOTIONS = ("item_promotion", "shipping_promotion")


class Unclear(Exception):
    """An order that cannot be adjusted as it is known: a slug, what is in the way, and what would be needed."""

    def __init__(self, slug: str, message: str, needed: str) -> None:
        super().__init__(message)
        self.slug = slug
        self.needed = needed


def components(
    item: OrderItem, pieces: int, country: str, tax: Literal["", "included", "separate"]
) -> tuple[tuple[str, Decimal], ...]:
    """The refund for ``pieces`` of an item, by the marketplace's types. Raises ``Unclear`` if the file does not contain
    it, or is ambiguous."""
    charges = item.charges or {}
    unread = next((value for value in charges.values() if isinstance(value, NotUnderstood)), None)
    if unread is not None:
        raise Unclear("amounts-unknown", f"{unread.where}: {unread.shown}", "an amount such as 19.99")
    if item.price is None:
        raise Unclear("amounts-unknown", "the order file has no price for an item", "an order file with item-price")
    if any(charges.get(name) for name in _PROMOTIONS):
        raise Unclear(
            "amounts-promotion",
            "an item was sold with a promotion, and what the buyer paid can be read in two ways",
            "the refund in Manage Orders",
        )
    found = [("Principal", item.price)]
    for component, name in _TYPES:
        value = charges.get(name)
        if not isinstance(value, Decimal) or not value:
            continue
        if name in ("tax", "shipping_tax", "gift_wrap_tax") and not _separate(country, tax):
            continue
        found.append((component, value))
    return tuple((component, _share(value, pieces, item.quantity)) for component, value in found if value)


def _separate(country: str, tax: str) -> bool:
    """Whether tax is refunded beside the price. Raises ``Unclear`` if neither marketplace nor operator determines it."""
    if tax:
        return tax == "separate"
    if country in _TAX_ON_TOP:
        return True
    raise Unclear(
        "amounts-tax",
        "the order file names a tax, which this marketplace's prices may hold already",
        "--tax included or --tax separate",
    )


def _share(value: Decimal, pieces: int, all_pieces: int) -> Decimal:
    """The part of an amount of all pieces that some of them have. Raises ``Unclear`` if it is no whole number of cents."""
    share = (value * pieces) / all_pieces
    if share * all_pieces != value * pieces or share != share.quantize(Decimal("0.01")):
        raise Unclear(
            "amounts-rounding",
            f"the amount for {pieces} of {all_pieces} pieces is no whole number of cents",
            "all pieces of the item, or the refund in Manage Orders",
        )
    return share.quantize(Decimal("0.01"))
