"""A story drawn from a seed: who queues, sends, cancels, resolves, suppresses and sends again, and what goes wrong meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typer

from franking.cli.cancel import cancel_messages
from franking.cli.upkeep import erase, resolve, retry
from franking.config.settings import Settings, load_settings
from franking.errors import FrankingError
from franking.model import _TOKEN, Key, OutgoingMessage
from franking.outbox import Choice, Ledger
from tests.simulation import api, sending, workers
from tests.simulation.account import Account
from tests.simulation.borders import borders
from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import Line
from tests.simulation.server import Session
from tests.simulation.weather import Log, Weather
from tests.simulation.workers import SELLER
from tests.simulation.world import Killed, Process, Violation, World

ROOM = "/dev/shm" if Path("/dev/shm").is_dir() else None

ADOPTING = "jobs for workers"


@cache
def _empty() -> bytes:
    """A new ledger's file."""
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        path = Path(folder) / "ledger.db"
        ledger = Ledger(f"sqlite:///{path}")
        ledger.close()
        return path.read_bytes()


@cache
def _settings(*, by_api: bool) -> Settings:
    return load_settings(seller=SELLER, transport="smtp+plain://127.0.0.1:2525", **(api.SETTINGS if by_api else {}))


@dataclass(slots=True)
class Verdict:
    """What came of a seed."""

    seed: int
    problem: str = ""
    lines: list[str] = field(default_factory=list)
    taken: int = 0
    states: Counter[str] = field(default_factory=Counter)
    kills: int = 0


