"""The checker: proves a finished message against every rule of the policy, statically."""

from franking.check.engine import as_message, frank, inspect, judge, rejected
from franking.check.registry import check_rules
from franking.check.varying import CLOSING, OPENING, TOKEN, Places, Proof, Unproven, bounded, places, prove

__all__ = [
    "CLOSING",
    "OPENING",
    "TOKEN",
    "Places",
    "Proof",
    "Unproven",
    "as_message",
    "bounded",
    "check_rules",
    "frank",
    "inspect",
    "judge",
    "places",
    "prove",
    "rejected",
]
