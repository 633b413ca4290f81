"""The parts that use cases work with, as configured: pipelines, ledgers, what the policy says of retries."""

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
from franking.errors import ConfigurationError
from franking.policy import load as load_policy

if TYPE_CHECKING:
    from franking.channels.client import Client
    from franking.channels.quotas import Bucket
    from franking.dispatch import Retries
    from franking.outbox import Ledger


def open_pipeline(settings: Settings, kind: str, *, paranoid: bool = False, brand: str = "") -> Pipeline:
    """The pipeline of a kind in the configured theme; ``brand`` stands for the name that the theme gives the brand."""
    catalog = Catalog(settings.templates, settings.themes)
    chosen, theme = catalog.kind(kind), catalog.theme(settings.theme)
    if brand:
        theme = replace(theme, brand=brand)
    return Pipeline(catalog, chosen, theme, load_policy(settings.policy), settings.inliner, paranoid=paranoid)


def mailing(settings: Settings, kind: str, watch: Watch, *, paranoid: bool = False, brand: str = "") -> Mailing:
    """Messages of a kind from the configured seller account."""
    pipeline = open_pipeline(settings, kind, paranoid=paranoid, brand=brand)
    channel: Literal["marketplace", "other"] = "other" if settings.channel == "other" else "marketplace"
    offers = None
    if settings.by != "email":
        from franking.channels.offers import Offers

        offers = Offers(open_client(settings))
    return Mailing(pipeline, settings.seller, channel, partial(carried, settings, pipeline), watch, settings.by, offers)


def open_client(settings: Settings) -> Client:
    """The marketplace's API as configured. Raises ``ConfigurationError`` where no application is."""
    if not settings.amazon_client_id:
        raise ConfigurationError("no amazon_client_id: set it in franking.toml to the application's at the Selling Partner API")
    from franking.channels.client import Client
    from franking.channels.quotas import Quotas
    from franking.channels.regions import Endpoint
    from franking.dispatch import AppCredentials

    credentials = AppCredentials(
        settings.amazon_client_id, settings.amazon_client_secret.get_secret_value(), settings.amazon_client_secret_file,
        settings.amazon_refresh_token.get_secret_value(), settings.amazon_refresh_token_file,
    )  # fmt: skip
    endpoint = Endpoint.parse(
        sandbox=settings.amazon_sandbox, address=settings.amazon_endpoint, login=settings.amazon_login
    )  # fmt: skip
    credentials.client_secret(), credentials.refresh_token()  # told before anything is read
    quotas = Quotas(partial(_bucket, settings, []))
    return Client(endpoint, credentials, quotas, min(settings.timeout, 60.0))


def _bucket(settings: Settings, opened: list[Ledger], operation: str, rate: float) -> Bucket | None:
    """An operation's bucket, which all processes share that use the ledger; None where there is no ledger yet."""
    if not opened:
        found = existing_ledger(settings)
        if found is None:
            return None
        opened.append(found)
    from franking.outbox import Limit

    return opened[0].allowances([Limit(f"api:{settings.seller}:{operation}", rate)])


def retries(settings: Settings) -> Retries:
    """When deferred messages are tried again, by the policy."""
    from franking.dispatch import Retries

    policy = load_policy(settings.policy)
    return Retries(
        timedelta(minutes=policy.value("retry_first_minutes")), timedelta(minutes=policy.value("retry_longest_minutes")),
        timedelta(hours=policy.value("retry_age_hours")),
    )  # fmt: skip
