"""The preview checks in several threads. From a cold process, every one of eight threads finds what one thread finds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _found(what: str, threads: int, seed: int) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.cold", what, str(threads), str(seed)], cwd=ROOT, capture_output=True, timeout=600
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("what", "seed"), [("lazy", 1), ("lazy", 2), ("lazy", 3), ("ruled", 4), ("render", 5)])
def test_eight_threads_from_cold_find_what_one_finds(what: str, seed: int) -> None:
    alone = _found(what, 1, seed)
    assert len(alone) >= (6 if what == "render" else 20)
    together = _found(what, 8, seed)
    differing = {name: (alone[name][0], other) for name, each in together.items() for other in each if other != alone[name][0]}
    assert not differing
    if what == "lazy":  # what is asked for is there to be found
        for name, (found,) in alone.items():
            rule = {"emoji": "emoji", "phone": "phone-number", "picture": "logo-link", "spelling": "spelling"}[name.split()[0]]
            assert f"('{rule}'" in found, name
