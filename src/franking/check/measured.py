"""The values that rules measured in a permitted message, as evidence.

A rule measures with its own code: it runs repeatedly with stricter thresholds, each time reporting the values that exceed
it, until it finds nothing. The result is the strictest threshold that the message satisfies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from franking.check.page import Page
from franking.check.registry import CheckRule, check_rules
from franking.model import Finding
from franking.model.evidence import Basis, Judged, Judgement
from franking.policy import Policy, Threshold


def judgement(pages: Sequence[Page], findings: Sequence[Finding], policy: Policy) -> Judgement:
    """The judgement of a message that was checked in full and permitted, laid out at each width of the policy."""
    counted = Counter(finding.rule for finding in findings)
    return Judgement(tuple(_judged(entry, [pages], counted, policy, "message") for entry in check_rules()))


def judgement_of_shape(extremes: Sequence[Sequence[Page]], extents: Sequence[float], policy: Policy) -> Judgement:
    """The judgement of all messages of a shape without findings. ``extremes`` are representative messages, laid out at each
    width of the policy; ``extents`` are the widths of the widest unbreakable parts of their values, in digits."""
    judged = tuple(_judged(entry, extremes, {}, policy, _basis(entry)) for entry in check_rules())
    return Judgement(judged, by_shape=True, extents=tuple(sorted(set(extents))))


def _basis(entry: CheckRule) -> Basis:
    if not entry.values:
        return "shape"
    return "shape and own texts" if entry.on_page is not None else "own texts"


def _judged(
    entry: CheckRule, messages: Sequence[Sequence[Page]], findings: Mapping[str, int], policy: Policy, basis: Basis
) -> Judged:
    slug, limited = entry.rule.slug, entry.threshold
    if slug in policy.rules_off:
        return Judged(slug, "off", basis)
    number = findings.get(slug, 0)
    verdict: Literal["kept", "warned"] = "warned" if number else "kept"
    if limited is None:
        return Judged(slug, verdict, basis, number)
    measured = [_at_widths(entry, pages, policy) for pages in messages]
    return Judged(
        slug,
        verdict,
        basis,
        number,
        limited.name,
        policy.value(limited.name),
        {width: _range([values[width] for values in measured]) for width in measured[0]} if measured else {},
    )


def _range(values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else None


def _at_widths(entry: CheckRule, pages: Sequence[Page], policy: Policy) -> dict[int, float | None]:
    """The measured values of a rule at each width. Rules about styles have equal results on pages with the same styles."""
    found: dict[int, float | None] = {}
    for page in pages:
        shared = page.like is not None and not entry.needs_layout
        found[page.width] = found[page.like.width] if shared and page.like is not None else measure(entry, page, policy)
    return found


def measure(entry: CheckRule, page: Page, policy: Policy) -> float | None:
    """The strictest threshold that a page satisfies, rounded by the rule; None if no threshold gives a finding."""
    limited = entry.threshold
    assert limited is not None and entry.on_page is not None
    kept: float | None = None
    limit = limited.strictest
    while True:
        found = entry.on_page(page, _under(policy, limited.name, limit))
        values = (float(f.measured) for f in found if isinstance(f.measured, int | float))
        # The first worse finding is enough, because a stricter threshold then removes earlier ones.
        worse = next((v for v in values if kept is None or (v < kept if limited.is_least else v > kept)), None)
        if worse is None:
            return kept
        kept = limit = worse


def _under(policy: Policy, name: str, value: float) -> Policy:
    threshold = policy.thresholds[name]
    return replace(policy, thresholds={**policy.thresholds, name: Threshold(value, threshold.source, threshold.effective)})
