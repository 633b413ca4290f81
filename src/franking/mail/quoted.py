"""Quoted-printable (RFC 2045, section 6.7), line by line: most lines of a batch recur."""

from __future__ import annotations

import re
from binascii import b2a_qp
from functools import lru_cache

from franking.model import Pattern

_CRLF = "\r\n"
_SOFT = f"={_CRLF}"
_LONG = 1000  # characters of a line that is taken apart
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
    encoded = b2a_qp(line.encode("utf-8", "replace"), quotetabs=False, istext=True, header=False)
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
    """What a pattern makes, in quoted-printable: lines without values are encoded once. Values hold no line ends."""

    def __init__(self, pattern: Pattern) -> None:
        self._pieces: list[str | int] = []  # lines without values, and the numbers of those with some
        self._count = 0
        still: list[str] = []
        for number, line in enumerate(pattern.lines()):
            self._count += 1
            if all(isinstance(part, str) for part in line):
                still.append("".join(map(str, line)))
                continue
            if still:
                self._pieces.append(quoted_printable("\n".join(still)))
                still = []
            self._pieces.append(number)
        if still:
            self._pieces.append(quoted_printable("\n".join(still)))

    @property
    def size(self) -> int:
        """Characters that it holds."""
        return sum(len(piece) for piece in self._pieces if isinstance(piece, str))

    def encode(self, text: str) -> str:
        """A text that the pattern made."""
        lines = text.split("\n")
        if len(lines) != self._count:
            return quoted_printable(text)
        return _CRLF.join([piece if type(piece) is str else _line(lines[piece]) for piece in self._pieces])  # type: ignore[index]
