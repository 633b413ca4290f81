"""Texts with slots: what all messages of one shape have in common, and where their values go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

_REMEMBERED = 2048


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for value ``number``. ``written`` is how the characters that are not written as they are look here, by
    their code points, as ``str.translate`` takes it."""

    number: int
    written: Mapping[int, str] = field(default_factory=dict)


class Pattern:
    """A text with slots."""

    __slots__ = ("_known", "_parts", "_slots")

    def __init__(self, parts: Sequence[str | Slot]) -> None:
        self._parts = [part if isinstance(part, str) else "" for part in parts]
        self._slots = [(at, part.number, part.written) for at, part in enumerate(parts) if isinstance(part, Slot)]
        self._known: dict[tuple[int, str], str] = {}  # written forms: products and prices recur

    @property
    def parts(self) -> list[str | Slot]:
        """The texts and slots that it was made of, in order."""
        slots = {at: Slot(number, written) for at, number, written in self._slots}
        return [slots.get(at, part) for at, part in enumerate(self._parts)]

    def lines(self) -> list[list[str | Slot]]:
        """Its lines, without their ends, each as the parts that it is made of."""
        lines: list[list[str | Slot]] = [[]]
        for part in self.parts:
            if isinstance(part, Slot):
                lines[-1].append(part)
                continue
            first, *others = part.split("\n")
            lines[-1].append(first)
            lines += [[other] for other in others]
        return lines

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
            parts[at] = self._written(at, value, written) if number in special else value
        return "".join(parts)

    def _written(self, at: int, value: str, written: Mapping[int, str]) -> str:
        known = self._known.get((at, value))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[(at, value)] = value.translate(written)
        return known
