"""Findings on templates, themes and translations that no rule of the checker makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from franking.catalog.catalogue import Problem
from franking.errors import FrankingError
from franking.model import Draft, Finding, Severity, TemplatePlace
from franking.model.counted import counted
from franking.permit.rules.brand import RULE as BRAND
from franking.policy.reasons.template import RULE as TEMPLATE
from franking.policy.reasons.translation import RULE as TRANSLATION


def untranslated_finding(draft: Draft, severity: Severity = "error", templates: Path | None = None) -> Finding | None:
    """The finding on texts of a message that its language's catalogue does not translate; None if it translates all of them.
    With the folder ``templates``, the finding names the line of the first text in the catalogue."""
    if not draft.untranslated:
        return None
    from franking.batch.causes import catalogue_line

    texts = draft.untranslated
    first = texts[0] if len(texts[0]) <= 80 else texts[0][:79] + "…"
    return Finding(
        TRANSLATION.slug,
        severity,
        f"{counted(len(texts), 'text has', 'texts have')} no {draft.language} translation, the first: {first!r}",
        f"Translate them in templates/locales/{draft.language}.po; make i18n adds them there.",
        template=catalogue_line(templates / "locales" / f"{draft.language}.po", texts[0]) if templates is not None else None,
    )


def brand_finding(problems: Sequence[Problem]) -> Finding | None:
    """A warning if a message contains the brand of the example, at the places ``problems``: ``send`` refuses it. Else None."""
    if not problems:
        return None
    first = problems[0]
    return Finding(
        BRAND.slug,
        "warning",
        first.what,
        "Put in your own brand: send refuses this one (franking explain brand).",
        template=TemplatePlace(str(first.path), first.line),
    )


def template_finding(problem: FrankingError) -> Finding:
    """A template's failure as a finding."""
    return Finding(TEMPLATE.slug, TEMPLATE.severity, str(problem), "Fix the template, or the value in the report.")
