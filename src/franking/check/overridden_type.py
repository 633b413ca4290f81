"""Shared by the rules about overridden fonts: their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from franking.check.inherited_type import extent, overridden, written
from franking.check.page import Page, Run
from franking.check.rule_context import on_page
from franking.css.declaration_origin import DeclarationOrigin
from franking.model import Finding, Rule


def report_overridden(
    page: Page,
    rule: Rule,
    find: Callable[[Run], DeclarationOrigin | None],
    what: str,
    hint: str,
    measured: Callable[[DeclarationOrigin, Run], str],
    limit: str,
) -> Iterator[Finding]:
    """A finding for each declaration that ``find`` returns, which says that it sets ``what``."""
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
