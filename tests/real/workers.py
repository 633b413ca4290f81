"""Several ``franking worker`` processes on one PostgreSQL ledger, under faults, judged by what a real server took."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path

from franking.outbox import Ledger
from franking.worker import hire, open_queue, prepare
from tests.contract.ledger_contract import outgoing
from tests.real.postgres import Postgres
from tests.real.sink import server

FRANKING = str(Path(sys.executable).with_name("franking"))
Fault = Callable[["Fleet"], int]


class Fleet:
    """Workers as processes of their own."""

    def __init__(self, postgres: Postgres, transport: str, logs: Path, *more: str) -> None:
        self.postgres = postgres
        self._command = [FRANKING, "worker", "--outbox", postgres.url, "--transport", transport, *more]
        self._logs = logs
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, count: int) -> None:
        """Start so many more."""
        for _ in range(count):
            with (self._logs / f"worker{len(self.processes)}.log").open("wb") as log:
                self.processes.append(subprocess.Popen(self._command, stdout=log, stderr=log))

    def begun(self) -> None:
        """Wait until all that run have found the database: a fault before that would strike none of them."""
        until = time.monotonic() + 120
        while self.text().count("worker started") < len(self.processes):
            if time.monotonic() > until or any(process.poll() is not None for process in self.processes):
                raise AssertionError(f"not all workers started\n{self.text()[-3000:]}")
            time.sleep(0.1)

    def kill(self, number: int) -> None:
        """SIGKILL one."""
        self.processes[number].kill()
        self.processes[number].wait()

    def end(self) -> None:
        """Ask all to stop, and wait until they have."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.processes:
            process.wait(timeout=120)

    def text(self) -> str:
        """All that they logged."""
        return "".join(path.read_text() for path in sorted(self._logs.glob("worker*.log")))


def fill(postgres: Postgres, messages: int, seller: str = "default", kind: str = "reply", start: int = 0) -> Ledger:
    """A ledger with messages in the hands of jobs."""
    app = open_queue(postgres.url)
    ledger = Ledger(postgres.url)
    prepare(app, postgres.url)
    hiring = hire(app)
    for first in range(start, start + messages, 200):
        group = [
            outgoing(n, seller=seller, kind=kind, content=b"Subject: x\r\n\r\nhello\r\n")
            for n in range(first, min(start + messages, first + 200))
        ]
        ledger.queue("b", group, hiring)
    return ledger


def drained(ledger: Ledger, seconds: float) -> bool:
    """Whether nothing waits or is in anybody's hands any more, within so many seconds."""
    from franking.errors import FrankingError
    from franking.model import State

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            counts = ledger.counts()
        except FrankingError:
            counts = None
        if counts is not None and not counts[State.QUEUED] + counts[State.SENDING] + counts[State.DEFERRED]:
            return True
        time.sleep(0.5)
    return False


def work_off(
    postgres: Postgres, folder: Path, messages: int, workers: int, fault: Fault | None = None, *more: str,
    faults: tuple[str, float] = ("none", 0.0), seconds: float = 300.0,
) -> tuple[Ledger, Path, Fleet, int]:  # fmt: skip
    """Fill a ledger, send it with workers while ``fault`` does its work, and wait until nothing is left."""
    ledger = fill(postgres, messages)
    log = folder / "received"
    number = 0
    with server(log, faults) as port:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", folder, *more)
        fleet.start(workers)
        try:
            fleet.begun()
            if fault is not None:
                number = fault(fleet)
            if not drained(ledger, seconds):
                raise AssertionError(f"not drained: {dict(ledger.counts())}\n{fleet.text()[-3000:]}")
        finally:
            fleet.end()
    return ledger, log, fleet, number


def killing(after: float, victims: int) -> Fault:
    """SIGKILL some workers while they send."""

    def work(fleet: Fleet) -> int:
        time.sleep(after)
        for number in range(victims):
            fleet.kill(number)
        return victims

    return work


def freezing(after: float, seconds: float) -> Fault:
    """Stop a worker for so long that it counts as dead, and let it go on."""

    def work(fleet: Fleet) -> int:
        time.sleep(after)
        os.kill(fleet.processes[0].pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(fleet.processes[0].pid, signal.SIGCONT)
        return 1

    return work


def restarting(times: int, dice: random.Random) -> Fault:
    """Crash PostgreSQL under the workers and start it again."""

    def work(fleet: Fleet) -> int:
        for _ in range(times):
            time.sleep(dice.uniform(3, 6))
            fleet.postgres.stop()
            time.sleep(dice.uniform(0.5, 3))
            fleet.postgres.start()
        return times

    return work


def everything(dice: random.Random) -> Fault:
    """One worker killed, one frozen for so long that it counts as dead, PostgreSQL crashed in between."""

    def work(fleet: Fleet) -> int:
        time.sleep(4)
        fleet.kill(0)
        os.kill(fleet.processes[1].pid, signal.SIGSTOP)
        restarting(1, dice)(fleet)
        time.sleep(40)
        os.kill(fleet.processes[1].pid, signal.SIGCONT)
        return 3

    return work


def busiest(moments: list[float], seconds: float) -> float:
    """The highest number of messages in any window of so many seconds, per second."""
    ordered = sorted(moments)
    return max(bisect_left(ordered, start + seconds) - i for i, start in enumerate(ordered)) / seconds
