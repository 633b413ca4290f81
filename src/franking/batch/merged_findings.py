"""Findings that one line causes, as one; findings of the text part with the causes of those that they repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import repeat

from franking.model import Finding, TemplatePlace


def with_doubles(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those on the text part with the causes of the same ones on the HTML part, which it is derived from."""
    causes: dict[tuple[str, str], list[TemplatePlace | None]] = {}
    for finding in findings:
        if finding.part == "html":
            causes.setdefault((finding.rule, finding.message), []).append(finding.template)
    number = Counter((finding.rule, finding.message) for finding in findings if finding.part == "text")
    left: dict[tuple[str, str], Iterator[TemplatePlace | None]] = {}
    for key, places in causes.items():
        if len(places) == number[key]:
            left[key] = iter(places)  # both are in the order of the message
        elif len(set(places)) == 1:
            left[key] = repeat(places[0])
    return [
        replace(finding, template=next(left[finding.rule, finding.message]))
        if finding.part == "text" and (finding.rule, finding.message) in left
        else finding
        for finding in findings
    ]


def merged(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one rule that have the same cause as one, with the worst measure."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        place = finding.template
        measured = finding.measured if not isinstance(finding.measured, int | float) else ""
        alike = finding.message if finding.width is None else measured
        key = (
            (finding.rule, finding.part, finding.severity, finding.undecided, place.file, place.line, alike)
            if place is not None
            else (number,)
        )
        groups.setdefault(key, []).append(finding)
    made: list[Finding] = []
    for group in groups.values():
        worst = max(group, key=lambda f: f.measured if isinstance(f.measured, int | float) else 0.0)
        others = dict.fromkeys((f.line, f.column) for f in group if (f.path, f.line) != (worst.path, worst.line))
        made.append(replace(worst, others=tuple(others)))
    return made
