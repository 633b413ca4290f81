"""One sender per ledger: a lock that the operating system or the database drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from franking.errors import OutboxError, OutboxUnavailable
from franking.outbox.access import one_line

ADVISORY = 0x4672616E6B  # "Frank"
_PATIENCE = 0.5  # seconds: whoever only looks (``file_held``) is gone by then


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


def _beside(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + ".lock")


def file_lock(ledger: Path | None) -> SenderLock:
    """A lock beside an SQLite ledger; a ledger in memory has one process anyway. Raises ``OutboxUnavailable``
    while another process holds it, ``OutboxError`` where it cannot be made."""
    if ledger is None:
        return SenderLock(lambda: None)
    try:
        descriptor = os.open(_beside(ledger), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        reason = (error.strerror or "cannot be opened").lower()
        raise OutboxError(f"the ledger {ledger}: its lock {_beside(ledger).name} cannot be opened: {reason}") from None
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                os.close(descriptor)
                raise OutboxUnavailable(
                    f"another franking send (process {holder or '?'}) is using the ledger {ledger}; wait for it to end"
                ) from None
            time.sleep(0.02)
        except OSError as error:
            os.close(descriptor)
            reason = (error.strerror or "not supported").lower()
            raise OutboxError(f"the ledger {ledger}: its lock {_beside(ledger).name} cannot be taken: {reason}") from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError:  # a full disk: the lock holds without its holder's number
        os.ftruncate(descriptor, 0)
    return SenderLock(lambda: os.close(descriptor))


def file_held(ledger: Path | None) -> bool:
    """Whether a process holds the lock beside an SQLite ledger. Looks without making anything."""
    if ledger is None:
        return False
    try:
        descriptor = os.open(_beside(ledger), os.O_RDONLY)
    except OSError:
        return False  # nobody has ever sent from this ledger
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # several may look at once
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def server_lock(engine: Engine) -> SenderLock:
    """A session-level advisory lock in PostgreSQL. Raises ``OutboxUnavailable`` while another process holds it,
    and as ``access`` does."""
    with one_line(engine):
        connection = engine.connect()
        held = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY}).scalar()
        connection.commit()
    if not held:
        connection.close()
        raise OutboxUnavailable("another franking send is using this PostgreSQL ledger; wait for it to end")

    def release() -> None:
        with one_line(engine):
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY})
            connection.commit()
            connection.close()

    return SenderLock(release)
