"""One sender per ledger: a lock that the operating system or the database releases when its holder dies.

For SQLite it is a lock on a file beside the ledger, taken by ``filelock``: flock(2) on POSIX, LockFileEx on Windows. It
cannot become stale: the system releases it with its holder, and a remaining file locks nothing. A file system without locks
is refused, because ``filelock`` would use marker files instead, which remain after a crash.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from franking.errors import OutboxError, OutboxUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine

ADVISORY = 0x4672616E6B  # "Frank"
RUNNING = 0x4672616E72  # of whoever runs campaigns
_PATIENCE = 0.5  # seconds: whoever only looks (``file_held``) is gone by then
_GLANCE = 0.1  # seconds, so that two who only look do not take each other for a sender
_STEP = 0.02  # seconds between attempts
_HOLDER = 1  # offset of the holder's process ID: on Windows, the locked byte at 0 cannot be read by others
_BINARY = getattr(os, "O_BINARY", 0)


class SenderLock:
    """A lock that is held until ``release``; also a context manager."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release

    def __enter__(self) -> SenderLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock."""
        self._release()


def _beside(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + ".lock")


def file_lock(ledger: Path | None) -> SenderLock:
    """The lock of an SQLite ledger. A ledger in memory needs none. Raises ``OutboxUnavailable`` while another process holds
    it, ``OutboxError`` if it cannot be created."""
    if ledger is None:
        return SenderLock(lambda: None)
    try:
        descriptor = os.open(_beside(ledger), os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
    except OSError as error:
        reason = (error.strerror or "cannot be opened").lower()
        raise OutboxError(f"the ledger {ledger}: its lock {_beside(ledger).name} cannot be opened: {reason}") from None
    try:
        if not _taken(descriptor, _PATIENCE):
            raise OutboxUnavailable(
                f"another franking send (process {_holder(descriptor)}) is using the ledger {ledger}; wait for it to end"
            )
    except OSError as error:
        os.close(descriptor)
        reason = (error.strerror or "not supported").lower()
        raise OutboxError(f"the ledger {ledger}: its lock {_beside(ledger).name} cannot be taken: {reason}") from None
    except BaseException:
        os.close(descriptor)
        raise
    with suppress(OSError):  # a full disk: the lock is valid without the process ID
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, _HOLDER, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    return SenderLock(lambda: _drop(descriptor))


def _taken(descriptor: int, patience: float) -> bool:
    """Whether the lock was acquired within the time in seconds. Raises ``OSError`` if the file system has no locks."""
    from filelock import lock_descriptor  # imported here because it loads much, and planning and checking do not need it

    until = time.monotonic() + patience
    while not lock_descriptor(descriptor, blocking=False):
        if time.monotonic() >= until:
            return False
        time.sleep(_STEP)
    return True


def _drop(descriptor: int) -> None:
    """Unlock and close. On POSIX closing is enough if no child process has the descriptor; Windows would unlock late."""
    from filelock import unlock_descriptor

    try:
        unlock_descriptor(descriptor)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """The ID of the process that holds the lock, if it can be read."""
    try:
        os.lseek(descriptor, _HOLDER, os.SEEK_SET)
        return os.read(descriptor, 20).decode("ascii", "replace").strip() or "?"
    except OSError:
        return "?"


def file_held(ledger: Path | None) -> bool:
    """Whether a process holds the lock of an SQLite ledger. Creates no file."""
    if ledger is None:
        return False
    try:
        descriptor = _to_look_at(_beside(ledger))
    except OSError:
        return False  # no process has ever sent from this ledger
    try:
        if not _taken(descriptor, _GLANCE):
            os.close(descriptor)
            return True
    except BaseException:
        os.close(descriptor)
        raise
    _drop(descriptor)
    return False


def _to_look_at(lock: Path) -> int:
    try:
        return os.open(lock, os.O_RDWR | _BINARY)  # NFS locks only files that are open for writing
    except PermissionError:
        return os.open(lock, os.O_RDONLY | _BINARY)


def server_lock(engine: Engine, key: int = ADVISORY) -> SenderLock:
    """A session-level advisory lock in PostgreSQL. Raises ``OutboxUnavailable`` while another process holds it,
    and as ``access`` does."""
    from sqlalchemy import text

    from franking.outbox.access import one_line

    with one_line(engine):
        connection = engine.connect()
        held = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar()
        connection.commit()
    if not held:
        connection.close()
        raise OutboxUnavailable("another franking send is using this PostgreSQL ledger; wait for it to end")

    def release() -> None:
        with one_line(engine):
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
            connection.commit()
            connection.close()

    return SenderLock(release)
