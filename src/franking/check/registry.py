"""The rules of the checker, found by looking into the ``rules`` folder: adding a rule is adding a file."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from franking.check import rules as rules_package
from franking.check.edits import Edit
from franking.model import Finding, Rule


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A rule with its check: on each page (one width) or once on the whole message."""

    rule: Rule
    needs_layout: bool  # depends on the width even where the styles do not
    on_page: Callable[..., Iterator[Finding]] | None
    on_message: Callable[..., Iterator[Finding]] | None
    # How the values in a message bear on what the rule says of its shape: "segment", each text by itself; "message", the
    # texts together, or facts that lie beside them; "", not at all, but by being blank and by the room that they take.
    values: str = ""
    inert: Callable[[str], bool] | None = None  # whether a line of the text part can have no part in a finding
    aspects: frozenset[str] = frozenset()  # of a message, what it judges: see ``franking.css.world``
    concerned: Callable[..., bool] | None = None  # whether there is anything on a page that it judges; None: always
    mend_page: Callable[..., Iterator[Edit]] | None = None  # edits that mend it, from the page of one width
    mend: Callable[..., Iterator[Edit]] | None = None  # edits that mend it, from the message


@cache
def check_rules() -> tuple[CheckRule, ...]:
    """Every rule of the checker, in the order of their slugs."""
    found: list[CheckRule] = []
    for module_info in pkgutil.iter_modules(rules_package.__path__):
        module: Any = import_module(f"{rules_package.__name__}.{module_info.name}")
        found.append(
            CheckRule(
                module.RULE,
                getattr(module, "NEEDS_LAYOUT", False),
                getattr(module, "check_page", None),
                getattr(module, "check_message", None),
                getattr(module, "VALUES", ""),
                getattr(module, "inert", None),
                frozenset(getattr(module, "ASPECTS", ())),
                getattr(module, "concerned", None),
                getattr(module, "mend_page", None),
                getattr(module, "mend", None),
            )
        )
    return tuple(sorted(found, key=lambda r: r.rule.slug))
