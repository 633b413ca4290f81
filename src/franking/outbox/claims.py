"""Claimed messages, unpacked into envelopes by the code that sends them.

Unpacking a block releases the GIL. On the ledger's thread it would compete with the sending thread, so the sending thread
does it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from franking.errors import FrankingError
from franking.model import Envelope
from franking.outbox.moments import moment
from franking.outbox.packing import unpacker


class Claimed(NamedTuple):
    """The row of a claimed message."""

    number: int
    sender: str
    recipient: str
    message_id: str
    block: int | None
    place: int | None
    length: int | None
    attempts: int
    created_at: Any
    due_at: Any


BLOCK = Claimed._fields.index("block")


class Claims(Sequence[Envelope]):
    """A group of claimed messages and the compressed blocks with their contents. A message with a damaged content is
    marked."""

    def __init__(self, rows: Sequence[Sequence[Any]], packed: Mapping[int, bytes]) -> None:
        self._rows = rows
        self._packed = packed
        self._made: list[Envelope] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Envelope: ...
    @overload
    def __getitem__(self, place: slice) -> list[Envelope]: ...
    def __getitem__(self, place: int | slice) -> Envelope | list[Envelope]:
        return self._envelopes()[place]

    def __iter__(self) -> Iterator[Envelope]:
        return iter(self._envelopes())

    def _envelopes(self) -> list[Envelope]:
        if self._made is None:
            self._made = list(map(_envelope, self._rows, self._contents()))
        return self._made

    def _contents(self) -> list[bytes | None]:
        """The contents in the order of the rows, None for damaged ones; one block is in memory at a time."""
        contents: list[bytes | None] = [None] * len(self._rows)
        unpack = unpacker()
        within: defaultdict[int | None, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            within[row[BLOCK]].append(number)
        for block, members in within.items():
            if block is None or block not in self._packed:
                continue
            try:
                whole = unpack(self._packed[block])
            except FrankingError:
                continue
            for number in members:
                place, length = self._rows[number][BLOCK + 1], self._rows[number][BLOCK + 2]
                if place + length <= len(whole):
                    contents[number] = whole[place : place + length]
        return contents


def _envelope(row: Sequence[Any], content: bytes | None) -> Envelope:
    number, sender, recipient, message_id, block, place, length, attempts, created_at, _due_at = row
    spot = (block, place, length) if block is not None else None
    known = (attempts, moment(created_at), "", content is None, spot)
    return Envelope(number, sender, recipient, message_id, content or b"", *known)
