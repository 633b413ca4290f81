"""Texts with slots: what all messages of one shape have in common, and where their values go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for value ``number``. ``written`` is how the characters that are not written as they are look here, by
    their code points, as ``str.translate`` takes it."""

    number: int
    written: Mapping[int, str] = field(default_factory=dict)


class Pattern:
    """A text with slots."""

    __slots__ = ("_parts", "_slots")

    def __init__(self, parts: Sequence[str | Slot]) -> None:
        self._parts = [part if isinstance(part, str) else "" for part in parts]
        self._slots = [(at, part.number, part.written) for at, part in enumerate(parts) if isinstance(part, Slot)]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The values that the text takes, in the order of their places."""
        return tuple(number for _, number, _ in self._slots)

    @property
    def size(self) -> int:
        """Characters without the values."""
        return sum(map(len, self._parts))

    def fill(self, values: Sequence[str], special: Collection[int] = ()) -> str:
        """The text with its values; ``special`` are the numbers of those that hold a character with a written form."""
        parts = self._parts.copy()
        for at, number, written in self._slots:
            value = values[number]
            parts[at] = value.translate(written) if number in special else value
        return "".join(parts)
