"""The lines of a message that the lists of words have something to say about. Each line is looked up once for all lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from franking.check.segments import TextSegment
from franking.policy import frames, likeness
from franking.policy.words import any_in, lists_in
from franking.policy.words.reading import as_read, reads

Line = tuple[TextSegment, int, str]  # the segment, the line's place in it, and its text
_WRAPPED = re.compile(r"(?<=[^\n]{40})\n(?=[^\s>*-])")  # in a text part: a line that continues in the next


def listed_lines(segments: Sequence[TextSegment]) -> dict[str, list[Line]]:
    """By list: the lines with an entry, a frame or a likeness of it, in any language, in their order."""
    found: dict[str, list[Line]] = {}
    for segment in segments:
        for start, line in _lines(segment):
            for name in lists_of(line):
                found.setdefault(name, []).append((segment, start, line))
    return found


@lru_cache(maxsize=32768)
def lists_of(text: str) -> frozenset[str]:
    """The lists with an entry, a frame or a likeness in a text, in any language. Cached: most texts of a batch recur."""
    read = as_read(text)[0]
    return lists_in(read) | frames.lists_in(read) | likeness.lists_in(read)


def unlisted(line: str) -> bool:
    """Whether a line contains no entry, frame or likeness of any list, in any language: asked once for all rules about
    wording."""
    return _unlisted(reads(line))


@lru_cache(maxsize=256)
def _unlisted(read: str) -> bool:
    """Remembered for a moment: a line often stands in both parts of a message, and names do not come again."""
    return not (any_in(read) or frames.any_in(read) or likeness.any_in(read))


def _lines(segment: TextSegment) -> Iterator[tuple[int, str]]:
    """The texts of a segment that are judged each on its own, with their places: of a text part its lines."""
    if segment.part != "text":
        yield 0, segment.text
        return
    text = segment.text if segment.derived else _WRAPPED.sub(" ", segment.text)  # of the same length
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
