"""``franking check``."""

from __future__ import annotations

from collections.abc import Sequence

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
    with progress("checking", len(files), quiet=len(files) < 20) as advance:
        for path in files:
            message = read_message(path)
            if order_id is not None:
                message = Message(message.source, message.html, message.text, message.subject, order_id, message.files)
            findings = inspect(message, policy, widths=used, select=_slugs(select), ignore=_slugs(ignore))
            results.append((message.source, findings))
            advance(1)
    _print(format, policy, used, results)
    if any(verdict(findings) == "rejected" for _, findings in results):
        raise typer.Exit(1)


def _print(format: str, policy: Policy, widths: Sequence[int], results: Sequence[tuple[str, Sequence[Finding]]]) -> None:
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
        _text(results)


def _slugs(values: Sequence[str]) -> list[str]:
    return [slug.strip() for value in values for slug in value.split(",") if slug.strip()]


def _text(results: Sequence[tuple[str, Sequence[Finding]]]) -> None:
    rejected = 0
    for source, findings in results:
        state = verdict(findings)
        rejected += state == "rejected"
        colour = "red" if state == "rejected" else "green"
        out(f"{typer.style(source, bold=True)}: {typer.style(state, fg=colour)}")
        for finding in findings:
            place = (
                f"{finding.line}:{finding.column}"
                if finding.part == "html"
                else f"{finding.part} {finding.line}:{finding.column}"
            )
            mark = "undecided: " if finding.undecided else ""
            rule = typer.style(finding.rule, fg="red" if finding.severity == "error" else "yellow")
            out(f"  {place:>8}  {rule}  {mark}{finding.message}")
            out(typer.style(f"            {finding.hint}" + (f"  [{finding.path}]" if finding.path else ""), dim=True))
    if len(results) > 1:
        out(f"{len(results)} messages, {rejected} rejected")
