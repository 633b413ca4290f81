"""Word lists per language, each with its reasoning in the file. A list is asked in the languages that a text speaks."""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right
from functools import cache, lru_cache

from franking.files.packaged import packaged_text
from franking.policy.words.needles import Needles

LISTS = ("promotion", "offensive", "opt_out", "review_manipulation", "cancel_request")  # what a message must not say


@cache
def languages(name: str) -> frozenset[str]:
    """The languages that a list speaks."""
    return frozenset(patterns(name))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A list in all languages as one case-insensitive pattern."""
    return re.compile("|".join(_bounded(entry) for entries in patterns(name).values() for entry in entries), re.IGNORECASE)


@cache
def _pattern(name: str, language: str) -> re.Pattern[str]:
    """A list in one language as one case-insensitive pattern over whole words; entries are regular expressions."""
    return re.compile("|".join(map(_bounded, patterns(name)[language])), re.IGNORECASE)


def _bounded(entry: str) -> str:
    """A boundary only where the entry begins or ends with a word character of a script that separates words."""
    return rf"(?<![^\W_])(?:{entry})(?![^\W_])" if entry.isascii() or _spaced(entry) else entry


@cache
def patterns(name: str) -> dict[str, list[str]]:
    """The entries of a list by language: regular expressions."""
    words: dict[str, list[str]] = tomllib.loads(packaged_text(__package__, f"{name}.toml"))["words"]
    return words


@cache
def _needles() -> Needles:
    """From the index that ``make words`` writes: finding the pieces costs more than a whole cold check should."""
    return Needles(json.loads(packaged_text(__package__, "index.json")), _bounded)


@cache
def ambiguous(name: str) -> frozenset[str]:
    """The words of a list that are ordinary words of other languages: they count only where their language is known."""
    data = tomllib.loads(packaged_text(__package__, f"{name}.toml"))
    return frozenset(data.get("ambiguous", {}).get("words", ()))


@lru_cache(maxsize=32768)
def _found(name: str, language: str, text: str) -> tuple[tuple[int, str], ...]:
    return tuple((match.start(), match.group()) for match in _pattern(name, language).finditer(text))


@lru_cache(maxsize=32768)
def _matching(text: str) -> frozenset[str]:
    return _needles().matching(text)


def lists_in(text: str) -> frozenset[str]:
    """The lists with an entry in a text, in any language."""
    return frozenset(key.partition(" ")[0] for key in _matching(text))


def any_in(text: str) -> bool:
    """Whether a text has an entry of any list, in any language. Not remembered."""
    return bool(_needles().matching(text))


def found(name: str, text: str, spoken: frozenset[str] | None = None) -> list[tuple[int, str]]:
    """Where entries of a list stand in a text, and what stands there, in the languages ``spoken`` (None: all). Texts are
    remembered: messages of one kind differ in a few values only."""
    result: dict[int, str] = {}
    for key in _matching(text):
        listed, _, language = key.partition(" ")
        if listed == name and (spoken is None or language in spoken):
            result.update(_found(name, language, text))
    return sorted(result.items())


_SENTENCE_END = re.compile(r"[.!?;。！？](?=\s|$)|[。！？]|\n")


@cache
def _settling(name: str) -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By language: what a match must be to be excused, and what a sentence must say for it."""
    data = tomllib.loads(packaged_text(__package__, f"{name}.toml"))
    settled = data.get("settled", {})
    return {
        language: (re.compile(expression, re.IGNORECASE), re.compile(_bounded(settled[language]), re.IGNORECASE))
        for language, expression in data.get("payment", {}).items()
    }


@lru_cache(maxsize=64)
def _sentence_ends(text: str) -> list[int]:
    """Where sentences end in a text, in order. Remembered: one text may have many findings."""
    return [match.end() for match in _SENTENCE_END.finditer(text)]


@lru_cache(maxsize=64)
def _says(settled: re.Pattern[str], text: str, first: int, last: int) -> bool:
    """Whether a sentence says that a payment belongs to the order. Remembered: one sentence may have many findings."""
    return settled.search(text, first, last) is not None


def is_settled(name: str, text: str, start: int, words: str, spoken: frozenset[str] | None = None) -> bool:
    """Whether words of a list that begin at ``start`` are a means of payment, and their sentence says that it belongs to the
    order ("the part paid with a gift card was refunded")."""
    for language, (payment, settled) in _settling(name).items():
        if (spoken is None or language in spoken) and payment.fullmatch(words) is not None:
            ends = _sentence_ends(text)
            at = bisect_right(ends, start)
            first, last = ends[at - 1] if at else 0, ends[at] if at < len(ends) else len(text)
            if _says(settled, text, first, last):
                return True
    return False


def _spaced(entry: str) -> bool:
    return not re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", entry)


@cache
def entries(name: str) -> frozenset[str]:
    """A flat list of entries, such as hosts."""
    data = tomllib.loads(packaged_text(__package__, f"{name}.toml"))
    return frozenset(data["entries"])


@lru_cache(maxsize=4096)
def field_name(text: str) -> bool:
    """Whether a text between brackets is the name of a field to fill, in any language."""
    nouns, others = _field_words()
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.replace("İ", "i").lower())
    return bool(words) and any(word in nouns for word in words) and all(word in nouns or word in others for word in words)


@cache
def _field_words() -> tuple[frozenset[str], frozenset[str]]:
    data = tomllib.loads(packaged_text(__package__, "field_names.toml"))
    nouns, others = (frozenset(w for words in data[name].values() for w in words) for name in ("nouns", "others"))
    return nouns, others


_LETTERS = re.compile(r"[^\W\d_]+|\d+")


@lru_cache(maxsize=4096)
def says_nowhere(text: str) -> bool:
    """Whether a link's text, in lower case, is made of words that do not say where it leads, in one language."""
    words = _LETTERS.findall(text)
    return any(
        main.intersection(words) and main.issuperset(word for word in words if word not in others)
        for main, others in _link_words()
    )


@cache
def _link_words() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    data = tomllib.loads(packaged_text(__package__, "link_words.toml"))
    return tuple((frozenset(main), frozenset(data["others"].get(name, ()))) for name, main in data["main"].items())
