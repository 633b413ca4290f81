"""The checker: proves a finished message against every rule of the policy, statically."""

from franking.check.engine import as_message, frank, inspect, judge, rejected
from franking.check.places import CLOSING, OPENING, TOKEN, Places, places
from franking.check.registry import check_rules
from franking.check.varying import ANY_ORDER, Proof, Unproven, bounded, prove

__all__ = [
    "ANY_ORDER",
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
