"""Transactional mails from public packages go through --fix, and Chromium says whether they keep the layout and type rules.

The packages come from npm, by the test, and are not part of this repository.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from franking.check import inspect
from franking.cli.main import app
from franking.model import Message
from franking.policy import load
from tests.real.judge import Judge, browser
from tests.real.oracle import RULES, browser_verdicts, inset_violated

pytestmark = pytest.mark.real
HERE = Path(__file__).parent
WORK = HERE.parents[1] / "build" / "templates"
PACKAGES = ("mailgen@2.0.36",)
GHOST = "ghost@5.130.6"  # only its templates are needed, not the packages it depends on
LAYOUT = (*RULES, "active-content", "contrast")
FACTS = """() => ({
  text: document.body.innerText.replace(/\\s+/g, ' ').trim(),
  links: [...document.querySelectorAll('a[href], area[href]')].map(e => e.getAttribute('href')),
})"""


def npm(*arguments: str) -> str:
    """Run npm in the work folder. Its failure is the test's."""
    done = subprocess.run(["npm", *arguments], cwd=WORK, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"npm {arguments[0]}: {done.stderr[-500:]}"
    return done.stdout


@pytest.fixture(scope="module")
def mails() -> list[Path]:
    """The rendered mails of the packages."""
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "package.json").write_text('{"private": true}\n')
    if not (WORK / "node_modules" / "mailgen").is_dir():
        npm("install", "--silent", "--ignore-scripts", "--no-fund", "--no-audit", *PACKAGES)
    if not (WORK / "ghost").is_dir():
        archive = npm("pack", "--silent", GHOST).strip().splitlines()[-1]
        (WORK / "ghost").mkdir()
        members = "package/core/server/services"
        subprocess.run(["tar", "xzf", archive, "-C", "ghost", "--strip-components=1", members], cwd=WORK, check=True)
    out = WORK / "mails"
    subprocess.run(["node", str(HERE / "templates.mjs"), str(WORK), str(out)], check=True, timeout=120)
    return sorted(out.glob("*.html"))


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with browser() as opened:
        yield opened


def test_real_templates_keep_the_layout_and_type_rules_after_fix(mails: list[Path], judge: Judge, tmp_path: Path) -> None:
    assert len(mails) >= 20
    policy = load()
    for source in mails:
        before = source.read_text("utf-8")
        target = tmp_path / source.name
        target.write_text(before, "utf-8")
        broken = {f.rule for f in inspect(Message(source.name, before), policy, select=LAYOUT)}
        assert broken, f"{source.name} broke nothing: no test of mending"
        CliRunner().invoke(app, ["check", str(target), "--fix", "--format", "json"])
        after = target.read_text("utf-8")
        assert inspect(Message(source.name, after), policy, select=LAYOUT) == [], source.name
        for width in policy.widths:
            verdicts = browser_verdicts(judge, after, width)
            left = [rule for rule in RULES if rule in verdicts]
            assert left == [], f"{source.name} at {width}: {verdicts}"
            assert not inset_violated(judge, after, width, verdicts), f"{source.name} at {width}: {verdicts}"
            judge.read(before, width)
            was = judge.page.evaluate(FACTS)
            judge.read(after, width)
            assert judge.page.evaluate(FACTS) == was, f"{source.name} at {width}"
