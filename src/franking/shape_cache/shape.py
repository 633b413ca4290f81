"""What the shape cache holds: shapes, and the messages that they are made from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from franking.model import Draft, Encoded, Inlined, Order
from franking.shape_cache.patterns import Pattern
from franking.shape_cache.quoted import QuotedPattern
from franking.shape_cache.value_proof import REMEMBERED_SIZE, ValueProof

_MOST_WAITING = 4096


@dataclass(frozen=True, slots=True)
class Refused:
    """A shape, or the room that some values take, whose messages must each be checked as a whole."""

    reason: str
    size: int = 1000  # bytes, about


@dataclass(slots=True)
class Shape:
    """What all messages of a shape have in common, and the proofs about them by the extent of their values."""

    html: Pattern
    text: Pattern
    quoted: tuple[QuotedPattern, QuotedPattern] | None  # the same for the wire
    lossy: frozenset[int]  # slots where a special character comes out as others
    slots: Sequence[int]
    urls: frozenset[int]
    structure: frozenset[int]  # of the slots, those that must not be
    marked: Inlined
    bounded: dict[int, bool] | None = None
    proofs: dict[tuple[float, ...], ValueProof | Refused] = field(default_factory=dict)

    def inlined(self, draft: Draft, values: Sequence[str], special: Collection[int]) -> Inlined:
        """The shape's message with these values."""
        html, text = self.html.fill(values, special), self.text.fill(values, special)
        encoded = None
        if self.quoted is not None:
            encoded = Encoded(self.quoted[0].fill(values, special), self.quoted[1].fill(values, special))
        return Inlined(draft, html, text, encoded)

    @property
    def size(self) -> int:
        """Bytes that it holds, about."""
        quoted = sum(pattern.size for pattern in self.quoted or ())
        return quoted + 2 * (self.html.size + self.text.size + 2 * len(self.marked.html)) + REMEMBERED_SIZE


def quoted_patterns(html: Pattern, text: Pattern) -> tuple[QuotedPattern, QuotedPattern] | None:
    """The two patterns for the wire; None if a text has carriage returns of its own."""
    if any("\r" in part for pattern in (html, text) for part in pattern.texts):
        return None
    return QuotedPattern(html), QuotedPattern(text)


@dataclass(slots=True)
class Skeleton:
    """Messages that differ in their values only; those with values in their structure have a shape for each of these."""

    seen: int = 0
    faulty: int = 0  # messages with findings, of those that a shape was to be made from
    structure: frozenset[int] | None = None
    shapes: OrderedDict[tuple[str, ...], Shape | Refused] = field(default_factory=OrderedDict)
    once: set[tuple[str, ...]] = field(default_factory=set)  # structures that one message has had so far
    size: int = 0
    entry: str = ""  # its name in the cache on disk; "" if it has none
    met_before: bool = False  # by an earlier process, which made no proof

    def comes_again(self, key: tuple[str, ...]) -> bool:
        """Whether a structure was there before: of most odd ones there is one message only."""
        if key in self.once:
            self.once.discard(key)
            return True
        if len(self.once) >= _MOST_WAITING:
            self.once.clear()
        self.once.add(key)
        return False


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """The message that a shape is made from: its fenced draft, the texts between its values, and these."""

    order: Order
    draft: Draft
    statics: list[str]
    values: list[str]
    special: frozenset[int]
