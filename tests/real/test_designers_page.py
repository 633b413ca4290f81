"""``docs/designers.md``, followed to the letter: its files are written and its commands run, in order."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import wait_for

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_leads_from_nothing_to_a_sent_message(tmp_path: Path) -> None:
    for name in ("templates", "themes", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "build").mkdir()
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    text = (ROOT / "docs/designers.md").read_text("utf-8").partition("## A new kind")[2]
    running: list[subprocess.Popen[bytes]] = []
    told, excerpts = "", 0
    try:
        for language, mark, content in BLOCK.findall(text):
            if not mark and language in ("jinja", "toml"):  # excerpts: tests/unit/test_mjml_components.py renders them
                excerpts += 1
            elif language != "sh":
                (tmp_path / mark).write_text(content, "utf-8")
            elif mark == "background":
                running.append(subprocess.Popen(content.split(), cwd=tmp_path, stderr=subprocess.DEVNULL))
                wait_for(2525)
            else:
                done = subprocess.run(content, shell=True, cwd=tmp_path, capture_output=True, text=True)
                assert done.returncode == 0 or (mark == "fails" and done.returncode == 1), (content, done.stdout, done.stderr)
                told += done.stdout
    finally:
        for process in running:
            process.terminate()
            process.wait()
    assert excerpts == 2
    assert "4 previews, 0 rejected, 4 with warnings: " in told  # until the new texts are translated
    assert told.count(", 0 rejected, 0 with warnings: ") == 2
    assert "shipped.hbs:11: decide: no order has 'packer'" in told
    assert "A spare part for order 112-4471093-1120345" in told
    assert "1 message in build/inbox" in told
