"""``make faults``: batches under faults, against a real SMTP server, and what the ledger says afterwards.

Each scenario queues messages, then runs ``franking retry`` again and again while it kills the process, or while the server
breaks off, refuses, or is two senders' goal at once. Afterwards every order must be in exactly one state, nobody may have
been written to twice, and what arrived must be what the ledger calls sent, plus at most some that it calls ambiguous.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from franking.outbox import Ledger
from tests.contract.ledger_contract import sealed

FRANKING = str(Path(sys.executable).with_name("franking"))
REPLIES = ("421 going down", "450 busy", "451 later", "452 full", "550 no", "552 too much", "554 refused")
PLACES = ("mail", "rcpt", "data", "body", "dot", "reply")  # where the server may break off


async def _session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Path, faults: tuple[str, float]) -> None:
    kind, share = faults
    dice = random.Random(os.urandom(8))

    def strikes(place: str) -> bool:
        return dice.random() < share and (kind in ("cut", "reply")) and (kind != "cut" or dice.choice(PLACES) == place)

    async def say(line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    sender = recipient = ""
    await say("220 ready")
    while line := await reader.readline():
        verb = line[:4].upper().decode("ascii", "replace")
        if verb == "EHLO":
            await say("250-localhost\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb in ("MAIL", "RCPT"):
            if kind == "cut" and strikes(verb.lower()):
                break
            if verb == "RCPT" and not sender:
                await say("503 MAIL first")
                continue
            if kind == "reply" and strikes(verb):
                await say(dice.choice(REPLIES))
                continue
            address = line.decode().partition("<")[2].partition(">")[0]
            sender, recipient = (address, "") if verb == "MAIL" else (sender, address)
            await say("250 ok")
        elif verb == "DATA":
            if kind == "cut" and strikes("data"):
                break
            if not recipient:
                await say("554 nobody to write to")
                continue
            await say("354 go on")
            if kind == "cut" and strikes("body"):
                await reader.read(20)
                break
            while (part := await reader.readline()) not in (b".\r\n", b""):
                pass
            if part == b"":
                break  # the client hung up before the final dot
            if kind == "cut" and strikes("dot"):
                break  # it had the final dot and took nothing
            if kind == "reply" and strikes("dot"):
                await say(dice.choice(REPLIES))
            else:
                with log.open("a") as file:
                    file.write(recipient + "\n")
                if kind == "cut" and strikes("reply"):
                    break  # it took the message, and the reply is lost
                await say("250 taken")
            sender = recipient = ""
        elif verb == "RSET":
            sender = recipient = ""
            await say("250 ok")
        elif verb == "QUIT":
            await say("221 bye")
            break
    writer.transport.abort()


def _serve(port: int, log: Path, faults: tuple[str, float]) -> None:
    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):  # the client was killed
            await _session(reader, writer, log, faults)

    async def run() -> None:
        server = await asyncio.start_server(session, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def server(log: Path, faults: tuple[str, float]) -> Iterator[int]:
    """A server of its own process; ``faults`` are cut or reply and their share of the commands."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, log, faults), daemon=True)
    process.start()
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    try:
        yield port
    finally:
        process.kill()
        process.join()


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
    received = Counter(log.read_text().split()) if log.exists() else Counter[str]()
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
