"""``franking rules`` and ``franking explain``."""

from __future__ import annotations

import typer

from franking.batch.rules import all_rules, rule_named
from franking.cli.terminal import console, out, out_json, out_lines, row
from franking.policy import load as load_policy
from franking.report import rules_json


def list_rules(format: str) -> None:
    """Print all rules as a table or as JSON."""
    policy = load_policy()
    rules = all_rules()
    if format == "json":
        out_json(rules_json(rules, dict(policy.sources)))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("rule", "severity", "checked", "violation"):
        table.add_column(column, overflow="fold", no_wrap=column == "rule")
    for rule in rules:
        stage = "message" if rule.stage in ("check", "render") else "order"
        row(table, rule.slug, rule.severity, stage, rule.summary)
    console().print(table)


def explain_rule(slug: str) -> None:
    """Print one manual page. Raises ``InputError`` for an unknown slug."""
    rule = rule_named(slug)
    policy = load_policy()
    out(f"{slug} ({rule.severity})")
    out()
    out_lines(rule.manual.replace("``", "`").replace("::\n", ":\n"))
    out()
    out(f"Source: {policy.sources.get(rule.source, rule.source)} ({policy.title})")


def rules_page() -> str:
    """All manual pages as one Markdown document, ``docs/rules.md``."""
    policy = load_policy()
    parts = [
        "# The rules\n\nEach as `franking explain SLUG` prints it; the tests run the examples. `make docs` writes this page.\n"
    ]
    for rule in all_rules():
        manual = rule.manual.replace("``", "`").replace("::\n", ":\n")
        source = policy.sources.get(rule.source, rule.source)
        parts.append(f"## {rule.slug}\n\n*{rule.severity}: {rule.summary}*\n\n{manual}\n\nSource: {source}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    typer.echo(rules_page(), nl=False)
