"""Orders from a report into the durable ledger: seconds and resident memory as the report grows, each in its own process.

``python -m bench.stream`` measures 100 to 1,000,000 orders (about 10 GB of free disk, half an hour) and writes
``build/stream.json``. Making the report is not counted; everything from opening it to the last committed row is.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from bench import reports
from bench.memory import peak

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
BUILD = Path("build/stream")


def one(orders: int) -> tuple[float, float]:
    """Seconds and megabytes of queueing a report of so many orders, in one process."""
    from franking.batch.job import Job
    from franking.batch.send import Batch, MessageMaking
    from franking.batch.watch import Unwatched
    from franking.config.parts import mailing, open_pipeline
    from franking.config.settings import load_settings
    from franking.mail import Mailbox, Sender
    from franking.outbox import Ledger

    report, ledger = BUILD / f"{orders}.txt", BUILD / f"{orders}.db"
    settings = load_settings(theme="plain", demo=True, outbox=f"sqlite:///{ledger}")
    job = Job(report, "order_confirmation", as_of="2026-11-20T12:00:00+00:00", jobs=1)
    start = time.perf_counter()
    sender = Sender("default", Mailbox("shop@example.com"))
    made = MessageMaking(mailing(settings, job.kind, Unwatched()), sender, partial(open_pipeline, settings, job.kind))
    tally = Batch(job, made).queue(Ledger(settings.outbox))
    seconds = time.perf_counter() - start
    assert tally.queued == orders, tally
    return seconds, peak()


def measure(sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, float]]:
    """Seconds and megabytes by the number of orders."""
    BUILD.mkdir(parents=True, exist_ok=True)
    found: dict[str, dict[str, float]] = {}
    for orders in sizes:
        reports.write(BUILD / f"{orders}.txt", orders)
        done = subprocess.run([sys.executable, "-m", "bench.stream", str(orders)], capture_output=True, text=True, check=True)
        seconds, megabytes = map(float, done.stdout.split())
        found[str(orders)] = {"seconds": seconds, "megabytes": megabytes}
        for file in BUILD.glob(f"{orders}.*"):
            file.unlink()
    return found


def linearity(found: dict[str, dict[str, float]]) -> float:
    """R² of the straight line through seconds over orders (least squares)."""
    points = [(float(orders), values["seconds"]) for orders, values in found.items()]
    mean_x, mean_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    return 1.0 - float(rest / sum((y - mean_y) ** 2 for _, y in points))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write("{:.3f} {:.1f}\n".format(*one(int(sys.argv[1]))))
    else:
        result = measure()
        Path("build/stream.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")
        for orders, values in result.items():
            sys.stdout.write(f"{int(orders):>9,} orders  {values['seconds']:9.2f} s  {values['megabytes']:6.1f} MB\n")
        sys.stdout.write(f"R² of a straight line: {linearity(result):.4f}\n")
