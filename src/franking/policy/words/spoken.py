"""Which languages a text is in, by its commonest words.

Word lists are asked in the languages of a text. What a text is marked as may be missing or wrong (a template's
``lang="en"`` around German words), so that the languages it speaks count as well.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache

from franking.files.packaged import packaged_text

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_ARABIC = re.compile("[\u0620-\u06ff]")
# Of the score of the best language, what another one must reach to count as spoken too.
_SHARE = 0.6
_FEWEST = 2  # common words that tell a language


@cache
def _by_word() -> Mapping[str, tuple[str, ...]]:
    """The languages of each common word."""
    data = tomllib.loads(packaged_text(__package__, "common.toml"))["words"]
    found: dict[str, tuple[str, ...]] = {}
    for language, words in data.items():
        for word in words:
            found[word] = (*found.get(word, ()), language)
    return found


@lru_cache(maxsize=16384)
def spoken(text: str) -> frozenset[str]:
    """The languages that a text speaks; none where nothing tells. Remembered: texts recur."""
    found: set[str] = set()
    if not text.isascii():
        if _KANA.search(text) is not None or _HAN.search(text) is not None:
            found.add("ja")
        if _ARABIC.search(text) is not None:
            found.add("ar")
    common = _by_word()
    scores: dict[str, int] = {}
    for languages in filter(None, map(common.get, _WORD.findall(text.lower().replace("’", "'")))):
        for language in languages:
            scores[language] = scores.get(language, 0) + 1
    most = max(scores.values(), default=0)
    if most >= _FEWEST:
        least = most * _SHARE
        found.update(language for language, score in scores.items() if score >= least)
    return frozenset(found)
