"""Results in other tools' forms: SARIF, JUnit, GitHub annotations."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html import escape

from hypothesis import given
from hypothesis import strategies as st

from franking.check import check_rules, inspect
from franking.model import Finding, Message
from franking.policy import load
from franking.report.github import check_github
from franking.report.junit import check_junit
from franking.report.sarif import check_sarif

PAGE = '<p>Hello</p>\n<p align=center>x</p><img src="cid:a" width=9>'
RULES = [entry.rule for entry in check_rules()]


def test_sarif_points_at_rules_and_places() -> None:
    findings = inspect(Message("mail/a b.html", PAGE, text="x :-)\n"), load())
    sarif = check_sarif([("mail/a b.html", findings), ("fine.html", [])], RULES, load().sources)
    (run,) = sarif["runs"]
    assert sarif["version"] == "2.1.0"
    rules = run["tool"]["driver"]["rules"]
    assert {r["id"] for r in rules} == {r.slug for r in RULES}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "mail/a%20b.html"
    align = next(r for r in run["results"] if r["ruleId"] == "text-align")
    assert align["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 4}
    emoticon = next(r for r in run["results"] if r["ruleId"] == "emoji")
    assert "in the text part, line 1" in emoticon["message"]["text"]


ODD = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@given(ODD, ODD, ODD)
def test_junit_is_well_formed_whatever_the_texts(source: str, message: str, hint: str) -> None:
    finding = Finding("emoji", "error", message, hint)
    suite = ET.fromstring(check_junit([(source, [finding]), ("fine", [])]).encode())
    assert [len(case) for case in suite.iter("testcase")] == [1, 0]
    assert suite.attrib["failures"] == "1"


@given(ODD, ODD)
def test_github_annotations_stay_on_one_line_each(source: str, message: str) -> None:
    lines = list(check_github([(source + "\n", [Finding("emoji", "warning", message + "\n::error::x", "hint")])]))
    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert "\r" not in lines[0]
    assert lines[0].startswith("::warning file=")
    assert escape(lines[0])
