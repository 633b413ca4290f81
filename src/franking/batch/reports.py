"""What ``plan`` and ``send`` share: the order file, the clock, the states of a second report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from franking.batch.live import LiveOrders
from franking.batch.times import read_moment
from franking.batch.watch import Watch
from franking.errors import InputError
from franking.model import BrokenOrder, Marketplace, NotUnderstood, Order, Refusal
from franking.orders import OrderFile, open_orders
from franking.orders.given import GivenOrders
from franking.policy import marketplace as find_marketplace


def clock(as_of: str | None) -> datetime:
    """The moment that permissions are judged at; without an offset, on this machine's clock. Raises ``InputError``."""
    if as_of is None:
        return datetime.now(UTC)
    return read_moment("--as-of", as_of, "ISO 8601 such as 2026-11-24T12:00:00+00:00", day_alone=True).at


OrderSource: TypeAlias = "OrderFile | GivenOrders"


def chosen_marketplace(name: str | None) -> Marketplace | None:
    """The marketplace that the user names for all rows, None if none is named. Raises ``InputError`` for an unknown one."""
    if name is None:
        return None
    market = find_marketplace(name)
    if market is None:
        raise InputError(f"--marketplace {name[:30]!r}: expected for example Amazon.de or a marketplace id")
    return market


def open_report(
    path: Path | LiveOrders | Sequence[Order | BrokenOrder],
    encoding: str | None,
    marketplace: str | None,
    watch: Watch,
    items: Sequence[Path] = (),
) -> OrderSource:
    """The order file with the user's overrides, orders of the API, or orders that the caller made itself."""
    shown = str(path)
    if isinstance(path, LiveOrders):
        path = path.file(watch)
    if not isinstance(path, Path):
        return GivenOrders(path)
    market = chosen_marketplace(marketplace)
    with watch.progress("reading the report", None):  # a million rows take some seconds to group into orders
        source = open_orders(path, encoding=encoding, marketplace=market, items=items)
    for note in source.notes:
        watch.say(f"{note}")
    if not source.count:
        watch.say(f"{shown}: no orders: the file is complete and contains none; is the period of the report right?")
    return source


def read_orders(source: OrderSource, states: Path | None) -> Iterator[Order | BrokenOrder]:
    """The file's orders, as a second report has their states and wishes to cancel where that knows the order.

    A state that the second report has but that cannot be read is not known, and takes the place of the file's own.
    """
    if states is None:
        yield from source
        return
    known: dict[str, str | NotUnderstood] = {}
    wishes: dict[str, bool | NotUnderstood] = {}
    second = open_orders(states, marketplace=source.marketplace)
    for entry in second:
        if isinstance(entry, BrokenOrder):
            known[entry.id] = NotUnderstood(f"line {entry.line} of --states", "a row that cannot be read")
            continue
        if entry.state:
            known[entry.id] = entry.state
        if entry.cancel_requested:
            wishes[entry.id] = entry.cancel_requested
    second.close()
    for entry in source:
        if isinstance(entry, Order) and (entry.id in known or entry.id in wishes):
            wish = entry.cancel_requested if entry.cancel_requested is True else wishes.get(entry.id, entry.cancel_requested)
            yield dataclasses.replace(entry, state=known.get(entry.id, entry.state), cancel_requested=wish)
        else:
            yield entry


def broken_refusal(broken: BrokenOrder) -> Refusal:
    """A row that cannot be read, as the reason why its order is not written to."""
    return Refusal(broken.id, broken.rule, broken.problem, broken.hint, broken.line)
