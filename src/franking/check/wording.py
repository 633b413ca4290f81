"""What a message says, as the rules about wording judge it.

A word list is asked in the languages of each text: those that it is marked as, else the message's, and those that it
speaks. An order's own facts (names, product titles, places) are quoted, not said: what stands wholly inside one of them
is no finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from franking.check.inspection import Inspection
from franking.check.segments import TextSegment
from franking.policy.words import ambiguous, found, languages, lists_in
from franking.policy.words.reading import as_read
from franking.policy.words.spoken import spoken

_WRAPPED = re.compile(r"(?<=[^\n]{40})\n(?=[^\s>*-])")  # in a text part: a line that goes on in the next
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)")


def said(inspection: Inspection, name: str, *, names: bool = False) -> Iterator[tuple[TextSegment, int, str]]:
    """Each place where a text says what a list holds: the segment, the index in it, and the words. ``names`` lets single
    words of the buyer's name be quoted too."""
    for segment in inspection.segments:
        for start, words in _found(inspection, name, segment):
            if not is_quoted(inspection, segment.text, start, words, names=names):
                yield segment, start, words


def silent(name: str, line: str) -> bool:
    """Whether a line of the text part holds no entry of a list, in any language."""
    return name not in _lists(line)


@lru_cache(maxsize=32768)
def _lists(text: str) -> frozenset[str]:
    """The lists with an entry in a text, in any language. Remembered: most texts of a batch recur, and lists take turns."""
    return lists_in(as_read(text)[0])


def _found(inspection: Inspection, name: str, segment: TextSegment) -> Iterator[tuple[int, str]]:
    if segment.part != "text":
        if name in _lists(segment.text):
            yield from _in_one(inspection, name, segment, segment.text)
        return
    text = segment.text if segment.derived else _WRAPPED.sub(" ", segment.text)  # of the same length
    start = 0
    for line in text.split("\n"):
        if name in _lists(line):
            for index, words in _in_one(inspection, name, segment, line):
                yield start + index, words
        start += len(line) + 1


def _in_one(inspection: Inspection, name: str, segment: TextSegment, text: str) -> Iterator[tuple[int, str]]:
    read, places = as_read(text)
    asked = _languages(inspection, segment, name, read)
    for index, words in found(name, read, asked):
        if asked is None and words.lower() in ambiguous(name):
            continue
        yield (places[index] if places is not None else index), words


def _languages(inspection: Inspection, segment: TextSegment, name: str, text: str) -> frozenset[str] | None:
    """The languages in which a list is asked about a text; None for all of its languages."""
    marked = segment.languages - {""} or ({inspection.language} if inspection.language else frozenset())
    known = (marked | spoken(text)) & languages(name)
    if known or marked:
        return frozenset(known)
    return (inspection.spoken & languages(name)) or None


def is_quoted(inspection: Inspection, text: str, start: int, words: str, *, names: bool = False) -> bool:
    """Whether words that begin at ``start`` stand inside one of the order's own facts. ``names`` lets single words of the
    buyer's name be quoted too."""
    message = inspection.message
    end = start + len(words)
    quoted = any(_holds(text, start, end, fact) for fact in message.facts)
    if quoted or (names and any(words in name.split() for name in message.names)):
        inspection.quotes = True
        return True
    return False


def _holds(text: str, start: int, end: int, fact: str) -> bool:
    """Whether a place in a text lies in an occurrence of a fact, whole or shortened with an ellipsis."""
    first = max(0, start - len(fact))
    near = text[max(0, first - 1) : end + len(fact) + 1]  # nothing further away can hold the place
    moved = max(0, first - 1)
    if any(at <= start - moved and end - moved <= at + len(fact) for at in _places(near, fact)):
        return True
    cut = _ELLIPSIS.search(text, end, end + len(fact) + 4)
    if cut is None:
        return False
    return any(fact.startswith(text[at : cut.start()]) for at in range(max(0, cut.start() - len(fact)), start + 1))


def _places(text: str, fact: str) -> Iterator[int]:
    """Where a fact stands in a text, not as a part of longer words. A fact of several words may be in other letter case."""
    if " " in fact:
        text, fact = text.lower(), fact.lower()
    at = text.find(fact)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(fact) : at + len(fact) + 1]
        if not (before.isalnum() and fact[:1].isalnum()) and not (after.isalnum() and fact[-1:].isalnum()):
            yield at
        at = text.find(fact, at + 1)
