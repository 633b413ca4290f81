"""SARIF 2.1.0 (OASIS), for code-scanning services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from franking.model import Finding, Rule
from franking.package.version import __version__
from franking.report.as_json import said

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def check_sarif(
    results: Sequence[tuple[str, Sequence[Finding]]],
    rules: Sequence[Rule],
    sources: Mapping[str, str],
    unread: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """One run with every rule and every finding. Findings in a text part or subject point at the message's first line. If a
    source could not be read, the run is not successful (section 3.20.14) and has a notification for it."""
    index = {rule.slug: i for i, rule in enumerate(rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "franking",
                        "semanticVersion": __version__,
                        "rules": [
                            {
                                "id": rule.slug,
                                "shortDescription": {"text": rule.summary},
                                "fullDescription": {"text": rule.manual.split("\n\n")[0].replace("``", "`")},
                                "help": {"text": rule.manual},
                                "defaultConfiguration": {"level": rule.severity},
                                "properties": {"source": sources.get(rule.source, rule.source)},
                            }
                            for rule in rules
                        ],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not unread,
                        "toolExecutionNotifications": [
                            {
                                "level": "error",
                                "message": {"text": message},
                                "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(source)}}}],
                            }
                            for source, message in unread
                        ],
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(source, finding, index) for source, findings in results for finding in findings],
            }
        ],
    }


def _result(source: str, finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    in_html = finding.part == "html" and not finding.mime_part
    region = {"startLine": finding.line, "startColumn": finding.column} if in_html else {"startLine": 1}
    where = "" if in_html else f" (in the {_named(finding)}, line {finding.line})"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": f"{said(finding)}{where}. {finding.hint}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(source)}, "region": region}}],
        "properties": {
            "undecided": finding.undecided,
            "decidedBy": finding.decided_by or None,
            "measured": finding.measured,
            "limit": finding.limit,
            "width": finding.width,
        },
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    return result


def _uri(source: str) -> str:
    import os
    from pathlib import PurePath
    from urllib.parse import quote

    return quote(os.fsencode(PurePath(source).as_posix())) if source != "-" else "stdin"


def _named(finding: Finding) -> str:
    """The part of a mail with the finding."""
    if finding.mime_part:
        return f"part {finding.mime_part}"
    return {"subject": "subject", "text": "text part"}.get(finding.part, "message")
