"""What to fetch, and by which API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from franking.errors import ConfigurationError, InputError
from franking.model import Marketplace
from franking.orders.recognition import report_types
from franking.orders.report_type import ReportType

WAYS = {"2026": "Orders 2026-01-01", "v0": "Orders v0", "report": "Reports 2021-06-30"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to fetch: orders that were updated in ``since`` (as typed) or later, in marketplaces of one region, by Orders or,
    with ``report`` (the API's name), by a report. Without ``personal``, no data of buyers is asked for."""

    since: str
    places: tuple[Marketplace, ...]
    report: str = ""
    personal: bool = True

    @property
    def source(self) -> str:
        """What ``last`` is counted by."""
        return json.dumps([self.report or "orders", sorted(place.id for place in self.places), self.personal])

    @property
    def key(self) -> str:
        """What an interrupted fetch is known by."""
        return hashlib.sha256(f"{self.source} {self.since.strip()}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a report is waited for, in seconds: the first time between two looks, the longest, and in all."""

    first: float = 5.0
    longest: float = 60.0
    most: float = 1800.0


@dataclass(frozen=True, slots=True)
class Outline:
    """What a fetch would ask for. ``begun`` is when it began, where it is an interrupted one."""

    since: datetime
    until: datetime
    begun: datetime | None
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished fetch. ``unreadable`` orders of the file cannot be read, for the reasons in ``problems`` (the first ones)."""

    file: Path
    way: Literal["2026", "v0", "report"]
    why: str
    since: datetime
    until: datetime
    orders: int
    unreadable: int
    problems: tuple[str, ...]
    begun: datetime | None


def requested(report: str) -> tuple[ReportType, str]:
    """The report type that the user names, by our name or the API's, and the API's name. Raises ``InputError``."""
    for kind in report_types():
        if kind.api and report == kind.name:
            return kind, kind.api[0]
        if report in kind.api:
            return kind, report
    names = ", ".join(sorted(kind.name for kind in report_types() if kind.api))
    raise InputError(f"--report {report[:60]!r}: expected {names}, or what the API calls one of them")


def places_of(names: Sequence[str], find: Callable[[str], Marketplace | None]) -> tuple[Marketplace, ...]:
    """The marketplaces of names or IDs, each once. Raises ``InputError``, ``ConfigurationError`` where none is named."""
    found: dict[str, Marketplace] = {}
    for name in names:
        place = find(name)
        if place is None:
            raise InputError(f"marketplace {name[:30]!r}: expected for example Amazon.de or a marketplace id")
        found[place.id] = place
    if not found:
        raise ConfigurationError(
            'no marketplace: pass --marketplace, or set amazon_marketplaces in franking.toml, such as ["Amazon.de"]'
        )
    return tuple(found[key] for key in sorted(found))
