"""Quoted-printable (RFC 2045, section 6.7), line by line: most lines of a batch recur."""

from __future__ import annotations

import re
from binascii import b2a_qp
from functools import lru_cache

_CRLF = "\r\n"
_SOFT = f"={_CRLF}"
_LONG = 1000  # characters of a line that is split further
_BETWEEN_TAGS = re.compile("(?<=>)(?=<)")


def quoted_printable(text: str) -> str:
    """Encode a text in quoted-printable; lines end with CRLF."""
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    return _CRLF.join(map(any_line, lines))


def any_line(line: str) -> str:
    """Encode a line without its ending."""
    return short_line(line) if len(line) < _LONG else _by_parts(line)


@lru_cache(maxsize=8192)
def short_line(line: str) -> str:
    """Like ``_line``, cached; for lines that are not long."""
    return _encoded(line)


def _encoded(line: str) -> str:
    # A carriage return within a line is encoded like any other character.
    encoded = b2a_qp(line.encode("utf-8", "replace"), quotetabs=False, istext="\r" not in line, header=False)
    return encoded.decode("ascii").replace("\n", _CRLF)


def _by_parts(line: str) -> str:
    """A long line, as generators write it: soft line breaks between tags, because most pieces recur."""
    *pieces, rest = _BETWEEN_TAGS.split(line)
    return "".join([*map(line_part, pieces), _encoded(rest)])


@lru_cache(maxsize=8192)
def line_part(text: str) -> str:
    """A piece of a line, followed by a soft line break."""
    # Encoded with one more character, so that the last line has room for the soft break.
    encoded = _encoded(f"{text}x")[:-1]
    return encoded if encoded.endswith(_SOFT) else encoded + _SOFT
