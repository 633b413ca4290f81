"""Messages that were claimed, made into envelopes by whoever takes them.

To unpack a content lets go of the interpreter. Done on the ledger's thread, each message would be a struggle with the thread
that sends; done by the one that sends, it is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, overload

from franking.model import Envelope, FrankingError
from franking.outbox.prepared import moment


class Claimed(NamedTuple):
    """A claimed message as the tables have it."""

    number: int
    sender: str
    recipient: str
    message_id: str
    content: bytes | None
    dictionary: int | None
    attempts: int
    created_at: Any
    due_at: Any


CONTENT = Claimed._fields.index("content")
DICTIONARY = Claimed._fields.index("dictionary")


class Claims(Sequence[Envelope]):
    """A group of claimed messages; each look makes the envelope anew. One whose content is damaged says so."""

    def __init__(self, rows: Sequence[Sequence[Any]], unpack: Callable[[bytes, int | None], bytes]) -> None:
        self._rows = rows
        self._unpack = unpack

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Envelope: ...
    @overload
    def __getitem__(self, place: slice) -> list[Envelope]: ...
    def __getitem__(self, place: int | slice) -> Envelope | list[Envelope]:
        return list(self)[place] if isinstance(place, slice) else self._envelope(*self._rows[place])

    def __iter__(self) -> Iterator[Envelope]:
        for row in self._rows:
            yield self._envelope(*row)

    def _envelope(
        self, number: int, sender: str, recipient: str, message_id: str, content: bytes | None, dictionary: int | None,
        attempts: int, created_at: Any, _due_at: Any,
    ) -> Envelope:  # fmt: skip
        try:
            whole = self._unpack(content or b"", dictionary)
        except FrankingError:
            return Envelope(number, sender, recipient, message_id, b"", attempts, moment(created_at), damaged=True)
        return Envelope(number, sender, recipient, message_id, whole, attempts, moment(created_at))
