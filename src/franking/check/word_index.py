"""The words of a dictionary as front-coded blocks of bytes, which are searched in place of being loaded.

A dictionary takes a quarter of a second to a second to load, and a batch of twenty messages looks up a dozen words in it. As
an index of four bytes a word it takes a fifth of the memory; with a cache on disk it is made once.

An index starts with what it is, where the table of blocks stands, their number, and its size. A block has 32 words in the
order of their bytes, each as the number of bytes that it shares with the one before, the number of bytes that follow, and
these bytes. The first word of a block shares nothing.
"""

from __future__ import annotations

import struct
import sys
import unicodedata
from array import array
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

BLOCK = 32  # words
_FORMAT = "2"
_LIMIT = 64 << 20  # bytes; the largest dictionary has 18 MB
_HEAD = struct.Struct("<4sIII")
_MARK = b"wix2"


class WordIndex:
    """An index that was made by ``of`` or ``packed``. Raises ``ValueError`` for what is none."""

    def __init__(self, data: bytes) -> None:
        try:
            mark, table, number, size = _HEAD.unpack_from(data)
        except struct.error:
            raise ValueError("no index") from None
        if mark != _MARK or size != len(data) or table + 4 * number != size:
            raise ValueError("no index")
        self._data, self._table = data, table
        self._blocks = array("I")
        self._blocks.frombytes(data[table:])
        if sys.byteorder == "big":
            self._blocks.byteswap()

    @classmethod
    def of(cls, words: Iterable[str]) -> bytes:
        """The bytes of an index."""
        ordered = sorted({word.encode("utf-8", "surrogatepass") for word in words if word})
        records, starts, before = bytearray(), array("I"), b""
        for number, word in enumerate(ordered):
            shared = 0
            if number % BLOCK:
                for step in (8, 4, 2, 1):  # up to 15 bytes, which most words do not share
                    if len(before) >= shared + step and word.startswith(before[: shared + step]):
                        shared += step
            else:
                starts.append(_HEAD.size + len(records))
            records.append(shared)
            records += varint(len(word) - shared) + word[shared:]
            before = word
        return packed(records, starts)

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or not word:
            return False
        data, blocks = self._data, self._blocks
        wanted = word.encode("utf-8", "surrogatepass")
        low, high = 0, len(blocks)  # the word stands in the last block whose first word is not behind it
        while low < high:
            middle = (low + high) // 2
            length, start = read_varint(data, blocks[middle] + 1)
            if data[start : start + length] <= wanted:
                low = middle + 1
            else:
                high = middle
        if not low:
            return False
        at, found = blocks[low - 1], b""
        for _ in range(BLOCK):
            if at >= self._table:
                return False
            shared, at = read_varint(data, at)
            length, at = read_varint(data, at)
            found = found[:shared] + data[at : at + length]
            if found >= wanted:
                return found == wanted
            at += length
        return False


def packed(records: bytearray, starts: array[int]) -> bytes:
    """The bytes of an index with these words; ``starts`` are the places of its blocks in it."""
    if sys.byteorder == "big":
        starts.byteswap()
    table = _HEAD.size + len(records)
    return b"".join((_HEAD.pack(_MARK, table, len(starts), table + 4 * len(starts)), records, starts.tobytes()))


FIRST = _HEAD.size  # where the first block of an index starts


@cache
def varint(number: int) -> bytes:
    """A number in groups of seven bits, the least first; a set bit 7 says that another group follows."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place behind it. Raises ``IndexError`` at the end of the data."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    number, shift = byte & 0x7F, 7
    while byte > 0x7F:
        at += 1
        byte = data[at]
        number |= (byte & 0x7F) << shift
        shift += 7
    return number, at + 1


def indexed(name: str, package: str, file: str, make: Callable[[Path | None], bytes]) -> WordIndex:
    """The words of a dictionary, from the cache on disk where it has them. ``make`` makes the index, given the dictionary's
    file in its package, which the index depends on, or None if that is no file on disk."""
    import hashlib  # loads OpenSSL, which a check without a word to look up does without

    from franking.files.disk_cache import disk_cache

    path = _found(package, file)
    cache = disk_cache() if path is not None else None
    described = _described(package, path) if path is not None and cache is not None else None
    if cache is None or described is None:
        return WordIndex(make(path))
    entry = f"words-{name}-{hashlib.sha256(described.encode()).hexdigest()[:32]}"
    content = cache.read(entry, _LIMIT)
    if content is not None:
        try:
            return WordIndex(content)
        except ValueError:
            pass
    content = make(path)
    if len(content) <= _LIMIT:
        cache.write(entry, content)
    return WordIndex(content)


def _found(package: str, file: str) -> Path | None:
    """A package's file, found without loading the package; None if it is no file on disk."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / file
    return path if path.is_file() else None


def _described(package: str, path: Path) -> str | None:
    """What identifies a version of a package's file."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    try:
        known = path.stat()
        versions = sorted(found.name for found in Path(spec.origin).parents[1].glob(f"*{package}*.dist-info"))
    except OSError:
        return None
    parts = (_FORMAT, sys.version, unicodedata.unidata_version, str(path), str(known.st_size), str(known.st_mtime_ns))
    return "\n".join((*parts, *versions))
