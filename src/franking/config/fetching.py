"""Orders from the marketplace's API, as configured."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from franking.batch.live import SOURCE, LiveOrders
from franking.batch.watch import Watch
from franking.config.settings import Settings
from franking.errors import InputError
from franking.policy import marketplace

if TYPE_CHECKING:
    from franking.batch.fetch import Fetch
    from franking.batch.fetch_wish import Fetched, Outline, Wish


def wish_of(
    settings: Settings, since: str, marketplaces: Sequence[str], report: str | None = None, *, personal: bool = True
) -> Wish:
    """What is asked for; without ``marketplaces``, those of the settings. Raises ``InputError``, ``ConfigurationError``."""
    from franking.batch.fetch_wish import Wish, places_of, requested

    if report is not None and not personal:
        raise InputError("--no-buyer-data: a report has the data that it has; pass it without --report")
    places = places_of(marketplaces or settings.amazon_marketplaces, marketplace)
    return Wish(since, places, requested(report)[1] if report is not None else "", personal)


def outline(settings: Settings, wish: Wish, watch: Watch) -> Outline:
    """What a fetch would ask for. Raises ``FrankingError``."""
    return _fetch(settings, watch).outline(wish)


def fetch_orders(settings: Settings, wish: Wish, watch: Watch, file: Path | None) -> Fetched:
    """Fetch orders into a file. Raises ``FrankingError``."""
    return _fetch(settings, watch).run(wish, file)


def orders_of(
    settings: Settings,
    orders: Path,
    since: str | None,
    marketplace: str | None,
    *,
    encoding: str | None = None,
    items: Sequence[Path] = (),
) -> Path | LiveOrders:
    """A file's path as it is; for ``api:``, the orders of the API. Raises ``FrankingError`` for what does not go together."""
    if str(orders) != SOURCE:
        if since is not None:
            raise InputError(f"--since selects the orders to fetch; expected {SOURCE} in place of a file")
        return orders
    if since is None:
        raise InputError(f"{SOURCE} needs --since, such as --since 30d")
    if encoding is not None or items:
        raise InputError(f"{SOURCE}: --encoding and --items are for files")
    wish = wish_of(settings, since, [marketplace] if marketplace is not None else [])
    return LiveOrders(partial(_fetch, settings), wish, settings.fetched / f"{settings.seller}.live.json")


def _fetch(settings: Settings, watch: Watch) -> Fetch:
    from franking.batch.fetch import Fetch
    from franking.channels.quotas import Quotas
    from franking.config.access import client_of

    # One process fetches for an account, so that the operations' bursts are its own.
    return Fetch(lambda: client_of(settings, Quotas()), settings.fetched, settings.seller, watch)
