"""The checker: checks a finished message statically against every rule of the policy."""

from franking.check.engine import as_message, frank, frank_text, inspect, judge, rejected
from franking.check.own_words import said_by_template, without_own_words
from franking.check.registry import check_rules

__all__ = [
    "as_message", "check_rules", "frank", "frank_text", "inspect", "judge", "rejected", "said_by_template", "without_own_words",
]  # fmt: skip
