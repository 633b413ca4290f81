"""The pages that list all rules: ``docs/rules.md``, the index for ``franking rules``, and the rules without ``values``."""

from __future__ import annotations

import json
import sys

from franking.batch.rules import all_rules
from franking.check.registry import check_rules
from franking.model import Rule
from franking.policy import load as load_policy
from franking.report import rules_json


def _manual(rule: Rule) -> str:
    return rule.manual.replace("``", "`").replace("::\n", ":\n")


def rules_page() -> str:
    """All manual pages as one Markdown document, ``docs/rules.md``."""
    policy = load_policy()
    parts = [
        "# The rules\n\nEach as `franking explain SLUG` prints it; the tests run the examples. `make docs` writes this page.\n"
    ]
    for rule in all_rules():
        source = policy.sources.get(rule.source, rule.source)
        parts.append(f"## {rule.slug}\n\n*{rule.severity}: {rule.summary}*\n\n{_manual(rule)}\n\nSource: {source}\n")
    return "\n".join(parts)


def rules_index() -> str:
    """All rules as JSON, in their order, with their manual pages."""
    policy, rules = load_policy(), all_rules()
    listed = rules_json(rules, dict(policy.sources))["rules"]
    pages = [{**fields, "manual": _manual(rule)} for fields, rule in zip(listed, rules, strict=True)]
    return json.dumps({"policy": policy.title, "rules": pages}, ensure_ascii=False, indent=1) + "\n"


def rules_without_values() -> str:
    """The modules of the rules that judge no value of an order, as JSON: ``franking.check.registry`` does not load them."""
    return json.dumps([entry.rule.slug.replace("-", "_") for entry in check_rules() if not entry.values], indent=1) + "\n"


PAGES = {"docs": rules_page, "index": rules_index, "without-values": rules_without_values}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
