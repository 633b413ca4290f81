"""Reasons that neither a check nor a permission rule decides, but reading, rendering or queueing an order.

One file each, as for the rules: its docstring is the manual page. What refuses or rejects by such a reason names its ``RULE``.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from franking.model import Rule


@cache
def reasons() -> tuple[Rule, ...]:
    """Every such reason, in the order of their slugs. Raises ``TypeError`` for a file without one."""
    found: list[Rule] = []
    for info in pkgutil.iter_modules(__path__):
        rule = vars(import_module(f"{__name__}.{info.name}")).get("RULE")
        if not isinstance(rule, Rule):
            raise TypeError(f"policy/reasons/{info.name}.py: found no rule, expected RULE = Rule(…)")
        found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.slug))
