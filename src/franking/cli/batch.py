"""What ``plan`` and ``send`` share: the order file, the clock, the states of a second report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from franking.batch.lookups import Lookups
from franking.batch.pipeline import Pipeline
from franking.batch.times import read_moment
from franking.catalog import Catalog
from franking.cli.brand import carried
from franking.cli.settings import Settings
from franking.cli.terminal import progress, say
from franking.dispatch import Retries
from franking.errors import ConfigurationError, FrankingError, OutboxError
from franking.model import BrokenOrder, NotUnderstood, Order, Refusal
from franking.orders import OrderFile, open_orders
from franking.outbox import Ledger
from franking.outbox.engines import file_of, parsed
from franking.permit import Context
from franking.policy import load as load_policy
from franking.policy import marketplace as find_marketplace


def clock(as_of: str | None) -> datetime:
    """The moment that permissions are judged at; without an offset, on this machine's clock. Raises ``InputError``."""
    if as_of is None:
        return datetime.now(UTC)
    return read_moment("--as-of", as_of, "ISO 8601 such as 2026-11-24T12:00:00+00:00", day_alone=True).at


def open_pipeline(settings: Settings, kind: str, *, paranoid: bool = False) -> Pipeline:
    """The pipeline of a kind in the configured theme."""
    catalog = Catalog(settings.templates, settings.themes)
    chosen = catalog.kind(kind)
    return Pipeline(catalog, chosen, catalog.theme(settings.theme), load_policy(settings.policy), settings.inliner,
                    paranoid=paranoid)  # fmt: skip


def open_report(path: Path, encoding: str | None, marketplace: str | None, items: Sequence[Path] = ()) -> OrderFile:
    """The order file with the user's overrides."""
    market = None
    if marketplace is not None:
        market = find_marketplace(marketplace)
        if market is None:
            raise FrankingError(f"--marketplace {marketplace[:30]!r}: expected such as Amazon.de or a marketplace id")
    with progress("reading the report", None):  # a million rows take some seconds to group into orders
        source = open_orders(path, encoding=encoding, marketplace=market, items=items)
    for note in source.notes:
        say(f"franking: {note}")
    if not source.count:
        say(f"franking: {path}: no orders: the file is whole and holds none; was the right period asked for?")
    return source


def read_orders(source: OrderFile, states: Path | None) -> Iterator[Order | BrokenOrder]:
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


def context(settings: Settings, now: datetime, lookups: Lookups, pipeline: Pipeline) -> Context:
    """The permission rules' context, for the orders that ``lookups`` has at hand."""
    policy = load_policy(settings.policy)
    brand = carried(settings, pipeline)
    return Context(policy, now, settings.seller, lookups.state_of, settings.channel, lookups.suppressed, brand)


def retries(settings: Settings) -> Retries:
    """When deferred messages are tried again, by the policy."""
    policy = load_policy(settings.policy)
    return Retries(
        timedelta(minutes=policy.value("retry_first_minutes")), timedelta(minutes=policy.value("retry_longest_minutes")),
        timedelta(hours=policy.value("retry_age_hours")),
    )  # fmt: skip


def broken_refusal(broken: BrokenOrder) -> Refusal:
    """A row that cannot be read, as the reason why its order is not written to."""
    return Refusal(broken.id, broken.rule, broken.problem, broken.hint, broken.line)


def open_ledger(settings: Settings) -> Ledger:
    """The configured ledger, made where it is missing. Raises ``ConfigurationError`` for one that would not last."""
    named = parsed(settings.outbox)
    if named.get_backend_name() == "sqlite" and file_of(named) is None:
        raise ConfigurationError("an outbox in memory forgets who was written to; expected such as sqlite:///franking.db")
    return Ledger(settings.outbox)


def existing_ledger(settings: Settings) -> Ledger | None:
    """The configured ledger if it exists already: reading must not make one."""
    file = file_of(parsed(settings.outbox))
    try:
        missing = file is not None and not file.exists()
    except OSError as error:
        raise OutboxError(f"the ledger {file}: {(error.strerror or 'cannot be read').lower()}") from None
    return None if missing else open_ledger(settings)


def known_ledger(settings: Settings) -> Ledger:
    """The configured ledger. Raises ``ConfigurationError`` where there is none."""
    ledger = existing_ledger(settings)
    if ledger is None:
        raise ConfigurationError(f"no ledger at {settings.outbox}; franking send makes it")
    return ledger
