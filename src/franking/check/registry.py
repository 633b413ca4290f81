"""The rules of the checker: the modules of the ``rules`` folder."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from franking.check import rules as rules_package
from franking.check.rule import CheckRule
from franking.policy import Policy


@cache
def check_rules() -> tuple[CheckRule, ...]:
    """Every rule of the checker, in the order of their slugs. Raises ``TypeError`` for a module without a rule."""
    found = [_rule(info.name) for info in pkgutil.iter_modules(rules_package.__path__)]
    return tuple(sorted(found, key=lambda r: r.rule.slug))


def _rule(module: str) -> CheckRule:
    rule = vars(import_module(f"{rules_package.__name__}.{module}")).get("CHECK")
    if not isinstance(rule, CheckRule):
        raise TypeError(f"check/rules/{module}.py: found no rule, expected CHECK = CheckRule(…)")
    return rule


# The rules that look at the values of messages whose shape is proven. They load no layout.
_ABOUT_VALUES = (
    "attachment", "cancel-request", "email-address", "emoji", "hidden-text", "important-subject", "link-text", "message-size",
    "offensive-language", "opt-out-link", "order-id", "phone-number", "placeholder", "promotion", "review-manipulation",
    "spelling",
)  # fmt: skip


@cache
def rules_about_values() -> tuple[CheckRule, ...]:
    """The rules with ``values``, in the order of their slugs."""
    return tuple(_rule(slug.replace("-", "_")) for slug in _ABOUT_VALUES)


def rules_of(policy: Policy) -> tuple[CheckRule, ...]:
    """The rules that a policy has turned on."""
    rules = check_rules()
    return rules if not policy.rules_off else tuple(entry for entry in rules if entry.rule.slug not in policy.rules_off)


__all__ = ["CheckRule", "check_rules", "rules_about_values", "rules_of"]
