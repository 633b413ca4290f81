"""Sentences, their clauses, and which classes of words these hold.

A question reads together with the sentence behind it ("Happy with it? Then leave a review."), so that both are one sentence
here. Clauses end at commas, colons and brackets, and before words of the class ``split`` ("so", "because").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from franking.policy.frames.meeting import WHOLE

# Letters with the short vowels that Arabic writes above and below them.
_LETTERED = r"[^\W\d_]++(?:[\u064b-\u0652\u0670]++[^\W\d_]*+)*+"
WORD = re.compile(_LETTERED + r"|\d+|[%٪€$£¥@]|#(?=[^\W\d_])")
_TOKEN = re.compile(_LETTERED + r"|\d++(?:[.,٫]\d++)*+|[%٪€$£¥@?؟!.,،;؛:()…–—]|#(?=[^\W\d_])")
_ENDS = frozenset(".!…")
_BREAKS = frozenset(",;:()–—?")
_BEHIND = frozenset(" \"'”»)“’")  # what stands behind the full stop of a sentence
_LETTERS = str.maketrans({"ß": "ss", "ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه", "ـ": ""})
_SAME = {"#": "hashtag", "؟": "?", "،": ",", "؛": ";", "٪": "%"}  # marks, and the words that terms name them by
_FEW = 4  # words of a sentence that is no more than a label
UNLISTED = frozenset(["alone", "capscode", "label", "percent", "question", "short"])  # classes that are found without terms
_LONG_NUMBER = "000"
_CAPITALS = 3  # letters of a code such as SAVE10
_SCRIPT = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_SCRIPT_ENDS = re.compile(r"(?<!か)。|[!！…]")
_SCRIPT_LABEL = re.compile(r"[^\d%:：]{1,12}[:：]\s?[-−]?[\d,.]+\s?円?")
_SCRIPT_BREAKS = re.compile(r"[、，,?？。：:（）()]")

Places = dict[str, tuple[int, int]]  # the classes of a clause, each with the first place of a word of it
Clauses = list[Places]


class Word(NamedTuple):
    """A word or a mark of a sentence: in lower case, as ``folded``, and its place in the text."""

    low: str
    plain: str
    start: int
    end: int
    capital: bool  # whether it is written in capitals only


class Start(NamedTuple):
    """A term that begins with a word: its class, the words behind, and whether it must open its clause."""

    name: str
    rest: tuple[tuple[str, int], ...]  # each with the number of words that may stand before it
    opens: bool


Starts = Sequence[Start]


def lowered(word: str) -> str:
    """A word in lower case: the Turkish dotted capital is an i, without a dot of its own."""
    return word.lower() if word.isascii() else word.replace("İ", "i").lower()


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """A word in lower case without marks on its letters. Remembered: words recur."""
    low = lowered(word)
    if low.isascii():
        return low
    plain = unicodedata.normalize("NFD", low.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c))


def shortened(word: str) -> str:
    """A word, or of a long number one that stands for all of them: they are endless, and no term names one. A mark is the one
    that terms name."""
    return (_LONG_NUMBER if word[0].isdigit() else word) if len(word) > 2 else _SAME.get(word, word)


@lru_cache(maxsize=65536)
def _forms(piece: str) -> tuple[str, str, bool]:
    """What a ``Word`` holds of a piece of text, wherever it stands. Remembered: words recur."""
    low = shortened(lowered(piece))
    return low, folded(low), len(piece) >= _CAPITALS and piece.isupper()


def sentences(text: str) -> Iterator[list[Word]]:
    """The sentences of a text as their words; a mark that ends a clause is a word."""
    words: list[Word] = []
    size = len(text)
    for match in _TOKEN.finditer(text):
        piece, end = match.group(), match.end()
        if piece in _ENDS:
            if piece != "." or end == size or text[end] in _BEHIND:
                if words:
                    yield words
                words = []
            continue
        low, plain, capital = _forms(piece)
        words.append(Word(low, plain, match.start(), end, capital))
    if words:
        yield words


def clauses(words: Sequence[Word], starts: Sequence[Starts]) -> Clauses:
    """The clauses of a sentence; ``starts`` are the terms of a language that begin with each of its words."""
    found: Clauses = []
    clause: Places = {}
    opening = True
    asked = 0  # where the clauses of the present question begin
    for at, word in enumerate(words):
        if word.plain in _BREAKS:
            found.append(clause)
            if word.plain == "?":
                _note_question(word, found[asked:])
                asked = len(found)
            clause, opening = {}, True
            continue
        leads = False
        for start in starts[at]:
            if start.opens and not opening:
                continue
            end = _end(words, at, start.rest) if start.rest else at + 1
            if not end:
                continue
            if start.name == "split":
                if clause:
                    found.append(clause)
                clause, opening, leads = {}, True, True
            elif start.name == "lead":
                leads = True
            else:
                clause.setdefault(start.name, (word.start, words[end - 1].end))
        opening = opening and leads
        if word.capital or word.plain == "%":
            _note_number(words, at, clause)
    found.append(clause)
    _note_whole(words, found)
    return found


def _note_question(mark: Word, clauses: Clauses) -> None:
    """The class of the clauses that a question mark ends."""
    for clause in clauses:
        clause["question"] = (mark.start, mark.end)


def _note_number(words: Sequence[Word], at: int, clause: Places) -> None:
    """The classes that a number makes with the word beside it: "SAVE10", "10 %"."""
    word = words[at]
    if word.capital and at + 1 < len(words) and words[at + 1].plain.isdigit() and words[at + 1].start == word.end:
        clause.setdefault("capscode", (word.start, words[at + 1].end))
    elif word.plain == "%" and any(words[i].plain[:1].isdigit() for i in (at - 1, at + 1) if 0 <= i < len(words)):
        clause.setdefault("percent", (word.start, word.end))


def _note_whole(words: Sequence[Word], found: Clauses) -> None:
    """The classes of whole clauses: where each stands, and what a short sentence is."""
    whole = words[0].start, words[-1].end
    for clause in found:
        first = min((start for start, _ in clause.values()), default=0)
        clause[WHOLE] = first, max((end for _, end in clause.values()), default=first)
        if len(words) <= _FEW:
            clause["short"] = whole
            kind = "" if "capscode" in clause else _label(words)
            if kind:
                clause[kind] = whole


def _label(words: Sequence[Word]) -> str:
    """What a sentence is that says no more than a row of an invoice: "label" with an amount ("Voucher: -5.00"), "alone" for a
    word and nothing else; "" for others."""
    names = sum(word.plain[:1].isalpha() for word in words)
    if any(word.plain[:1].isdigit() for word in words):
        return "label" if names <= 3 and all(word.plain != "%" for word in words) else ""
    return "alone" if names == 1 else ""


def triggers(words: Sequence[Word], starts: Sequence[Starts], names: Collection[str]) -> bool:
    """Whether a sentence holds a whole term of some classes; ``starts`` are the terms that begin with each of its words."""
    for at, some in enumerate(starts):
        for start in some:
            if start.name in names and (not start.rest or _end(words, at, start.rest)):
                return True
    return False


def _end(words: Sequence[Word], at: int, rest: Sequence[tuple[str, int]]) -> int:
    """The index behind the last word of a term that begins at a word; 0 where it does not stand there."""
    if not rest:
        return at + 1
    for pattern, gap in rest:
        for nearest in range(at + 1, min(at + gap + 2, len(words))):
            word = words[nearest]
            if word.plain in _BREAKS:
                return 0
            if fits(word.plain, pattern) or (word.low != word.plain and fits(word.low, pattern)):
                at = nearest
                break
        else:
            return 0
    return at + 1


def fits(word: str, pattern: str) -> bool:
    """Whether a word is what a pattern of a term says."""
    if pattern == "#":
        return word[:1].isdigit()
    if pattern.endswith("*"):
        return pattern[1:-1] in word if pattern.startswith("*") else word.startswith(pattern[:-1])
    return word.endswith(pattern[1:]) if pattern.startswith("*") else word == pattern


def is_scripted(text: str) -> bool:
    """Whether a text holds Japanese script, which separates no words."""
    return _SCRIPT.search(text) is not None


def scripted(text: str, terms: Mapping[str, Sequence[Sequence[str]]], triggers: frozenset[str]) -> Iterator[Clauses]:
    """The sentences of a Japanese text as the classes of their clauses; of sentences without a trigger, nothing."""
    if not any(name in triggers and term[0] in text for name, some in terms.items() for term in some):
        return
    for start, sentence in _split(_SCRIPT_ENDS, text, 0):
        found: Clauses = []
        for at, clause in _split(_SCRIPT_BREAKS, sentence, start):
            low = clause.lower()
            places: Places = {}
            for name, some in terms.items():
                for term in some:
                    place = _place(low, term)
                    if place is not None:
                        places[name] = (at + place[0], at + place[1])
                        break
            places[WHOLE] = at, at + len(clause)
            if len(clause) <= _FEW * 3 and start == 0 and len(sentence) == len(text):
                places["short"] = (at, at + len(clause))
                if _SCRIPT_LABEL.fullmatch(text) is not None:
                    places["label"] = (at, at + len(clause))
            found.append(places)
        yield found


def _place(text: str, term: Sequence[str]) -> tuple[int, int] | None:
    """Where the pieces of a term are in a text, one behind the other."""
    first = at = text.find(term[0])
    for piece in term[1:]:
        if at < 0:
            return None
        at = text.find(piece, at + 1)
    return (first, at + len(term[-1])) if at >= 0 else None


def _split(mark: re.Pattern[str], text: str, offset: int) -> Iterator[tuple[int, str]]:
    """The parts of a text between marks, each with its place."""
    at = 0
    for match in mark.finditer(text):
        if match.start() > at:
            yield offset + at, text[at : match.start()]
        at = match.end()
    if at < len(text):
        yield offset + at, text[at:]
