"""Evaluates the permission rules for an order, before anything is rendered."""

from __future__ import annotations

from functools import cache

from franking.model import Kind, Order, Permit, Refusal
from franking.package.discovery import defined_in
from franking.permit import rules as rules_package
from franking.permit.context import Context
from franking.permit.rule import PermitRule

# The order of reasons if several apply: from problems of the order to problems of the time.
_ORDER = (
    "order-number",
    "kind-permitted",
    "order-state",
    "cancel-requested",
    "recipient",
    "garbled",
    "restricted",
    "suppressed",
    "once-per-order",
    "contact-window",
    "review-window",
    "adjustment-accepted",
    "dispatch-confirmed",
    "brand",
    "duplicate-of-amazon",
    "details",
)


@cache
def permit_rules() -> tuple[PermitRule, ...]:
    """Every permission rule with its check, from the modules of the ``rules`` folder. Raises ``TypeError`` for a module
    without a rule."""
    found = defined_in(rules_package, "CHECK", PermitRule, "rule")
    return tuple(sorted(found, key=lambda r: _ORDER.index(r.rule.slug) if r.rule.slug in _ORDER else len(_ORDER)))


def permit(order: Order, kind: Kind, context: Context) -> Permit | list[Refusal]:
    """The permit, or every reason against it; the first one counts."""
    off = context.policy.rules_off
    found = [
        refusal
        for rule, check in permit_rules()
        if rule.slug not in off and (refusal := check(order, kind, context)) is not None
    ]
    errors = [refusal for refusal in found if refusal.severity == "error"]
    return errors or Permit(order, tuple(found))
