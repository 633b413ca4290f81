"""Many orders: plan them, prepare their messages, send them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from franking.api.results import PreparedMessage, Progress, Rejection, SendResult, prepared, rejection, result
from franking.api.running import Latest, Messages, Running
from franking.batch.job import Job
from franking.batch.live import LiveOrders
from franking.batch.pipeline import Rejected
from franking.batch.plan import Plan, Question
from franking.batch.reports import chosen_marketplace
from franking.batch.send import Batch as Work
from franking.batch.summary import Run
from franking.batch.wish import Wish
from franking.config.batches import each_order, open_batch, run_batch
from franking.config.fetching import orders_of
from franking.config.planning import plan_batch
from franking.config.settings import load_settings
from franking.errors import InputError
from franking.model import BrokenOrder, Order, Refusal
from franking.orders.loaded import orders_of_answers

_InMemory = Sequence[Order | BrokenOrder] | Mapping[str, object] | Sequence[Mapping[str, object]]
Orders = str | Path | _InMemory


class Batch:
    """The orders of a report, or of a program, as messages of one kind.

    ``orders`` is a report's path (or that of API answers saved as JSON), ``"api:"`` for those that the marketplace's API has
    ``since`` a time (such as ``2d``), a list of ``Order``, or API answers as ``json.loads`` returns them. What is None is as
    configured, in ``FRANKING_…`` and in the file ``config`` (None: no file), as for the commands; paths in it are relative to
    the working folder. ``brand`` replaces the theme's brand name. ``jobs`` processes
    make the messages; more than one needs the usual guard of multiprocessing around the caller's main module.

    ``only`` and ``without`` select orders by conditions such as ``"sku=MUG-*"``. ``after`` (such as ``"delivery+7d"``),
    ``between`` (``"09:00-18:00"``) and ``days`` (``"mon-fri"``) set the time of each message, and ``daily`` is the most
    messages of the kind per day (0: no limit), as for ``franking send``.

    Nothing is read before ``plan``, ``send`` or iteration, except API answers. Raises ``FrankingError`` for options that
    cannot be used. A batch can be used several times and from several threads. Only one sender at a time can use an outbox;
    a second one gets ``OutboxUnavailable``.
    """

    def __init__(
        self,
        orders: Orders,
        kind: str,
        *,
        theme: str | None = None,
        brand: str | None = None,
        policy: str | Path | None = None,
        sender: str | None = None,
        reply_to: str | None = None,
        transport: str | None = None,
        password: str | None = None,
        outbox: str | None = None,
        seller: str | None = None,
        channel: Literal["email", "api", "auto", "marketplace", "other"] | None = None,
        rate: str | None = None,
        connections: int | None = None,
        allow_plain: bool | None = None,
        ca_file: str | Path | None = None,
        inliner: Literal["css-inline", "premailer"] | None = None,
        templates: str | Path | None = None,
        themes: str | Path | None = None,
        demo: bool | None = None,
        as_of: str | datetime | None = None,
        at: str | datetime | None = None,
        only: Sequence[str] = (),
        without: Sequence[str] = (),
        after: str | None = None,
        between: str | None = None,
        days: str | None = None,
        daily: int | None = None,
        now: bool = False,
        reschedule: bool = False,
        limit: int | None = None,
        strict: bool = False,
        encoding: str | None = None,
        marketplace: str | None = None,
        since: str | datetime | None = None,
        states: str | Path | None = None,
        items: Sequence[str | Path] = (),
        details: str | Path | None = None,
        attach: str | Path | None = None,
        adjusted: bool = False,
        jobs: int = 1,
        config: str | Path | None = "franking.toml",
    ) -> None:
        self._settings = load_settings(
            Path(config) if config is not None else None,
            theme=theme, policy=str(policy) if policy is not None else None, sender=sender, reply_to=reply_to,
            transport=transport, smtp_password=password, outbox=outbox, seller=seller, channel=channel, rate=rate,
            connections=connections, allow_plain=allow_plain, ca_file=ca_file, inliner=inliner, templates=templates,
            themes=themes, demo=demo,
        )  # fmt: skip
        if limit is not None and limit < 1:
            raise InputError(f"limit {limit}: expected 1 or more")
        if daily is not None and daily < 0:
            raise InputError(f"daily {daily}: expected 0 or more")
        for name, terms in (("only", only), ("without", without)):
            if isinstance(terms, str):
                raise InputError(f"{name}: found a text, expected a list of conditions such as ['sku=MUG-*']")
        self._brand = brand or ""
        source = self._source(orders, marketplace, _moment(since), encoding, items)
        self._job = Job(
            source, kind, _moment(as_of), encoding, marketplace, _path(states), limit, False, strict,
            _moment(at), _path(details), _path(attach), jobs, items=tuple(map(Path, items)), now=now, reschedule=reschedule,
            adjusted=adjusted, wish=Wish.parse(only, without, after, between, days), daily=daily,
            day_zone=self._settings.time_zone,
        )  # fmt: skip
        self._job.check()
        self.result: SendResult | None = None  # of the last ``send`` or ``sending`` that ended

    def plan(self) -> Plan:
        """Which orders would get a message, which would not, and why. Renders, stores and sends nothing. Raises
        ``FrankingError``."""
        job = self._job
        question = Question(
            job.orders, job.as_of, job.encoding, job.marketplace, job.states, job.details, job.attach, job.items,
            adjusted=job.adjusted, wish=job.wish,
        )  # fmt: skip
        return plan_batch(self._settings, job.kind, question, Messages(), brand=self._brand)

    def __iter__(self) -> Iterator[PreparedMessage | Rejection | Refusal]:
        """The result of each order, in the order of the report: its message, the rejected message, or the refusal. Stores
        and sends nothing, but reads the outbox to know which orders already have a message. Raises ``FrankingError``."""
        job = replace(self._job, dry_run=True)
        for one in each_order(self._settings, open_batch(self._settings, job, Messages(), brand=self._brand)):
            if isinstance(one, Refusal):
                yield one
            else:
                yield rejection(one) if isinstance(one, Rejected) else prepared(*one)

    async def send(self, *, dry_run: bool = False, progress: Callable[[Progress], None] | None = None) -> SendResult:
        """Send the permitted messages and return the result. A second call continues where the first stopped and writes to
        nobody twice. With ``dry_run``, messages are made and checked, but not stored or sent.

        The work runs in a thread; ``progress`` is called there, often. If the awaiting task is cancelled, the messages that
        are being sent are finished and recorded first; the others stay queued. Raises ``FrankingError``.
        """
        messages = Messages(progress)
        work = self._open(messages, dry_run)
        return await Running(lambda: self._run(work, messages, dry_run), lambda: work.stop("cancelled")).result()

    async def sending(self, *, dry_run: bool = False) -> AsyncIterator[Progress]:
        """Like ``send``, with progress: ``async for step in batch.sending()``. Afterwards ``batch.result`` is set. Leaving
        the loop early cancels the batch."""
        latest = Latest()
        messages = Messages(latest.put)
        work = self._open(messages, dry_run)
        running = Running(lambda: self._run(work, messages, dry_run), lambda: work.stop("cancelled"))
        steps = running.steps(latest)
        try:
            async for step in steps:
                yield step
        finally:
            await steps.aclose()
        await running.result()

    def _source(
        self, orders: Orders, marketplace: str | None, since: str | None, encoding: str | None, items: Sequence[str | Path]
    ) -> Path | LiveOrders | Sequence[Order | BrokenOrder]:
        if isinstance(orders, str | Path):
            files = tuple(map(Path, items))
            return orders_of(self._settings, Path(orders), since, marketplace, encoding=encoding, items=files)
        if since is not None:
            raise InputError("since selects the orders to fetch; expected orders 'api:'")
        return _orders(orders, marketplace)

    def _open(self, messages: Messages, dry_run: bool) -> Work:
        return open_batch(self._settings, replace(self._job, dry_run=dry_run), messages, brand=self._brand)

    def _run(self, work: Work, messages: Messages, dry_run: bool) -> SendResult:
        """The whole run, in the worker thread."""
        started = time.monotonic()
        sent = run_batch(self._settings, replace(self._job, dry_run=dry_run), work)
        run = Run(sent.batch, sent.schedule, time.monotonic() - started, sent.stopped, dry_run, self._settings.by_workers)
        self.result = result(sent, run, tuple(messages.notes))
        return self.result


def _orders(orders: _InMemory, marketplace: str | None) -> Sequence[Order | BrokenOrder]:
    if isinstance(orders, Mapping):
        return orders_of_answers(orders, chosen_marketplace(marketplace))
    given: list[Order | BrokenOrder] = []
    answers: list[Mapping[str, object]] = []
    for one in orders:
        if isinstance(one, Mapping):
            answers.append(one)
        else:
            given.append(one)
    if answers and given:
        raise InputError("orders: found orders and API answers in one list, expected either")
    return orders_of_answers(answers, chosen_marketplace(marketplace)) if answers else given


def _moment(given: str | datetime | None) -> str | None:
    """A moment in the form of the command-line option. Raises ``InputError`` for a datetime without an offset."""
    if not isinstance(given, datetime):
        return given
    if given.utcoffset() is None:
        raise InputError("found a datetime without an offset, expected one with tzinfo")
    return given.isoformat()


def _path(given: str | Path | None) -> Path | None:
    return Path(given) if given is not None else None
