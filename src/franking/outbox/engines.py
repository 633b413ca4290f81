"""Engines for outbox URLs: ``sqlite:///PATH`` and ``postgresql://…``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from franking.errors import ConfigurationError, install_hint
from franking.outbox.files import BUSY, PRAGMAS, make


def parsed(url: str) -> URL:
    """A parsed outbox URL. Raises ``ConfigurationError`` for a URL of another kind."""
    try:
        found = make_url(url)
        backend = found.get_backend_name()
    except (ArgumentError, ValueError):
        raise ConfigurationError("the outbox URL cannot be read; expected for example sqlite:///franking.db") from None
    if backend not in ("sqlite", "postgresql"):
        raise ConfigurationError(f"outbox {backend[:20]!r}: expected sqlite:///PATH or postgresql://…")
    if backend == "sqlite" and (found.host or found.query):
        raise ConfigurationError("the outbox URL cannot be read; expected sqlite:/// with three slashes, then the path alone")
    return found


def file_of(url: URL) -> Path | None:
    """The file of an SQLite ledger; None for a ledger in memory or on a server."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def open_sqlite(url: URL) -> Engine:
    """The engine of a file, which is created if it does not exist, or of a ledger in memory."""
    path = file_of(url)
    connecting: dict[str, Any] = {"check_same_thread": False}
    if path is not None:
        make(path)
        connecting["timeout"] = BUSY
    engine = create_engine(
        f"sqlite:///{path}" if path is not None else "sqlite://",
        poolclass=StaticPool,
        hide_parameters=True,
        connect_args=connecting,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # ``writing`` begins transactions explicitly: the driver does not before statements that begin with WITH.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def open_postgresql(url: URL) -> Engine:
    """The engine of a database on a server. Does not connect."""
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
    except ImportError:  # also raised by a psycopg that finds no libpq
        raise ConfigurationError(f"a PostgreSQL outbox needs psycopg: {install_hint('postgres')}") from None
