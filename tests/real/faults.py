"""``make faults``: batches under faults, against a real SMTP server, and what the ledger says afterwards.

Each scenario queues messages, then runs ``franking retry`` again and again while it kills the process, or while the server
breaks off, refuses, or is two senders' goal at once. Afterwards every order must be in exactly one state, nobody may have
been written to twice, and what arrived must be what the ledger calls sent, plus at most some that it calls ambiguous.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from franking.outbox import Ledger
from tests.contract.ledger_contract import sealed
from tests.real.sink import server, taken

FRANKING = str(Path(sys.executable).with_name("franking"))


@dataclass
class Verdict:
    """What a scenario left."""

    name: str
    messages: int
    faults: int
    states: Counter[str]
    received: Counter[str]
    problems: list[str] = field(default_factory=list)


def judge(name: str, url: str, log: Path, messages: int, faults: int) -> Verdict:
    """Compare the ledger with what the server took."""
    ledger = Ledger(url)
    with ledger._engine.connect() as connection:
        rows = connection.execute(text("SELECT order_id, state FROM message")).all()
    ledger.close()
    states = {row.order_id: row.state for row in rows}
    received = Counter(address for address, _ in taken(log))
    by_address = {f"b{int(order[-7:])}@marketplace.amazon.de": state for order, state in states.items()}
    verdict = Verdict(name, messages, faults, Counter(states.values()), received)
    if len(states) != messages:
        verdict.problems.append(f"{len(states)} rows for {messages} messages")
    twice = [address for address, number in received.items() if number > 1]
    if twice:
        verdict.problems.append(f"{len(twice)} buyers were written to twice")
    lost = [a for a, state in by_address.items() if state == "sent" and a not in received]
    if lost:
        verdict.problems.append(f"{len(lost)} are called sent and did not arrive")
    wrong = [a for a in received if by_address.get(a) not in ("sent", "ambiguous")]
    if wrong:
        verdict.problems.append(f"{len(wrong)} arrived and are called neither sent nor ambiguous")
    return verdict


def scenario(name: str, messages: int, faults: tuple[str, float], work: Callable[[list[str], str], int]) -> Verdict:
    """Queue, work, drain, judge."""
    with tempfile.TemporaryDirectory(prefix="franking-faults-") as folder:
        url, log = f"sqlite:///{folder}/ledger.db", Path(folder) / "received"
        ledger = Ledger(url)
        for start in range(0, messages, 500):
            ledger.queue(
                "b",
                [
                    sealed(n, seller="default", content=b"Subject: x\r\n\r\nhello\r\n")
                    for n in range(start, min(messages, start + 500))
                ],
            )
        ledger.close()
        with server(log, faults) as port:
            command = [
                FRANKING,
                "retry",
                "--now",
                "--outbox",
                url,
                "--transport",
                f"smtp+plain://127.0.0.1:{port}",
                "--connections",
                "4",
            ]
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


def run(points: int, seed: int) -> list[Verdict]:
    """All scenarios; ``points`` are the kills."""
    dice = random.Random(seed)
    return [
        scenario(f"SIGKILL at {points} moments", points * 150, ("none", 0.0), killing(points, dice)),
        scenario("connections cut anywhere", 1500, ("cut", 0.10), repeating(6)),
        scenario("421 450 451 452 550 552 554 anywhere", 1500, ("reply", 0.05), repeating(6)),
        scenario("four senders at once", 3000, ("none", 0.0), together),
    ]


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
