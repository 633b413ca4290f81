"""Findings and rules as JSON, a stable format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from franking.model import Finding, Rule, TemplatePlace

SCHEMA = 1


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding as in ``check --format json``."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "part": finding.part,
        "mime_part": finding.mime_part or None,
        "line": finding.line,
        "column": finding.column,
        "path": finding.path,
        "width": finding.width,
        "measured": finding.measured,
        "limit": finding.limit,
        "undecided": finding.undecided,
        "decided_by": finding.decided_by or None,
        "places": 1 + len(finding.others),
        "template": _place(finding.template) if finding.template else None,
    }


def _place(place: TemplatePlace) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "snippet": place.snippet, "why": place.why}


def said(finding: Finding) -> str:
    """The message of a finding, with the number of places, and the name of the browser if a browser decided it."""
    places = f" (in {1 + len(finding.others)} places)" if finding.others else ""
    decided = f", decided by {finding.decided_by}" if finding.decided_by else ""
    return f"{finding.message}{places}{decided}"


def verdict(findings: Sequence[Finding]) -> str:
    """``permitted`` or ``rejected``."""
    return "rejected" if any(f.severity == "error" for f in findings) else "permitted"


def check_json(
    policy: str,
    widths: Sequence[int],
    results: Sequence[tuple[str, Sequence[Finding]]],
    unread: Sequence[tuple[str, str]] = (),
    version: str = "",
) -> dict[str, Any]:
    """All results of a check: (source, findings) in order; ``unread`` are sources that could not be read, each with the
    reason. They are not listed as messages. ``version`` distinguishes policies with the same name."""
    return {
        "schema": SCHEMA,
        "policy": policy,
        "policy_version": version or policy,
        "widths": list(widths),
        "messages": [
            {"source": source, "verdict": verdict(findings), "findings": [finding_json(f) for f in findings]}
            for source, findings in results
        ],
        "errors": [{"source": source, "message": message} for source, message in unread],
    }


def rules_json(rules: Sequence[Rule], sources: dict[str, str]) -> dict[str, Any]:
    """All rules as in ``rules --format json``."""
    return {
        "schema": SCHEMA,
        "rules": [
            {
                "slug": r.slug,
                "severity": r.severity,
                "stage": r.stage,
                "summary": r.summary,
                "source": sources.get(r.source, r.source),
            }
            for r in rules
        ],
    }
