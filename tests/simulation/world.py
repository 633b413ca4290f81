"""The simulated machine: one clock, one queue of events, and processes that take turns, all drawn from one seed.

A process is a command of Franking in a greenlet of its own. It gives way wherever another process of a real machine could come
between: before each transaction, while it sleeps, and while its event loop runs. Nothing else runs meanwhile, so that the same
seed is the same story.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import greenlet

START = 1_764_160_000.0  # the wall clock as the story begins: 2025-11-26 12:26:40 UTC
_STEP = 2e-5  # seconds that a callback takes


class Killed(BaseException):
    """The process is dead: nothing of it runs any more."""


class Violation(Exception):
    """A promise was broken."""


class World:
    """Clock, events, processes and the trace of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.elapsed = 0.0  # on the monotonic clock
        self.skew = 0.0  # what the wall clock was set forth (or back)
        self.jumps = 0
        self.story: list[str] = []
        self.processes: list[Process] = []
        self.living: list[Process] = []
        self.loops: list[Any] = []  # kept to the end: what is collected in between would run at a moment of nobody's choosing
        self.current: Process | None = None
        self.hub = greenlet.getcurrent()
        self.shuffled = self.dice.random() < 0.5  # whether ready callbacks run in any order
        self.deadly = 0.0  # the chance of a kill at each step of a process
        self.steps = 0
        self.problem = ""
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self.writers: list[Process | None] = []  # who began a transaction, one behind the other; None: a clock was set
        self.on_death: Callable[[Process], None] = lambda _process: None
        self.on_end: Callable[[Process], None] = lambda _process: None

    @property
    def wall(self) -> float:
        """The wall clock, in seconds since 1970."""
        return START + self.elapsed + self.skew

    def tell(self, text: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.elapsed:12.5f}  {text}")

    def blame(self, problem: str) -> None:
        """End the story by a violation, from within the code that is judged and might catch an exception."""
        self.problem = self.problem or problem

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Let something happen at a moment of the monotonic clock."""
        heapq.heappush(self._events, (max(when, self.elapsed), next(self._numbers), what))

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        """The same, so long from now."""
        self.at(self.elapsed + seconds, what)

    def start(self, name: str, command: Callable[[], int]) -> Process:
        """Begin a process. Its command returns its exit code."""
        process = Process(self, name, command)
        self.processes.append(process)
        self.living.append(process)
        self.tell(f"{name}: starts")
        return process

    def run(self, until: Callable[[], bool]) -> None:
        """Let things happen until the condition holds, or nothing happens any more."""
        while not until():
            if self.problem:
                raise Violation(self.problem)
            self.steps += 1
            if self.steps > 400_000:
                raise Violation("the story does not end")
            now = self.elapsed
            able = [
                p for p in self.living
                if now >= p.frozen and (p.paused or (p.loop is not None and p.loop.ready)) and p.alive
            ]  # fmt: skip
            if self._events and (not able or self._events[0][0] <= self.elapsed):
                when, _, what = heapq.heappop(self._events)
                self.elapsed = max(self.elapsed, when)
                what()
            elif able:
                process = able[self.dice.randrange(len(able))] if len(able) > 1 else able[0]
                self.elapsed += _STEP
                if self.deadly and self.dice.random() < self.deadly:
                    self.kill(process)
                else:
                    process.step()
            else:
                return

    def kill(self, process: Process) -> None:
        """End a process at once."""
        if not process.alive:
            return
        self.tell(f"{process.name}: KILLED")
        process.killed = True
        process.resume()
        process.let_go()
        self.on_death(process)

    def bury(self) -> None:
        """The story is over."""
        self.on_death = self.on_end = lambda _process: None
        for process in list(self.living):
            self.kill(process)
        for loop in self.loops:
            loop.bury()


class Process:
    """One command under way."""

    def __init__(self, world: World, name: str, command: Callable[[], int]) -> None:
        self.world = world
        self.name = name
        self.began = world.elapsed
        self.loop: Any = None  # while one runs
        self.killed = False
        self.code: int | None = None
        self.out: list[str] = []
        self.err: list[str] = []
        self.connections: list[sqlite3.Connection] = []
        self.ending: list[Callable[[], None]] = []  # what happens when the process is gone
        self.facts: dict[str, Any] = {}
        self.frozen = 0.0  # until then it stands still
        self.stood = 0.0  # since when
        self.wrote = 0.0  # when it last began to write, on the wall clock
        self.paused = True  # and could go on
        self._command = command
        self._greenlet = greenlet.greenlet(self._main)

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.code is None and not self.killed

    def freeze(self, seconds: float) -> None:
        """It stands still, and does not know it afterwards."""
        self.world.tell(f"{self.name}: stands still for {seconds:g} s")
        self.facts["frozen"] = True
        self.stood, self.frozen = self.world.elapsed, max(self.frozen, self.world.elapsed + seconds)
        self.world.at(self.frozen, lambda: None)

    def lifeless(self, seconds: float) -> bool:
        """Whether it is dead, or has not moved for so long."""
        return not self.alive or (self.stood + seconds < self.world.elapsed < self.frozen)

    def _main(self) -> None:
        if self.killed:
            return
        with suppress(Killed):
            self.code = self._command()

    def step(self) -> None:
        """One callback of its loop, or on to where it gives way next."""
        if self.paused:
            self.resume()
        else:
            self.loop.step()
        if self.code is not None:
            self.world.tell(f"{self.name}: ends, exit code {self.code}")
            self.let_go()
            self.world.on_end(self)

    def resume(self) -> None:
        """Go on where it gave way."""
        self.paused = False
        self.world.current, before = self, self.world.current
        try:
            if not self._greenlet.dead:
                self._greenlet.switch()
        finally:
            self.world.current = before

    def give_way(self, seconds: float | None = None) -> None:
        """Let others run; called in the process's own greenlet. ``seconds`` None: until something resumes it."""
        if self.killed:
            raise Killed
        if greenlet.getcurrent() is not self._greenlet:
            return  # within its loop: a transaction is one event there
        if seconds is None:
            self.paused = True
        else:
            self.world.after(seconds, self.wake)
        self.world.hub.switch()
        if self.killed:
            raise Killed

    def wake(self) -> None:
        """It may go on."""
        self.paused = True

    def wait_for_loop(self) -> None:
        """Until its loop is done."""
        self.paused = False
        self.world.hub.switch()
        if self.killed:
            raise Killed

    def let_go(self) -> None:
        """What the operating system does with what a process leaves behind."""
        if self in self.world.living:
            self.world.living.remove(self)
        self.loop = None
        for what in self.ending:
            what()
        self.ending = []
        for connection in self.connections:
            connection.close()
        self.connections = []


def future_error(future: asyncio.Future[Any], error: BaseException) -> None:
    """Let a future fail, unless it has its end already."""
    if not future.done():
        future.set_exception(error)
