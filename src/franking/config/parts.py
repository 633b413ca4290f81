"""The objects that use cases need, made from settings: pipelines, ledgers, API clients, retry times."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Literal

from franking.batch.mailing import Mailing
from franking.batch.pipeline import Pipeline
from franking.batch.watch import Watch
from franking.catalog import Catalog
from franking.channels.client import Client
from franking.channels.offers import Offers
from franking.channels.quotas import Bucket, Quotas
from franking.config.access import client_of, endpoint_of
from franking.config.brand import carried
from franking.config.settings import Settings, init_hint
from franking.dispatch import Retries
from franking.errors import ConfigurationError, OutboxError
from franking.outbox import Ledger, Limit, Suppressions
from franking.outbox.engines import file_of, parsed
from franking.policy import load as load_policy


def open_pipeline(settings: Settings, kind: str, *, paranoid: bool = False, brand: str = "") -> Pipeline:
    """The pipeline of a kind in the configured theme; ``brand`` replaces the theme's brand name."""
    catalog = Catalog(settings.templates, settings.themes)
    chosen, theme = catalog.kind(kind), catalog.theme(settings.theme)
    if brand:
        theme = replace(theme, brand=brand)
    return Pipeline(catalog, chosen, theme, load_policy(settings.policy), settings.inliner, paranoid=paranoid)


def mailing(settings: Settings, kind: str, watch: Watch, *, paranoid: bool = False, brand: str = "") -> Mailing:
    """What ``plan`` and ``send`` need for messages of a kind from the configured seller account."""
    pipeline = open_pipeline(settings, kind, paranoid=paranoid, brand=brand)
    channel: Literal["marketplace", "other"] = "other" if settings.channel == "other" else "marketplace"
    offers = Offers(open_client(settings)) if settings.by != "email" else None
    return Mailing(pipeline, settings.seller, channel, partial(carried, settings, pipeline), watch, settings.by, offers)


def open_client(settings: Settings) -> Client:
    """The marketplace's API as configured, with quotas that all processes share that use the ledger; a sandbox on this machine
    has no plan to share. Raises ``ConfigurationError`` where no application is."""
    shared = None if endpoint_of(settings).local else partial(_bucket, settings, [])
    return client_of(settings, Quotas(shared))


def _bucket(settings: Settings, opened: list[Ledger], operation: str, rate: float) -> Bucket | None:
    """The token bucket of an API operation, shared by all processes on the ledger; None if there is no ledger yet."""
    if not opened:
        found = existing_ledger(settings)
        if found is None:
            return None
        opened.append(found)
    return opened[0].allowances([Limit(f"api:{settings.seller}:{operation}", rate)])


def retries(settings: Settings) -> Retries:
    """The retry times of deferred messages, from the policy."""
    policy = load_policy(settings.policy)
    return Retries(
        timedelta(minutes=policy.value("retry_first_minutes")),
        timedelta(minutes=policy.value("retry_longest_minutes")),
        timedelta(hours=policy.value("retry_age_hours")),
    )


def open_ledger(settings: Settings) -> Ledger:
    """The configured ledger; created if it does not exist. Raises ``ConfigurationError`` for a ledger in memory."""
    named = parsed(settings.outbox)
    if named.get_backend_name() == "sqlite" and file_of(named) is None:
        raise ConfigurationError(
            "an outbox in memory forgets which messages were sent; expected for example sqlite:///franking.db"
        )
    return Ledger(settings.outbox)


def existing_ledger(settings: Settings) -> Ledger | None:
    """The configured ledger if it exists; commands that only read must not create one."""
    file = file_of(parsed(settings.outbox))
    try:
        missing = file is not None and not file.exists()
    except OSError as error:
        raise OutboxError(f"the ledger {file}: {(error.strerror or 'cannot be read').lower()}") from None
    return None if missing else open_ledger(settings)


def no_ledger(settings: Settings, hint: str) -> ConfigurationError:
    """The error for a missing ledger."""
    return ConfigurationError(f"no ledger at {settings.outbox}; {hint}{init_hint(settings)}")


def known_ledger(settings: Settings) -> Ledger:
    """The configured ledger. Raises ``ConfigurationError`` if it does not exist."""
    ledger = existing_ledger(settings)
    if ledger is None:
        raise no_ledger(settings, "franking send makes it")
    return ledger


def suppressions(settings: Settings, *, create: bool = False) -> Suppressions:
    """The suppression list of the seller account. With ``create``, a missing ledger is created if the working folder is a
    project or the ledger's URL is configured. Raises ``ConfigurationError`` if there is none."""
    chosen = "outbox" in settings.model_fields_set or not init_hint(settings)
    ledger = existing_ledger(settings) or (open_ledger(settings) if create and chosen else None)
    if ledger is None:
        raise no_ledger(settings, "franking send or suppress add makes it")
    return ledger.suppressions(settings.seller)
