"""Generated text that continues a word, also read without that word.

In ``shipped<b></b>`` with ``b::after{content:"unsubscribe here"}`` a reader sees one word and reads two texts. So it is judged
as joined, on its own, and the rest without it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from franking.check.segments import Piece, TextSegment

Range = tuple[int, int]  # of characters in a segment


def separated(segment: TextSegment, generated: Sequence[Range]) -> Iterator[TextSegment]:
    """The readings of a segment besides the joined one; none if no generated text continues a word."""
    text = segment.text
    ranges = [(start, min(end, len(text))) for start, end in generated if start < len(text)]
    joined = [one for one in ranges if _continues(text, one[0]) or _continues(text, one[1])]
    if not joined or not segment.pieces:
        return
    for start, end in joined:
        yield replace(segment, text=text[start:end], pieces=_near(segment.pieces, start), apart=True)
    kept = _kept(ranges, len(text))
    rest = "".join(text[start:end] for start, end in kept)
    if rest.strip():
        yield replace(segment, text=rest, pieces=tuple(_moved(segment.pieces, ranges)), apart=True)


def _continues(text: str, index: int) -> bool:
    """Whether a word, number or sign goes on over the edge between two characters."""
    before, after = text[max(0, index - 1) : index], text[index : index + 1]
    return bool(before and after) and not before.isspace() and not after.isspace() and (before.isalnum() or after.isalnum())


def _kept(ranges: Sequence[Range], length: int) -> Iterator[Range]:
    at = 0
    for start, end in ranges:
        yield at, start
        at = end
    yield at, length


def _near(pieces: Sequence[Piece], start: int) -> tuple[Piece, ...]:
    """The piece at which a generated text is reported, from the text's start: the one before it, else the first."""
    piece = pieces[max(0, bisect_right(pieces, start, key=_start) - 1)]
    return (Piece(piece.start - start, piece.node, piece.index),)


def _moved(pieces: Sequence[Piece], ranges: Sequence[Range]) -> Iterator[Piece]:
    """The pieces of the text without the ranges; none of them begins in one."""
    before = gone = 0  # ranges, and characters in them, before a piece
    for piece in pieces:
        while before < len(ranges) and ranges[before][0] < piece.start:
            gone += ranges[before][1] - ranges[before][0]
            before += 1
        yield Piece(piece.start - gone, piece.node, piece.index)


def _start(piece: Piece) -> int:
    return piece.start
