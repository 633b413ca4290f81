"""The type of permission rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context

Check = Callable[[Order, Kind, Context], Refusal | None]


class PermitRule(NamedTuple):
    """A permission rule with its check, which returns a refusal, or None."""

    rule: Rule
    check: Check
