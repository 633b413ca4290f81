"""How checking grows with the size of a mail: seconds and resident memory from 100 KB to 10 MB, each in its own process."""

from __future__ import annotations

import subprocess
import sys
import time

SIZES = (100_000, 1_000_000, 3_000_000, 10_000_000)  # bytes of HTML


def one(size: int) -> tuple[float, float, int]:
    """Seconds, megabytes and findings of checking an order mail whose item rows are repeated up to ``size``."""
    from bench.checking import mail
    from bench.memory import peak
    from franking.check import inspect
    from franking.model import Message
    from franking.policy import load

    html = mail(size)
    start = time.perf_counter()
    findings = inspect(Message("growth", html), load())
    return time.perf_counter() - start, peak(), len(findings)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write("{:.2f} {:.0f} {}\n".format(*one(int(sys.argv[1]))))
    else:
        for size in SIZES:
            done = subprocess.run([sys.executable, "-m", "bench.growth", str(size)], capture_output=True, text=True, check=True)
            seconds, megabytes, findings = done.stdout.split()
            rate = float(seconds) / (size / 1e6)
            sys.stdout.write(
                f"{size / 1e6:6.1f} MB  {seconds:>7} s  {rate:6.2f} s/MB  {megabytes:>6} MB resident  {findings} findings\n"
            )
            sys.stdout.flush()
