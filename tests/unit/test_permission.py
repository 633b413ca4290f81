"""Who may be written to: what each kind of buyer's address, state and wish leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from franking.model import Kind, Marketplace, NotUnderstood, Order, OrderItem, Refusal
from franking.permit import Context, permit
from franking.policy import load, marketplace, marketplaces

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SENT = frozenset(["pending", "unshipped", "partiallyshipped", "shipped"])
CONFIRMATION = Kind("order_confirmation", "", "", "", "contact", SENT, frozenset(["items"]), ())
REPLY = Kind("reply", "", "", "", "none", frozenset(), frozenset(), ())
FOLLOW_UP = Kind(
    "return_follow_up", "", "", "", "none", frozenset(["shipped", "returned", "refunded"]), frozenset(["items"]), ()
)


def place(name: str) -> Marketplace:
    found = marketplace(name)
    assert found is not None
    return found


ORDER = Order(
    "302-1234567-1234567", place("Amazon.de"), NOW - timedelta(days=2), (OrderItem("S", "Lamp", 1),),
    "q7x2m9w4k1@marketplace.amazon.de", state="shipped",
)  # fmt: skip


def refusals(
    order: Order, kind: Kind = CONFIRMATION, channel: Literal["marketplace", "other"] = "marketplace"
) -> list[Refusal]:
    context = Context(load(), NOW, "default", lambda _key: None, channel)
    found = permit(order, kind, context)
    return found if isinstance(found, list) else []


def fault(address: str, market: str = "Amazon.de", channel: Literal["marketplace", "other"] = "marketplace") -> str:
    found = refusals(replace(ORDER, buyer_email=address, marketplace=place(market)), channel=channel)
    assert all(r.rule == "recipient" for r in found)
    assert all(address not in r.message + r.hint for r in found if len(address) > 2)
    return found[0].message if found else ""


@pytest.mark.parametrize("market", marketplaces(), ids=lambda m: m.name)
def test_every_marketplace_has_its_relay(market: Marketplace) -> None:
    suffix = market.name.removeprefix("Amazon").lower()
    assert fault(f"q7x2m9w4k1@marketplace.amazon{suffix}", market.name) == ""


@pytest.mark.parametrize(
    ("address", "market"),
    [
        ("h3k5m7p9r1t3v5x@m.marketplace.amazon.co.jp", "Amazon.co.jp"),
        ("H3K5M7P9R1T3V5X@M.MARKETPLACE.AMAZON.CO.JP", "Amazon.co.jp"),
        ("q7x2m9w4k1+0c8f2e1a-77@marketplace.amazon.de", "Amazon.de"),
        ("a@marketplace.amazon.de", "Amazon.de"),
        ("a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0@marketplace.amazon.de", "Amazon.de"),
        ("blacklist@marketplace.amazon.de", "Amazon.de"),  # a token, not the shop system's mark
        ("noreply-blacklisted-1@marketplace.amazon.de", "Amazon.de"),
    ],
)
def test_relay_addresses_pass(address: str, market: str) -> None:
    assert fault(address, market) == ""


PRIVATE, LOOKALIKE, INVALID = "is a private one", "only resembles a marketplace's", "is no valid email address"
SEVERAL, NAMED, BLACKLISTED = "more than one buyer address", "written with something around it", "marked as blacklisted"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("somebody@example.com", PRIVATE), ("somebody@gmail.com", PRIVATE), ("x@t-online.de", PRIVATE),
        ("somebody@members.ebay.com", PRIVATE),
        ("q7@marketplace.amazon.fr", "belongs to another marketplace, Amazon.fr"),
        ("q7@m.marketplace.amazon.co.jp", "belongs to another marketplace, Amazon.co.jp"),
        ("q7@m.marketplace.amazon.de", LOOKALIKE), ("q7@amazon.de", LOOKALIKE), ("q7@marketplace.amazon.xx", LOOKALIKE),
        ("q7@marketplace.amazon.de.example.com", LOOKALIKE), ("q7@marketplace-amazon.de", LOOKALIKE),
        ("q7@marketplace.amaz0n.de", LOOKALIKE), ("q7@marketplace.arnazon.de", LOOKALIKE),
        ("q7@marketplace.amazon.de.", INVALID), ("q7@xn--mazon-3ve.de", LOOKALIKE), ("q7@marketplace.amаzon.de", INVALID),
        ("q7@marketplace。amazon。de", INVALID), ("q7 @marketplace.amazon.de", INVALID), ("q7@marketplace.amazon", LOOKALIKE),
        ("q7＠marketplace.amazon.de", INVALID), ("q7@\u200bmarketplace.amazon.de", INVALID), ("q7", INVALID), ("@", INVALID), ("q7@marketplace.amazon.de ", INVALID),
        ("q7@@marketplace.amazon.de", INVALID), ("q7@localhost", INVALID),
        ("Anna Beck <q7@marketplace.amazon.de>", NAMED), ('"Beck, Anna" <q7@marketplace.amazon.de>', NAMED),
        ("<q7@marketplace.amazon.de>", NAMED), ("q7@marketplace.amazon.de (Anna)", NAMED),
        ("mailto:q7@marketplace.amazon.de", NAMED),
        ("q7@marketplace.amazon.de, k4@marketplace.amazon.de", SEVERAL),
        ("q7@marketplace.amazon.de;k4@marketplace.amazon.de", SEVERAL), ("q7@marketplace.amazon.de k4@example.com", SEVERAL),
        ("A <q7@marketplace.amazon.de>, B <k4@marketplace.amazon.de>", SEVERAL),
        ("blacklisted-q7@marketplace.amazon.de", BLACKLISTED), ("BLACKLISTED-q7@marketplace.amazon.de", BLACKLISTED),
        ("Blacklisted_q7@marketplace.amazon.de", BLACKLISTED), ("blacklisted-somebody@example.com", BLACKLISTED),
        ("<blacklisted-q7@marketplace.amazon.de>", BLACKLISTED), ("blacklisted-", BLACKLISTED),
        ("", "has no buyer address"), ("  ", "has no buyer address"),
    ],
)  # fmt: skip
def test_other_addresses_are_told_for_what_they_are(address: str, told: str) -> None:
    assert told in fault(address)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("somebody@example.com", ""), ("q7@marketplace.amazon.fr", ""), ("blacklisted-somebody@example.com", BLACKLISTED),
        ("blacklisted-q7@marketplace.amazon.de", BLACKLISTED), ("a@example.com, b@example.com", SEVERAL),
        ("Anna <a@example.com>", NAMED), ("a@example.com.", INVALID), ("", "has no buyer address"),
    ],
)  # fmt: skip
def test_the_operator_may_say_that_the_channel_is_another(address: str, told: str) -> None:
    found = fault(address, channel="other")
    assert found == told == "" or (told and told in found)


@pytest.mark.parametrize("kind", [CONFIRMATION, replace(CONFIRMATION, name="review_request"), replace(CONFIRMATION, name="x")])
@pytest.mark.parametrize("wish", [True, NotUnderstood("column x", "perhaps")])
def test_a_buyer_who_wants_to_cancel_is_left_alone(kind: Kind, wish: bool | NotUnderstood) -> None:
    assert [r.rule for r in refusals(replace(ORDER, cancel_requested=wish), kind)] == ["cancel-requested"]
    assert refusals(replace(ORDER, cancel_requested=wish), REPLY) == []
    assert refusals(replace(ORDER, cancel_requested=wish), FOLLOW_UP) == []


def test_a_wish_that_is_not_understood_is_told_as_that() -> None:
    (refused,) = refusals(replace(ORDER, cancel_requested=NotUnderstood("column x in line 7", "perhaps")))
    assert refused.message == "whether the buyer asked to cancel is not clear: column x in line 7 is 'perhaps'"


@pytest.mark.parametrize("kind", [CONFIRMATION, REPLY, FOLLOW_UP], ids=lambda kind: kind.name)
@pytest.mark.parametrize("state", [NotUnderstood("column order-status", "Teleported"), "teleported"])
def test_an_unknown_state_is_never_fine(kind: Kind, state: str | NotUnderstood) -> None:
    (refused,) = refusals(replace(ORDER, state=state), kind)
    assert refused.rule == "order-state"
    assert "is not known" in refused.message
    assert "teleported" in refused.message.lower()


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("shipped", ""), ("invoiceunconfirmed", ""), ("pending", ""), ("", ""), ("canceled", "the order is canceled"),
        ("unfulfillable", "the order is unfulfillable"), ("undelivered", "the order is undelivered"),
        ("pendingavailability", "the order is pendingavailability, order_confirmation needs"),
    ],
)  # fmt: skip
def test_known_states(state: str, told: str) -> None:
    found = refusals(replace(ORDER, state=state))
    assert (found[0].message if found else "").startswith(told)
    assert bool(found) == bool(told)
