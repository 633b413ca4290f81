"""The words of a dictionary as a sorted list on disk, which is searched without being loaded.

A dictionary takes a quarter of a second to a second to load, and a batch of twenty messages looks up a dozen words in it.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Callable, Container, Iterable
from importlib.util import find_spec
from pathlib import Path

from franking.files.disk_cache import disk_cache

_FORMAT = "1"
_LIMIT = 64 << 20  # bytes; the largest dictionary has 17 MB


class WordIndex:
    """Words in UTF-8, in the order of their bytes, each between two line ends."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @classmethod
    def of(cls, words: Iterable[str]) -> bytes:
        """The bytes of an index."""
        lines = sorted({word.encode("utf-8", "surrogatepass") for word in words})
        return b"\n" + b"".join(line + b"\n" for line in lines)

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or not word or "\n" in word:
            return False
        data, wanted = self._data, word.encode("utf-8", "surrogatepass")
        low, high = 0, len(data) - 1  # line ends; the word stands between them or nowhere
        while low < high:
            start = data.rfind(b"\n", low, (low + high) // 2 + 1)
            end = data.index(b"\n", start + 1)
            line = data[start + 1 : end]
            if line == wanted:
                return True
            if line < wanted:
                low = end
            else:
                high = start
        return False


def indexed(name: str, package: str, file: str, words: Callable[[], Iterable[str]]) -> Container[str] | None:
    """The words of a dictionary, from an index on disk that is made where there is none; None without a cache on disk.
    ``file`` is the dictionary's file in its package, which the index depends on."""
    cache = disk_cache()
    if cache is None:
        return None
    described = _described(package, file)
    if described is None:
        return None
    entry = f"words-{name}-{hashlib.sha256(described.encode()).hexdigest()[:32]}"
    found = cache.read(entry, _LIMIT)
    if found is None or found[:1] != b"\n" or found[-1:] != b"\n":
        found = WordIndex.of(words())
        if len(found) <= _LIMIT:
            cache.write(entry, found)
    return WordIndex(found)


def _described(package: str, file: str) -> str | None:
    """What identifies a version of a package's file, without loading the package; None if it is no file on disk."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    try:
        known = (folder / file).stat()
        versions = sorted(path.name for path in folder.parent.glob(f"*{package}*.dist-info"))
    except OSError:
        return None
    parts = (_FORMAT, sys.version, unicodedata.unidata_version, str(folder / file), str(known.st_size), str(known.st_mtime_ns))
    return "\n".join((*parts, *versions))
