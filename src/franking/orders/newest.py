"""Which of an order's copies counts: the one that was updated last. Pages of answers may overlap while orders change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")


def newest(copies: Sequence[T], raw_of: Callable[[T], object]) -> list[T]:
    """One of the copies where it is certain that it counts: they are equal, or it alone was updated last. Else all that differ.
    ``raw_of`` gives a copy's JSON value."""
    distinct = [copy for number, copy in enumerate(copies) if raw_of(copy) not in [raw_of(c) for c in copies[:number]]]
    if len(distinct) == 1:
        return distinct
    updated = [updated_at(raw_of(copy)) for copy in distinct]
    known = [moment for moment in updated if moment is not None]
    if len(known) < len(updated) or updated.count(max(known)) > 1:
        return distinct
    return [distinct[updated.index(max(known))]]


def updated_at(raw: object) -> datetime | None:
    """When an order was last changed (UTC), None if that cannot be read. Orders v0 and 2026-01-01 write ISO 8601 with an
    offset, with or without fractions of a second."""
    found = raw.get("LastUpdateDate") or raw.get("lastUpdatedTime") if isinstance(raw, dict) else None
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
