"""Matching of word lists, for the wording rules.

A word list is matched in the languages of each text: those that it is marked as, else the message's, and the detected ones.
Matches entirely inside the order's data (names, product titles, places) are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from franking.check.listed_lines import unlisted
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.segments import TextSegment
from franking.model import Finding, Rule
from franking.policy import frames, likeness
from franking.policy.words import ambiguous, found, is_settled, languages
from franking.policy.words.reading import as_read
from franking.policy.words.spoken import spoken

_PARTS = re.compile(r"[\s\-\u2010\u2011]+")  # between the words of a name
_SHOWN = 80  # characters of a sentence in a message
_QUOTED = 60  # characters of a match in a message
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)")


def about_wording(*, rule: Rule, on_message: Callable[[RuleContext], Iterator[Finding]]) -> CheckRule:
    """A rule that finds entries of a list. A line is inert to all such rules if no list has anything in it."""
    return CheckRule(rule=rule, on_message=on_message, values="segment", inert=unlisted)


def phrases(context: RuleContext, rule: Rule, name: str, does: str, hint: str) -> Iterator[Finding]:
    """A finding for each match of a list at its position, which says what the words do, and those of ``resembling``."""
    for segment, index, match in said(context, name):
        words = " ".join(match.split())[:_QUOTED]
        yield context.at_segment(rule, segment, index, f"“{words}” {does}", hint, measured=words)
    yield from resembling(context, rule, name, hint)


def said(context: RuleContext, name: str) -> Iterator[tuple[TextSegment, int, str]]:
    """Each match of a list: the segment, the index in it, and the words."""
    for segment, start, line in context.listed.get(name, ()):
        for index, words in _in_one(context, name, segment, line):
            if not is_quoted(context, segment.text, start + index, words):
                yield segment, start + index, words


def resembling(context: RuleContext, rule: Rule, name: str, hint: str) -> Iterator[Finding]:
    """An undecided finding, a warning, for each sentence without a match of a list that reads like those that the rule
    rejects, also without the words of the order's data; and for each frame in a sentence that reads quite unlike them."""
    for segment, start, line in context.listed.get(name, ()):
        read, places = as_read(line)
        for hit in _frames(context, name, read, _asked(context, segment, name, read))[1]:
            index = start + (hit.start if places is None else places[hit.start])
            words = read[hit.start : hit.end]
            if not is_quoted(context, segment.text, index, words):
                yield _doubtful(context, rule, segment, index, words, hint)
        if name not in likeness.lists_in(read):
            continue
        masked = _without_facts(read, context.message.facts, context.message.names)
        known = [index for index, _ in _in_one(context, name, segment, line)]
        for at, end in likeness.places(name, read):
            first, last = (at, end) if places is None else (places[at], places[end - 1] + 1)
            if any(first <= index < last for index in known):
                continue
            if not any(at < until and begin < end for begin, until in likeness.places(name, masked)):
                context.quotes = True
                continue
            yield _doubtful(context, rule, segment, start + first, read[at:end], hint)


def _doubtful(context: RuleContext, rule: Rule, segment: TextSegment, index: int, said: str, hint: str) -> Finding:
    words = " ".join(said.split())
    words = words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
    message = f"“{words}” may be {rule.summary}: a person must decide"
    return replace(context.at_segment(rule, segment, index, message, hint), severity="warning", undecided=True)


def _in_one(context: RuleContext, name: str, segment: TextSegment, text: str) -> Iterator[tuple[int, str]]:
    read, places = as_read(text)
    asked = _languages(context, segment, name, read)
    reported: list[tuple[int, int]] = []
    for index, words in found(name, read, asked):
        if asked is None and words.lower() in ambiguous(name):
            continue
        if is_settled(name, read, index, words, asked) or frames.excused(name, read, index, asked):
            continue
        yield (places[index] if places is not None else index), words
        reported.append((index, index + len(words)))
    for hit in _frames(context, name, read, _asked(context, segment, name, read))[0]:
        if not any(hit.start < end and start < hit.end for start, end in reported):  # one finding per position
            yield (places[hit.start] if places is not None else hit.start), read[hit.start : hit.end]


