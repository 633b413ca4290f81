"""What identifies the running program: what was worked out by one must not be used by another."""

from __future__ import annotations

import hashlib
import os
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

_SKIPPED = frozenset(["__pycache__"])


@cache
def program() -> str | None:
    """A digest of the program's files (paths, sizes, times), of the installed distributions with their versions, and of
    Python; None if the files cannot be listed, as in an archive."""
    digest = hashlib.sha256(f"{sys.version}\n{unicodedata.unidata_version}\n".encode())
    folder = Path(__file__).resolve().parents[1]
    try:
        _add_folder(str(folder), digest.update)
        for place in map(Path, sys.path):
            if place.name in ("site-packages", "dist-packages"):
                names = sorted(path.name for pattern in ("*.dist-info", "*.egg-info") for path in place.glob(pattern))
                digest.update(repr((str(place), names)).encode("utf-8", "surrogatepass"))
    except OSError:
        return None
    return digest.hexdigest()


def _add_folder(folder: str, add: Callable[[bytes], None]) -> None:
    """The files below a folder, in the order of their names."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir():
            if entry.name not in _SKIPPED:
                _add_folder(entry.path, add)
        else:
            known = entry.stat()
            add(f"{entry.path}\0{known.st_size}\0{known.st_mtime_ns}\n".encode("utf-8", "surrogatepass"))
