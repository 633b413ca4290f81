"""Fetches in forked processes that end themselves by SIGKILL at a step: a program of its own, so that no server's threads are
forked with it.

Reads lines of JSON ``{"url", "folder", "report", "at"}`` and answers each with how the process ended. A
step is a statement given to SQLite, a write, a sync or a rename of a file, and each call that leaves.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

STEPS = {"execute", "fsync", "write", "replace", "rename", "unlink"}


def fetched(told: dict[str, Any], steps: int) -> None:
    """Run the fetch in this process. Writes the number of steps into the folder."""
    from tests.unit.fetching import fetch_from, wish

    folder, count = Path(told["folder"]), 0

    def step(frame: FrameType, event: str, what: Any) -> None:
        nonlocal count
        name = what.__name__ if event == "c_call" else frame.f_code.co_name if event == "call" else ""
        inside = "/franking/" in frame.f_code.co_filename
        if inside and (
            (event == "c_call" and name in STEPS) or (event == "call" and name in ("_exchange", "stored", "replace"))
        ):
            count += 1
            if count == steps:
                os.kill(os.getpid(), signal.SIGKILL)

    fetch = fetch_from(told["url"], folder / "state")
    sys.setprofile(step)
    fetch.run(wish(told["report"]), folder / "out")
    sys.setprofile(None)
    (folder / "steps").write_text(str(count))


def main() -> None:
    for line in sys.stdin:
        told = json.loads(line)
        if told["at"] < 0:  # in this process: what it loads, the forked ones have
            fetched(told, 0)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                fetched(told, told["at"])
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
