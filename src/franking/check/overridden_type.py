"""Shared by the rules about overridden fonts: what they report and take out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from franking.check.edits import Edit
from franking.check.inherited_type import extent, overridden, without_declarations, written
from franking.check.page import Page, Run
from franking.check.rule import CheckRule
from franking.check.rule_context import on_page
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.property_support import Aspect
from franking.model import Finding, Rule
from franking.policy import Policy


def about_type(
    *,
    rule: Rule,
    find: Callable[[Run], DeclarationOrigin | None],
    what: str,
    hint: str,
    measured: Callable[[DeclarationOrigin, Run], str],
    limit: str,
    aspect: Aspect,
) -> CheckRule:
    """A rule that rejects each declaration that ``find`` returns for a visible text, since it sets ``what``; the fix takes it
    out. ``measured`` and ``limit`` are those of its findings."""

    def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
        for origin, run, count in overridden(page, find):
            yield on_page(
                page,
                rule,
                origin.offset(),
                origin.element if origin.element.tag != "style" else run.element,
                f"{written(origin)} sets {what}{extent(count)}; the policy requires the mailbox's own",
                hint,
                measured=measured(origin, run),
                limit=limit,
            )

    def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
        return without_declarations(page, find)

    return CheckRule(rule=rule, on_page=check_page, aspects=frozenset([aspect]), fix_page=fix_page)
