"""A fetch that is killed at any step, and continued, ends in the same file: SIGKILL in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.sandbox import Script
from tests.unit.fetching import UNSHIPPED, account, script_2026, script_report, script_v0

ROOT = Path(__file__).parents[2]
MOST = 10**6 if os.environ.get("EVERYTHING") else 6  # steps that are killed at, of each kind; every step: some minutes
KINDS = {"2026": ("", script_2026), "v0": ("", script_v0), "report": (UNSHIPPED, script_report)}


class Steps:
    """The program that forks the fetches."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.unit.fetch_steps"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)

    def run(self, url: str, folder: Path, report: str, at: int = 0) -> int:
        """How a fetch ended that is killed at a step (0: none)."""
        folder.mkdir(exist_ok=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"url": url, "folder": str(folder), "report": report, "at": at}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    made = Steps()
    with made.process as process:
        for kind, (report, make) in KINDS.items():
            with account(make()) as server:
                made.run(server.url, tmp_path_factory.mktemp(kind), report, -1)
        yield made
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_step_and_continued_the_file_is_the_same(kind: str, steps: Steps, tmp_path: Path) -> None:
    report, make = KINDS[kind]

    def called(script: Script, folder: Path, *at: int) -> dict[str, int]:
        """The calls of a fetch that is killed at some steps."""
        with account(script) as server:
            ended = -9
            for step in (*at, 0):
                if ended == 0:
                    break  # it had fewer steps left
                ended = steps.run(server.url, folder, report, step)
                assert ended in ((-9, 0) if step else (0,))
            assert len(server.state.account.reports) <= 1
            return dict(server.state.called)

    whole = called(make(), tmp_path / "whole")
    content = (tmp_path / "whole" / "out").read_bytes()
    number = int((tmp_path / "whole" / "steps").read_text())
    assert number > 30
    stride = max(1, number // MOST)
    for step in range(1, number + 1, stride):
        folder = tmp_path / str(step)
        again = called(make(), folder, step)
        assert (folder / "out").read_bytes() == content, step
        assert list(folder.glob("*.tmp")) == []
        # Nothing is asked for anew but what was in hand, and what tells whether a lost request was done.
        assert sum(again.values()) <= sum(whole.values()) + 3, step
    called(make(), tmp_path / "often", *range(5, number, max(stride, number // 6)))
    assert (tmp_path / "often" / "out").read_bytes() == content
