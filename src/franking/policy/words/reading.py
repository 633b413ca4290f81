"""A text as word lists compare it: compatibility characters (full-width letters, ligatures, styled letters) as the plain
ones that they read as (Unicode NFKC), line ends as spaces, and without the isolates of direction that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ISOLATES = "\u2066\u2067\u2068\u2069"
_ISOLATE = re.compile(f"[{_ISOLATES}]")


def reads(text: str) -> str:
    """The text as it reads."""
    if text.isascii():
        return text.replace("\n", " ")
    if unicodedata.is_normalized("NFKC", text):  # then each of its characters is, by itself
        return _ISOLATE.sub("", text).replace("\n", " ")
    return as_read(text)[0]


@lru_cache(maxsize=8192)
def as_read(text: str) -> tuple[str, tuple[int, ...] | None]:
    """The text as it reads, and for each of its characters the index in ``text``; None where these are the same."""
    text = text.replace("\n", " ")
    if text.isascii():
        return text, None
    # Each character by itself: the library sorts the marks on a letter one by one, which is slow where there are many.
    read = {c: "" if c in _ISOLATES else unicodedata.normalize("NFKC", c) for c in set(text)}
    if all(character == plain for character, plain in read.items()):
        return text, None
    characters: list[str] = []
    places: list[int] = []
    for index, character in enumerate(text):
        plain = read[character]
        characters.append(plain)
        places += [index] * len(plain)
    return "".join(characters), tuple(places)
