"""Small batches and the commands around them: processor time, children included, against a bare interpreter that imports the
libraries which the command cannot do without. ``python -m bench.small`` prints them.

Each command has been run before, so that its modules are compiled and the cache on disk is warm; ``send_20_cold`` has no
cache.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import reports

ORDERS, ROUNDS = 20, 7
_ROOT = Path(__file__).parents[1]
_PROGRAM = str(Path(sys.executable).with_name("franking"))
_SENDING = "typer, jinja2, babel.support, sqlalchemy.dialects.sqlite, asyncio, aiosmtplib, zstandard, email.message"
_PLANNING = "typer, jinja2, babel.support, sqlite3, email.utils"
# The command, and the libraries that it is compared with.
COMMANDS = {
    "send_20": ("send", _SENDING), "send_20_cold": ("send", _SENDING), "plan_20": ("plan", _PLANNING),
    "status": ("status", "typer, sqlite3"), "rules": ("rules", "typer"), "explain": ("explain image-width", "typer"),
    "help": ("--help", "typer"),
}  # fmt: skip


def processor_seconds(command: list[str], environment: dict[str, str], folder: Path) -> float:
    """User and system time of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds(rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Processor seconds of each command, and of the libraries alone (``…_libraries``), taking turns."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reports.write(folder / "orders.txt", ORDERS)
        for turn in range(rounds + 1):
            for what, (command, libraries) in COMMANDS.items():
                ours = processor_seconds([_PROGRAM, *_arguments(command)], _environment(folder, what), folder)
                bare = processor_seconds([sys.executable, "-c", f"import {libraries}"], _environment(folder, what), folder)
                if command == "send" and what != "send_20":
                    _forget(folder)
                elif command == "send":  # its ledger is asked by ``status``
                    shutil.copy(folder / "franking.db", folder / "kept.db")
                    _forget(folder)
                    (folder / "kept.db").rename(folder / "status.db")
                if turn:
                    found.setdefault(f"cpu_{what}", []).append(ours)
                    found.setdefault(f"cpu_{what}_libraries", []).append(bare)
    return found


def ratios(runs: dict[str, list[float]]) -> dict[str, float]:
    """Each command over its libraries; the least of all runs, because other processes only add to it."""
    return {
        f"{what}_vs_libraries": min(runs[f"cpu_{what}"]) / min(runs[f"cpu_{what}_libraries"])
        for what in COMMANDS
        if f"cpu_{what}" in runs
    }


def _arguments(command: str) -> list[str]:
    if command == "status":
        return ["status", "--outbox", "sqlite:///status.db"]
    if command not in ("send", "plan"):
        return command.split()
    common = [
        command, "orders.txt", "--kind", "order_confirmation", "--as-of", "2026-11-20T12:00:00Z", "--demo",
        "--templates", str(_ROOT / "templates"), "--themes", str(_ROOT / "themes"),
    ]  # fmt: skip
    if command == "plan":
        return common
    return [*common, "--theme", "brand", "--sender", "shop@example.com", "--transport", "dir:out"]


def _environment(folder: Path, what: str) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**found, "FRANKING_CACHE": "off" if what == "send_20_cold" else str(folder / "cache")}


def _forget(folder: Path) -> None:
    """Remove what a send leaves: the next one is the first again."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    for path in folder.glob("franking.db*"):
        path.unlink()


def main() -> None:
    """Measure and print."""
    runs = seconds()
    for what, ratio in ratios(runs).items():
        name = what.removesuffix("_vs_libraries")
        ours, bare = min(runs[f"cpu_{name}"]), min(runs[f"cpu_{name}_libraries"])
        sys.stdout.write(f"{name:>14}  {ours:.3f} s of processor time, libraries alone {bare:.3f} s: {ratio:.2f}\n")


if __name__ == "__main__":
    main()
