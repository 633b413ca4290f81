"""Findings as text: grouped by message, each with its source line and a caret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from franking.cli.terminal import out, painted
from franking.model import Finding
from franking.model.counted import counted
from franking.report import said, verdict


def print_text(
    results: Sequence[tuple[str, Sequence[Finding]]], lines: Mapping[str, Mapping[str, Sequence[str]]], unread: int = 0
) -> None:
    """Print the findings of each message, and a count if there are several; ``lines`` are the lines of each source's
    HTML parts, ``unread`` more could not be read."""
    rejected = 0
    for source, findings in results:
        state = verdict(findings)
        rejected += state == "rejected"
        colour = "red" if state == "rejected" else "green"
        out(f"{painted(printable(source), 'bold')}: {painted(state, colour)}")
        for finding in findings:
            _print_finding(finding, lines.get(source, {}).get(finding.mime_part, ()))
    if len(results) + unread > 1:
        out(
            f"{counted(len(results), 'message')}, {rejected} rejected"
            + (f"; {unread} more could not be read" if unread else "")
        )


def _print_finding(finding: Finding, lines: Sequence[str]) -> None:
    where = f"{finding.line}:{finding.column}"
    place = where if finding.part == "html" else f"{finding.part} {where}"
    if finding.mime_part:
        place = f"part {printable(finding.mime_part)} {where}"
    mark = "undecided: " if finding.undecided else ""
    rule = painted(finding.rule, "red" if finding.severity == "error" else "yellow")
    out(f"  {place:>8}  {rule}  {mark}{printable(said(finding))}")
    excerpt = _excerpt(finding, lines)
    if excerpt is not None:
        out(f"            {excerpt[0]}")
        out(painted(f"            {excerpt[1]}", "cyan"))
    out(painted(f"            {finding.hint}" + (f"  [{printable(finding.path)}]" if finding.path else ""), "dim"))


def _excerpt(finding: Finding, lines: Sequence[str]) -> tuple[str, str] | None:
    """At most 90 characters of the source line around a finding, and a line with a caret below it."""
    if finding.part != "html" or not 1 <= finding.line <= len(lines):
        return None
    line = lines[finding.line - 1].expandtabs(1)
    start = max(0, finding.column - 1 - 40)
    shown = printable(line[start : start + 90])
    before, after = "…" if start else "", "…" if start + 90 < len(line) else ""
    return f"{before}{shown}{after}", " " * (len(before) + finding.column - 1 - start) + "^"


def printable(text: str) -> str:
    """Text of a message without terminal control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
