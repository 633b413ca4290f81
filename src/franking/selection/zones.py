"""The time zones of a buyer, by the country and the state that an order is shipped to.

Countries are those of the time zone database (its ``zone.tab``, which the package tzdata has); states are in ``zones.toml``.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from franking.errors import FrankingError
from franking.files.packaged import packaged_text


@lru_cache(maxsize=4096)
def zones_of(country: str, state: str) -> tuple[str, ...]:
    """The time zones that a buyer may live in, sorted: one where that is decided, those of the country where the state does
    not tell, none for a country that is not known (ISO 3166-1 alpha-2)."""
    narrowed = _states().get(country, {}).get(_plain(state)) if state else None
    return narrowed or _countries().get(country, ())


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    try:
        text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        raise FrankingError("the package tzdata has no list of countries (zone.tab); install it again") from None
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, []).append(zone)
    return {country: tuple(sorted(zones)) for country, zones in found.items()}


@cache
def _states() -> dict[str, dict[str, tuple[str, ...]]]:
    """By country and each name of a state."""
    data = tomllib.loads(packaged_text(__package__, "zones.toml"))
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for country, groups in data.items():
        for group in groups:
            zones = tuple(sorted(group["zones"]))
            for names in group["states"]:
                for name in names.split("|"):
                    found.setdefault(country, {})[_plain(name)] = zones
    return found


def _plain(text: str) -> str:
    """Without case, accents, points and blanks: ``Baja California`` and ``BAJA  CALIFORNIA`` are one."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if c.isalnum())
