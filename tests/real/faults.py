"""``make faults``: batches under faults, against a real SMTP server, and what the ledger says afterwards.

Each scenario queues messages, then runs ``franking retry`` again and again while it kills the process, or while the server
breaks off, refuses, or is two senders' goal at once. Afterwards every order must be in exactly one state, nobody may have
been written to twice, and what arrived must be what the ledger calls sent, plus at most some that it calls ambiguous.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.real.postgres import running as postgres
from tests.real.sink import server
from tests.real.strangers import behind_a_broken_line, moody_sink
from tests.real.verdict import Verdict, judge
from tests.real.workers import Fault, everything, freezing, restarting, work_off
from tests.real.workers import killing as killing_workers

FRANKING = str(Path(sys.executable).with_name("franking"))


def scenario(name: str, messages: int, faults: tuple[str, float], work: Callable[[list[str], str], int]) -> Verdict:
    """Queue, work, drain, judge."""
    with tempfile.TemporaryDirectory(prefix="franking-faults-") as folder:
        url, log = f"sqlite:///{folder}/ledger.db", Path(folder) / "received"
        ledger = Ledger(url)
        for start in range(0, messages, 500):
            ledger.queue(
                "b",
                [
                    outgoing(n, seller="default", content=b"Subject: x\r\n\r\nhello\r\n")
                    for n in range(start, min(messages, start + 500))
                ],
            )
        ledger.close()
        with server(log, faults) as port:
            command = [FRANKING, "retry", "--now", "--outbox", url, "--transport", f"smtp+plain://127.0.0.1:{port}",
                       "--connections", "4"]  # fmt: skip
            number = work(command, url)
        with server(log, ("none", 0.0)) as port:
            # A well server at last: what still waits gets through.
            command[command.index("--transport") + 1] = f"smtp+plain://127.0.0.1:{port}"
            for _ in range(3):
                subprocess.run(command, check=False, capture_output=True, timeout=300)
        return judge(name, url, log, messages, number)


def killing(points: int, dice: random.Random) -> Callable[[list[str], str], int]:
    """SIGKILL ``points`` times, each at a random moment of sending."""

    def work(command: list[str], url: str) -> int:
        killed = 0
        log = Path(url.removeprefix("sqlite:///")).with_name("received")
        while killed < points:
            before = log.stat().st_size if log.exists() else 0
            process = subprocess.Popen([*command, "--rate", "400/s"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and (not log.exists() or log.stat().st_size == before):
                time.sleep(0.002)  # until the first message of this run has arrived
            time.sleep(dice.random() * 0.3)
            if process.poll() is not None:
                break  # everything is sent
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        return killed

    return work


def repeating(times: int) -> Callable[[list[str], str], int]:
    """Run as often as it takes while the server breaks off or refuses."""

    def work(command: list[str], url: str) -> int:
        for _ in range(times):
            subprocess.run(command, check=False, capture_output=True, timeout=300)
        return times

    return work


def together(command: list[str], url: str) -> int:
    """Two senders at once: one of them must be turned away, or wait for its turn."""
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=300)
    return len(processes)


def stalling(command: list[str], url: str) -> int:
    """A server that stops in the middle of its answers: each phase has its time."""
    for _ in range(3):
        subprocess.run(command, check=False, capture_output=True, timeout=300, env={**os.environ, "FRANKING_TIMEOUT": "0.5"})
    return 3


def filling(dice: random.Random, runs: int) -> Callable[[list[str], str], int]:
    """A disk that is full after some more kilobytes (a limit on the size of files), again and again."""

    def work(command: list[str], url: str) -> int:
        ledger = Path(url.removeprefix("sqlite:///"))
        for _ in range(runs):
            room = ledger.stat().st_size + dice.randrange(4096, 120_000)
            subprocess.run(
                ["prlimit", f"--fsize={room}", *command], check=False, capture_output=True, timeout=300,
            )  # fmt: skip
        return runs

    return work


def jumping(dice: random.Random, runs: int) -> Callable[[list[str], str], int]:
    """A clock that is set forth and back by hours and days between runs, and while sending."""

    def work(command: list[str], url: str) -> int:
        stamp = Path(url.removeprefix("sqlite:///")).with_name("clock")
        jumps = 0
        for _ in range(runs):
            stamp.write_text(f"{dice.choice('+-')}{dice.randrange(1, 90_000)}")
            environment = {**os.environ, "FAKETIME_TIMESTAMP_FILE": str(stamp), "FAKETIME_NO_CACHE": "1",
                           "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # no clock that is set changes that one

                           "LD_PRELOAD": "/usr/$LIB/faketime/libfaketime.so.1"}  # fmt: skip
            process = subprocess.Popen(
                [*command, "--rate", "300/s"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
            )
            for _ in range(8):
                try:
                    process.wait(timeout=dice.uniform(0.2, 0.6))
                    break
                except subprocess.TimeoutExpired:
                    stamp.write_text(f"{dice.choice('+-')}{dice.randrange(1, 90_000)}")
                    jumps += 1
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
        return jumps

    return work


def shared(name: str, messages: int, workers: int, fault: Fault, *more: str) -> Verdict:
    """Workers on PostgreSQL under a fault."""
    with tempfile.TemporaryDirectory(prefix="franking-faults-") as folder:
        (Path(folder) / "postgres").mkdir()
        with postgres(Path(folder) / "postgres") as server:
            ledger, log, _, number = work_off(server, Path(folder), messages, workers, fault, *more)
            ledger.close()
            return judge(name, server.url, log, messages, number)


def quick(seed: int) -> Iterator[Verdict]:
    """Each kind of fault once, in short."""
    dice = random.Random(seed)
    yield from alone(8, dice, 1)
    yield shared("a worker killed, one frozen, PostgreSQL crashed", 5000, 4, everything(dice), "--rate", "100/s")


def run(points: int, seed: int) -> Iterator[Verdict]:
    """All scenarios; ``points`` are the kills."""
    dice = random.Random(seed)
    yield from alone(points, dice, 6)
    yield shared("four workers, two killed", 50_000, 4, killing_workers(5, 2), "--rate", "800/s")
    yield shared("a worker that is frozen and comes back", 4000, 2, freezing(3, 45), "--rate", "80/s")
    yield shared("PostgreSQL crashes and comes back", 3000, 3, restarting(3, dice), "--rate", "150/s")


def alone(points: int, dice: random.Random, times: int) -> Iterator[Verdict]:
    """The scenarios of one machine with SQLite."""
    yield scenario(f"SIGKILL at {points} moments", points * 150, ("none", 0.0), killing(points, dice))
    yield scenario("connections cut anywhere", 250 * times, ("cut", 0.10), repeating(times))
    yield scenario("421 450 451 452 550 552 554 anywhere", 250 * times, ("reply", 0.05), repeating(times))
    yield scenario("DATA refused, without pipelining", 250 * times, ("data", 0.30), repeating(times))
    yield scenario("a RSET that the server forgets", 250 * times, ("rset", 0.30), repeating(times))
    yield scenario("a server that hangs up behind each refusal", 250 * times, ("closing", 0.10), repeating(times))
    yield scenario("four senders at once", 500 * times, ("none", 0.0), together)
    yield scenario("a server that stalls", 50 * times, ("stall", 0.02), stalling)
    yield scenario("a full disk", 300 * times, ("none", 0.0), filling(dice, times * 2))
    yield behind_a_broken_line(300 * times, 4 * times)
    yield moody_sink(400 * times, times, dice)
    yield scenario("a clock that jumps", 300 * times, ("none", 0.0), jumping(dice, times))


def main() -> int:
    """Print the table; 1 where anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("points", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bad = 0
    for verdict in run(options.points, options.seed):
        states = ", ".join(f"{number} {state}" for state, number in sorted(verdict.states.items()))
        sys.stdout.write(f"{verdict.name}: {verdict.messages} messages, {sum(verdict.received.values())} received; {states}: ")
        sys.stdout.write(("; ".join(verdict.problems) or "nothing lost, nobody written to twice") + "\n")
        sys.stdout.flush()
        bad += bool(verdict.problems)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
