"""The parts that commands work with, as configured: pipelines, ledgers, what the policy says of retries."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from franking.batch.mailing import Mailing
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog
from franking.cli.brand import carried
from franking.cli.settings import Settings
from franking.cli.terminal import TERMINAL
from franking.dispatch import Retries
from franking.errors import ConfigurationError, OutboxError
from franking.outbox import Ledger
from franking.outbox.engines import file_of, parsed
from franking.policy import load as load_policy


def open_pipeline(settings: Settings, kind: str, *, paranoid: bool = False) -> Pipeline:
    """The pipeline of a kind in the configured theme."""
    catalog = Catalog(settings.templates, settings.themes)
    chosen = catalog.kind(kind)
    return Pipeline(catalog, chosen, catalog.theme(settings.theme), load_policy(settings.policy), settings.inliner,
                    paranoid=paranoid)  # fmt: skip


def mailing(settings: Settings, kind: str, *, paranoid: bool = False) -> Mailing:
    """Messages of a kind from the configured seller account, watched on the terminal."""
    pipeline = open_pipeline(settings, kind, paranoid=paranoid)
    return Mailing(pipeline, settings.seller, settings.channel, partial(carried, settings, pipeline), TERMINAL)


def retries(settings: Settings) -> Retries:
    """When deferred messages are tried again, by the policy."""
    policy = load_policy(settings.policy)
    return Retries(
        timedelta(minutes=policy.value("retry_first_minutes")), timedelta(minutes=policy.value("retry_longest_minutes")),
        timedelta(hours=policy.value("retry_age_hours")),
    )  # fmt: skip


def open_ledger(settings: Settings) -> Ledger:
    """The configured ledger, made where it is missing. Raises ``ConfigurationError`` for one that would not last."""
    named = parsed(settings.outbox)
    if named.get_backend_name() == "sqlite" and file_of(named) is None:
        raise ConfigurationError(
            "an outbox in memory forgets which messages were sent; expected for example sqlite:///franking.db"
        )
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
