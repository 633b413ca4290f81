"""The shape cache is for speed alone: with its folder deleted and one line changed, the same mails are written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench import reports

from tests.brand import own_themes
from tests.unit.shapes import read

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "franking"
LINE = "from franking.shape_cache import open_fast_path\n"
WITHOUT = "from franking.model import no_fast_path as open_fast_path\n"
RUN = "from franking.cli.entry import run; import franking, sys; print(franking.__file__, file=sys.stderr); run()"
ORDERS = 12


def without_shape_cache(folder: Path) -> Path:
    """A copy of the program with the folder deleted and the line changed."""
    copy = folder / "src" / "franking"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "shape_cache"))
    using = [path for path in copy.rglob("*.py") if "shape_cache" in path.read_text("utf-8")]
    assert len(using) == 1, using
    text = using[0].read_text("utf-8")
    assert text.count(LINE) == text.count("shape_cache") == 1
    using[0].write_text(text.replace(LINE, WITHOUT), "utf-8")
    return copy.parent


def sent(source: Path, report: Path, out: Path) -> tuple[dict[str, object], str, dict[str, object]]:
    """The summary of a send, what it says on stderr, and the mails as a mail program reads them, but for their dates."""
    command = [
        sys.executable, "-c", RUN, "send", str(report), "--kind", "order_confirmation", "--theme", "brand",
        "--themes", own_themes(), "--sender", "shop@example.com", "--as-of", "2026-11-20T12:00:00+00:00", "--format", "json",
        "--jobs", "1", "--stats", "--transport", f"dir:{out}", "--outbox", f"sqlite:///{out}.db",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(source)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"{source}{os.sep}franking" in done.stderr
    summary = json.loads(done.stdout)
    del summary["batch"], summary["seconds"]
    return summary, done.stderr, {path.name: read(path.read_bytes()) for path in out.rglob("*.eml")}


def test_the_same_mails_are_written_without_the_shape_cache(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    reports.write(report, ORDERS)
    summary, said, mails = sent(SOURCE.parent, report, tmp_path / "fast")
    slow_summary, slow_said, slow_mails = sent(without_shape_cache(tmp_path), report, tmp_path / "slow")
    assert len(mails) == ORDERS
    assert slow_mails == mails
    assert slow_summary == summary
    assert "made from a shape: 0 " in slow_said
    assert "made from a shape: 0 " not in said, said
