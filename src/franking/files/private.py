"""Files with buyers' data: readable by their owner only, and written atomically."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

_BINARY = getattr(os, "O_BINARY", 0)


def write_private(path: Path, content: bytes) -> None:
    """Write a file with mode 0600, as ``private_file`` does. Raises ``OSError``; then nothing is left of it."""
    with private_file(path) as file:
        file.write(content)


def unfinished(path: Path) -> Path:
    """Where a file stands while it is written."""
    return path.with_name(f"{path.name}.tmp")


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file with mode 0600, to be written and read back; durable at the end: written beside ``path``, synced, renamed, the
    folder synced. Where the caller raises, nothing is left of it. Raises ``OSError``."""
    temporary = unfinished(path)
    temporary.unlink(missing_ok=True)  # a killed process left it
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def make_private_folder(path: Path) -> None:
    """Create a folder with mode 0700 if it does not exist. Raises ``OSError``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        file = next((parent for parent in (*reversed(path.parents), path) if parent.exists() and not parent.is_dir()), path)
        raise NotADirectoryError(errno.ENOTDIR, f"{file} is a file, expected a folder", str(file)) from None


def make_private(path: Path) -> None:
    """Create an empty file with mode 0600 if it does not exist, for a library that would create it with the umask's mode.
    Remove the access of others from an existing file of the same user. Raises ``OSError``."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600))
    except FileExistsError:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            with suppress(OSError):  # owned by another user, or on a read-only medium
                path.chmod(mode & 0o700)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable by syncing the folder (POSIX). Does nothing if folders cannot be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except (PermissionError, IsADirectoryError):
        return  # Windows cannot open folders
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
