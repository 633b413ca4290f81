"""Digits in other signs as plain ones, at the same places: circled, raised and Chinese digits; and numbers with slashes."""

from __future__ import annotations

import re
from functools import lru_cache

_SIGNS = str.maketrans(
    {
        sign: str(digit)
        for first, signs in (
            (0, "⓪"),
            (0, "⁰"),
            (0, "₀"),
            (0, "⓿"),
            (1, "①②③④⑤⑥⑦⑧⑨"),
            (1, "⑴⑵⑶⑷⑸⑹⑺⑻⑼"),
            (1, "⒈⒉⒊⒋⒌⒍⒎⒏⒐"),
            (1, "❶❷❸❹❺❻❼❽❾"),
            (1, "➀➁➂➃➄➅➆➇➈"),
            (1, "➊➋➌➍➎➏➐➑➒"),
            (1, "⓵⓶⓷⓸⓹⓺⓻⓼⓽"),
            (1, "¹²³⁴⁵⁶⁷⁸⁹"),
            (1, "₁₂₃₄₅₆₇₈₉"),
        )
        for digit, sign in enumerate(signs, first)
    }
    | {"⓪": "0", "➉": "0", "🄋": "0", "🄌": "0"}
)
_NUMERALS = "〇零一二三四五六七八九"
_NUMERAL = re.compile(f"[{_NUMERALS}]")
_CHINESE = str.maketrans(_NUMERALS, "00123456789")
_CHINESE_NUMBER = re.compile(rf"[{_NUMERALS}](?:[\s()（）ー－‐・–-]{{0,2}}[{_NUMERALS}]){{8,12}}")
# Pairs divided by slashes, which libphonenumber takes for a date: 06/12/34/56/78.
_SLASHES = re.compile(r"(?<![\w/])0\d{1,3}(?:/\d{2,4}){3,5}(?![\w/])")


def has_numeral(text: str) -> bool:
    """Whether a text has a Chinese numeral, which is a digit among others only."""
    return _NUMERAL.search(text) is not None


@lru_cache(maxsize=8192)
def plain_digits(text: str) -> str:
    """A text in which such digits are plain ones, of the same length. Cached: most texts of a batch recur."""
    if not text.isascii():
        text = text.translate(_SIGNS)
        text = _CHINESE_NUMBER.sub(lambda match: match[0].translate(_CHINESE), text)
    return _SLASHES.sub(lambda match: match[0].replace("/", "."), text) if "/" in text else text
