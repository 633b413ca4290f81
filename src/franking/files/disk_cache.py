"""A cache on disk of what the program can work out again: word lists in order, proofs about templates.

Nothing in it is trusted: an entry is used only if it belongs to this user, nobody else may write to it, and its SHA-256 is
right. What is damaged, foreign, too large or unreadable counts as absent. A cache that cannot be written costs time only. No
entry contains data of an order.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

OFF = "off"
VARIABLE = "FRANKING_CACHE"
_MARK = b"franking cache 1\n"
_HEAD = len(_MARK) + hashlib.sha256().digest_size
_MOST = 1024  # entries of one sort
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class DiskCache:
    """Entries by name in one folder. A name is ``SORT-KEY``, where the key stands for everything that the entry depends on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str, limit: int) -> bytes | None:
        """The content of an entry of at most ``limit`` bytes; None if there is none that can be used."""
        try:
            if not _is_own(os.lstat(self.folder)):
                return None
            descriptor = os.open(self.folder / name, os.O_RDONLY | _FLAGS)
            with os.fdopen(descriptor, "rb") as file:
                known = os.fstat(file.fileno())
                if not stat.S_ISREG(known.st_mode) or not _is_own(known) or not _HEAD <= known.st_size <= _HEAD + limit:
                    return None
                written = file.read(_HEAD + limit)
        except (OSError, ValueError):
            return None
        return written[_HEAD:] if written[:_HEAD] == _head(name, memoryview(written)[_HEAD:]) else None

    def write(self, name: str, content: bytes) -> None:
        """Put an entry in place of the one before, as a whole or not at all, with mode 0600."""
        sort = name.partition("-")[0]
        temporary = self.folder / f"{sort}-{secrets.token_hex(8)}.tmp"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_own(os.lstat(self.folder)):
                return
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_head(name, content))
                    file.write(content)
                temporary.replace(self.folder / name)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        except OSError:
            return
        self._limit(sort)

    def state(self) -> str:
        """Why the cache cannot be used; "" if it can, or if it does not exist yet."""
        try:
            known = os.lstat(self.folder)
        except FileNotFoundError:
            return ""
        except OSError as error:
            return (error.strerror or "it cannot be read").lower()
        if not stat.S_ISDIR(known.st_mode):
            return "it is no folder"
        if not _is_own(known):
            return "it belongs to another user, or others may write to it"
        return "" if os.access(self.folder, os.R_OK | os.W_OK | os.X_OK) else "it cannot be written"

    def _limit(self, sort: str) -> None:
        """Remove the oldest entries of a sort where there are too many."""
        with suppress(OSError):
            entries = [entry for entry in os.scandir(self.folder) if entry.name.startswith(f"{sort}-")]
            if len(entries) > _MOST:
                by_age = sorted((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in entries)
                for _, path in by_age[: len(entries) - _MOST // 2]:
                    Path(path).unlink()


def _head(name: str, content: bytes | memoryview) -> bytes:
    """What stands before the content of an entry. The content, which may have 64 MB, is not copied for it."""
    digest = hashlib.sha256(name.encode() + b"\0")
    digest.update(content)
    return _MARK + digest.digest()


def _is_own(known: os.stat_result) -> bool:
    """Whether something belongs to this user, and nobody else may write to it."""
    if not hasattr(os, "geteuid"):  # Windows: the profile folder has an access list of its own
        return True
    return known.st_uid == os.geteuid() and not known.st_mode & _OTHERS_WRITE


_chosen: list[str] = []


def choose(where: str) -> None:
    """Use another cache in this process: a folder, ``off``, or "" for the user's own."""
    _chosen[:] = [where] if where else []


def chosen() -> str:
    """What ``choose`` was given, or else what the environment says: for a process that is to use the same cache."""
    return _chosen[0] if _chosen else os.environ.get(VARIABLE, "")


def disk_cache() -> DiskCache | None:
    """The cache of this process; None if there is none."""
    where = chosen()
    if where == OFF:
        return None
    if where:
        return DiskCache(Path(where))
    folder = user_folder()
    return DiskCache(folder) if folder is not None else None


def user_folder() -> Path | None:
    """The folder for caches of the platform (XDG Base Directory Specification); None for a user without a home."""
    names = {"win32": "LOCALAPPDATA"}
    base = os.environ.get(names.get(sys.platform, "XDG_CACHE_HOME"), "")
    if base and Path(base).is_absolute():
        return Path(base) / "franking" / "cache" if sys.platform == "win32" else Path(base) / "franking"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_absolute() or home == Path(home.anchor):
        return None
    return home.joinpath(
        *{"win32": ("AppData", "Local"), "darwin": ("Library", "Caches")}.get(sys.platform, (".cache",)), "franking"
    )
