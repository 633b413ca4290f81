"""Sending in a simulated world: some seeds here, many under ``make test-real``, as many as wanted with ``make simulate``."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.planted import FAULTS, ROOT
from tests.simulation.story import tell

SOME = 15
MANY = 9_000


@pytest.mark.parametrize("seed", [12118, 18962, 20517, 22864, 24696, 49673])
def test_stories_that_broke_a_promise_once(seed: int) -> None:
    """A clock set back before the first day of sending; buyers who opted out before their message was queued; replies that
    overtook each other (in the simulation only); a day on which a connection was opened and nothing left."""
    assert tell(seed).problem == ""


def test_the_promise_of_the_ledger_holds_in_some_stories() -> None:
    verdicts = [tell(seed) for seed in range(1, SOME + 1)]
    assert [(verdict.seed, verdict.problem) for verdict in verdicts if verdict.problem] == []
    assert sum(verdict.taken for verdict in verdicts) > SOME
    assert any(verdict.kills for verdict in verdicts)


def test_a_seed_is_the_same_story_in_every_process() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "9"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "1"}, timeout=120
    )
    story = "\n".join(tell(9).lines)
    assert done.stdout == f"{story}\n"
    assert "TAKES" in story


def test_every_planted_fault_still_fits_the_code() -> None:
    """So that ``python -m tests.simulation.planted`` plants all of them."""
    for fault in FAULTS:
        assert (ROOT / "src/franking" / fault.file).read_text("utf-8").count(fault.old) == 1, fault.name


@pytest.mark.real
def test_the_promise_of_the_ledger_holds_in_many_stories() -> None:
    """On all processors."""
    processes = os.cpu_count() or 1
    share = -(-MANY // processes)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.simulation", str(share), "--first", str(1 + n * share)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for n in range(processes)
    ]  # fmt: skip
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * processes, said
    assert all(f"{share} seeds, 0 violations" in text for text in said)
