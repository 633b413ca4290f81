"""Many messages at once: rendering, checking and building in processes of their own, the results in the orders' order.

The caller reads and permits; what is permitted goes out in groups to ``jobs`` processes and comes back built or rejected,
in the order it went in. Never more than a few groups are under way, so that memory does not grow with the report.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from franking.batch.collector import settle
from franking.batch.pipeline import Pipeline, Rejected
from franking.errors import FrankingError
from franking.mail import Sender, build_call, build_message
from franking.model import Conditions, Franked, FrankedText, Order, OutgoingMessage, Stats

if TYPE_CHECKING:
    from concurrent.futures import Future

    from franking.channels import ApiCall

GROUP = 50  # orders that a process takes at a time
_AHEAD = 3  # groups under way per process
_SETTLED = 200  # messages, after which little that stays is still to come


@dataclass(frozen=True, slots=True)
class Task:
    """A permitted order: ``now`` is the moment that its message is dated at, ``due_at`` when it may leave (None: at once)."""

    order: Order
    now: datetime
    due_at: datetime | None = None
    warned: tuple[str, ...] = ()  # permission rules that warned
    api_call: ApiCall | None = None  # the marketplace's API's call that it goes by; None: by email
    conditions: Conditions | None = None  # that must still hold when it leaves


@dataclass(frozen=True, slots=True)
class Work:
    """How to make the messages; ``pipeline`` makes the pipeline, in each process its own."""

    pipeline: Callable[[], Pipeline]
    sender: Sender


Result = OutgoingMessage | Rejected


def make_messages(tasks: Iterable[Task], pipeline: Pipeline, sender: Sender, stats: Stats) -> Iterator[Result]:
    """The message of each task, made in this process; ``stats`` is added to."""
    try:
        for number, task in enumerate(tasks, 1):
            yield _make(pipeline, sender, task)
            if number == _SETTLED:
                settle()
    finally:
        stats += pipeline.take_stats()


def make_in_processes(tasks: Iterable[Task], work: Work, stats: Stats, jobs: int) -> Iterator[Result]:
    """The message of each task, in their order. Raises ``FrankingError`` where a process dies."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # A new process, not a copy of this one: an open ledger must not be shared.
    context = multiprocessing.get_context("spawn")
    jobs = min(jobs, 61)  # Windows waits for 61 at most
    with _unheard(signal.SIGINT):  # Ctrl-C is for this process; those that it starts here do not hear it
        pool = ProcessPoolExecutor(jobs, context, _start, (work,))
        for _ in range(jobs):
            pool.submit(_make_group, [])
    waiting = iter(tasks)
    under_way: deque[Future[tuple[list[Result], Stats]]] = deque()
    try:
        while group := list(islice(waiting, GROUP)):
            under_way.append(pool.submit(_make_group, group))
            if len(under_way) >= jobs * _AHEAD:
                yield from _take(under_way.popleft(), stats)
        while under_way:
            yield from _take(under_way.popleft(), stats)
    except BrokenProcessPool:
        raise FrankingError(
            "a process that renders messages has died, perhaps for lack of memory; try again with fewer --jobs"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _unheard(number: signal.Signals) -> Iterator[None]:
    """Without a signal, for this process and those that are started meanwhile."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may say so
        yield
        return
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


def _take(future: Future[tuple[list[Result], Stats]], stats: Stats) -> list[Result]:
    results, added = future.result()
    stats += added
    return results


def _make(pipeline: Pipeline, sender: Sender, task: Task) -> Result:
    if task.api_call is not None:
        from franking.batch.short import franked_text

        text = franked_text(pipeline, task.order, task.api_call)
        if not isinstance(text, FrankedText):
            return text
        critical = pipeline.kind.name in pipeline.policy.critical_kinds
        address, due_at, holding = task.order.buyer_email, task.due_at, task.conditions
        return build_call(text, task.api_call.action, sender, address, due_at, critical=critical, conditions=holding)
    made = pipeline.franked(task.order)
    if isinstance(made, Franked):
        facts = pipeline.facts(made, task.warned)
        return build_message(made, sender, task.order.buyer_email, task.now, task.due_at, facts, task.conditions)
    return made


@dataclass(slots=True)
class _WorkerState:
    """What a process of the pool makes messages with, and how many it has made."""

    pipeline: Pipeline
    sender: Sender
    made: int = 0


_here: dict[str, _WorkerState] = {}


def _start(work: Work) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Windows hands Ctrl-C to every process of the console
    _here["bench"] = _WorkerState(work.pipeline(), work.sender)


def _make_group(tasks: list[Task]) -> tuple[list[Result], Stats]:
    bench = _here["bench"]
    results = [_make(bench.pipeline, bench.sender, task) for task in tasks]
    before, bench.made = bench.made, bench.made + len(tasks)
    if before < _SETTLED <= bench.made:
        settle()
    return results, bench.pipeline.take_stats()
