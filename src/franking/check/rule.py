"""The type of checker rules: the rule of the policy, its check, and its properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from franking.model import Finding, Rule
from franking.policy import Policy

if TYPE_CHECKING:  # rules about texts need no layout
    from franking.check.edits import Edit
    from franking.check.page import Page
    from franking.check.rule_context import RuleContext
    from franking.css.property_support import Aspect

# How the values in a message affect a rule's result for its shape: "segment", each text on its own; "message", several texts or
# other data together; "", only by being blank and by their width.
Values = Literal["", "segment", "message"]


@dataclass(frozen=True, slots=True)
class Measures:
    """The policy threshold of a rule: an upper or lower limit, and its strictest possible value."""

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
    inert: Callable[[str], bool] | None = None  # whether a line of the text part cannot contribute to a finding
    # Whether a piece of a line (between two spaces) has no part in one, whatever pieces stand beside it: a line of such pieces
    # only is inert. Names are other ones in each message, but their words come again.
    plain: Callable[[str], bool] | None = None
    aspects: frozenset[Aspect] = frozenset()  # the properties that it judges: see ``franking.css.property_support``
    concerned: Callable[[Page], bool] | None = None  # whether a page has anything that it judges; None: always
    # For a message with marks in place of values: whether the rule finds nothing in any message with that text around its
    # values.
    enough: Callable[[RuleContext], bool] | None = None
    fix_page: Callable[[Page, Policy], Iterator[Edit]] | None = None  # edits that fix it, from the page at one width
    fix: Callable[[RuleContext], Iterator[Edit]] | None = None  # edits that fix it, from the message
    threshold: Measures | None = None  # the threshold of ``on_page``, for rules that measure a value

    def __post_init__(self) -> None:
        if self.on_page is None and self.on_message is None:
            raise ValueError(f"rule {self.rule.slug}: neither on_page nor on_message, expected one of them or both")
