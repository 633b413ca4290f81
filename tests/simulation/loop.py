"""The event loop of a simulated process: asyncio's own tasks and futures on the world's clock."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any

from tests.simulation.world import Killed, Process, World, future_error

Connect = Callable[["SimulatedLoop", Callable[[], asyncio.BaseProtocol]], Coroutine[Any, Any, Any]]


class SimulatedLoop:
    """One process's loop, as far as asyncio's tasks and futures and their users need one. Callbacks run one at a time, when the
    world says so."""

    def __init__(self, world: World, process: Process, connect: Connect) -> None:
        self.world = world
        self.process = process
        self.ready: list[asyncio.Handle] = []
        self.signals: dict[int, Callable[[], None]] = {}
        self.tasks: list[asyncio.Task[Any]] = []  # kept: what is collected early would be another story
        self.unhandled: list[str] = []
        self._connect = connect
        self._itself: Any = self  # asyncio's signatures want an ``AbstractEventLoop``
        self._free = 0.0  # when the ledger's thread has done what it was given
        self._held: list[Callable[[], Any]] = []  # what comes while the process stands still, in its order

    # -- what the world calls ------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run one callback."""
        place = self.world.dice.randrange(len(self.ready)) if self.world.shuffled and len(self.ready) > 1 else 0
        handle = self.ready.pop(place)
        if not handle.cancelled():
            self.within(handle._run)

    def within(self, what: Callable[[], Any]) -> None:
        """Do something as a callback of this loop."""
        if self.process.killed:
            return
        if self._held or self.process.frozen > self.world.elapsed:
            self._held.append(what)
            if len(self._held) == 1:
                self.world.at(self.process.frozen, self._thaw)
            return
        world = self.world
        world.current, before = self.process, world.current
        asyncio._set_running_loop(self._itself)
        try:
            what()
        finally:
            asyncio._set_running_loop(None)
            world.current = before

    def _thaw(self) -> None:
        if self.process.frozen > self.world.elapsed:
            self.world.at(self.process.frozen, self._thaw)
            return
        held, self._held = self._held, []
        for what in held:
            self.within(what)

    def run(self, main: Coroutine[Any, Any, Any]) -> Any:
        """As ``asyncio.run`` does: called in the process's greenlet."""
        process = self.process
        process.loop = self
        self.world.loops.append(self)
        done: list[asyncio.Future[Any]] = []

        def ended(future: asyncio.Future[Any]) -> None:
            done.append(future)
            process.loop = None
            process.wake()

        self.create_task(self._whole(main)).add_done_callback(ended)
        process.wait_for_loop()
        return done[0].result()

    async def _whole(self, main: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await main
        finally:
            own = asyncio.current_task(self._itself)
            rest = [task for task in self.tasks if task is not own and not task.done()]
            for task in rest:
                task.cancel()
            for task in rest:
                await asyncio.wait([task])

    def bury(self) -> None:
        """Unwind what a killed process was in the middle of, once that changes nothing any more."""
        self.process.killed = True
        asyncio._set_running_loop(self._itself)
        try:
            for task in self.tasks:
                for _ in range(0 if task.done() else 50):
                    try:
                        task.get_coro().throw(Killed())
                    except BaseException:
                        break
        finally:
            asyncio._set_running_loop(None)

    # -- what asyncio and its users call ---------------------------------------------------------------------------------

    def time(self) -> float:
        return self.world.elapsed

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self._itself, context or copy_context())
        self.ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_at(self, when: float, callback: Any, *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self._itself, context or copy_context())
        self.world.at(when, lambda: None if handle.cancelled() else self.ready.append(handle))
        return handle

    def call_later(self, delay: float, callback: Any, *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None: ...

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self._itself)

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=self._itself, name=name or f"task {len(self.tasks)}", context=context)
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # a killed process leaves them
        self.tasks.append(task)
        return task

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
        """On the one thread of the ledger: one call behind the other, each in one go; it takes as long as the seed says.
        Whoever dies meanwhile dies with what it commits on disk, or without it."""
        if self.process.killed:
            raise Killed
        future = self.create_future()
        dice = self.world.dice
        slow = dice.random() < 0.05
        begins = max(self._free, self.time()) + dice.uniform(0, 0.002)
        ends = begins + (dice.uniform(0, 3) if slow else dice.uniform(0.0002, 0.01))
        self._free = ends
        commits = dice.uniform(begins, ends) if dice.random() < 0.5 else begins

        def begin() -> None:
            if self.process.killed:
                return
            if self.process.frozen > self.world.elapsed:
                self.world.at(self.process.frozen, begin)
                return
            self.world.current, before = self.process, self.world.current
            try:
                result = func(*args)
            except Killed:
                return
            except Exception as error:
                problem = error
                self.world.at(max(ends, self.time()), lambda: self.within(lambda: future_error(future, problem)))
            else:
                self.world.at(ends, lambda: self.within(lambda: None if future.done() else future.set_result(result)))
            finally:
                self.world.current = before

        self.world.at(commits, begin)
        return future

    async def create_connection(self, protocol_factory: Any, *_: Any, **__: Any) -> Any:
        return await self._connect(self, protocol_factory)

    def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:
        self.signals[sig] = lambda: callback(*args)

    def remove_signal_handler(self, sig: int) -> bool:
        return self.signals.pop(sig, None) is not None

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if not self.process.killed:
            self.unhandled.append(f"{context.get('message')}: {context.get('exception')!r}")
            self.world.tell(f"{self.process.name}: unhandled: {self.unhandled[-1]}")

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return self.process.killed


def note_connection(world: World, connection: sqlite3.Connection) -> None:
    """A connection to the ledger belongs to the process that made it."""
    if world.current is not None:
        world.current.connections.append(connection)
