"""Policy data: values with their sources, and the marketplaces. A policy change is a change of data."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from franking.files.packaged import packaged_text
from franking.policy.files import ALIASES, SHIPPED, load_policy
from franking.policy.values import Entry, OrderIds, Policy, Threshold

if TYPE_CHECKING:
    from franking.model import Marketplace

DEFAULT = "amazon"  # an older name of amazon-2023, which outputs keep naming


def load(name: str = DEFAULT) -> Policy:
    """A policy that the package ships, by name, or a user's own, by its file. Raises ``ConfigurationError``."""
    return load_policy(name)


@cache
def marketplaces(platform: str = "amazon") -> tuple[Marketplace, ...]:
    """Every marketplace of a platform. ``shop`` stands for shops of their own, by country: they have the country's
    language, clock and currency, and neither relay addresses nor a domain."""
    if platform == "shop":
        return tuple(
            replace(m, id=f"shop-{m.country.lower()}", name=f"Shop {m.country}", domain="", relay_domain="",
                    other_relay_domains=(), platform="shop", pages=())
            for m in marketplaces()
        )  # fmt: skip
    return tuple(place for place in _shipped() if place.platform == platform)


@cache
def _shipped() -> tuple[Marketplace, ...]:
    from franking.model import Marketplace  # a message without a link asks for no marketplace

    text = packaged_text(__package__, "marketplaces.toml")
    data = tomllib.loads(text)
    pages = {platform: tuple(urls.items()) for platform, urls in data["pages"].items()}
    return tuple(
        Marketplace(**{
            "platform": "amazon", **e, "other_relay_domains": tuple(e.get("other_relay_domains", ())),
            "pages": pages.get(e.get("platform", "amazon"), ()),
        })
        for e in data["marketplace"]
    )  # fmt: skip


@cache
def every_marketplace() -> tuple[Marketplace, ...]:
    """Every marketplace of every platform."""
    return (*_shipped(), *marketplaces("shop"))


@cache
def _by_name() -> dict[str, Marketplace]:
    places = every_marketplace()
    domains = Counter(place.domain for place in places)  # bol's countries share one, which names neither
    named = [(key.lower(), m) for m in places for key in (m.id, m.name, m.domain) if domains[key] < 2]
    return {key: m for key, m in named if key}


def marketplace(name: str) -> Marketplace | None:
    """A marketplace by its id, sales channel or domain, in any case; None if there is none."""
    return _by_name().get(name.strip().lower())


__all__ = [
    "ALIASES", "DEFAULT", "SHIPPED", "Entry", "OrderIds", "Policy", "Threshold", "every_marketplace", "load", "load_policy",
    "marketplace",
    "marketplaces",
]  # fmt: skip
