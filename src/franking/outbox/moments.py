"""Moments as the tables hold them: UTC, naive; texts in SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


def utc_now() -> datetime:
    """The moment as the tables hold it."""
    return datetime.now(UTC).replace(tzinfo=None)


def now_in(dialect: str) -> Any:
    """The moment as a database keeps it."""
    return stored(utc_now(), dialect)


def stored(moment: datetime, dialect: str) -> Any:
    """A moment, naive and UTC, as a database keeps it: SQLite as SQLAlchemy writes it, so that texts compare as moments."""
    return moment.isoformat(" ", "microseconds") if dialect == "sqlite" else moment


@lru_cache(maxsize=256)
def moment(value: Any) -> datetime:
    """A kept moment, aware. Remembered: a group was queued at one."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(found, datetime)
    return found.replace(tzinfo=UTC)
