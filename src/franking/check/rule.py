"""What a rule of the checker is: the rule of the policy, its check, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from franking.check.edits import Edit
from franking.check.page import Page
from franking.check.rule_context import RuleContext
from franking.css.property_support import Aspect
from franking.model import Finding, Rule
from franking.policy import Policy

# How the values in a message bear on what a rule says of its shape: "segment", each text by itself; "message", the texts
# together, or facts that lie beside them; "", not at all, but by being blank and by the room that they take.
Values = Literal["", "segment", "message"]


@dataclass(frozen=True, slots=True)
class Measures:
    """The threshold of the policy that a rule holds pages against: the most of what it measures, or the least, and the
    strictest that it could be."""

    name: str
    is_least: bool = False
    strictest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A rule with its check: on each page (one width), once on the whole message, or both."""

    rule: Rule
    on_page: Callable[[Page, Policy], Iterator[Finding]] | None = None
    on_message: Callable[[RuleContext], Iterator[Finding]] | None = None
    needs_layout: bool = False  # depends on the width even if the styles do not
    values: Values = ""
    inert: Callable[[str], bool] | None = None  # whether a line of the text part can have no part in a finding
    aspects: frozenset[Aspect] = frozenset()  # of a message, what it judges: see ``franking.css.property_support``
    concerned: Callable[[Page], bool] | None = None  # whether there is anything on a page that it judges; None: always
    # Of a message with marks for values: whether it finds nothing in any message with that text around its values.
    enough: Callable[[RuleContext], bool] | None = None
    fix_page: Callable[[Page, Policy], Iterator[Edit]] | None = None  # edits that mend it, from the page of one width
    fix: Callable[[RuleContext], Iterator[Edit]] | None = None  # edits that mend it, from the message
    threshold: Measures | None = None  # what ``on_page`` measures against, for those that find how much of something there is

    def __post_init__(self) -> None:
        if self.on_page is None and self.on_message is None:
            raise ValueError(f"rule {self.rule.slug}: neither on_page nor on_message, expected one of them or both")
