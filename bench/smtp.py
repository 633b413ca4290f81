"""Dispatch against named peers: Postfix's smtp-source, aiosmtplib, nodemailer, all into the same smtp-sink."""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiosmtplib
from tests.ports import free_port, wait_for

from franking.batch.send import GROUP
from franking.dispatch import Credentials, Dispatcher, RateLimiter, open_transport
from franking.model import _TOKEN, Envelope, Key, Outcome, OutgoingMessage
from franking.outbox import Ledger

CONNECTIONS = 10
SENDER, RECIPIENT = "shop@example.com", "b@example.com"
PLAIN = [
    b"Subject: Your order\r\nFrom: <shop@example.com>\r\nTo: <b@example.com>\r\n\r\n" + (b"x" * 76 + b"\r\n") * 83
]  # 6.5 KB


def start_sink(*options: str) -> tuple[subprocess.Popen[bytes], int]:
    """A process of Postfix's smtp-sink, which takes everything and keeps nothing unless told, and its port."""
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        raise FileNotFoundError("smtp-sink (Debian: postfix)")
    port = free_port()
    command = [program, "-u", "nobody", *options, f"127.0.0.1:{port}", "1000"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
    except RuntimeError:
        process.kill()
        raise
    return process, port


@contextmanager
def sink() -> Iterator[int]:
    """The port of an smtp-sink."""
    process, port = start_sink()
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


async def _proxy(port: int, target: int, delay: float) -> None:
    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


def _run_proxy(port: int, target: int, delay: float) -> None:
    asyncio.run(_proxy(port, target, delay))


@contextmanager
def far(target: int, round_trip: float) -> Iterator[int]:
    """The same server, ``round_trip`` seconds away."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_run_proxy, args=(port, target, round_trip / 2), daemon=True)
    process.start()
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()


class Memory:
    """A box without a ledger: what dispatch alone can do."""

    def __init__(self, number: int, letters: Sequence[bytes]) -> None:
        self._letters = letters
        self.left = number
        self.sent = 0

    def exchange(self, outcomes: Iterable[tuple[Envelope, Outcome]], _batch: str | None, count: int,
                 _seller: str | None = None) -> list[Envelope]:  # fmt: skip
        """Count what was sent and give more."""
        self.sent += sum(o.state.value == "sent" for _, o in outcomes)
        taken = min(count, self.left)
        self.left -= taken
        numbers = range(self.left, self.left + taken)
        letters = self._letters
        return [Envelope(n, SENDER, f"b{n}@example.com", "<m@example.com>", letters[n % len(letters)]) for n in numbers]

    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
        """Count what was sent."""
        self.exchange(outcomes, None, 0)

    def unclaim(self, envelopes: Iterable[Envelope]) -> None:
        """Take back."""
        self.left += len(list(envelopes))

    def interrupted(self) -> list[Envelope]:
        """Nothing is."""
        return []


def ours(port: int, number: int, letters: Sequence[bytes]) -> float:
    """Messages per second of dispatch without a ledger."""
    box = Memory(number, letters)
    seconds = _dispatch(box, port)
    assert box.sent == number
    return number / seconds


def with_ledger(port: int, number: int, letters: Sequence[bytes]) -> float:
    """Messages per second of dispatch with the durable SQLite ledger, queueing included."""
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as folder:
        ledger = Ledger(f"sqlite:///{folder}/ledger.db")
        seconds = 0.0
        for first in range(0, number, GROUP):
            outgoing = [
                OutgoingMessage(
                    Key("bench", f"302-0000000-{n:07d}", "reply"), SENDER, f"b{n}@example.com", f"<{n}@example.com>",
                    letters[n % len(letters)], _TOKEN,
                )
                for n in range(first, min(number, first + GROUP))
            ]  # fmt: skip
            start = time.perf_counter()
            ledger.queue("b", outgoing)
            seconds += time.perf_counter() - start
        seconds += _dispatch(ledger, port)
        assert sum(count for state, count in ledger.counts().items() if state.value == "sent") == number
        ledger.close()
    return number / seconds


def _dispatch(box: Memory | Ledger, port: int) -> float:
    transport = open_transport(f"smtp+plain://127.0.0.1:{port}", Credentials())
    dispatcher = Dispatcher(box, transport, "b", CONNECTIONS, RateLimiter(), lambda _n: None)
    start = time.perf_counter()
    asyncio.run(dispatcher.run())
    return time.perf_counter() - start


def smtp_source(port: int, number: int, letters: Sequence[bytes]) -> float:
    """Messages per second of Postfix's own load generator."""
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        raise FileNotFoundError("smtp-source (Debian: postfix)")
    start = time.perf_counter()
    command = [
        program,
        "-s",
        str(CONNECTIONS),
        "-m",
        str(number),
        "-l",
        str(round(statistics.mean(map(len, letters)))),
        "-f",
        SENDER,
        "-t",
        RECIPIENT,
        "-d",
    ]
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True, capture_output=True)
    return number / (time.perf_counter() - start)