class Story:
    """One seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        from tests.simulation.plot import check

        self.world = World(seed)
        self.dice = self.world.dice
        self.path = folder / "ledger.db"
        self.path.write_bytes(_empty())
        self.log = Log()
        self.account = Account(self.world, self.path, self.log)
        self.weather = Weather()
        self.orders = list(range(1, 1 + self.dice.choice((1, 3, 8, 20, 40))))
        self.lines = 0
        self.senders = 0
        self.strangers: list[sqlite3.Connection] = []
        self.unconnectable = 0.0
        self.rate = self.dice.choice(("", "", "", "5/s", "40/s"))
        self.by_report = self.dice.random() < 0.15  # whether messages are made and sent by ``franking send``
        self.by_workers = not self.by_report and self.dice.random() < 0.3  # which send side by side
        if self.by_workers:
            workers.prepare(self.path)
        self.by_api = not self.by_report and self.dice.random() < 0.25  # whether every second message goes by the API
        self.caps = self.dice.choice(([], [], [], [5], [3, 6]))
        self.connections = self.dice.choice((1, 2, 4, 7))
        self.world.on_death = self.account.died
        self.world.on_end = lambda process: check(self, process)

    # -- the network -----------------------------------------------------------------------------------------------------

    async def connect(self, loop: SimulatedLoop, factory: Callable[[], Any]) -> Any:
        """A connection to the server, where it can be had."""
        import asyncio

        world, dice = self.world, self.dice
        await asyncio.sleep(dice.choice((0.0002, 0.01, 0.1)))
        if dice.random() < self.weather.refusing:
            if dice.random() < 0.2:
                await asyncio.sleep(10_000)
            raise ConnectionRefusedError(111, "Connection refused")
        self.lines += 1
        protocol = factory()
        line = Line(world, self.lines, loop, protocol)
        line.transport.on_write = lambda data: self.account.written(line, data)
        loop.process.ending.append(line.client_closed)
        world.tell(f"line {line.number}: {loop.process.name} connects")
        protocol.connection_made(line.transport)
        Session(world, line, self.weather, self.log, self.account.take)
        return line.transport, protocol

    # -- commands --------------------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """As flags would give them."""
        flags = {
            "outbox": f"sqlite:///{self.path}",
            "rate": self.rate,
            "connections": self.connections,
            "daily_caps": self.caps,
        }
        return _settings(by_api=self.by_api).changed(flags)

    def start(self, name: str, command: Callable[[Settings], int], *, sends: bool = False) -> Process:
        """Begin a command."""

        def run() -> int:
            try:
                return command(self.settings())
            except typer.Exit as ended:
                return int(ended.exit_code)
            except FrankingError as problem:
                process.facts["error"] = str(problem)
                told = str(problem).replace(f"{self.path.parent}/", "")
                self.world.tell(f"{name}: {type(problem).__name__}: {told}")
                return 2
            except (Killed, Violation):
                raise
            except Exception as problem:
                raise Violation(f"{name} ends by {type(problem).__name__}: {problem}") from problem

        process = self.world.start(name, run)
        process.facts["sends"] = sends
        return process

    def queue(self, orders: list[int], batch: str, due: datetime | None, version: int) -> Process:
        """Queue letters to buyers, in groups."""
        if self.by_report:
            options: dict[str, Any] = self.dice.choice(({}, {"now": True}, {"limit": 3}))
            if due is not None:
                options = {"at": due.isoformat(), "reschedule": self.dice.random() < 0.5}
            return self.send(orders, **options)
        letters = [self._letter(n, version, due) for n in orders]
        for order, letter in zip(orders, letters, strict=True):
            self.account.contents[order].add(letter.content)
        size = self.dice.choice((3, 10, 100))
        again = due is not None and self.dice.random() < 0.5

        def command(settings: Settings) -> int:
            ledger = Ledger(settings.outbox)
            for start in range(0, len(letters), size):
                ledger.queue(batch, letters[start : start + size], reschedule=again)
                self.account.queued |= set(orders[start : start + size])
            return 0

        return self.start(f"queue {batch} ({len(orders)})", command)

    def _letter(self, n: int, version: int, due: datetime | None) -> OutgoingMessage:
        if self.by_api and n % 2:
            message, buyers = api.letter(SELLER, n, version, due)
            self.account.contents[n].add(buyers)
            return message
        size = self.dice.choice((10, 10, 10, 500, 500, 100_000)) if len(self.orders) < 10 else 40
        text = f"Message-ID: <{n}.reply@example.com>\r\n\r\n.hello {n} {version}\r\n..\r\n" + "a line of text\r\n" * (
            size // 16
        )
        content = text.encode() + ("\u00e9\r\n".encode() if self.dice.random() < 0.05 else b"")
        key = Key(SELLER, f"302-1234567-{n:07d}", "reply")
        return OutgoingMessage(
            key, "shop@example.com", f"b{n}@marketplace.amazon.com", f"<{n}.reply@example.com>", content, _TOKEN, due
        )

    def work(self) -> Process:
        """``franking worker --until-idle``."""
        self.senders += 1
        name, chunks = f"worker {self.senders}", self.dice.choice((1, 2))
        process = self.start(name, lambda settings: workers.work(self, settings, name, chunks))
        process.facts["works"] = True
        return process

    def adopt(self) -> Process:
        """What waits is given to workers."""
        size = self.dice.choice((2, 5, 20))

        def command(settings: Settings) -> int:
            workers.adopt(Ledger(settings.outbox), size)
            return 0

        return self.start(ADOPTING, command)

    def retry(self, *, now: bool) -> Process:
        """``franking retry``."""
        self.senders += 1
        return self.start(f"retry {self.senders}{' --now' if now else ''}", lambda s: retry(s, now, "json"), sends=True)

    def send(self, orders: list[int], **options: Any) -> Process:
        """``franking send`` of a report of these orders."""
        self.senders += 1
        path = sending.report(self.path.with_name(f"report-{self.senders}.txt"), orders)
        told = " ".join(f"--{name} {value}" for name, value in options.items())
        process = self.start(f"send {self.senders} ({len(orders)} orders) {told}", sending.command(path, **options), sends=True)
        process.facts["orders"] = orders
        return process

    def cancel(self, choice: Choice, *, every: bool = False, dry: bool = False) -> Process:
        """``franking cancel``."""
        name = f"cancel {choice.order_ids or ''}{'--all' if every else ''}{' --dry-run' if dry else ''}"
        return self.start(name, lambda s: cancel_messages(s, choice, "json", every=every, dry_run=dry))

    def resolve(self, orders: list[int], to: str) -> Process:
        """``franking resolve``."""
        ids = [f"302-1234567-{n:07d}" for n in orders]

        def command(settings: Settings) -> int:
            resolve(settings, ids, None, to, not ids, "json")
            return 0

        return self.start(f"resolve {orders or '--all'} --as {to}", command)

    def erase(self) -> Process:
        """``franking erase``, of what nobody touched for a day."""
        self.account.erased = True

        def command(settings: Settings) -> int:
            erase(settings, "1d")
            return 0

        return self.start("erase", command)

    def hold(self, seconds: float) -> None:
        """Another program has the ledger's file for itself, for longer than anybody waits."""
        stranger = sqlite3.connect(self.path, isolation_level=None, timeout=0)
        try:
            stranger.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # two of them
            stranger.close()
            return
        self.world.tell(f"a stranger holds the ledger for {seconds} s")
        self.strangers.append(stranger)
        self.world.after(seconds, stranger.close)

    def suppress(self, order: int) -> Process:
        """``franking suppress add``."""

        def command(settings: Settings) -> int:
            Ledger(settings.outbox).suppressions(SELLER).add([f"b{order}@marketplace.amazon.com"], "opt-out")
            self.account.suppressed.setdefault(order, self.world.elapsed)
            return 0

        return self.start(f"suppress {order}", command)


def tell(seed: int) -> Verdict:
    """Run a seed."""
    from tests.simulation.plot import play

    verdict = Verdict(seed)
    folder = Path(tempfile.mkdtemp(prefix="franking-simulation-", dir=ROOM))
    story = Story(seed, folder)
    try:
        with borders(story.world, story.connect), api.instead_of_httpx(story):
            try:
                play(story)
            finally:
                verdict.kills = sum(process.killed for process in story.world.processes)
                story.world.bury()
    except Violation as problem:
        verdict.problem = str(problem)
        story.world.tell(f"VIOLATION: {problem}")
    finally:
        verdict.lines = story.world.story
        verdict.taken = sum(map(len, story.account.taken.values()))
        verdict.states = story.account.counts()
        for stranger in story.strangers:
            stranger.close()
        story.account.close()
        shutil.rmtree(folder, ignore_errors=True)
    return verdict
