"""Orders from the marketplace's API into one report file: from the first page to the last, or from a report that is asked for.

Each page is on disk before the next one is asked for. Run again after a kill, a fetch continues where it was; the finished file
is the same as if nothing had happened, whatever the pages were. It is written at the end, whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from franking.batch.fetch_store import FetchStore, Progress
from franking.batch.fetch_wish import Fetched, Outline, Waiting, Wish, requested
from franking.batch.fetched_file import write_orders, write_report
from franking.batch.since import LAST, read_since
from franking.batch.watch import Watch
from franking.channels.client import Client
from franking.channels.order_calls import Denied, Expired, OrderCalls, Page
from franking.channels.regions import base_for_all
from franking.channels.report_calls import ReportCalls, ReportGone
from franking.errors import ConfigurationError, InputError, TransportError, Unreachable

SETTLED = timedelta(minutes=2)  # before the request, the API takes no later end of a period
LONGEST = timedelta(hours=24)  # that a paging token lives, and that an unfinished fetch is gone on with
FRESH = timedelta(minutes=15)  # that what `plan` fetched serves `send`
_RESTARTS = 3
_NAMES = {"2026": ("orderId", "createdTime"), "v0": ("AmazonOrderId", "PurchaseDate")}


class Fetch:
    """Fetches of one seller account. ``folder`` holds what has come so far. Each raises ``FrankingError``."""

    def __init__(
        self,
        client: Callable[[], Client],
        folder: Path,
        account: str,
        watch: Watch,
        waiting: Waiting = Waiting(),  # noqa: B008 - frozen
    ) -> None:
        self._open = client
        self._folder = folder
        self._account = account
        self._watch = watch
        self._waiting = waiting

    def outline(self, wish: Wish) -> Outline:
        """What a fetch would request; nothing is requested or stored."""
        now = datetime.now(UTC).replace(microsecond=0)
        if not (self._folder / f"{self._account}.db").exists():
            return Outline(*_period(wish, now, None), None)
        store = FetchStore(self._folder, self._account)
        try:
            known = _usable(store.progress(wish.key), now)
            if known is not None:
                return Outline(known.since, known.until, known.begun, known.pages)
            return Outline(*_period(wish, now, store.last(wish.source)), None)
        finally:
            store.close()

    def run(self, wish: Wish, file: Path | None = None, *, keep: bool = False) -> Fetched:
        """Fetch, and write ``file`` (None: named by the end of the period, in the folder). With ``keep``, the fetch does not
        count as the last complete one, and what came stays for some minutes."""
        store = FetchStore(self._folder, self._account)
        try:
            now = datetime.now(UTC).replace(microsecond=0)
            store.drop_older(now - LONGEST)
            known = _usable(store.progress(wish.key), now)
            since, until = (known.since, known.until) if known is not None else _period(wish, now, store.last(wish.source))
            client = self._open()
            base = base_for_all(client.endpoint, wish.places)
            if known is None:
                store.begin(wish.key, now, since, until)
            else:
                self._watch.say(f"continuing the fetch that began at {known.begun:%Y-%m-%d %H:%M} UTC")
            if wish.report:
                fetched = self._report(store, wish, client, base, file)
            else:
                fetched = self._orders(store, wish, client, base, file)
            if keep:
                store.keep(wish.key)
            else:
                store.finish(wish.key, wish.source, fetched.until)
            return replace(fetched, begun=known.begun if known is not None else None)
        finally:
            store.close()

    def drop(self, wish: Wish) -> None:
        """Forget what was fetched with ``keep``."""
        store = FetchStore(self._folder, self._account)
        try:
            store.drop(wish.key)
        finally:
            store.close()

    def _orders(self, store: FetchStore, wish: Wish, client: Client, base: str, file: Path | None) -> Fetched:
        state = _state(store, wish)
        if state.whole is None:
            calls = OrderCalls(
                client, base, [place.id for place in wish.places], state.since, state.until, personal=wish.personal
            )
            with self._watch.progress("fetching orders", None) as advance:
                self._pages(store, wish, calls, advance)
            state = _state(store, wish)
            if state.way == "v0":
                self._items(store, wish, calls)
            store.whole(wish.key, datetime.now(UTC))
        target = file or self._folder / f"orders-{state.until:%Y%m%dT%H%M%SZ}.json"
        with self._watch.progress("writing the file", store.count(wish.key)) as advance:
            found = write_orders(target, store, wish.key, state.way, advance)
        return Fetched(target, _way(state.way), state.why, state.since, state.until, *found, None)

    def _pages(self, store: FetchStore, wish: Wish, calls: OrderCalls, advance: Callable[[int], None]) -> None:
        """Every page that is not on disk yet."""
        state, seen, restarts = _state(store, wish), set[str](), 0
        token, pages, way = state.token, state.pages, state.way or "2026"
        while not pages or token:
            page = (calls.search if way == "2026" else calls.search_v0)(token)
            if isinstance(page, Denied):
                if state.way or way == "v0":
                    raise ConfigurationError(f"the application may not read orders: {state.why}{page.why}")
                store.choose(wish.key, "v0", f"the application may not searchOrders ({page.why}); ")
                state, way = _state(store, wish), "v0"
                self._watch.say(f"Orders v0 in place of 2026-01-01: {state.why.removesuffix('; ')}")
                continue
            if isinstance(page, Expired):
                restarts += 1
                if restarts > _RESTARTS:
                    raise TransportError("the API does not take its own paging tokens; expected a next page")
                self._watch.say("the API does not take the token of the next page any more; asking from the first page again")
                store.again(wish.key)
                token, pages = "", 0
                seen.clear()
                continue
            if page.token and page.token in seen:
                raise TransportError("the API's pages lead back to one that came before; expected a last page")
            seen.add(page.token)
            if not state.way:
                store.choose(wish.key, way, "")
                state = _state(store, wish)
            store.page(wish.key, page.entries, _NAMES[way], page.token)
            token, pages = page.token, pages + 1
            advance(len(page.entries))

    def _items(self, store: FetchStore, wish: Wish, calls: OrderCalls) -> None:
        """The items of each order (Orders v0), page by page."""
        ids = [copies[0].get("AmazonOrderId") for copies in store.orders(wish.key)]
        with self._watch.progress("fetching items", len(ids)) as advance:
            for order_id in ids:
                if isinstance(order_id, str) and order_id.strip():
                    self._items_of(store, wish, calls, order_id)
                advance(1)

    def _items_of(self, store: FetchStore, wish: Wish, calls: OrderCalls, order_id: str) -> None:
        number, token, _ = store.items(wish.key, order_id)
        restarts, seen = 0, {token}
        while not number or token:
            page: Page | Expired | None = calls.items(order_id, token)
            if isinstance(page, Expired):
                restarts += 1
                if restarts > _RESTARTS:
                    raise TransportError("the API does not take its own paging tokens of items; expected a next page")
                store.no_items(wish.key, order_id)
                number, token, seen = 0, "", {""}
                continue
            if page is None:
                self._watch.say(f"the API has no items of order {order_id[:40]}")
                page = Page([])
            if page.token and page.token in seen:
                raise TransportError("the API's pages of items lead back to one that came before; expected a last page")
            seen.add(page.token)
            store.item_page(wish.key, order_id, number, page.entries, page.token)
            number, token = number + 1, page.token

    def _report(self, store: FetchStore, wish: Wish, client: Client, base: str, file: Path | None) -> Fetched:
        state = _state(store, wish)
        calls = ReportCalls(
            client,
            base,
            [place.id for place in wish.places],
            wish.report,
            state.since,
            state.until,
            requested(wish.report)[0].options,
        )
        target = file or self._folder / f"{requested(wish.report)[0].name}-{state.until:%Y%m%dT%H%M%SZ}.txt"
        report = state.report or self._ask(store, wish, calls, state)
        try:
            document = self._wait(store, wish, calls, report)
            with self._watch.progress("downloading the report", None):
                found = write_report(target, (lambda into: calls.download(document, into)) if document else None)
        except (ReportGone, InputError) as error:
            store.drop(wish.key)
            reason = str(error).replace(f"{target}.tmp", f"report {report}")
            raise TransportError(f"{reason}; run the command again to ask for a new report") from None
        store.whole(wish.key, datetime.now(UTC))
        return Fetched(target, "report", "", state.since, state.until, *found, None)

    def _ask(self, store: FetchStore, wish: Wish, calls: ReportCalls, state: Progress) -> str:
        """The ID of the report. It is requested once: a request whose answer was lost is looked up first."""
        asked = state.asked
        for _ in range(_RESTARTS):
            if asked is None:
                asked = datetime.now(UTC)
                store.asked(wish.key, asked)
                report = calls.create()
            else:
                report = calls.find(asked) or calls.create()
            if report is not None:
                store.report(wish.key, report)
                return report
        raise Unreachable("it is unknown whether the API makes the report; run the command again to look for it")

    def _wait(self, store: FetchStore, wish: Wish, calls: ReportCalls, report: str) -> str:
        """The document of a report when it is done, "" where it has no data."""
        until, pause = time.monotonic() + self._waiting.most, self._waiting.first
        with self._watch.progress("waiting for the report", None) as advance:
            while True:
                found = calls.status(report)
                advance(1)
                if found.status == "DONE_NO_DATA":
                    return ""
                if found.status == "DONE":
                    if not found.document:
                        raise ReportGone(f"report {report} is DONE and has no document")
                    return found.document
                if found.status not in ("IN_QUEUE", "IN_PROGRESS"):
                    store.drop(wish.key)
                    raise TransportError(_ended(report, found.status))
                if time.monotonic() + pause > until:
                    raise Unreachable(f"report {report} is still {found.status}; run the same command again to continue")
                time.sleep(pause)
                pause = min(pause * 2, self._waiting.longest)


def _ended(report: str, status: str) -> str:
    if status == "CANCELLED":
        return (
            f"report {report} was CANCELLED: it has no data, or somebody cancelled it (the API does not distinguish these); "
            "fetch without --report, or with an earlier --since"
        )
    if status == "FATAL":
        return f"report {report} ended FATAL: the API could not make it; run the command again to ask for a new one"
    return f"report {report} has the status {status[:30]!r}, which is unknown to franking"


def _usable(known: Progress | None, now: datetime) -> Progress | None:
    """A fetch to continue: an interrupted one of the last day, or one that was kept some minutes ago."""
    if known is None or known.begun < now - LONGEST or not (known.pages or known.way or known.asked):
        return None
    if known.kept and known.until < now - FRESH - SETTLED:
        return None
    return known


def _period(wish: Wish, now: datetime, last: datetime | None) -> tuple[datetime, datetime]:
    """The start and end of the period. Directly after a complete fetch, ``last`` requests its last second again."""
    until = (now if wish.report else now - SETTLED).replace(microsecond=0)
    since = read_since(wish.since, now, last)
    if wish.since.strip() == LAST:
        since = min(since, until - timedelta(seconds=1))
    if since >= until:
        raise InputError(
            f"--since {wish.since[:40]!r}: found a time of the last two minutes; the API answers only for earlier ones"
        )
    return since, until


def _state(store: FetchStore, wish: Wish) -> Progress:
    state = store.progress(wish.key)
    assert state is not None  # begun by ``run``, and nobody else has the store
    return state


def _way(way: str) -> Literal["2026", "v0", "report"]:
    return "v0" if way == "v0" else "2026"
