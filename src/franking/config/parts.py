"""The objects that use cases need, made from settings: pipelines, API clients, retry times."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from franking.batch.mailing import Mailing
from franking.batch.pipeline import Pipeline
from franking.batch.watch import Watch
from franking.catalog import Catalog
from franking.config.brand import carried
from franking.config.ledgers import existing_ledger
from franking.config.settings import Settings
from franking.files.disk_cache import choose
from franking.policy import load as load_policy

if TYPE_CHECKING:
    from franking.channels.client import Client
    from franking.channels.quotas import Bucket
    from franking.dispatch import Retries
    from franking.outbox import Ledger


def open_pipeline(settings: Settings, kind: str, *, paranoid: bool = False, brand: str = "") -> Pipeline:
    """The pipeline of a kind in the configured theme; ``brand`` replaces the theme's brand name."""
    choose(settings.cache)
    catalog = Catalog(settings.templates, settings.themes)
    chosen, theme = catalog.kind(kind), catalog.theme(settings.theme)
    if brand:
        theme = replace(theme, brand=brand)
    return Pipeline(catalog, chosen, theme, load_policy(settings.policy), settings.inliner, paranoid=paranoid)


def mailing(settings: Settings, kind: str, watch: Watch, *, paranoid: bool = False, brand: str = "") -> Mailing:
    """What ``plan`` and ``send`` need for messages of a kind from the configured seller account."""
    pipeline = open_pipeline(settings, kind, paranoid=paranoid, brand=brand)
    channel: Literal["marketplace", "other"] = "other" if settings.channel == "other" else "marketplace"
    offers = None
    if settings.by != "email":
        from franking.channels.offers import Offers

        offers = Offers(open_client(settings))
    return Mailing(pipeline, settings.seller, channel, partial(carried, settings, pipeline), watch, settings.by, offers)


def open_client(settings: Settings) -> Client:
    """The marketplace's API as configured, with quotas that all processes share that use the ledger; a sandbox on this machine
    has no plan to share. Raises ``ConfigurationError`` if no application is."""
    from franking.channels.quotas import Quotas
    from franking.config.access import client_of, endpoint_of

    shared = None if endpoint_of(settings).local else partial(_bucket, settings, [])
    return client_of(settings, Quotas(shared))


def _bucket(settings: Settings, opened: list[Ledger], operation: str, rate: float) -> Bucket | None:
    """The token bucket of an API operation, shared by all processes on the ledger; None if there is no ledger yet."""
    if not opened:
        found = existing_ledger(settings)
        if found is None:
            return None
        opened.append(found)
    from franking.outbox import Limit

    return opened[0].allowances([Limit(f"api:{settings.seller}:{operation}", rate)])


def retries(settings: Settings) -> Retries:
    """The retry times of deferred messages, from the policy."""
    from franking.dispatch import Retries

    policy = load_policy(settings.policy)
    return Retries(
        timedelta(minutes=policy.value("retry_first_minutes")),
        timedelta(minutes=policy.value("retry_longest_minutes")),
        timedelta(hours=policy.value("retry_age_hours")),
    )
