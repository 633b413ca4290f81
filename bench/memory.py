"""What a batch costs in memory as it grows: queued and sent through the durable SQLite ledger, each in its own process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bench import smtp

SIZES = (10_000, 1_000_000)  # messages


def peak() -> float:
    """This process's largest resident memory so far, in megabytes (Linux). ``getrusage`` would count what the process that
    started it had in memory."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


def one(port: int, number: int) -> float:
    """Resident megabytes at the most, of a process that queues and sends so many messages to the sink at a port."""
    smtp.with_ledger(port, number, smtp.PLAIN)
    return peak()


def megabytes() -> dict[str, list[float]]:
    """The resident memory for each size; ``memory_1m_vs_10k`` is their ratio."""
    found: dict[str, list[float]] = {}
    with smtp.sink() as port:
        for number in SIZES:
            command = [sys.executable, "-m", "bench.memory", str(port), str(number)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[f"megabytes_{number}"] = [float(done.stdout)]
    return found


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.stdout.write(f"{one(int(sys.argv[1]), int(sys.argv[2])):.1f}\n")
    else:
        for name, values in megabytes().items():
            sys.stdout.write(f"{name}: {values[0]:.1f} MB\n")
