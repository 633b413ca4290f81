"""The words are spelled correctly.

Words of the visible text, the alt texts and the subject that the dictionary of the message's language (``lang``) does not
know: a warning each, and an error once they are more than the policy's share of the message. Exceptions are words of the
order and the theme's ``vocabulary``, words with digits or several capitals (SKUs, product names), addresses and links,
text in an element of another ``lang`` or with ``translate="no"``, and names: capitalised words inside a sentence (but in
German), and all capitalised words of a message whose order is not known. Without ``lang``, and in languages without word
spaces, the rule is off.

Permitted::

    <html lang="en"><p>Dear Ms Kowalski, we've packed your parcel (SKU LAMP-22).</p></html>

Rejected, line 2::

    <html lang="en"><p>Your parcel will arrive on Monday.</p>
    <p>Please confirm the adres, so that we can send the parcel as soon as possible to the right place.</p></html>

To fix it: correct the word, or add a right one to ``vocabulary`` in ``theme.toml``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from franking.check.dictionary import LANGUAGES, is_known
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.segments import TextSegment
from franking.model import Finding, Rule

RULE = Rule("spelling", "warning", "spelling errors", "text", "check", __doc__)
_HINT = "Correct it, or add it to the vocabulary in theme.toml."
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NO_WORDS = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|\b(?:[\w-]+\.)+[a-z]{2,}\b(?:/\S*)?"  # links, addresses, domains
    r"|[\w/.#-]*\d[\w/.#-]*"  # numbers, SKUs
)
_NUMBER = re.compile(r"[./#-]*\d[\d./#-]*")
_ONLY_WORDS = re.compile(r"[^\d@.:]*")  # what is no word holds one of these
_SENTENCE_END = re.compile(r"(?:^|[.!?:;•…–—\n(\"“„«»¿¡-])[\s\"'“„«¿¡(]*$")

_Word = tuple[str, int, str]  # as written, its place in the text, case-folded


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each unknown word once, all as errors when they are too many."""
    language = context.language
    if language not in LANGUAGES:
        return
    vocabulary = context.message.vocabulary
    words = 0
    unknown: dict[str, tuple[TextSegment, int]] = {}
    for segment in context.prose:
        look = _unknown if segment.recurs or vocabulary is None else _words
        number, looked_up = look(segment.text, language, vocabulary is not None)
        words += number
        for word, index, folded in looked_up:
            # The order's own words first: that spares looking up every buyer's name.
            if vocabulary is not None and (folded in vocabulary or _without_ending(folded) in vocabulary):
                continue
            if not is_known(word, language):
                unknown.setdefault(word, (segment, index))
    if not unknown:
        return
    policy = context.policy
    share = len(unknown) / max(1, words)
    limit = policy.value("spelling_share")
    severe = share > limit and len(unknown) >= policy.value("spelling_words")
    for word, (segment, index) in unknown.items():
        message = f"“{word[:40]}” is not in the dictionary ({language})"
        finding = context.at_segment(RULE, segment, index, message, _HINT, measured=word[:40])
        if severe:
            message = f"{message}, one of {len(unknown)} in {words} words"
            finding = replace(finding, severity="error", message=message, measured=round(share, 3), limit=limit)
        yield finding


def holds_unknown(text: str, language: str) -> bool:
    """Whether a text holds a word that is right only if an order or a theme has it."""
    return language in LANGUAGES and bool(_unknown(text, language, True)[1])


@lru_cache(maxsize=8192)
def _unknown(text: str, language: str, names_known: bool) -> tuple[int, tuple[_Word, ...]]:
    """As ``_words``, without those that are in the dictionary: for texts that come again."""
    number, found = _words(text, language, names_known)
    return number, tuple(one for one in found if not is_known(one[0], language))


@lru_cache(maxsize=8192)
def _words(text: str, language: str, names_known: bool) -> tuple[int, tuple[_Word, ...]]:
    """The number of words in a text, and those to be looked up, with their places. Cached: most texts of a batch
    recur."""
    masked = " ".join(map(_masked, text.split(" ")))
    number = 0
    found: list[_Word] = []
    for match in _WORD.finditer(masked):
        number += 1
        word = match.group()
        if word.isascii() and word.islower() and len(word) > 2:  # most words are
            found.append((word, match.start(), word))
        elif not _excused(word, masked, match.start(), language, names_known):
            found.append((word, match.start(), word.casefold()))
    return number, tuple(found)


@lru_cache(maxsize=16384)
def _masked(token: str) -> str:
    """A piece of text without spaces, blank if it is no word. Cached: words recur, in this form or another."""
    if _ONLY_WORDS.fullmatch(token) is not None:
        return token
    if _NUMBER.fullmatch(token) is not None:
        return " " * len(token)
    return _NO_WORDS.sub(lambda match: " " * len(match.group()), token)


def _without_ending(folded: str) -> str:
    """A word without the ending of its possessive."""
    return re.sub(r"['’]s?$", "", folded) if "'" in folded or "’" in folded else folded


def _excused(word: str, text: str, start: int, language: str, names_known: bool) -> bool:
    """Whether a word is none for the dictionary: too short, of another script, or a name."""
    if len(word) < 3:
        return True
    plain = word.isascii() and word[1:].islower()  # most words are
    if not plain and (any(ord(c) > 0x24F and c not in "’ẞ" for c in word) or any(c.isupper() for c in word[1:])):
        return True
    if not word[0].isupper():
        return False
    if not names_known:
        return True
    if language == "de":
        return False
    return _SENTENCE_END.search(text[max(0, start - 6) : start]) is None


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message")
