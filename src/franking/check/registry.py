"""The rules of the checker: the modules of the ``rules`` folder."""

from __future__ import annotations

from functools import cache

from franking.check import rules as rules_package
from franking.check.rule import CheckRule
from franking.package.discovery import defined_in, value_in
from franking.policy import Policy


@cache
def check_rules() -> tuple[CheckRule, ...]:
    """Every rule of the checker, in the order of their slugs. Raises ``TypeError`` for a module without a rule."""
    found = defined_in(rules_package, "CHECK", CheckRule, "rule")
    return tuple(sorted(found, key=lambda r: r.rule.slug))


# The rules that look at the values of messages whose shape is proven. They load no layout.
_ABOUT_VALUES = (
    "attachment", "cancel-request", "email-address", "emoji", "hidden-text", "important-subject", "link-text", "message-size",
    "offensive-language", "opt-out-link", "order-id", "phone-number", "placeholder", "promotion", "review-manipulation",
    "spelling",
)  # fmt: skip


@cache
def rules_about_values() -> tuple[CheckRule, ...]:
    """The rules with ``values``, in the order of their slugs."""
    return tuple(value_in(rules_package, slug.replace("-", "_"), "CHECK", CheckRule, "rule") for slug in _ABOUT_VALUES)


def rules_of(policy: Policy) -> tuple[CheckRule, ...]:
    """The rules that a policy has turned on."""
    rules = check_rules()
    return rules if not policy.rules_off else tuple(entry for entry in rules if entry.rule.slug not in policy.rules_off)


__all__ = ["CheckRule", "check_rules", "rules_about_values", "rules_of"]
