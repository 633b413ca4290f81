"""Feeds as configured: the ledger's, and what takes them to the marketplace."""

from __future__ import annotations

from collections.abc import Callable

from franking.batch.feed_runs import FeedRun
from franking.batch.submitting import Patience, Submitter
from franking.batch.watch import Watch
from franking.channels.feeds import FeedApi
from franking.config.brand import guard_demo
from franking.config.ledgers import existing_ledger, open_ledger
from franking.config.parts import open_client
from franking.config.settings import Settings
from franking.errors import ConfigurationError
from franking.outbox import Feeds
from franking.policy import marketplace


def known_feeds(settings: Settings) -> Feeds | None:
    """The feeds of the seller account, None if there is no ledger yet."""
    ledger = existing_ledger(settings)
    return ledger.feeds(settings.seller) if ledger is not None else None


def feed_run(settings: Settings, watch: Watch, wait: float) -> FeedRun:
    """What hands feeds in; the ledger is made where it is missing. Raises ``ConfigurationError``."""
    api_of = _api(settings)
    feeds = open_ledger(settings).feeds(settings.seller)
    return FeedRun(feeds, Submitter(feeds, api_of, watch, Patience(wait)))


def _api(settings: Settings) -> Callable[[str], FeedApi]:
    guard_demo(settings)
    client = open_client(settings)

    def of(place_id: str) -> FeedApi:
        place = marketplace(place_id)
        if place is None:
            raise ConfigurationError(f"marketplace {place_id!r} is not known any more")
        return FeedApi(client, place)

    return of
