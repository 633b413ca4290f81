"""The rules that the code has, that have cases, that the documentation describes and that the policy names are the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from franking.batch.rules import all_rules
from franking.check import check_rules
from franking.check.registry import WITHOUT_VALUES
from franking.cli.main import app
from franking.cli.rule_pages import rules_index, rules_page, rules_without_values

ROOT = Path(__file__).parents[2]
# The slugs of the policy's rules, as its text names them: messages, then orders.
MESSAGE_RULES = """
margin-width image-width text-align centered-body line-breaks active-content
line-height font-family font-color font-sizes contrast
insecure-url external-link opt-out-link link-text image-alt image-provenance logo-link tracking-pixel animated-image
email-address phone-number emoji promotion review-manipulation offensive-language spelling order-id message-language
attachment message-size placeholder important-subject cancel-request hidden-text markup thanks-only api-text
""".split()
ORDER_RULES = """
order-number kind-permitted contact-window review-window once-per-order order-state recipient suppressed duplicate-of-amazon
cancel-requested garbled brand details restricted
""".split()
# What else refuses an order or rejects its message: reading, rendering, sending.
REASONS = "broken-row template translation delivery-date send-time repeated-order cancelled api-kind api-offer".split()


def test_code_cases_documentation_and_policy_name_the_same_rules() -> None:
    """What the policy's text names is there; a rule beyond it has its cases and its page, and is named in no list."""
    wanted = {rule.slug for rule in all_rules()}
    assert wanted >= {*MESSAGE_RULES, *ORDER_RULES, *REASONS}
    assert {entry.rule.slug for entry in check_rules()} >= set(MESSAGE_RULES)
    assert {path.stem for path in (ROOT / "tests" / "rules").glob("*.yml")} == {e.rule.slug for e in check_rules()}
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert set(re.findall(r"^## ([a-z-]+)$", page, re.MULTILINE)) == wanted
    for rule in all_rules():
        folder = f"{rule.stage}/rules" if rule.stage in ("check", "permit") else "policy/reasons"
        file = ROOT / "src" / "franking" / folder / f"{rule.slug.replace('-', '_')}.py"
        assert file.is_file(), f"one rule, one file: {file}"


def test_the_documentation_is_what_the_rules_say() -> None:
    """docs/rules.md is written by `make docs`."""
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules_page()


def test_the_index_that_the_commands_read_is_what_the_rules_say() -> None:
    """`make docs` writes it."""
    assert (ROOT / "src" / "franking" / "cli" / "rules.json").read_text("utf-8") == rules_index()


def test_the_index_of_the_rules_without_values_is_what_the_rules_say() -> None:
    """`make docs` writes it."""
    assert (ROOT / "src" / "franking" / "check" / WITHOUT_VALUES).read_text("utf-8") == rules_without_values()


def test_rules_as_json_and_every_manual_page() -> None:
    listed = json.loads(CliRunner().invoke(app, ["rules", "--format", "json"]).stdout)
    assert {rule["slug"] for rule in listed["rules"]} >= {*MESSAGE_RULES, *ORDER_RULES, *REASONS}
    for rule in listed["rules"]:
        assert rule["severity"] in ("error", "warning")
        assert rule["summary"]
        assert rule["source"]
        page = CliRunner().invoke(app, ["explain", rule["slug"]])
        assert page.exit_code == 0
        assert rule["slug"] in page.stdout
        assert "To fix it" in page.stdout
