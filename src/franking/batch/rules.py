"""Every rule of the program."""

from __future__ import annotations

from franking.check.registry import check_rules
from franking.model import Rule
from franking.permit.engine import permit_rules
from franking.policy.reasons import reasons


def all_rules() -> list[Rule]:
    """The rules of the checker, the permission rules in the order of their evaluation, and the other reasons for which an
    order is refused or a message rejected."""
    return [entry.rule for entry in check_rules()] + [rule for rule, _ in permit_rules()] + list(reasons())
