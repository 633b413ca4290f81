"""Engines for outbox URLs: ``sqlite:///PATH`` and ``postgresql://…``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from franking.errors import ConfigurationError, OutboxError, install_hint
from franking.files.private import make_private

BUSY = 30  # seconds that a writer waits for other writers


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
        _make(path)
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
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _make(path: Path) -> None:
    """Create the file if it does not exist, readable by its owner only: it contains personal data until messages are done."""
    try:
        if not path.parent.is_dir():
            raise OutboxError(f"the ledger's folder {path.parent} does not exist")
        if path.is_dir():
            raise OutboxError(f"the ledger {path} is a folder; expected a file")
        make_private(path)  # SQLite creates its journal files with the same mode
        for beside in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if beside.exists():
                make_private(beside)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise OutboxError(f"the ledger {path}: cannot be made: {(reason or 'no file name').lower()}") from None


def open_postgresql(url: URL) -> Engine:
    """The engine of a database on a server. Does not connect."""
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
    except ImportError:  # also raised by a psycopg that finds no libpq
        raise ConfigurationError(f"a PostgreSQL outbox needs psycopg: {install_hint('postgres')}") from None
