"""What sentences say, by frames: classes of words that occur together in a clause or sentence.

A list of phrases knows phrases only. A frame says which classes of words must meet: a form of "cancel" and a request, not
negated and not the seller's own act. The frames are the same in all languages (``frames.txt``); the classes are small
inflected vocabularies, a file for each language (``en.txt`` …; ``any.txt`` holds in all of them). ``reading`` tells the
format of both.

Every step is linear in the text: words are looked up in tables, once each, and no expression backtracks.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from franking.policy.frames import indexed
from franking.policy.frames.meeting import Hit, met
from franking.policy.frames.reading import SPACED, frames
from franking.policy.frames.sentences import clauses, is_scripted, scripted, sentences, triggers
from franking.policy.frames.vocabulary import glance, lexicon
from franking.policy.words.spoken import spoken

__all__ = ["Hit", "any_in", "excused", "found", "lists_in"]

# Languages that share so many words that a short text of one may be taken for another.
_RELATED = (
    frozenset(("en",)),
    frozenset(("de", "nl", "sv")),
    frozenset(("fr", "it", "es", "pt")),
    frozenset(("pl",)),
    frozenset(("tr",)),
    frozenset(("ar",)),
)


# Short words of several languages, whose language common words would only guess.
_SHARED = re.compile(r"\b(?:de|en|da|no|na|se|le)\b", re.IGNORECASE)


def _heard(text: str) -> frozenset[str]:
    """The languages in whose frames a text may be meant: those that it speaks, with their near relations; else all."""
    heard = spoken(_SHARED.sub(" ", text))
    return frozenset().union(*(group for group in _RELATED if group & heard)) or frozenset(SPACED)


@lru_cache(maxsize=32768)
def _hits(text: str) -> tuple[Hit, ...]:
    """All frames that are met in a text, in any language. Remembered: most texts of a batch recur."""
    hits: list[Hit] = []
    if not text.isascii() and is_scripted(text):
        for sentence in scripted(text, indexed.scripted(), frozenset(frames())):
            hits += met(sentence, "ja", frames())
    possible = glance().languages(text)  # most texts end here
    heard = _heard(text) if possible else frozenset()
    spaced = [lexicon(language) for language in sorted(possible) if language in heard]
    if spaced:
        for words in sentences(text):
            for language in spaced:
                starts = language.starts(words)
                if triggers(words, starts, frames()):
                    hits += met(clauses(words, starts), language.name, frames())
    return _unexcused(hits)


def _unexcused(hits: list[Hit]) -> tuple[Hit, ...]:
    """Hits without those in a clause that an excuse of the second degree covers."""
    excuses = [hit for hit in hits if hit.excuses == 2]
    if not excuses:
        return tuple(hits)
    return tuple(hit for hit in hits if hit.excuses or not any(_covers(excuse, hit) for excuse in excuses))


def _covers(excuse: Hit, hit: Hit) -> bool:
    return (excuse.name, excuse.language) == (hit.name, hit.language) and excuse.start <= hit.start < excuse.end


def lists_in(text: str) -> frozenset[str]:
    """The lists (by name, as in ``policy.words.LISTS``) of which a frame is met in a text, in any language."""
    return frozenset(hit.name for hit in _hits(text) if not hit.excuses)


def any_in(text: str) -> bool:
    """Whether a frame of any list is met in a text, in any language. Not remembered."""
    return any(not hit.excuses for hit in _hits.__wrapped__(text))


def found(name: str, text: str, spoken: Collection[str] | None = None) -> list[Hit]:
    """The frames of a list that are met in a text, in the languages ``spoken`` (None: all), one for each place."""
    places: dict[int, Hit] = {}
    for hit in _hits(text):
        if hit.name == name and not hit.excuses and (spoken is None or hit.language in spoken):
            places.setdefault(hit.start, hit)
    return [places[start] for start in sorted(places)]


def excused(name: str, text: str, start: int, spoken: Collection[str] | None = None) -> bool:
    """Whether words of a list that begin at ``start`` are meant otherwise, as a frame of their clause tells."""
    return any(
        hit.excuses and hit.name == name and hit.start <= start < hit.end and (spoken is None or hit.language in spoken)
        for hit in _hits(text)
    )
