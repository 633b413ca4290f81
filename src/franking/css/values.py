"""What values of properties look like, whichever property has them.

A value is a ``str`` for keywords, a function of ``Metrics`` for lengths, ``Wide`` for the CSS-wide keywords.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from franking.css.lengths import Token, parse_length, parse_number

# A declared value: ``str | float | Unmodelled``, a function of ``Metrics``, tokens, or what one property alone has (lines,
# tracks, transforms). Computed ones are typed by property: see ``OtherValues``.
Value: TypeAlias = Any
Parser = Callable[[Sequence[Token], bool], Value | None]
WIDE_KEYWORDS = {"inherit", "initial", "unset", "revert", "revert-layer"}


class Wide(str):
    """A CSS-wide keyword (CSS Cascade 4, section 7.3)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """A value that a browser may take and that the engine does not read."""

    text: str
    raised: float = 0.0  # CSS px that it moves boxes up by, of a value that does nothing else


def keyword(token: Token) -> str | None:
    """The lower-case identifier, or None for any other token."""
    return token.lower_value if token.type == "ident" else None


def is_literal(token: Token, character: str) -> bool:
    """Whether a token is this delimiter."""
    return token.type == "literal" and token.value == character


def keywords(*allowed: str) -> Parser:
    """One of these identifiers."""
    words = frozenset(allowed)

    def parse(tokens: Sequence[Token], _quirks: bool) -> str | None:
        if len(tokens) != 1:
            return None
        word = keyword(tokens[0])
        return word if word in words else None

    return parse


def length(*words: str, percent: bool = True, negative: bool = True) -> Parser:
    """A length, a percentage where allowed, or one of these identifiers; quirks mode lets the unit be left out."""
    allowed = frozenset(words)

    def parse(tokens: Sequence[Token], quirks: bool) -> Value | None:
        if len(tokens) != 1:
            return None
        word = keyword(tokens[0])
        if word is not None:
            return word if word in allowed else None
        return parse_length(tokens[0], percent=percent, unitless=quirks, negative=negative)

    return parse


def number(tokens: Sequence[Token], _quirks: bool) -> float | None:
    """A number that is not negative."""
    return parse_number(tokens[0], negative=False) if len(tokens) == 1 else None


def integer(tokens: Sequence[Token], _quirks: bool) -> float | None:
    """A whole number; what is calculated is rounded (CSS Values 4, section 10.10)."""
    value = parse_number(tokens[0]) if len(tokens) == 1 else None
    if value is None or (tokens[0].type == "number" and not tokens[0].is_integer):
        return None
    return float(math.floor(value + 0.5))


def wide_keyword(tokens: Sequence[Token]) -> Wide | None:
    """The CSS-wide keyword that is the whole value, or None."""
    if len(tokens) == 1:
        word = keyword(tokens[0])
        if word in WIDE_KEYWORDS:
            return Wide(word)
    return None


def has_var(tokens: Sequence[Token]) -> bool:
    """Whether ``var()`` occurs anywhere in a value (CSS Custom Properties, section 3)."""
    for token in tokens:
        if token.type == "function":
            if token.lower_name == "var" or has_var(token.arguments):
                return True
        elif token.type in ("() block", "[] block", "{} block") and has_var(token.content):
            return True
    return False


def is_sound(tokens: Sequence[Token]) -> bool:
    """Whether each ``var()`` in a value names a custom property and nothing else before its comma; others make a browser
    drop the declaration. The name ``--`` is reserved."""
    for token in tokens:
        if token.type == "function":
            if token.lower_name == "var" and not _names_property(token.arguments):
                return False
            if not is_sound(token.arguments):
                return False
        elif token.type in ("() block", "[] block", "{} block") and not is_sound(token.content):
            return False
    return True


def _names_property(arguments: Sequence[Token]) -> bool:
    comma = next((at for at, one in enumerate(arguments) if one == ","), len(arguments))
    names = [token for token in arguments[:comma] if token.type not in ("whitespace", "comment")]
    return len(names) == 1 and names[0].type == "ident" and names[0].value.startswith("--") and names[0].value != "--"
