"""Policy data: thresholds with their sources, and the marketplaces. A policy change is a change of data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from franking.errors import FrankingError
from franking.model import Marketplace


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value of a policy, where it is written and since when it holds."""

    value: float
    source: str
    effective: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A marketplace's communication policy."""

    name: str
    title: str
    widths: tuple[int, ...]
    thresholds: Mapping[str, Threshold]
    sources: Mapping[str, str]
    generic_link_texts: frozenset[str]
    addresses_must_be_relay: bool
    critical_kinds: frozenset[str]  # that the marketplace's API delivers to a buyer who opted out
    kinds_despite_cancel_request: frozenset[str]
    thread_kinds: frozenset[str] = frozenset()  # that reach such a buyer by email, in the buyer's own thread

    @property
    def narrowest(self) -> int:
        """The least of the widths, in CSS px: what fits there fits everywhere."""
        return min(self.widths)

    def value(self, name: str) -> float:
        """A threshold's value. Raises ``FrankingError`` for a policy file without it."""
        try:
            return self.thresholds[name].value
        except KeyError:
            raise FrankingError(f"policy/{self.name}.toml: no threshold {name!r}; expected [thresholds.{name}]") from None


@cache
def load(name: str = "amazon") -> Policy:
    """Read a policy that the package ships. Raises ``FrankingError`` for an unknown name."""
    if name != "amazon":
        raise FrankingError(f"unknown policy {name!r}; expected one of: amazon")
    file = resources.files(__package__).joinpath(f"{name}.toml")
    data = tomllib.loads(file.read_text("utf-8"))
    thresholds = {k: Threshold(v["value"], v["source"], str(v["effective"])) for k, v in data["thresholds"].items()}
    phrases = frozenset(p for words in data["generic_link_texts"].values() for p in words)
    return Policy(
        name, data["title"], tuple(data["widths"]), thresholds, data["sources"], phrases, data["recipient"]["relay_only"],
        frozenset(data["critical"]["kinds"]), frozenset(data["cancel_requested"]["kinds"]),
        frozenset(data.get("thread", {}).get("kinds", [])),
    )  # fmt: skip


@cache
def marketplaces() -> tuple[Marketplace, ...]:
    """Every marketplace that the package knows."""
    text = resources.files(__package__).joinpath("marketplaces.toml").read_text("utf-8")
    entries = tomllib.loads(text)["marketplace"]
    return tuple(Marketplace(**{**e, "other_relay_domains": tuple(e.get("other_relay_domains", ()))}) for e in entries)


@cache
def _by_name() -> dict[str, Marketplace]:
    return {key.lower(): m for m in marketplaces() for key in (m.id, m.name, m.domain)}


def marketplace(name: str) -> Marketplace | None:
    """A marketplace by its id, sales channel or domain, in any case; None where there is none."""
    return _by_name().get(name.strip().lower())
