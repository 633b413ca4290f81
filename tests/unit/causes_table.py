"""The table of broken projects: the line that the preview names, whether a fix is offered, and whether it is right.

``make causes`` writes it to ``tests/data/broken-projects.md``; ``test_causes.py`` compares each row with what the program does.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.fix import apply, fixable, plan
from franking.preview.plans import Plan
from franking.preview.remedies import REMEDIES, remedies, remedy
from franking.preview.session import Choice, PreviewSession
from tests.unit.broken_projects import CASES, KIND, Case
from tests.unit.other_broken_projects import OTHERS

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests/data/broken-projects.md"
ALL: Mapping[str, Case] = CASES | OTHERS
_HEAD = """# Broken projects: the line that is named, and the fix

Made by `make causes` from `tests/unit/broken_projects.py` and `other_broken_projects.py`; do not edit. *Named*: the preview
names the line to change, and no other, for the rule. *Fix*: what the preview offers for it. *Right*: after the fix, the
finding is gone, no other has come, and every word is still there.

| broken | rule | line to change | named | fix | right |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the preview does for a broken project."""

    places: dict[tuple[str, int], None]
    expected: tuple[str, int]
    row: str
    shown: dict[str, Any]


def pristine(folder: Path) -> Path:
    """A project with one kind and two themes."""
    for name in (KIND, "_parts", "locales"):
        shutil.copytree(ROOT / "templates" / name, folder / "templates" / name)
    for name in ("plain", "brand"):
        shutil.copytree(ROOT / "themes" / name, folder / "themes" / name)
    return folder


def outcome(name: str, whole: Path, folder: Path) -> Outcome:
    """Break the project ``whole`` in an empty folder, and look at it in the preview."""
    case = ALL[name]
    session = _broken(case, whole, folder)
    choice = Choice(case.kind, case.theme, case.language, case.sample)
    shown = session.show(choice)
    path = folder / case.file
    line = case.number
    if not line:
        (line,) = [n for n, text in enumerate(path.read_text("utf-8").split("\n"), 1) if case.line in text]
    places = dict.fromkeys(_named(case, shown))
    named = "yes" if places == {(str(path), line): None} else "no"
    offered, right = _fix(session, choice, case, shown) if case.rule else ("none", "")
    place = f"{case.file}:{line}"
    cells = (name, case.rule or "cannot be rendered", f"`{place}`", named, offered, right)
    return Outcome(places, (str(path), line), f"| {' | '.join(cells)} |", shown)


def _broken(case: Case, whole: Path, folder: Path) -> PreviewSession:
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    for file, old, new in case.edits:
        path = folder / file
        if new is None:
            path.unlink(missing_ok=True)
            continue
        before = path.read_text("utf-8") if path.exists() and old is not None else ""
        if old is not None:
            assert old in before, (file, old)
        path.write_text(new if old is None else before.replace(old, new, 1), "utf-8")
    return PreviewSession(Catalog(folder / "templates", folder / "themes"), load())


def _named(case: Case, shown: dict[str, Any]) -> list[tuple[str, int]]:
    """The lines that are named for the rule, or for the failure."""
    if not case.rule:
        error = shown["error"]
        return [(error["file"], error["line"])]
    found = [f for f in shown.get("findings", []) if f["rule"] == case.rule and f["part"] in ("html", "subject")]
    return [(f["template"]["file"], f["template"]["line"]) if f["template"] else ("", 0) for f in found]


def _fix(session: PreviewSession, choice: Choice, case: Case, shown: dict[str, Any]) -> tuple[str, str]:
    """What is offered for the rule's findings, and whether it is right."""
    if fixable(session, choice, [case.rule]):
        return "fix", _right(session, choice, case, shown, plan(session, choice, case.rule))
    about = [f for f in shown.get("findings", []) if f["rule"] == case.rule]
    if not remedies(session, choice, about):
        return "none", ""
    return REMEDIES[case.rule][0].removesuffix(" …"), _right(
        session, choice, case, shown, remedy(session, choice, about[0], "needed for the test")
    )


def _right(session: PreviewSession, choice: Choice, case: Case, shown: dict[str, Any], chosen: Plan) -> str:
    apply(session, chosen, chosen.digest)
    after = session.show(choice)
    left = {(f["rule"], f["message"]) for f in after.get("findings", [])}
    gone = all(rule != case.rule for rule, _ in left)
    new = left - {(f["rule"], f["message"]) for f in shown.get("findings", [])}
    return "yes" if gone and not new and after.get("text") == shown.get("text") else "no"


def rows() -> Iterator[str]:
    """The rows of the table."""
    with tempfile.TemporaryDirectory() as name:
        whole = pristine(Path(name) / "whole")
        for number, case in enumerate(ALL):
            yield outcome(case, whole, Path(name) / str(number)).row


def committed() -> dict[str, str]:
    """The rows of the committed table, by the name of the project."""
    lines = TABLE.read_text("utf-8").split("\n")
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.startswith("| ")}


if __name__ == "__main__":
    TABLE.write_text(_HEAD + "\n".join(rows()) + "\n", "utf-8")
