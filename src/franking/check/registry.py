"""The rules of the checker: the modules of the ``rules`` folder."""

from __future__ import annotations

import json
from functools import cache

from franking.check import rules as rules_package
from franking.check.rule import CheckRule
from franking.files.packaged import packaged_text
from franking.package.discovery import defined_in
from franking.policy import Policy


@cache
def check_rules() -> tuple[CheckRule, ...]:
    """Every rule of the checker, in the order of their slugs. Raises ``TypeError`` for a module without a rule."""
    found = defined_in(rules_package, "CHECK", CheckRule, "rule")
    return tuple(sorted(found, key=lambda r: r.rule.slug))


WITHOUT_VALUES = "rules_without_values.json"  # ``make docs`` writes it with ``franking.cli.rule_pages``


@cache
def rules_about_values() -> tuple[CheckRule, ...]:
    """The rules with ``values``, in the order of their slugs. Modules that the index lists are not loaded: most of them need
    the layout. A module that it does not list yet is loaded, so a new rule applies to every message from the start."""
    skipped = frozenset(json.loads(packaged_text("franking.check", WITHOUT_VALUES)))
    found = defined_in(rules_package, "CHECK", CheckRule, "rule", skipped)
    return tuple(sorted([entry for entry in found if entry.values], key=lambda r: r.rule.slug))


def rules_of(policy: Policy) -> tuple[CheckRule, ...]:
    """The rules that a policy has turned on."""
    rules = check_rules()
    return rules if not policy.rules_off else tuple(entry for entry in rules if entry.rule.slug not in policy.rules_off)


__all__ = ["WITHOUT_VALUES", "CheckRule", "check_rules", "rules_about_values", "rules_of"]
