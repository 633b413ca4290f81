"""Contents in the ledger: a block is one Zstandard frame (RFC 8878) with the contents of many messages.

Messages of a batch differ in a few lines. Compressed together they need a fortieth of their size, and half the time of
compressing them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import zstandard

from franking.errors import FrankingError

_MOST = 50  # messages per block: the first needs most space; done messages make a block be compressed again
_LARGEST = 1 << 20  # bytes before packing; a larger message has a block of its own
_LEVEL = -2  # a fifth more bytes than level 1, in four fifths of the time; decompressed in two thirds of the time


def portions(contents: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Group contents into blocks, in their order."""
    first = size = 0
    for number, content in enumerate(contents):
        if number > first and (number - first == _MOST or size + len(content) > _LARGEST):
            yield contents[first:number]
            first, size = number, 0
        size += len(content)
    if first < len(contents):
        yield contents[first:]


def packer() -> Callable[[bytes | bytearray], bytes]:
    """Compresses blocks of concatenated contents. Not thread-safe."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress


def unpacker() -> Callable[[bytes], bytes]:
    """Decompresses blocks to concatenated contents. Raises ``FrankingError`` for a damaged block. Not thread-safe."""
    reader = zstandard.ZstdDecompressor()

    def unpack(packed: bytes) -> bytes:
        try:
            return reader.decompress(packed)
        except zstandard.ZstdError:
            raise FrankingError("the ledger contains a damaged block of messages") from None

    return unpack


def blanked(packed: bytes, places: Iterable[tuple[int, int]]) -> bytes:
    """A block in which some contents, given by offset and length in bytes, are blanked; the others keep their offsets. A
    damaged block becomes empty."""
    try:
        whole = bytearray(unpacker()(packed))
    except FrankingError:
        return b""
    for place, length in places:
        end = min(place + length, len(whole))
        if place < end:
            whole[place:end] = bytes(end - place)
    return packer()(whole)
