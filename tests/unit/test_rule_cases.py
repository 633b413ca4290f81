"""Rule cases as data: every named case of ``tests/rules`` is permitted or rejected by its rule, at its line."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from franking.check import check_rules, inspect
from franking.model import AllowedAttachment, Asset, Attachment, Message
from franking.policy import load, marketplace

CASES = Path(__file__).parents[1] / "rules"
ORDER = "302-1234567-1234567"
PIXELS = base64.b64decode("R0lGODlhCgAKAIAAAAAAAP///ywAAAAACgAKAAACCISPqcvtD2MrADs=")
# Cases with `theme: true` know these images: a logo, and a symbol of ten by ten pixels.
ASSETS = (
    Asset("logo.png", "Northwind", "logo", "0" * 64, b""),
    Asset("leaf.gif", "Leaf", "symbol", hashlib.sha256(PIXELS).hexdigest(), PIXELS, "image/gif"),
)

# What the kind of every case (but those with `kind: false`) lets be attached.
PAPERS = (
    AllowedAttachment(
        "invoice", ("*invoice*.pdf", "*rechnung*.pdf"), ("application/pdf",), 1_000_000, "the tax office asks for it"
    ),
    AllowedAttachment("label", ("label-*",), ("application/pdf", "image/png"), 200_000, "to send the item back"),
)


def message_of(case: dict[str, Any]) -> Message:
    """The message of a case; cases are in standards mode unless they say ``doctype: false``."""
    if "api" in case:  # a text for the marketplace's API
        place = marketplace(case.get("market", "Amazon.de"))
        return Message(
            "case", None, case["api"] * case.get("repeat", 1), marketplace=place, text_limit=case.get("limit", 2000),
            allowed_links=dict.fromkeys(case.get("allowed", ()), "a reason"), language=case.get("language", ""),
        )  # fmt: skip
    html = case["html"] * case.get("repeat", 1)
    if "prefix" in case:
        html = case["prefix"] + html
    elif case.get("doctype", True):
        html = "<!DOCTYPE html>" + html
    market = marketplace(case["market"]) if "market" in case else None
    allowed = dict.fromkeys(case.get("allowed", ()), "a reason")
    attached = case.get("attachment")
    return Message(
        case.get("source", "case"), html, case.get("text"), case.get("subject"), ORDER, {}, market, allowed, ASSETS if case.get("theme") else None,
        case.get("language", ""), dict.fromkeys(case.get("phones", ()), "a reason"),
        tuple(attachment(text) for text in [attached] if text) + tuple(attachment(t) for t in case.get("attachments", ())),
        PAPERS if case.get("kind", True) else None, frozenset(case["vocabulary"]) if "vocabulary" in case else None,
        kind=case.get("message_kind", ""),
    )  # fmt: skip


def attachment(text: str) -> Attachment:
    """An attachment from ``name, media type, bytes``."""
    name, media_type, size = (part.strip() for part in text.rsplit(",", 2))
    return Attachment(name, media_type, int(size))


def all_cases() -> list[Any]:
    """Every case as a pytest parameter named rule, verdict and case name."""
    found = []
    for path in sorted(CASES.glob("*.yml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        for verdict in ("permitted", "rejected"):
            found += [pytest.param(path.stem, verdict, c, id=f"{path.stem}: {verdict}: {c['name']}") for c in data[verdict]]
    return found


@pytest.mark.parametrize(("rule", "verdict", "case"), all_cases())
def test_case(rule: str, verdict: str, case: dict[str, Any]) -> None:
    findings = inspect(message_of(case), load(), select=[rule])
    if verdict == "permitted":
        assert findings == []
        return
    assert findings, "expected a finding"
    assert case["line"] in {f.line for f in findings}
    assert any(f.undecided for f in findings) is case.get("undecided", False)
    for finding in findings:
        assert finding.hint
        assert finding.message


def test_every_rule_has_twelve_cases_on_both_sides() -> None:
    slugs = {entry.rule.slug for entry in check_rules()}
    assert {p.stem for p in CASES.glob("*.yml")} == slugs
    for path in CASES.glob("*.yml"):
        data = yaml.safe_load(path.read_text("utf-8"))
        for verdict in ("permitted", "rejected"):
            names = [c["name"] for c in data[verdict]]
            assert len(names) == len(set(names)) >= 12, f"{path.name}: {verdict}"
