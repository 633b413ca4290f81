"""The whole ``send``: orders from a report into smtp-sink through the durable ledger, and where the time goes.

``python -m bench.whole [ORDERS]`` prints orders per second by wall clock, then the share of each stage of the part that
makes messages, and of dispatch. The shares come from a second, profiled run of a tenth of the orders in one process.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import re
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from bench import reports, smtp

# Stages by the functions that they are entered through, as (file, function) of the profile.
STAGES = {
    "read the report": [("orders/reports.py", "__iter__"), ("batch/reports.py", "read_orders")],
    "ask the ledger, permit": [("batch/lookups.py", "ahead"), ("permit/engine.py", "permit")],
    "render, or recall": [("shape_cache/fenced_renderer.py", "render")],
    "fill in, check": [("shapes.py", "_frank")],
    "make whole messages": [("pipeline.py", "whole")],
    "MIME": [("mail/message.py", "build_message")],
    "queue in the ledger": [("outbox/ledger.py", "queue")],
    "dispatch": [("batch/send.py", "_dispatch")],
}
NESTED = {"fill in, check": "render, or recall", "read the report": "", "ask the ledger, permit": "read the report"}


def send(folder: Path, orders: int, port: int, jobs: int) -> tuple[dict[str, float], float]:
    """The summary of ``franking send`` on a report of so many orders, and its wall seconds."""
    from franking.batch.job import Job
    from franking.cli.send import send_batch
    from franking.config.settings import load_settings

    report = folder / f"{orders}.txt"
    reports.write(report, orders)
    settings = load_settings(
        theme="brand", demo=True, sender="shop@example.com", outbox=f"sqlite:///{folder}/{orders}-{jobs}.db",
        transport=f"smtp+plain://127.0.0.1:{port}", connections=10,
    )  # fmt: skip
    job = Job(report, "order_confirmation", as_of="2026-11-20T12:00:00+00:00", jobs=jobs)
    printed = io.StringIO()
    start = time.perf_counter()
    with redirect_stdout(printed), redirect_stderr(io.StringIO()):
        code = send_batch(settings, job, "json")
    seconds = time.perf_counter() - start
    summary = json.loads(printed.getvalue())
    assert code == 0 and summary["sent"] == orders, summary
    return summary, seconds


def shares(profile: cProfile.Profile) -> dict[str, float]:
    """Seconds of each stage, without the stage that is nested in it."""
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    seconds = dict.fromkeys(STAGES, 0.0)
    for (file, _, function), (_, _, _, cumulative, _) in stats.items():
        for stage, places in STAGES.items():
            if any(file.endswith(f"franking/{path}") and function == name for path, name in places):
                seconds[stage] = max(seconds[stage], cumulative)
    for outer, inner in NESTED.items():
        if inner:
            seconds[outer] = max(0.0, seconds[outer] - seconds[inner])
    return seconds


def main() -> None:
    """Measure and print."""
    orders = int(re.sub(r"\D", "", sys.argv[1])) if len(sys.argv) > 1 else 100_000
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as name, smtp.sink() as port:
        folder = Path(name)
        for jobs in (1, 2):
            _, seconds = send(folder, orders, port, jobs)
            sys.stdout.write(f"{orders:,} orders, {jobs} process(es): {seconds:.1f} s, {orders / seconds:,.0f} orders/s\n")
            sys.stdout.flush()
        profile = cProfile.Profile()
        profile.enable()
        _, seconds = send(folder, orders // 10, port, 1)
        profile.disable()
        found = shares(profile)
        found["the rest"] = seconds - sum(found.values())
        for stage, part in found.items():
            sys.stdout.write(f"{stage:>26}  {part / seconds:6.1%}\n")


if __name__ == "__main__":
    main()
