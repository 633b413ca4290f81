"""``franking check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from franking.check.engine import inspect
from franking.cli.terminal import out, out_json, progress
from franking.messages import find_messages, read_message
from franking.model import Finding, FrankingError, Message
from franking.policy import Policy
from franking.policy import load as load_policy
from franking.report import check_json, verdict


def check_messages(paths: Sequence[str], format: str, widths: Sequence[int], order_id: str | None, select: Sequence[str],
                   ignore: Sequence[str], policy_name: str) -> None:  # fmt: skip
    """Check every message and print the findings. Exits with 1 when one is rejected."""
    policy = load_policy(policy_name)
    for width in widths:
        if not 50 <= width <= 5000:
            raise FrankingError(f"--width {width}: expected 50 to 5000 px")
    used = tuple(widths) or policy.widths
    files = find_messages(paths)
    results: list[tuple[str, list[Finding]]] = []
    lines: dict[str, list[str]] = {}
    with progress("checking", len(files), quiet=len(files) < 20) as advance:
        for path in files:
            message = read_message(path)
            if order_id is not None:
                message = Message(message.source, message.html, message.text, message.subject, order_id, message.files)
            findings = inspect(message, policy, widths=used, select=_slugs(select), ignore=_slugs(ignore))
            results.append((message.source, findings))
            if findings and format == "text":
                lines[message.source] = (message.html or "").splitlines()
            advance(1)
    _print(format, policy, used, results, lines)
    if any(verdict(findings) == "rejected" for _, findings in results):
        raise typer.Exit(1)


def _print(
    format: str,
    policy: Policy,
    widths: Sequence[int],
    results: Sequence[tuple[str, Sequence[Finding]]],
    lines: Mapping[str, Sequence[str]],
) -> None:
    if format == "json":
        out_json(check_json(policy.name, widths, results))
    elif format == "sarif":
        from franking.check.registry import check_rules
        from franking.report.sarif import check_sarif

        out_json(check_sarif(results, [entry.rule for entry in check_rules()], policy.sources))
    elif format == "junit":
        from franking.report.junit import check_junit

        out(check_junit(results))
    elif format == "github":
        from franking.report.github import check_github

        for line in check_github(results):
            out(line)
    else:
        _text(results, lines)


def _slugs(values: Sequence[str]) -> list[str]:
    return [slug.strip() for value in values for slug in value.split(",") if slug.strip()]


def _text(results: Sequence[tuple[str, Sequence[Finding]]], lines: Mapping[str, Sequence[str]]) -> None:
    rejected = 0
    for source, findings in results:
        state = verdict(findings)
        rejected += state == "rejected"
        colour = "red" if state == "rejected" else "green"
        out(f"{typer.style(_printable(source), bold=True)}: {typer.style(state, fg=colour)}")
        for finding in findings:
            place = (
                f"{finding.line}:{finding.column}"
                if finding.part == "html"
                else f"{finding.part} {finding.line}:{finding.column}"
            )
            mark = "undecided: " if finding.undecided else ""
            rule = typer.style(finding.rule, fg="red" if finding.severity == "error" else "yellow")
            out(f"  {place:>8}  {rule}  {mark}{_printable(finding.message)}")
            excerpt = _excerpt(finding, lines.get(source, ()))
            if excerpt is not None:
                out(f"            {excerpt[0]}")
                out(typer.style(f"            {excerpt[1]}", fg="cyan"))
            out(
                typer.style(
                    f"            {finding.hint}" + (f"  [{_printable(finding.path)}]" if finding.path else ""), dim=True
                )
            )
    if len(results) > 1:
        out(f"{len(results)} messages, {rejected} rejected")


def _excerpt(finding: Finding, lines: Sequence[str]) -> tuple[str, str] | None:
    """The source around a finding, at most 90 characters of its line, and a caret below the place."""
    if finding.part != "html" or not 1 <= finding.line <= len(lines):
        return None
    line = lines[finding.line - 1].expandtabs(1)
    start = max(0, finding.column - 1 - 40)
    shown = _printable(line[start : start + 90])
    before, after = "…" if start else "", "…" if start + 90 < len(line) else ""
    return f"{before}{shown}{after}", " " * (len(before) + finding.column - 1 - start) + "^"


def _printable(text: str) -> str:
    """Text from a message without anything that could steer the terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
