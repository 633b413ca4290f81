"""Contents as the ledger holds them: many in one Zstandard frame (RFC 8878), a block.

Messages of a batch differ in a few lines, so that in each other's company they are a fortieth of their size, in half of the
time that they would take one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import zstandard

from franking.errors import FrankingError

_MOST = 50  # messages of a block: the first costs the most room, and a block is packed anew when some of it are done
_LARGEST = 1 << 20  # bytes before packing; a larger message has a block of its own
_LEVEL = -2  # a fifth more bytes than level 1, in four fifths of the time, and read in two thirds


def portions(contents: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Contents as they go into blocks, in their order."""
    first = size = 0
    for number, content in enumerate(contents):
        if number > first and (number - first == _MOST or size + len(content) > _LARGEST):
            yield contents[first:number]
            first, size = number, 0
        size += len(content)
    if first < len(contents):
        yield contents[first:]


def packer() -> Callable[[bytes | bytearray], bytes]:
    """What makes blocks, each of contents that stand one behind the other. Not for several threads at once."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress


def unpacker() -> Callable[[bytes], bytes]:
    """What reads blocks: the contents one behind the other. It raises ``FrankingError`` for a damaged one. Not for several
    threads at once."""
    reader = zstandard.ZstdDecompressor()

    def unpack(packed: bytes) -> bytes:
        try:
            return reader.decompress(packed)
        except zstandard.ZstdError:
            raise FrankingError("the ledger contains a damaged block of messages") from None

    return unpack


def blanked(packed: bytes, places: Iterable[tuple[int, int]]) -> bytes:
    """A block without some of its contents, each given by its first byte and its length; the others stay where they are.

    Nothing is left of a damaged block."""
    try:
        whole = bytearray(unpacker()(packed))
    except FrankingError:
        return b""
    for place, length in places:
        end = min(place + length, len(whole))
        if place < end:
            whole[place:end] = bytes(end - place)
    return packer()(whole)
