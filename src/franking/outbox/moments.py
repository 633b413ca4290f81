"""Times as the tables store them: UTC, naive; texts in SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


def utc_now() -> datetime:
    """The current time as the tables store it: UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


def now_in(dialect: str) -> Any:
    """The current time as the database stores it."""
    return stored(utc_now(), dialect)


def stored(moment: datetime, dialect: str) -> Any:
    """A time, naive and UTC, as the database stores it. In SQLite a text in SQLAlchemy's format, so texts sort by time."""
    return moment.isoformat(" ", "microseconds") if dialect == "sqlite" else moment


@lru_cache(maxsize=256)
def moment(value: Any) -> datetime:
    """A stored time, aware. Cached, because the rows of a group have the same time."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(found, datetime)
    return found.replace(tzinfo=UTC)
