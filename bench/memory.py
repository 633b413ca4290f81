"""What a batch costs in memory as it grows: queued and dispatched through the durable SQLite ledger, each in its own process."""

from __future__ import annotations

import resource
import subprocess
import sys

from bench import smtp

SIZES = (10_000, 1_000_000)  # messages


def one(port: int, number: int) -> float:
    """Resident megabytes at the most, of a process that queues and sends so many messages to the sink at a port."""
    smtp.with_ledger(port, number)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
