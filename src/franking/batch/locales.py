"""Languages and CLDR locales of messages, by the marketplaces that use them."""

from __future__ import annotations

from functools import lru_cache

from franking.errors import FrankingError
from franking.model import Marketplace, Order
from franking.policy import marketplaces


def preferred_locale(order: Order) -> str:
    """How dates and prices are written to a buyer: as the marketplace does, in the buyer's language (a CLDR locale)."""
    locale, language = order.marketplace.locale, order.preferred_language
    return locale if locale.partition("_")[0] == language else _locale(language, order.marketplace.country)


@lru_cache(maxsize=256)
def _locale(language: str, country: str) -> str:
    from babel.localedata import exists

    return f"{language}_{country}" if exists(f"{language}_{country}") else language


def locale_marketplace(language: str) -> Marketplace:
    """The first marketplace that uses a language, for previews. Raises ``FrankingError`` if there is none."""
    found = next((m for m in marketplaces() if m.language == language), None)
    if found is None:
        raise FrankingError(
            f"no marketplace uses the language {language[:10]!r}; expected one of: {', '.join(known_languages())}"
        )
    return found


def known_languages() -> list[str]:
    """The languages of all marketplaces."""
    return sorted({m.language for m in marketplaces()})
