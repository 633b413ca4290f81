"""How much a sentence reads like those that a text rule rejects: a linear model over parts of words.

Frames find wordings that somebody wrote down. The model finds sentences that share words and parts of words with labelled
examples; a finding of it is a question for a person, never a verdict. It also tells where a frame met by chance
(``is_unlike``). ``bench/likeness.py`` trains it (``make likeness``).

A sentence has a feature for each distinct word, each part of it (3 to 5 letters, with its ends marked) and two for each pair
of neighbouring words: of the words, and of their first letters. Japanese has no spaces: its words here are runs of letters
of one kind, with their parts of two letters. A feature is a CRC-32, and ``weights.bin`` has a signed byte for each list and
each of ``BUCKETS`` remainders. The score is the sum of the weights over the square root of the number of features, plus a
constant, which is negative: words that no example has make no finding. No text has an effect on the score of another. Time
is linear in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from operator import ge
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from franking.files.packaged import packaged_bytes, packaged_text
from franking.policy.frames.sentences import folded

LISTS = ("promotion", "review_manipulation", "opt_out", "cancel_request", "offensive")
BUCKETS = 200_000  # with a byte for each list 1 MB
_END = re.compile(r"(?<![.!…。！])[.!…。！]++(?=[\s\"'”»)“’]|\Z)|\n")
_KANJI, _HIRAGANA, _KATAKANA = r"\u3400-\u9fff々", r"\u3041-\u3096\u309d-\u309f", r"\u30a0-\u30ff"
_WORD = re.compile(
    rf"[^\W\d_\u064b-\u0652{_KANJI}{_HIRAGANA}{_KATAKANA}]{{1,24}}|[{_KANJI}]{{1,24}}|[{_HIRAGANA}]{{1,24}}"
    rf"|[{_KATAKANA}]{{1,24}}|\d+|[%€$£¥?]"
)
_SCRIPTED = "\u3000"  # letters from here on have no spaces between words
_BLANK = "q"  # what a letter of the order's data is replaced by before a sentence is judged without them
_STEM = 5  # letters of a word that stand for it in a pair
# The words of a URL or host name are no words of the sentence: "Marketplace: Amazon.com.tr" is a label with a name.
_URL = re.compile(r"https?://[^\s()<>]*|(?<![\w.-])(?:[\w-]+\.)+(?:com|net|org|[a-z]{2})(?![\w-])")
_SHORT = 24  # words of a sentence that may settle that a frame in it is meant otherwise
_FEWEST = 4  # words of a sentence that is judged: a label or a title is none


_FIELD = 64  # bits
_FIELDS = Struct(f"<{1 + len(LISTS)}Q")
_ZERO = 1 << _FIELD - 1  # added to each field, so that none is negative
_ZEROS = sum(_ZERO << _FIELD * at for at in range(1 + len(LISTS)))


class _Model(NamedTuple):
    weights: memoryview  # for each bucket, a weight for each list
    constants: tuple[float, ...]  # for each list, what is added to the sum
    least: tuple[float, ...]  # for each list, the score from which a sentence is reported
    most: tuple[float, ...]  # for each list, the score up to which a frame in a sentence counts for nothing


@cache
def _model() -> _Model:
    limits: Mapping[str, Mapping[str, float]] = json.loads(packaged_text(__package__, "limits.json"))
    weights = memoryview(packaged_bytes(__package__, "weights.bin")).cast("b")
    constants, least, most = (tuple(limits[name][key] for name in LISTS) for key in ("constant", "least", "most"))
    return _Model(weights, constants, least, most)


def words(sentence: str) -> list[str]:
    """The words and signs of a sentence in lower case, without marks on letters, URLs and host names; each number is 0."""
    text = _URL.sub(" ", sentence) if "." in sentence else sentence
    return list(map(_as_word, _WORD.findall(text)))


@lru_cache(maxsize=65536)
def _as_word(piece: str) -> str:
    return "0" if piece[0].isdigit() else folded(piece)


def parts(word: str) -> list[int]:
    """The buckets of a word: of itself, and of its parts. A blanked word of the order's data has none."""
    if not word.strip(_BLANK):
        return []
    marked = f"<{word}>".encode("utf-16-le")  # two bytes for each letter
    size = len(marked)
    found = [crc32(marked)]
    for length in (6, 8, 10):
        found += [crc32(marked[at : at + length]) for at in range(0, size - length + 1, 2)]
    if word[0] > _SCRIPTED:
        found += [crc32(f"{word[at : at + 2]}2".encode()) for at in range(len(word) - 1)]
    return [one % BUCKETS for one in found]


