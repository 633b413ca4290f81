"""Where the code meets the machine: clocks, chance, threads, standard output and the database are the world's for a while."""

from __future__ import annotations

import asyncio
import importlib
import io
import os
import pkgutil
import random
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, make_url
from sqlalchemy.pool import Pool

import franking
from franking.batch import leaving, send
from franking.batch.pipeline import Pipeline
from franking.config.parts import open_pipeline
from franking.config.settings import Settings
from franking.outbox import engines
from tests.simulation.loop import Connect, SimulatedLoop, note_connection
from tests.simulation.world import Process, World

# A module that is loaded within a story would keep the machine's own clock for that story, and the world's in the next one.
for _module in pkgutil.walk_packages(franking.__path__, "franking."):
    if not _module.name.endswith("__main__") and ".migrations" not in _module.name:
        importlib.import_module(_module.name)


class _Kind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class _Out(io.TextIOBase):
    """Standard output or error: of whichever process runs."""

    encoding = "utf-8"

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name

    def write(self, text: str) -> int:
        if self._world.current is not None and text:
            getattr(self._world.current, self._name).append(text)
        return len(text)

    def isatty(self) -> bool:
        return False


class _Time:
    """The module ``time``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def time(self) -> float:
        return self._world.wall

    def monotonic(self) -> float:
        return self._world.elapsed

    perf_counter = monotonic

    def sleep(self, seconds: float) -> None:
        if self._world.current is not None:
            self._world.current.give_way(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


class _Chance(random.Random):
    """The module ``random``, of this seed."""

    Random = random.Random


class _Secrets:
    """The module ``secrets``, of this seed."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def token_hex(self, octets: int) -> str:
        return self._dice.randbytes(octets).hex()


@cache
def _pipeline(settings: tuple[Path, Path], kind: str) -> Pipeline:
    return open_pipeline(Settings(templates=settings[0], themes=settings[1]), kind)


def _remembered(settings: Settings, kind: str, **_: Any) -> Pipeline:
    """Made once: it holds nothing but designs, and costs more than a story."""
    return _pipeline((settings.templates, settings.themes), kind)


_COMPILED: dict[Any, Any] = {}  # statements, for all engines: each process would compile them anew


@cache
def _dialect() -> Dialect:
    """Of all engines: made and introduced to SQLite once."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    return engine.dialect


def _engines(world: World) -> Callable[..., Engine]:
    """As ``create_engine`` makes them for files, at a tenth of its cost. A connection belongs to the process that made it."""

    def made(url: str, *, poolclass: type[Pool], hide_parameters: bool, connect_args: dict[str, Any]) -> Engine:
        named = make_url(url)

        def connect() -> Any:
            connection = sqlite3.connect(str(named.database), **connect_args)
            note_connection(world, connection)
            return connection

        pool = poolclass(connect)
        pool._dialect = _dialect()
        engine = Engine(pool, _dialect(), named, hide_parameters=hide_parameters)
        engine._compiled_cache = _COMPILED
        return engine

    return made


def _clock(world: World) -> type[datetime]:
    class Clock(datetime, metaclass=_Kind):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(world.wall, tz or UTC)

    return Clock


@cache
def _places(_modules: int, things: frozenset[int]) -> list[tuple[Any, str, int]]:
    """Where Franking's modules name these things."""
    return [
        (module, attribute, id(value))
        for name, module in list(sys.modules.items()) if name.startswith("franking")
        for attribute, value in list(vars(module).items()) if id(value) in things
    ]  # fmt: skip


class _Beside(Executor):
    """A thread pool without threads: what is given to it is done at once."""

    def __init__(self, *_: object) -> None: ...

    def map(self, fn: Callable[..., Any], *iterables: Any, timeout: float | None = None, chunksize: int = 1) -> Iterator[Any]:
        return map(fn, *iterables)

    def shutdown(self, *_: Any, **__: Any) -> None: ...


@contextmanager
def borders(world: World, connect: Connect) -> Iterator[None]:
    """Within this, Franking lives in the world."""
    _dialect()
    machine: dict[Any, Any] = {
        id(datetime): _clock(world), id(time): _Time(world), id(random): _Chance(world.dice.random()),
        id(create_engine): _engines(world), id(open_pipeline): _remembered, id(ThreadPoolExecutor): _Beside,
        id(sys.modules["secrets"]): _Secrets(random.Random(world.dice.random())),
    }  # fmt: skip
    begin, link = Engine.begin, Engine.connect

    def giving_way(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(engine: Engine, *given: Any, **named: Any) -> Any:
            if world.current is not None:
                world.current.give_way()
                if call is begin:
                    world.current.wrote = world.wall
                    world.writers.append(world.current)
            return call(engine, *given, **named)

        return called

    def run(main: Coroutine[Any, Any, Any], **_: Any) -> Any:
        process = world.current
        assert process is not None
        return SimulatedLoop(world, process, connect).run(main)

    borrowed: list[tuple[Any, str, Any]] = [
        *((module, attribute, machine[thing]) for module, attribute, thing in _places(len(sys.modules), frozenset(machine))),
        (asyncio, "run", run), (Engine, "begin", giving_way(begin)), (Engine, "connect", giving_way(link)),
        (os, "getpid", lambda: 1000), (engines, "BUSY", 0), (socket, "getfqdn", lambda *_: "client.example"),
        (sys, "stdout", _Out(world, "out")), (sys, "stderr", _Out(world, "err")), (sys, "unraisablehook", lambda _problem: None),
    ]  # fmt: skip
    if world.seed % 2:  # reports are short here: their messages leave in many turns nevertheless
        borrowed += [(send, "FIRST", 1), (send, "GROUP", 2), (leaving, "_LEAST", 2)]
    before = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in borrowed]
    try:
        for owner, attribute, value in borrowed:
            setattr(owner, attribute, value)
        yield
    finally:
        for owner, attribute, value in reversed(before):
            setattr(owner, attribute, value)


def text_of(process: Process) -> str:
    """What a process wrote to its standard output."""
    return "".join(process.out)
