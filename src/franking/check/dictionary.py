"""The dictionaries of the spelling rule.

Combines the word lists of pyspellchecker (from running text: good for everyday words, fast to load, not for every language)
and simplemma (word forms: good for inflection, slow to load) with terms of the trade. simplemma's are opened only for words
that the others do not contain. Both are searched in an index in place of being loaded (``word_index``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container
from functools import cache, lru_cache

from franking.check.word_files import everyday, forms
from franking.check.word_index import indexed
from franking.files.packaged import packaged_text

# Languages with a dictionary. Japanese has no spaces between words, so it is not checked.
LANGUAGES = frozenset("en de fr it es nl sv pl tr pt".split())
_EVERYDAY = frozenset("en de fr it es nl pt".split())
# Languages with compounds written as one word, and the letters that may join the parts.
_COMPOUNDS = {"de": ("", "s", "n", "en", "es", "e", "er"), "nl": ("", "s", "en", "e"), "sv": ("", "s", "o", "e")}
# Short words that are joined to the next one by an apostrophe (elision), and English endings.
_ELISIONS = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu|dell|nell|all|sull|dall|un|quest|quell|gl|bell|c|v)['’]")
_ENDINGS = re.compile(r"['’](?:s|ve|re|ll|d|t|m)?$")
# Pronouns that Spanish, Italian and Portuguese append to a verb.
_ENCLITICS = re.compile(r"(?:me|te|se|nos|os|lo|la|los|las|le|les|melo|selo|sela|selos|selas|mi|ti|ci|vi|ne|gli|li|celo)$")
_ACCENTS = str.maketrans("áéíóúàèìòù", "aeiouaeiou")


@cache
def _trade(language: str) -> frozenset[str]:
    words = tomllib.loads(packaged_text("franking.policy.words", "trade.toml"))["words"]
    return frozenset((*words["all"], *words.get(language, ())))


@lru_cache(maxsize=16384)
def is_known(word: str, language: str) -> bool:
    """Whether a language has a word (letters and apostrophes, as written). ``language`` is one of ``LANGUAGES``."""
    # Turkish has a dotted and a dotless i with different capitals.
    lower = (word.replace("İ", "i").replace("I", "ı") if language == "tr" else word).lower().replace("’", "'")
    if _listed(word, lower, language):
        return True
    if "'" in lower:
        stem = _ENDINGS.sub("", lower)
        rest = _ELISIONS.sub("", lower, count=1)
        return any(part != lower and is_known(part, language) for part in (stem, rest)) or all(
            is_known(part, language) for part in lower.split("'") if len(part) > 1
        )
    if language in ("es", "it", "pt"):
        stem = _ENCLITICS.sub("", lower)
        forms = {stem, stem.translate(_ACCENTS), stem + "e", stem + "s"}
        if stem != lower and len(stem) > 2 and any(_listed(form, form, language) for form in forms):
            return True
    return _is_compound(lower, language)


@cache
def _everyday(language: str) -> Container[str]:
    if language not in _EVERYDAY:
        return ()
    return indexed(
        f"everyday-{language}", "spellchecker", f"resources/{language}.json.gz", lambda path: everyday(path, language)
    )


def _listed(word: str, lower: str, language: str) -> bool:
    if lower in _trade(language) or lower in _everyday(language):
        return True
    return any(_is_form(form, language) for form in dict.fromkeys((word, lower, lower.capitalize())))


def _is_form(word: str, language: str) -> bool:
    """Whether simplemma has a lemma of a word: as written, with another first letter, or with other apostrophes."""
    index = _forms(language)
    return any(
        form in index or (form.lower() if form[:1].isupper() else form.capitalize()) in index for form in _apostrophes(word)
    )


def _apostrophes(word: str) -> tuple[str, ...]:
    straight = word.replace("’", "'").replace("ʼ", "'")
    return (word, straight, straight.replace("'", "’"), straight.replace("'", "ʼ")) if "'" in straight else (word,)


@cache
def _forms(language: str) -> Container[str]:
    file = f"strategies/dictionaries/data/{language}.plzma"
    return indexed(f"forms-{language}", "simplemma", file, lambda path: forms(path, language))


def close_dictionaries() -> None:
    """Give back the memory of the open dictionaries, up to 16 MB each. What was looked up in them stays known."""
    _everyday.cache_clear()
    _forms.cache_clear()


_LONGEST = 100  # letters of a word that is split; the time is quadratic, and no real word is longer


def _is_compound(lower: str, language: str) -> bool:
    """Whether a word is a compound of two or three known words of at least four letters each."""
    if len(lower) > _LONGEST:
        return False
    joints = _COMPOUNDS.get(language, ())
    for cut in range(4, len(lower) - 3):
        head, tail = lower[:cut], lower[cut:]
        if not any(head.endswith(j) and len(head) - len(j) >= 3 and _part(head.removesuffix(j), language) for j in joints):
            continue
        if _part(tail, language) or _is_compound(tail, language):
            return True
    return False


@lru_cache(maxsize=16384)
def _part(word: str, language: str) -> bool:
    return len(word) >= 3 and _listed(word, word, language)
