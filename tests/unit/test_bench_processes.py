"""What a measurement starts ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_STARTS = """
import os, sys, time
from pathlib import Path
from bench.processes import started
with started(["sleep", "60"], Path(sys.argv[1]), dict(os.environ)) as family:
    print(family.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_ends_with_a_measurement_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _STARTS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as measuring:
        assert measuring.stdout is not None
        server = int(measuring.stdout.readline())
        assert _runs(server)
        measuring.kill()
    for _ in range(500):
        if not _runs(server):
            break
        time.sleep(0.01)
    assert not _runs(server)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
