"""``franking rules`` and ``franking explain``, from an index of all rules: loading the checker takes longer than both."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from franking.cli.columns import print_table
from franking.cli.terminal import out, out_json, out_lines
from franking.errors import InputError
from franking.files.packaged import packaged_text

INDEX = "rules.json"  # ``franking.cli.rule_pages`` writes it


@cache
def index() -> dict[str, Any]:
    """Every rule as ``rule_pages`` wrote it, and the title of the policy that the sources belong to."""
    found: dict[str, Any] = json.loads(packaged_text("franking.cli", INDEX))
    return found


def list_rules(format: str) -> None:
    """Print all rules as a table or as JSON."""
    rules = index()["rules"]
    if format == "json":
        fields = ("slug", "severity", "stage", "summary", "source")
        out_json({"schema": 1, "rules": [{name: rule[name] for name in fields} for rule in rules]})
        return
    rows = [
        (rule["slug"], rule["severity"], "message" if rule["stage"] in ("check", "render") else "order", rule["summary"])
        for rule in rules
    ]
    print_table(rows, ("rule", "severity", "checked", "violation"))


def explain_rule(slug: str) -> None:
    """Print one manual page. Raises ``InputError`` for an unknown slug."""
    rules = {rule["slug"]: rule for rule in index()["rules"]}
    if slug not in rules:
        raise InputError(f"unknown rule {slug[:40]!r}; expected one of: {', '.join(rules)}")
    rule = rules[slug]
    out(f"{slug} ({rule['severity']})")
    out()
    out_lines(rule["manual"])
    out()
    out(f"Source: {rule['source']} ({index()['policy']})")
