"""What the rules measured in a message that keeps them, for whoever asks later why it was permitted.

A rule measures with its own code: asked again and again with a stricter threshold, it reports what it then finds too much,
until it finds nothing. What it ends at is the strictest threshold that the message still keeps.
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
    """Of a message that was checked as a whole and that nothing forbids, laid out at each of the policy's widths."""
    counted = Counter(finding.rule for finding in findings)
    return Judgement(tuple(_judged(entry, [pages], counted, policy, "message") for entry in check_rules()))


def judgement_of_shape(extremes: Sequence[Sequence[Page]], extents: Sequence[float], policy: Policy) -> Judgement:
    """Of all messages of a shape, in which nothing was found. ``extremes`` are messages that stand for all, each laid out at
    each of the policy's widths; their values' widest unbreakable parts are as wide as ``extents`` say, in digits, at most."""
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
    return Judged(slug, verdict, basis, number, limited.name, policy.value(limited.name), {
        width: _range([values[width] for values in measured]) for width in measured[0]
    } if measured else {})  # fmt: skip


def _range(values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else None


def _at_widths(entry: CheckRule, pages: Sequence[Page], policy: Policy) -> dict[int, float | None]:
    """What a rule measures at each width. A rule about styles alone measures the same on pages that share them."""
    found: dict[int, float | None] = {}
    for page in pages:
        shared = page.like is not None and not entry.needs_layout
        found[page.width] = found[page.like.width] if shared and page.like is not None else measure(entry, page, policy)
    return found


def measure(entry: CheckRule, page: Page, policy: Policy) -> float | None:
    """The strictest threshold that a page keeps, as the rule rounds it; None if it finds nothing under any."""
    limited = entry.threshold
    assert limited is not None and entry.on_page is not None
    kept: float | None = None
    limit = limited.strictest
    while True:
        found = entry.on_page(page, _under(policy, limited.name, limit))
        values = (float(f.measured) for f in found if isinstance(f.measured, int | float))
        # The first that is worse is enough: what comes before it is then no finding any more, and costs little.
        worse = next((v for v in values if kept is None or (v < kept if limited.is_least else v > kept)), None)
        if worse is None:
            return kept
        kept = limit = worse


def _under(policy: Policy, name: str, value: float) -> Policy:
    threshold = policy.thresholds[name]
    return replace(policy, thresholds={**policy.thresholds, name: Threshold(value, threshold.source, threshold.effective)})