def with_aiosmtplib(port: int, number: int, letters: Sequence[bytes]) -> float:
    """Messages per second of ``sendmail`` on as many aiosmtplib connections."""

    async def run() -> None:
        left = iter(range(number))  # shared by the connections

        async def one() -> None:
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
                for n in left:
                    await client.sendmail(SENDER, [RECIPIENT], letters[n % len(letters)])

        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))

    start = time.perf_counter()
    asyncio.run(run())
    return number / (time.perf_counter() - start)


def with_nodemailer(port: int, number: int, letters: Sequence[bytes]) -> float:
    """Messages per second of nodemailer's pool with as many connections."""
    from tests.real.npm import WORK, install

    install("nodemailer@7.0.10")
    script = f"""
const nodemailer = require("nodemailer");
const pool = nodemailer.createTransport({{ pool: true, host: "127.0.0.1", port: {port}, secure: false, ignoreTLS: true,
  maxConnections: {CONNECTIONS}, maxMessages: Infinity }});
const raw = Buffer.from(process.argv[2] ?? "", "base64");
const one = () => pool.sendMail({{ envelope: {{ from: "{SENDER}", to: "{RECIPIENT}" }}, raw }});
one().then(async () => {{
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({{ length: {number} }}, one));
  console.log(Number(process.hrtime.bigint() - start) / 1e9);
  pool.close();
}});
"""
    import base64

    path = WORK / "pool.cjs"
    path.write_text(script)
    done = subprocess.run(
        ["node", path.name, base64.b64encode(letters[0]).decode()], cwd=WORK, capture_output=True, text=True, check=True
    )
    return number / float(done.stdout)


def rates(rounds: int, letters: Sequence[bytes]) -> dict[str, list[float]]:
    """Every contestant's rates, in turns. Those nearby are shorter, hang more on the machine's mood, and have two turns."""
    found: dict[str, list[float]] = {}
    with sink() as near, far(near, 0.020) as distant:
        nearby: list[tuple[str, Callable[[], float]]] = [
            ("smtp_loopback", lambda: ours(near, 20_000, letters)),
            ("smtp_loopback_smtp_source", lambda: smtp_source(near, 20_000, letters)),
            ("smtp_loopback_ledger", lambda: with_ledger(near, 20_000, letters)),
        ]
        remote: list[tuple[str, Callable[[], float]]] = [
            ("smtp_rtt20", lambda: ours(distant, 2_000, letters)),
            ("smtp_rtt20_aiosmtplib", lambda: with_aiosmtplib(distant, 600, letters)),
            ("smtp_rtt20_nodemailer", lambda: with_nodemailer(distant, 600, letters)),
        ]
        for _ in range(rounds):
            for name, contest in (*nearby, *nearby, *remote):
                found.setdefault(name, []).append(contest())
    return found


if __name__ == "__main__":
    from bench.letters import letters

    for title, contents in (("order confirmations", letters()), ("6.5 KB of one letter", PLAIN)):
        for name, values in rates(3, contents).items():
            print(f"{title}: {name}: {statistics.median(values):.0f} messages/s")  # noqa: T201
