"""One sender per ledger: a lock that the operating system or the database drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from franking.errors import FrankingError

_ADVISORY = 0x4672616E6B  # "Frank"


class SenderLock:
    """Held until ``release``; also a context manager."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release

    def __enter__(self) -> SenderLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Let others send."""
        self._release()


def file_lock(ledger: Path | None) -> SenderLock:
    """A lock beside an SQLite ledger; a ledger in memory has one process anyway."""
    if ledger is None:
        return SenderLock(lambda: None)
    descriptor = os.open(ledger.with_name(ledger.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise FrankingError(
            f"another franking send (process {holder or '?'}) is using the ledger {ledger}; wait for it to end"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return SenderLock(lambda: os.close(descriptor))


def server_lock(engine: Engine) -> SenderLock:
    """A session-level advisory lock in PostgreSQL."""
    connection = engine.connect()
    held = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY}).scalar()
    connection.commit()
    if not held:
        connection.close()
        raise FrankingError("another franking send is using this PostgreSQL ledger; wait for it to end")

    def release() -> None:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY})
        connection.commit()
        connection.close()

    return SenderLock(release)