def _closest(context: RuleContext, segment: TextSegment, text: str) -> frozenset[str]:
    """The marked languages of a text, unless it is clearly in another one."""
    marked = segment.languages - {""} or ({context.language} if context.language else frozenset())
    heard = spoken(text)
    return frozenset(marked) if not heard or marked & heard else frozenset()


def _asked(context: RuleContext, segment: TextSegment, name: str, read: str) -> frozenset[str] | None:
    """The languages in which frames are looked for."""
    return _closest(context, segment, read) or _languages(context, segment, name, read)


def _frames(
    context: RuleContext, name: str, read: str, asked: frozenset[str] | None
) -> tuple[list[frames.Hit], list[frames.Hit]]:
    """The frames of a list that match a text, without words of the order's data; and those of them in a sentence that is quite
    unlike those that the list finds."""
    hits = frames.found(name, read, asked)
    if not hits:
        return [], []
    masked = _without_facts(read, context.message.facts, context.message.names)
    kept = hits if masked == read else frames.found(name, masked, asked)
    if len(kept) < len(hits):
        context.quotes = True
    unlike = [hit for hit in kept if likeness.is_unlike(name, masked, hit.start)]
    return [hit for hit in kept if hit not in unlike], unlike


def _without_facts(text: str, facts: Collection[str], names: Collection[str]) -> str:
    """A text of the same length in which the order's data, and single words of names, are replaced by a letter that makes
    no word."""
    low = _lower(text)
    words = [part for name in names for part in _PARTS.split(_lower(name)) if part]
    for fact in sorted({*map(_lower, facts), *words} - {""}, key=len, reverse=True):
        for at in _places(low, fact):
            blank = "".join("q" if c.isalnum() else c for c in fact)
            text = text[:at] + blank + text[at + len(fact) :]
    return text


def _languages(context: RuleContext, segment: TextSegment, name: str, text: str) -> frozenset[str] | None:
    """The languages in which a list is matched against a text; None for all of the list's languages."""
    marked = segment.languages - {""} or ({context.language} if context.language else frozenset())
    known = (marked | spoken(text)) & languages(name)
    if known or marked:
        return frozenset(known)
    return (context.spoken & languages(name)) or None


def is_quoted(context: RuleContext, text: str, start: int, words: str) -> bool:
    """Whether words that begin at ``start`` are inside the order's data, or are single words of the buyer's name. Case is
    ignored, because templates change it. ``own_words`` decides whether the template itself contains them."""
    message = context.message
    if stands_in(text, start, words, message.facts) or any(
        _lower(words) in _PARTS.split(_lower(name)) for name in message.names
    ):
        context.quotes = True
        return True
    return False


def stands_in(text: str, start: int, words: str, facts: Collection[str]) -> bool:
    """Whether words that begin at ``start`` are inside one of the texts, in any letter case."""
    return any(_holds(text, start, start + len(words), _lower(fact)) for fact in facts)


def _lower(text: str) -> str:
    """The text in lower case, of the same length: ``İ`` stays."""
    return text.lower() if text.isascii() else "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _holds(text: str, start: int, end: int, fact: str) -> bool:
    """Whether a position is in an occurrence of an order text (in lower case), complete or shortened with an ellipsis. Only
    the text near the position is searched, because there may be many findings and the text may be long."""
    first = max(0, start - len(fact) * 2 - 1)  # "ß" is two letters in capitals
    text, start, end = _lower(text[first : end + len(fact) * 2 + 5]), start - first, end - first
    facts = (fact, fact.replace("ß", "ss")) if "ß" in fact else (fact,)  # in capitals it becomes two letters
    for one in facts:
        moved = max(0, start - len(one) - 1)
        near = text[moved : end + len(one) + 1]  # occurrences further away cannot contain the position
        if any(at <= start - moved and end - moved <= at + len(one) for at in _places(near, one)):
            return True
    cut = _ELLIPSIS.search(text, end, end + len(fact) + 4)
    if cut is None:
        return False
    return any(fact.startswith(text[at : cut.start()]) for at in range(max(0, cut.start() - len(fact)), start + 1))


def _places(text: str, fact: str) -> Iterator[int]:
    """The occurrences of an order text as whole words."""
    at = text.find(fact)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(fact) : at + len(fact) + 1]
        if not (before.isalnum() and fact[:1].isalnum()) and not (after.isalnum() and fact[-1:].isalnum()):
            yield at
        at = text.find(fact, at + 1)
