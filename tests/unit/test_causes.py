"""Every finding names the line to change, and a fix that is offered is right: the table of broken projects."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.session import Choice, PreviewSession
from tests.unit.broken_projects import BLOCK, KIND, MESSAGE
from tests.unit.causes_table import ALL, ROOT, committed, outcome, pristine


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pristine(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("name", ALL)
def test_the_line_to_change_is_named(name: str, whole: Path, tmp_path: Path) -> None:
    case = ALL[name]
    found = outcome(name, whole, tmp_path)
    shown = found.shown
    assert (shown["verdict"] == "broken") == (not case.rule), shown.get("error")
    assert found.places == {found.expected: None}, shown.get("error") or shown["findings"]
    if case.rule:
        worst = [f for f in shown["findings"] if f["rule"] == case.rule]
        assert max(f["places"] for f in worst) == case.places
        if not case.number:
            assert case.line in worst[0]["template"]["snippet"]
    assert committed()[name] == found.row


def test_the_table_has_each_project_once_and_no_wrong_answer() -> None:
    rows = [row for name, row in committed().items() if name not in ("broken", "---")]
    assert len(rows) == len(ALL) >= 24
    assert all(row.split(" | ")[3] == "yes" and not row.endswith("| no |") for row in rows)


def test_what_the_text_part_repeats_has_the_line_of_the_html_part(tmp_path: Path) -> None:
    for name in ("templates", "themes/plain"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / MESSAGE
    text = path.read_text("utf-8")
    added = "<p>Call +49 30 901820.</p>\n\n<p>Write to help@shop.example.</p>\n"
    path.write_text(text.replace(BLOCK, BLOCK + added), "utf-8")
    first = text[: text.index(BLOCK)].count("\n") + 2
    session = PreviewSession(Catalog(tmp_path / "templates", tmp_path / "themes"), load())
    shown = session.show(Choice(KIND, "plain", "en", "plain"))
    for part in ("html", "text"):
        found = [(f["rule"], f["template"] and f["template"]["line"]) for f in shown["findings"] if f["part"] == part]
        for expected in (("phone-number", first), ("email-address", first + 2)):
            assert expected in found, part
