"""How wide the values of a message are, in the steps that proofs are made for."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache

from franking.layout.measure import FACES, break_pieces, text_width, words

EXTENTS = (4.0, 12.0, 24.0)  # digits: how wide the unbreakable parts of a value may be, in the steps that proofs are made for
DIGIT = "0"


@lru_cache(maxsize=16384)
def step(value: str, kept: bool) -> float:
    """The least of ``EXTENTS`` that a value's widest unbreakable part keeps to; 0 where none is enough."""
    wide = extent(value, kept)
    at = bisect_left(EXTENTS, wide)
    return EXTENTS[at] if at < len(EXTENTS) else 0.0


def extent(value: str, kept: bool) -> float:
    """The width of a value's widest unbreakable part, in digits of the font where it is widest."""
    pieces = [value] if kept else [piece for word in words(value) if word for piece in break_pieces(word)]
    return max(map(_width, pieces), default=0.0)


@lru_cache(maxsize=16384)
def _width(piece: str) -> float:
    """Remembered: a whole name rarely comes again, its words do."""
    return sum(map(_digits, piece))


@cache
def _digits(character: str) -> float:
    """A character's width in digits, in the font where that is most."""
    return max(
        text_width(character, 1.0, bold=bold, face=face) / text_width(DIGIT, 1.0, bold=bold, face=face)
        for face in FACES
        for bold in (False, True)
    )
