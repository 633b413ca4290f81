"""Texts with slots: what all messages of one shape have in common, and where their values go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

_REMEMBERED = 2048


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for value ``number``. ``written`` is how the characters that are not written as they are look here, by
    their code points, as ``str.translate`` takes it."""

    number: int
    written: Mapping[int, str] = field(default_factory=dict)


class Pattern:
    """A text with slots: ``slots`` stand between ``texts``, of which there is one more."""

    __slots__ = ("_known", "_parts", "_slots", "slots", "texts")

    def __init__(self, texts: Sequence[str], slots: Sequence[Slot] = ()) -> None:
        self.texts = texts
        self.slots = slots
        self._parts = [""] * (2 * len(slots) + 1)  # with room for the values
        self._parts[::2] = texts
        self._slots = [(2 * at + 1, slot.number, slot.written) for at, slot in enumerate(slots)]
        self._known: dict[tuple[int, str], str] = {}  # written forms: products and prices recur

    def lines(self) -> list[Pattern]:
        """Its lines, without their ends."""
        lines: list[Pattern] = []
        texts: list[str] = []
        slots: list[Slot] = []
        for text, slot in zip_longest(self.texts, self.slots):
            first, *others = text.split("\n")
            texts.append(first)
            for other in others:
                lines.append(Pattern(texts, slots))
                texts, slots = [other], []
            if slot is not None:
                slots.append(slot)
        return [*lines, Pattern(texts, slots)]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The values that the text takes, in the order of their places."""
        return tuple(number for _, number, _ in self._slots)

    @property
    def size(self) -> int:
        """Characters without the values."""
        return sum(map(len, self._parts))

    def fill(self, values: Sequence[str], special: Collection[int] = ()) -> str:
        """The text with its values; ``special`` are the numbers of those that contain a character with a written form."""
        parts = self._parts.copy()
        for at, number, written in self._slots:
            value = values[number]
            parts[at] = self._written(at, value, written) if number in special else value
        return "".join(parts)

    def _written(self, at: int, value: str, written: Mapping[int, str]) -> str:
        known = self._known.get((at, value))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[(at, value)] = value.translate(written)
        return known
