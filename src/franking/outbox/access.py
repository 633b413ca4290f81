"""Connections to a ledger whose troubles are told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from franking.errors import FrankingError


def utc_now() -> datetime:
    """The moment as the tables hold it: UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


def name_of(engine: Engine) -> str:
    """The ledger as people know it: its file, or server and database."""
    url = engine.url
    return f"{url.host}/{url.database}" if url.host else str(Path(url.database)) if url.database else "in memory"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction, on disk when it ends. Raises ``FrankingError`` where the database cannot be written."""
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # waits for other writers now, not in the middle
            yield connection
    except DBAPIError as error:
        raise FrankingError(f"the ledger {name_of(engine)}: {str(error.orig).splitlines()[0]}") from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read. Raises ``FrankingError`` where the database cannot be read."""
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise FrankingError(f"the ledger {name_of(engine)}: {str(error.orig).splitlines()[0]}") from None
