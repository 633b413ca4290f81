"""What a permission rule is: the rule of the policy and its check."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context

Check = Callable[[Order, Kind, Context], Refusal | None]


class PermitRule(NamedTuple):
    """A permission rule with its check, which says why an order's buyer must not be written to; None for nothing."""

    rule: Rule
    check: Check
