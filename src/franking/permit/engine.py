"""Decide whether an order's buyer may be written to, before anything is rendered."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from franking.model import Kind, Order, Permit, Refusal, Rule
from franking.permit import rules as rules_package
from franking.permit.context import Context

Check = Callable[[Order, Kind, Context], Refusal | None]
# The reason that is named first where several hold: from what is wrong with the order to what is wrong with the moment.
_ORDER = ("order-number", "order-state", "cancel-requested", "recipient", "garbled", "suppressed", "once-per-order",
          "contact-window", "review-window", "brand")  # fmt: skip


@cache
def permit_rules() -> tuple[tuple[Rule, Check], ...]:
    """Every permission rule with its check, found by looking into the ``rules`` folder."""
    found: list[tuple[Rule, Check]] = []
    for info in pkgutil.iter_modules(rules_package.__path__):
        module: Any = import_module(f"{rules_package.__name__}.{info.name}")
        found.append((module.RULE, module.check))
    return tuple(sorted(found, key=lambda r: _ORDER.index(r[0].slug) if r[0].slug in _ORDER else len(_ORDER)))


def permit(order: Order, kind: Kind, context: Context) -> Permit | list[Refusal]:
    """The permit, or every reason against it, the first being the one to count."""
    found = [refusal for _, check in permit_rules() if (refusal := check(order, kind, context)) is not None]
    errors = [refusal for refusal in found if refusal.severity == "error"]
    return errors or Permit(order, tuple(found))
