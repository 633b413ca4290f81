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
from tests.real.npm import WORK, install, unpack
from tests.real.oracle import RULES, browser_verdicts, inset_violated

pytestmark = pytest.mark.real
HERE = Path(__file__).parent
LAYOUT = (*RULES, "active-content", "contrast")
FACTS = """() => ({
  text: document.body.innerText.replace(/\\s+/g, ' ').trim(),
  links: [...document.querySelectorAll('a[href], area[href]')].map(e => e.getAttribute('href')),
})"""


@pytest.fixture(scope="module")
def mails() -> list[Path]:
    """The rendered mails of the packages. Of Ghost only the templates are needed, not what it depends on."""
    install("mailgen@2.0.36")
    unpack("ghost@5.130.6", "ghost", "core/server/services")
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
        assert broken, f"{source.name} broke nothing: no test of the fix"
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
