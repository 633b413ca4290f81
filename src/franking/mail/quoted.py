"""Quoted-printable (RFC 2045, section 6.7), line by line: most lines of a batch recur."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Collection, Sequence
from functools import lru_cache

from franking.model import Pattern, Slot

_CRLF = "\r\n"
_SOFT = f"={_CRLF}"
_LONG = 1000  # characters of a line that is taken apart
_REMEMBERED = 2048
_BETWEEN_TAGS = re.compile("(?<=>)(?=<)")


def quoted_printable(text: str) -> str:
    """A text in quoted-printable, lines ended by CRLF."""
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    return _CRLF.join(map(_line, lines))


def _line(line: str) -> str:
    return _short(line) if len(line) < _LONG else _by_parts(line)


@lru_cache(maxsize=8192)
def _short(line: str) -> str:
    return _encoded(line)


def _encoded(line: str) -> str:
    # A carriage return that ends no line is a character like any other.
    encoded = b2a_qp(line.encode("utf-8", "replace"), quotetabs=False, istext="\r" not in line, header=False)
    return encoded.decode("ascii").replace("\n", _CRLF)


def _by_parts(line: str) -> str:
    """A long line, as generators write them, with soft line breaks between tags: most pieces recur."""
    *pieces, rest = _BETWEEN_TAGS.split(line)
    return "".join([*map(_part, pieces), _encoded(rest)])


@lru_cache(maxsize=8192)
def _part(text: str) -> str:
    """A piece of a line, with a soft line break behind it."""
    # With a character to come, no line is filled up to where the sign of the soft break stands.
    encoded = _encoded(f"{text}x")[:-1]
    return encoded if encoded.endswith(_SOFT) else encoded + _SOFT


class QuotedPattern:
    """What a pattern makes, in quoted-printable, with a soft line break before and behind each value: what stands between
    values is encoded once. Values hold no line ends."""

    def __init__(self, pattern: Pattern) -> None:
        parts: list[str | Slot] = []
        before_value = False
        for part in reversed(pattern.parts):
            if isinstance(part, Slot):
                parts.append(part)
                before_value = True
                continue
            if part:
                *lines, last = part.split("\n")
                rest = "" if not last else _part(last) if before_value else _line(last)
                parts.append(_CRLF.join([*map(_line, lines), rest]))
                before_value = False
        parts.reverse()
        self._parts = [part if isinstance(part, str) else "" for part in parts]
        # Where each value goes, how it is written there, and whether it ends its line.
        self._slots = [
            (at, part.number, part.written, at + 1 == len(parts) or self._parts[at + 1].startswith(_CRLF))
            for at, part in enumerate(parts)
            if isinstance(part, Slot)
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
            value = values[number]
            if not value:
                continue
            if number not in special:
                parts[at] = _short(value) if ends else _part(value)
                continue
            known = self._known.get((at, value))
            if known is None:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                form = value.translate(written)
                known = self._known[(at, value)] = _short(form) if ends else _part(form)
            parts[at] = known
        return "".join(parts)
