"""Patterns in quoted-printable: what stands between values is encoded once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from franking.mail.quoted import any_line, line_part, short_line
from franking.shape_cache.patterns import Pattern

_CRLF = "\r\n"
_REMEMBERED = 2048


class QuotedPattern:
    """What a pattern makes, in quoted-printable, with a soft line break before and behind each value: what stands between
    values is encoded once. Values hold no line ends."""

    def __init__(self, pattern: Pattern) -> None:
        last = len(pattern.slots)
        texts = [_encoded(text, before_value=at < last) for at, text in enumerate(pattern.texts)]
        self._parts = [""] * (2 * last + 1)  # with room for the values
        self._parts[::2] = texts
        # Where each value goes, how it is written there, and whether it ends its line.
        self._slots = [
            (2 * at + 1, slot.number, slot.written, texts[at + 1].startswith(_CRLF) or (at + 1 == last and not texts[last]))
            for at, slot in enumerate(pattern.slots)
        ]
        self._known: dict[tuple[int, str], str] = {}  # of values that are written in another form

    @property
    def size(self) -> int:
        """Characters that it holds."""
        return sum(map(len, self._parts))

    def fill(self, values: Sequence[str], special: Collection[int] = ()) -> str:
        """The text with its values, see ``Pattern.fill``."""
        parts = self._parts.copy()
        for at, number, written, ends in self._slots:
            value = values[number]  # never empty: which values are is part of the shape
            if number not in special:
                parts[at] = short_line(value) if ends else line_part(value)
                continue
            known = self._known.get((at, value))
            if known is None:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                form = value.translate(written)
                known = self._known[(at, value)] = short_line(form) if ends else line_part(form)
            parts[at] = known
        return "".join(parts)


def _encoded(text: str, *, before_value: bool) -> str:
    """What stands between two values."""
    *lines, last = text.split("\n")
    rest = "" if not last else line_part(last) if before_value else any_line(last)
    return _CRLF.join([*map(any_line, lines), rest])
