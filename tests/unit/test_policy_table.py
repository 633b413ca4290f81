"""Who may write when: every kind under every policy, by the order's state. The tables are written from the marketplaces' own
pages (and the guide of 2023), not from what the program says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.model import Order, OrderItem
from franking.model.feeds import LineState
from franking.permit import Context, permit
from franking.policy import load, marketplace

ROOT = Path(__file__).parents[2]
CATALOG = Catalog(ROOT / "templates", ROOT / "themes")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
POLICIES = ("amazon-2023", "amazon-strict", "bol", "basics")

# May a kind be sent at all?        amazon-2023  amazon-strict  bol    basics
MAY = {
    "order_confirmation":          (True,        False,         False, True),
    "shipping_confirmation":       (True,        False,         False, True),
    "order_problem":               (True,        True,          True,  True),
    "return_follow_up":            (True,        True,          True,  True),
    "invoice":                     (True,        True,          True,  True),
    "review_request":              (True,        True,          False, True),
    "delivery_scheduling":         (True,        True,          True,  True),
    "customization_check":         (True,        True,          True,  True),
    "information_request":         (True,        True,          True,  True),
    "warranty":                    (True,        True,          False, True),
    "reply":                       (True,        True,          True,  True),
    "newsletter":                  (False,       False,         False, True),
    "assembly_help":               (True,        True,          False, True),  # a seller's own
}  # fmt: skip
# In which states of the order, where the kind may be sent: u nshipped, p artly shipped, s hipped, c anceled, r eturned.
STATES = {
    "order_confirmation": "ups", "shipping_confirmation": "ps", "order_problem": "upsc", "return_follow_up": "psr",
    "invoice": "ups", "review_request": "s", "delivery_scheduling": "ups", "customization_check": "up",
    "information_request": "ups", "warranty": "ps", "reply": "ups", "newsletter": "ups", "assembly_help": "ups",
}  # fmt: skip
NAMES = {"u": "unshipped", "p": "partiallyshipped", "s": "shipped", "c": "canceled", "r": "returned"}
AMAZON, BOL, SHOP = (marketplace(name) for name in ("Amazon.de", "bol NL", "Shop DE"))


def order(policy: str, state: str = "shipped") -> Order:
    """An order as each policy's shop has it, with all that a kind may need."""
    place, number, address = {
        "bol": (BOL, "1043946570", "2awq74td4z4mizmx6dcdbsdbdcna@verkopen.bol.com"),
        "basics": (SHOP, "SO-1001/7", "anna@example.com"),
    }.get(policy, (AMAZON, "302-1234567-1234567", "q7x2m9w4k1@marketplace.amazon.de"))
    assert place is not None
    return Order(
        number, place, NOW - timedelta(days=12), (OrderItem("S", "Lamp", 1),), address, state=state,
        shipped_at=NOW - timedelta(days=9), delivered_at=NOW - timedelta(days=7), delivery_from=NOW - timedelta(days=8),
        delivery_to=NOW - timedelta(days=7), carrier="DHL", tracking_number="00340434161094042557",
    )  # fmt: skip


def reasons(policy: str, kind: str, one: Order, **context: object) -> set[str]:
    known = CATALOG.kind(kind if kind in CATALOG.kinds() else "order_confirmation")
    found = permit(one, replace(known, name=kind), Context(load(policy), NOW, "default", lambda _key: None, **context))  # type: ignore[arg-type]
    return {r.rule for r in found} - {"details"} if isinstance(found, list) else set()


def test_the_table_names_every_kind_and_policy() -> None:
    assert set(CATALOG.kinds()) < set(MAY)
    assert set(MAY) == set(STATES)
    assert all(len(row) == len(POLICIES) for row in MAY.values())


@pytest.mark.parametrize("state", NAMES)
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", MAY)
def test_who_may_write_when(kind: str, policy: str, state: str) -> None:
    expected = set()
    if not MAY[kind][POLICIES.index(policy)]:
        expected.add("kind-permitted")
    if state not in STATES[kind]:
        expected.add("order-state")
    if kind == "order_problem" and policy.startswith("amazon"):
        expected.add("adjustment-accepted")  # no adjustment is known
    assert reasons(policy, kind, order(policy, NAMES[state])) == expected


@pytest.mark.parametrize("adjustment", [None, *LineState])
@pytest.mark.parametrize("policy", POLICIES)
def test_a_problem_is_told_when_the_adjustment_is_accepted(policy: str, adjustment: LineState | None) -> None:
    one = order(policy)
    waits = policy.startswith("amazon") and adjustment is not LineState.ACCEPTED
    slug = {"adjustment-accepted"} if waits else set()
    assert reasons(policy, "order_problem", one, adjustment=lambda _order: adjustment) == slug
    assert reasons(policy, "order_problem", one, adjustment=lambda _order: adjustment, adjusted=True) == set()
    assert reasons(policy, "order_problem", replace(one, details={"problem": "delayed"})) == set()
    assert reasons(policy, "order_problem", replace(one, details={"problem": "no_inventory"}),
                   adjustment=lambda _order: adjustment) == slug  # fmt: skip
    assert reasons(policy, "order_problem", replace(one, fulfilled_by_marketplace=True)) == set()
    assert reasons(policy, "invoice", one, adjustment=lambda _order: adjustment) == set()


