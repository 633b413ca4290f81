"""What a policy is: values with their sources, and what rules read of them. No rule asks for a policy's name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from franking.errors import FrankingError


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value of a policy, if it is written and since when it holds."""

    value: float
    source: str
    effective: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as a policy file has it: ``name`` such as ``rules.emoji``, ``policy`` the one of the line that says it."""

    name: str
    value: Any
    source: str  # a key of the policy's sources
    effective: str
    note: str
    policy: str


@dataclass(frozen=True, slots=True)
class OrderIds:
    """The form of an order ID: a regular expression, the same in words, and whether nothing else has that form."""

    pattern: str
    words: str
    distinct: bool

    def fits(self, text: str) -> bool:
        """Whether a text is an order ID and nothing else."""
        return compiled(self.pattern).fullmatch(text) is not None


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """A regular expression, compiled once. Raises ``re.error``."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Policy:
    """A marketplace's communication policy, or a shop's own."""

    name: str
    title: str
    widths: tuple[int, ...]
    thresholds: Mapping[str, Threshold]
    sources: Mapping[str, str]
    generic_link_texts: frozenset[str]
    addresses_must_be_relay: bool
    critical_kinds: frozenset[str]  # that the marketplace's API delivers to a buyer who opted out
    kinds_despite_cancel_request: frozenset[str]
    thread_kinds: frozenset[str]  # that reach such a buyer by email, in the buyer's own thread
    adjusted_kinds: frozenset[str]  # that wait for the acceptance of the order's adjustment
    dispatched_kinds: frozenset[str]  # that wait for the confirmation of the order's dispatch
    kinds: Mapping[str, bool]  # by name, whether a kind is permitted; a user's own may not be named
    other_kinds: bool  # whether a kind that is not named is permitted
    rules_off: frozenset[str]
    platforms: frozenset[str]  # whose relay addresses and links are the policy's own
    order_ids: OrderIds
    languages: frozenset[str]  # that may be written in; none: any
    links_anywhere: bool
    courtesies: frozenset[str]  # phrases of greeting, thanks and offers of help, in every language
    called: str  # what it was asked for by: its name, an older name, or a file
    lineage: tuple[str, ...]  # the policies that it builds on, the nearest first
    entries: Mapping[str, Entry] = field(repr=False)
    content: str = field(repr=False, default="")  # all values, as JSON

    @property
    def narrowest(self) -> int:
        """The least of the widths, in CSS px: what fits there fits everywhere."""
        return min(self.widths)

    @property
    def digest(self) -> str:
        """SHA-256 of all values, in hexadecimal."""
        return _digest(self.content)

    @property
    def version(self) -> str:
        """The name with the beginning of the digest: two policies with one version are alike in every value."""
        return f"{self.name}@{self.digest[:12]}"

    def value(self, name: str) -> float:
        """A threshold's value. Raises ``FrankingError`` for a policy file without it."""
        try:
            return self.thresholds[name].value
        except KeyError:
            raise FrankingError(f"policy {self.name}: no threshold {name!r}; expected [thresholds] {name}") from None

    def permits(self, kind: str) -> bool:
        """Whether messages of a kind may be sent at all."""
        return self.kinds.get(kind, self.other_kinds)

    def note(self, name: str) -> str:
        """What the policy adds to a value, such as the reason; "" if that is nothing."""
        entry = self.entries.get(name)
        return entry.note if entry is not None else ""


@cache
def _digest(content: str) -> str:
    import hashlib  # loads OpenSSL, which a check does without

    return hashlib.sha256(content.encode()).hexdigest()


def policy_of(
    name: str, called: str, title: str, sources: Mapping[str, str], entries: Mapping[str, Entry], lineage: Sequence[str]
) -> Policy:
    """The policy that has these values, which must be all that the root has."""
    said = {name: entry.value for name, entry in entries.items()}

    def under(table: str) -> dict[str, Any]:
        return {name.partition(".")[2]: value for name, value in said.items() if name.startswith(f"{table}.")}

    thresholds = {
        key: Threshold(said[full], entries[full].source, entries[full].effective)
        for full in said
        if full.startswith("thresholds.")
        for key in (full.partition(".")[2],)
    }
    setting = under("settings")
    content = json.dumps([title, said], sort_keys=True, ensure_ascii=False)
    return Policy(
        name, title, tuple(setting["widths"]), thresholds, sources,
        frozenset(text for texts in setting["generic_link_texts"].values() for text in texts),
        setting["relay_only"], frozenset(setting["critical_kinds"]), frozenset(setting["cancel_requested_kinds"]),
        frozenset(setting["thread_kinds"]), frozenset(setting["adjusted_kinds"]),
        frozenset(setting["dispatched_kinds"]), {kind: value == "permitted" for kind, value in under("kinds").items()},
        setting["other_kinds"] == "permitted", frozenset(slug for slug, value in under("rules").items() if value == "off"),
        frozenset(setting["platforms"]),
        OrderIds(setting["order_id"], setting["order_id_words"], setting["order_id_distinct"]),
        frozenset(setting["languages"]), setting["link_hosts"] == "any",
        frozenset(text for texts in setting["courtesies"].values() for text in texts), called, tuple(lineage), entries,
        content,
    )  # fmt: skip
