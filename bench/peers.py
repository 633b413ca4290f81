"""Peers as users pick them: the same report, the same sink, 20, 500 and 20,000 orders, each a process from start to end.

``python -m bench.peers`` prints them. Seconds are wall clock and include starting the process and reading the report, which is
what a seller waits for. Ours is ``franking send`` into the durable ledger, with every message checked; none of the others
checks anything or keeps a record of what was sent, and their messages are shorter. Those of ``mailmerge`` are plain text, and
making its database from the report is not counted. The others send the first 2,000 orders of 20,000, and their rate counts.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import reports, smtp
from bench.peer_loops import mailmerge

SIZES = {20: 3, 500: 2, 20_000: 1}  # orders, and how often
FEWER = 2_000  # orders at most, of the others
_ROOT = Path(__file__).parents[1]
_PROGRAM = str(Path(sys.executable).with_name("franking"))
_PYTHON = ("mailmerge==2.3.0", "redmail==0.6.0")
_NODE = ("mjml@4.18.0", "nodemailer@7.0.10", "handlebars@4.7.10")
OTHERS = ("mailmerge", "redmail", "django", "nodemailer")
Command = tuple[list[str], dict[str, str]]


def _franking(report: Path, folder: Path, port: int) -> Command:
    command = [
        _PROGRAM, "send", str(report), "--kind", "order_confirmation", "--theme", "brand", "--as-of", "2026-11-20T12:00:00Z",
        "--demo", "--sender", "shop@example.com", "--transport", f"smtp+plain://127.0.0.1:{port}", "--connections", "10",
        "--templates", str(_ROOT / "templates"), "--themes", str(_ROOT / "themes"),
        "--outbox", f"sqlite:///{folder / f'{time.monotonic_ns()}.db'}",
    ]  # fmt: skip
    return command, {}


def _mailmerge(report: Path, folder: Path, port: int) -> Command:
    from tests.real.pypi import install

    mailmerge(report, folder, port)
    program = "from mailmerge.__main__ import main; main()"  # as its script does
    files = ["--template", "template.txt", "--database", "orders.csv", "--config", "server.conf"]
    command = [sys.executable, "-c", program, "--no-dry-run", "--no-limit", *files]
    return command, {"PYTHONPATH": str(install(_PYTHON[0]))}


def _redmail(report: Path, _folder: Path, port: int) -> Command:
    from tests.real.pypi import install

    return _loop("redmail", report, port), {"PYTHONPATH": str(install(_PYTHON[1]))}


def _django(report: Path, _folder: Path, port: int) -> Command:
    return _loop("django", report, port), {}


def _loop(which: str, report: Path, port: int) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("peer_loops.py")), which, str(report), str(port)]


def _nodemailer(report: Path, _folder: Path, port: int) -> Command:
    from tests.real.npm import install

    for package in _NODE:
        modules = install(package)
    script = Path(__file__).with_name("peer_nodemailer.cjs")
    return ["node", str(script), str(report), str(port)], {"NODE_PATH": str(modules)}


_ALL: dict[str, Callable[[Path, Path, int], Command]] = {
    "franking": _franking, "mailmerge": _mailmerge, "redmail": _redmail, "django": _django, "nodemailer": _nodemailer,
}  # fmt: skip


def seconds(lacking: dict[str, str], sizes: dict[int, int] | None = None) -> dict[str, list[float]]:
    """Wall and processor seconds per order (``seconds_peer_NAME_SIZE``, ``cpu_…``), taking turns. A peer that cannot run is
    named in ``lacking``."""
    found: dict[str, list[float]] = {}
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as name, smtp.sink() as port:
        folder = Path(name)
        for size, rounds in (sizes or SIZES).items():
            for turn in range(rounds + (size == min(sizes or SIZES))):  # the first one compiles modules and fills the caches
                for peer, prepared in _ALL.items():
                    if peer in lacking:
                        continue
                    number = size if peer == "franking" else min(size, FEWER)
                    report = folder / f"{number}.txt"
                    if not report.exists():
                        reports.write(report, number)
                    try:
                        taken = _run(*prepared(report, folder, port), folder)
                    except (OSError, AssertionError, subprocess.SubprocessError) as problem:
                        lacking[peer] = f"{type(problem).__name__}: {str(problem)[-300:]}"
                        continue
                    if turn or size != min(sizes or SIZES):
                        for unit, value in zip(("seconds", "cpu"), taken, strict=True):
                            found.setdefault(f"{unit}_peer_{peer}_{size}", []).append(value / number)
    return found


def _run(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, float]:
    """Wall and processor seconds."""
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    if not shutil.which(command[0]):
        raise FileNotFoundError(command[0])
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, cwd=folder, env={**surroundings, "FRANKING_CACHE": str(folder / "cache"), **environment}, check=True,
        capture_output=True, timeout=300,
    )  # fmt: skip
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(runs: dict[str, list[float]]) -> dict[str, float]:
    """Theirs over ours."""
    return {
        f"send_{size}_vs_{peer}": statistics.median(runs[theirs]) / statistics.median(runs[mine])
        for size in SIZES
        for peer in OTHERS
        if (theirs := f"seconds_peer_{peer}_{size}") in runs and (mine := f"seconds_peer_franking_{size}") in runs
    }


def main() -> None:
    """Measure and print."""
    lacking: dict[str, str] = {}
    runs = seconds(lacking)
    for name, values in runs.items():
        unit, _, peer, size = name.split("_")
        middle = statistics.median(values)
        what = "s" if unit == "seconds" else "s of processor time"
        sys.stdout.write(f"{int(size):>7,} orders  {peer:>10}  {middle * int(size):9.2f} {what}, {1 / middle:9,.0f} orders/s\n")
    for name, ratio in ratios(runs).items():
        sys.stdout.write(f"{name}: {ratio:.2f}\n")
    for peer, why in lacking.items():
        sys.stdout.write(f"could not run: {peer}: {why}\n")


if __name__ == "__main__":
    main()
