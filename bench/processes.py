"""A process with all that it has started: processor time and memory (Linux)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def started(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[Family]:
    """A command in a session of its own, which ends with the block, and also if this process is killed."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    # The guard waits for the end of its input, which comes with the end of this process, however that ends.
    guard = subprocess.Popen(
        ["sh", "-c", 'read -r _; kill -s KILL -- "-$0"', str(process.pid)], stdin=subprocess.PIPE, start_new_session=True
    )
    family = Family(process)
    try:
        yield family
    finally:
        family.end()
        guard.kill()
        guard.communicate()


class Family:
    """The processes of a session. Their memory is looked at four times a second; pages that they share count once (PSS)."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.megabytes = 0.0  # at most, so far
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            self.megabytes = max(self.megabytes, sum(map(_proportional, self._members())))

    def cpu_seconds(self) -> float:
        """User and system time of those that run, and of what they waited for."""
        return sum(sum(map(int, fields[11:15])) / _TICK for fields in map(_stat, self._members()) if fields)

    def _members(self) -> list[int]:
        found = []
        for path in Path("/proc").iterdir():
            if path.name.isdigit():
                fields = _stat(int(path.name))
                if fields and int(fields[3]) == self.process.pid:
                    found.append(int(path.name))
        return found

    def end(self) -> None:
        """End them: asked for first, then without asking."""
        self._ended.set()
        self._watching.join()
        for sign in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
                if sign == signal.SIGINT:
                    time.sleep(0.2)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on (proc(5)); empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _proportional(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii", "replace")
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found is not None else 0.0