def pair(first: str, second: str) -> list[int]:
    """The buckets of two neighbouring words: of themselves, and of their stems; none beside a blanked word."""
    if not (first.strip(_BLANK) and second.strip(_BLANK)):
        return []
    return [crc32(text.encode()) % BUCKETS for text in (f"{first} {second}", f"{first[:_STEM]}~{second[:_STEM]}")]


def features(sentence: str) -> list[int]:
    """The buckets of a sentence; of two features in one bucket, each."""
    known = words(sentence)
    found = [bucket for word in dict.fromkeys(known) for bucket in parts(word)]
    return found + [bucket for first, second in dict.fromkeys(pairwise(known)) for bucket in pair(first, second)]


def sentences_in(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a text that are long enough to be judged, each with its place."""
    if _END.search(text) is None and len(text) > 2 * _FEWEST:  # most lines are one sentence
        yield len(text) - len(text.lstrip()), text.strip()
        return
    start = 0
    for end in (*(match.end() for match in _END.finditer(text)), len(text)):
        sentence = text[start:end]
        if len(sentence) > 2 * _FEWEST:
            yield start + len(sentence) - len(sentence.lstrip()), sentence.strip()
        start = end


@lru_cache(maxsize=65536)
def _word(word: str) -> int:
    """The number of features of a word and the sums of their weights, as ``_packed``. Remembered: words recur."""
    return _packed(parts(word))


@lru_cache(maxsize=65536)
def _pair(words: tuple[str, str]) -> int:
    """The same for two neighbouring words."""
    return _packed(pair(*words))


def _packed(buckets: list[int]) -> int:
    """The number of features and the sums of their weights for each list, in one number with 64 bits for each of them: what
    is added up for every text is then one number for a word. No sum comes near 63 bits."""
    weights, size = _model().weights, len(LISTS)
    found = len(buckets)
    for bucket in buckets:
        for at, weight in enumerate(weights[bucket * size : (bucket + 1) * size], 1):
            found += weight << _FIELD * at
    return found


def scores(sentence: str) -> tuple[float, ...]:
    """The score of a sentence for each list; none for a sentence that is too short to be judged. Blanked words do not count."""
    known = words(sentence)
    if len(known) < _FEWEST or len([word for word in known if word[0].isalpha() and word.strip(_BLANK)]) < _FEWEST:
        return ()
    packed = sum(map(_word, dict.fromkeys(known)), _ZEROS) + sum(map(_pair, dict.fromkeys(pairwise(known))))
    size, *sums = _FIELDS.unpack(packed.to_bytes(_FIELDS.size, "little"))
    root = (size - _ZERO) ** 0.5
    return tuple([(total - _ZERO) / root + constant for total, constant in zip(sums, _model().constants, strict=True)])


@lru_cache(maxsize=32768)
def likely(text: str) -> tuple[tuple[str, int, int], ...]:
    """The lists that a sentence of a text reads like, each with the place of the sentence. Remembered: texts recur."""
    least = _model().least
    found: list[tuple[str, int, int]] = []
    for start, sentence in sentences_in(text):
        for name, score, limit in zip(LISTS, scores(sentence), least, strict=False):
            if score >= limit:
                found.append((name, start, start + len(sentence)))
    return tuple(found)


@lru_cache(maxsize=8192)
def _unlikely(text: str) -> tuple[tuple[str, int, int], ...]:
    """The lists that a short sentence of a text reads quite unlike, each with the place of the sentence."""
    most = _model().most
    return tuple(
        (name, start, start + len(sentence))
        for start, sentence in sentences_in(text)
        if len(words(sentence)) <= _SHORT
        for name, score, limit in zip(LISTS, scores(sentence), most, strict=False)
        if score <= limit
    )


def is_unlike(name: str, text: str, start: int) -> bool:
    """Whether the sentence at a place of a text reads quite unlike those that a list finds. A long sentence never does: what
    else it says must not hide anything."""
    return any(found == name and first <= start < end for found, first, end in _unlikely(text))


def lists_in(text: str) -> frozenset[str]:
    """The lists that a sentence of a text reads like."""
    return frozenset(name for name, _, _ in likely(text))


def any_in(text: str) -> bool:
    """Whether a sentence of a text reads like any list. Not remembered."""
    least = _model().least
    return any(True for _, sentence in sentences_in(text) if any(map(ge, scores(sentence), least)))


def places(name: str, text: str) -> list[tuple[int, int]]:
    """The sentences of a text that read like a list."""
    return [(start, end) for found, start, end in likely(text) if found == name]
