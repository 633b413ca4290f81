"""What ``plan`` and ``send`` share: the order file, the clock, the states of a second report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from franking.catalog import Catalog
from franking.cli.brand import carried
from franking.cli.lookups import Lookups
from franking.cli.settings import Settings
from franking.cli.terminal import progress
from franking.dispatch import Retries
from franking.errors import FrankingError
from franking.model import BrokenOrder, Order, Refusal
from franking.orders import OrderFile, open_orders
from franking.outbox import Ledger
from franking.permit import Context
from franking.pipeline import Pipeline
from franking.policy import load as load_policy
from franking.policy import marketplace as find_marketplace

BROKEN_ROW = "broken-row"


def clock(as_of: str | None) -> datetime:
    """The moment that permissions are judged at. Raises ``FrankingError`` for an unreadable one."""
    if as_of is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        raise FrankingError(f"--as-of {as_of[:40]!r}: expected ISO 8601 such as 2026-11-24T12:00:00+00:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def open_pipeline(settings: Settings, kind: str, *, paranoid: bool = False) -> Pipeline:
    """The pipeline of a kind in the configured theme."""
    catalog = Catalog(settings.templates, settings.themes)
    chosen = catalog.kind(kind)
    return Pipeline(catalog, chosen, catalog.theme(settings.theme), load_policy(settings.policy), settings.inliner,
                    paranoid=paranoid)  # fmt: skip


def open_report(path: Path, encoding: str | None, marketplace: str | None) -> OrderFile:
    """The order file with the user's overrides."""
    market = None
    if marketplace is not None:
        market = find_marketplace(marketplace)
        if market is None:
            raise FrankingError(f"--marketplace {marketplace[:30]!r}: expected such as Amazon.de or a marketplace id")
    with progress("reading the report", None):  # a million rows take some seconds to group into orders
        return open_orders(path, encoding=encoding, marketplace=market)


def read_orders(source: OrderFile, states: Path | None) -> Iterator[Order | BrokenOrder]:
    """The file's orders, their states replaced by those of a second report where that knows the order."""
    if states is None:
        yield from source
        return
    known: dict[str, str] = {}
    second = open_orders(states)
    for entry in second:
        if isinstance(entry, Order) and entry.state:
            known[entry.id] = entry.state
    second.close()
    for entry in source:
        yield dataclasses.replace(entry, state=known[entry.id]) if isinstance(entry, Order) and entry.id in known else entry


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
    return Refusal(broken.id, BROKEN_ROW, broken.problem, "Mend the row in the report, or download it again.", broken.line)


def existing_ledger(settings: Settings) -> Ledger | None:
    """The configured ledger if it exists already: reading must not make one."""
    if settings.outbox.startswith("sqlite:///") and not Path(settings.outbox.removeprefix("sqlite:///")).exists():
        return None
    return Ledger(settings.outbox)
