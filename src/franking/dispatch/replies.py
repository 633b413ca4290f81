"""Server replies for display: one line, without mail addresses and without control characters."""

from __future__ import annotations

import re
import unicodedata

_SHOWN = 300  # characters
_READ = 1000  # characters; the rest is not examined
# In angle brackets, with a quoted local part, or bare; with a full-width or a percent-encoded at sign, too.
_AT = r"(?:@|\uff20|%40)"
_ADDRESS = re.compile(rf'<[^<>]*{_AT}[^<>]*>|"[^"]*"{_AT}[^ <>]+|[^ <>@]+{_AT}[^ <>@]+')
_TELLING = 4  # characters: a shorter local part may be a word of the reply
# Controls, formats (direction, zero width), surrogates, private use, unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_CUT = re.compile(r"\\(?:x[0-9a-f]?|u[0-9a-f]{0,3}|U[0-9a-f]{0,7})?\Z")


def redacted(text: str, *private: str) -> str:
    """A reply in at most 300 characters, without mail addresses and without the local parts of the addresses in
    ``private``. Line endings become spaces. Every other character that is not printable is escaped as in Python (``\\x1b``,
    ``\\r``, ``\\u202e``), an octet that is no UTF-8 and was decoded with ``surrogateescape`` as ``\\xe9``."""
    if len(text) > _READ:
        text = text[:_READ].rpartition(" ")[0]  # the last word may be a part of an address
    plain = text.isascii() and text.isprintable()
    line = text if plain else " ".join(part.rstrip("\r") for part in text.split("\n"))
    line = " ".join(filter(None, line.replace("\t", " ").split(" ")))
    if "@" in line or "%40" in line or "\uff20" in line:
        line = _ADDRESS.sub("<address>", line)
    for address in private:
        local = address.rpartition("@")[0]
        if len(local) >= _TELLING and local.casefold() in line.casefold():
            line = re.sub(re.escape(local), "<address>", line, flags=re.IGNORECASE)
    if not plain:
        line = "".join(map(_visible, line))
    return line if len(line) <= _SHOWN else _CUT.sub("", line[:_SHOWN])


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