@pytest.mark.parametrize("dispatch", [None, *LineState])
@pytest.mark.parametrize("state", ["", "unshipped", "shipped", "partiallyshipped"])
@pytest.mark.parametrize("policy", ["amazon-2023", "basics"])
def test_a_dispatch_is_told_when_it_is_confirmed(policy: str, state: str, dispatch: LineState | None) -> None:
    found = reasons(policy, "shipping_confirmation", order(policy, state), dispatch=lambda _order: dispatch)
    confirmed = dispatch is LineState.ACCEPTED
    if policy == "basics":
        assert found == ({"order-state"} if state == "unshipped" else set())
    else:
        expected = {"": "dispatch-confirmed", "unshipped": "order-state"}.get(state)
        assert found == ({expected} if expected and not confirmed else set())


@pytest.mark.parametrize(
    ("policy", "days", "kind", "expected"),
    [
        ("amazon-2023", 30, "invoice", set()), ("amazon-2023", 31, "invoice", {"contact-window"}),
        ("amazon-strict", 31, "invoice", {"contact-window"}), ("amazon-2023", 300, "reply", set()),
        ("bol", 31, "invoice", set()), ("basics", 300, "invoice", set()), ("basics", 300, "review_request", set()),
    ],
)  # fmt: skip
def test_how_long_after_the_purchase(policy: str, days: int, kind: str, expected: set[str]) -> None:
    assert reasons(policy, kind, replace(order(policy), purchased_at=NOW - timedelta(days=days))) == expected


@pytest.mark.parametrize(
    ("policy", "days", "expected"),
    [
        ("amazon-2023", 4, {"review-window"}),
        ("amazon-2023", 5, set()),
        ("amazon-strict", 4, {"review-window"}),
        ("basics", 1, set()),
    ],
)
def test_how_long_after_the_delivery(policy: str, days: int, expected: set[str]) -> None:
    assert reasons(policy, "review_request", replace(order(policy), delivered_at=NOW - timedelta(days=days))) == expected


RELAYS = {
    "amazon": "q7x2m9w4k1@marketplace.amazon.de", "bol": "2awq74td4z4mizmx6dcdbsdbdcna@verkopen.bol.com",
    "private": "anna@example.com", "look-alike": "2awq74td4z4@verkopen-bol.com", "closed": "blacklisted-a@verkopen.bol.com",
}  # fmt: skip
# Whose order and which address may be written to: policy, order of, address of.
WRITTEN_TO = {
    ("amazon-2023", "amazon", "amazon"), ("amazon-strict", "amazon", "amazon"), ("bol", "bol", "bol"),
    *(("basics", shop, address) for shop in ("amazon", "bol", "shop") for address in ("amazon", "bol", "private", "look-alike")),
}  # fmt: skip


@pytest.mark.parametrize("address", RELAYS)
@pytest.mark.parametrize("shop", ["amazon", "bol", "shop"])
@pytest.mark.parametrize("policy", POLICIES)
def test_which_addresses(policy: str, shop: str, address: str) -> None:
    place = {"amazon": AMAZON, "bol": BOL, "shop": SHOP}[shop]
    assert place is not None
    one = replace(order(policy), marketplace=place, buyer_email=RELAYS[address])
    assert ("recipient" not in reasons(policy, "reply", one)) is ((policy, shop, address) in WRITTEN_TO)


@pytest.mark.parametrize(
    ("policy", "number", "fits"),
    [
        ("amazon-2023", "302-1234567-1234567", True), ("amazon-2023", "1043946570", False), ("amazon-2023", "302-1234567-123456", False),
        ("bol", "1043946570", True), ("bol", "A2K8290LP8", True), ("bol", "302-1234567-1234567", False), ("bol", "a2k8290lp8", False),
        ("bol", "10439465", False), ("basics", "1", True), ("basics", "SO-1001/7", True), ("basics", "", False),
        ("basics", "12 34", False), ("basics", "<b>1</b>", False), ("basics", "1" * 33, False),
    ],
)  # fmt: skip
def test_which_order_ids(policy: str, number: str, fits: bool) -> None:
    assert ("order-number" not in reasons(policy, "reply", replace(order(policy), id=number))) is fits


@pytest.mark.parametrize("policy", POLICIES)
def test_an_opt_out_and_a_wish_to_cancel_count_under_every_policy(policy: str) -> None:
    assert reasons(policy, "invoice", order(policy), suppressed=lambda _address: "opt-out") == {"suppressed"}
    assert reasons(policy, "reply", order(policy), suppressed=lambda _address: "bounce") == {"suppressed"}
    wish = replace(order(policy), cancel_requested=True)
    assert reasons(policy, "invoice", wish) == {"cancel-requested"}
    assert reasons(policy, "reply", wish) == set()


@pytest.mark.parametrize(("policy", "warned"), [("amazon-2023", True), ("basics", False)])
def test_a_marketplace_s_own_confirmation_is_told(policy: str, warned: bool) -> None:
    found = permit(order(policy), CATALOG.kind("order_confirmation"), Context(load(policy), NOW, "default", lambda _key: None))
    assert not isinstance(found, list)
    assert [w.rule for w in found.warnings] == (["duplicate-of-amazon"] if warned else [])
