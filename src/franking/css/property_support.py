"""The closed world: what becomes of a declaration that the layout engine does not read.

Every property that a browser knows is read by the engine, or is in ``closed_world.json`` as *inert* (it bears on no
rule) or *unmodelled* (with the aspects of a message that it bears on). Names in no table are dropped, as a browser drops
them. A value that is not read is dropped where no grammar of its property admits it, and ``Unmodelled`` otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import tinycss2

from franking.css.extreme_values import MAY_HIDE
from franking.css.grammar import LENGTH_UNITS, grammar, may_be_valid
from franking.css.lengths import Token, is_length_unit, significant
from franking.css.values import WIDE_KEYWORDS, Unmodelled
from franking.files.packaged import packaged_text

Aspect = Literal[
    "geometry", "alignment", "color", "background", "font-family", "font-size", "line-height", "breaks", "text", "visibility"
]
ASPECTS: frozenset[str] = frozenset(get_args(Aspect))


@dataclass(frozen=True, slots=True)
class Group:
    """A group of unmodelled properties."""

    aspects: frozenset[str]
    only: str = ""  # "replaced", "shrunk", "floats": where alone they bear on anything
    neutral: frozenset[str] = frozenset()  # values that change nothing
    plain: frozenset[str] = frozenset()  # values that change nothing where white-space is normal

    def changes(self, value: object, white_space: str) -> bool:
        """Whether a value that was not read may change anything where white space is treated so."""
        text = value.text if isinstance(value, Unmodelled) and white_space == "normal" else ""
        return not text or not self.plain.issuperset(set(text.split()) - self.neutral)


@cache
def _table() -> tuple[dict[str, Group], frozenset[str]]:
    """The unmodelled properties with their groups, and the inert ones."""
    data = json.loads(packaged_text(__package__, "closed_world.json"))
    unmodelled: dict[str, Group] = {}
    for entry in data["unmodelled"].values():
        values = (frozenset(entry.get(key, ())) for key in ("neutral", "plain"))
        group = Group(frozenset(entry["aspects"]), entry.get("only", ""), *values)
        unmodelled.update(dict.fromkeys(entry["names"], group))
    inert = frozenset(name for part in ("inert", "absent") for entry in data[part].values() for name in entry["names"])
    return unmodelled, inert


# What the properties that the engine reads bear on, for values that it does not read.
_READ = {
    "text-align": "alignment",
    "direction": "alignment geometry",
    "unicode-bidi": "alignment",
    "white-space": "breaks geometry",
    "color": "color background visibility",
    "-webkit-text-fill-color": "color visibility",
    "background-color": "background visibility",
    "background-image": "background geometry",
    "font-family": "font-family",
    "font-size": "font-size geometry",
    "line-height": "line-height",
    "visibility": "visibility text",
    "display": "geometry visibility breaks alignment",
    "opacity": "background visibility",
    "overflow-x": "visibility geometry",
    "overflow-y": "visibility",
    "content": "text geometry",
    "font-weight": "geometry",
    "top": "visibility",
    "bottom": "visibility",
    "contain": "geometry visibility",
    **dict.fromkeys(MAY_HIDE, "visibility"),
    **dict.fromkeys(("transform", "translate", "scale", "rotate"), "geometry visibility"),
}
_GEOMETRY = frozenset(["geometry"])


def aspects_of(name: str) -> frozenset[str]:
    """The aspects of a message that a property bears on; none for an inert property, or one that no browser knows."""
    group = _table()[0].get(name)
    if group is not None:
        return group.aspects
    if name in _READ:
        return frozenset(_READ[name].split())
    from franking.css.shorthands import longhands_of

    longhands = longhands_of(name)
    if longhands == (name,):
        return _GEOMETRY
    return frozenset().union(*(aspects_of(longhand) for longhand in longhands))


def unmodelled_group(name: str) -> Group | None:
    """The group of an unmodelled property."""
    return _table()[0].get(name)


def is_inert(name: str) -> bool:
    """Whether a property that browsers know bears on no rule."""
    return name in _table()[1]


def names() -> frozenset[str]:
    """Every property in the tables of the closed world, besides those that the engine reads."""
    unmodelled, inert = _table()
    return inert | unmodelled.keys()


def unread(name: str, tokens: Sequence[Token], quirks: bool) -> Unmodelled | str | None:
    """What a declaration of an unmodelled property is: ``Unmodelled``; "" where it changes nothing; None if a browser
    drops it, or the property is not one."""
    group = _table()[0].get(name)
    if group is None:
        return None
    tokens = significant(tokens)
    if not may_be_valid(name, tokens, quirks=quirks):
        return None
    text = " ".join(tinycss2.serialize(tokens).lower().replace("/**/", " ").split())
    if text in WIDE_KEYWORDS or text in group.neutral:
        return ""
    known = grammar(name)
    if known is not None and text == known.initial and text not in group.plain:
        return ""
    words = text.split()
    return "" if words and all(word in group.neutral for word in words) else Unmodelled(text)


# Functions that the parsers of values read; a value without any other is either read or invalid.
_COLOR_FUNCTIONS = frozenset("rgb rgba hsl hsla hwb lab lch oklab oklch".split())
_READ_FUNCTIONS = _COLOR_FUNCTIONS | frozenset("calc -webkit-calc min max clamp url".split())


# Their angles, calculations of percentages and the like are not all read.
_PARTLY = frozenset(["opacity", "rotate", "scale", "zoom", "aspect-ratio", "letter-spacing", "word-spacing"])
# Words in calculations that the parsers do not read (CSS Values 4, section 10.7.1).
_CONSTANTS = frozenset(["infinity", "-infinity", "nan", "e", "pi"])


def unread_value(
    name: str, tokens: Sequence[Token], quirks: bool, read: Callable[[Sequence[Token]], bool]
) -> Unmodelled | None:
    """The value of a property that the engine reads, where ``read`` does not read it; None if a browser drops it: where
    its grammar does not admit it, or where nothing is in it that the engine does not know."""
    tokens = significant(tokens)
    if not may_be_valid(name, tokens, quirks=quirks) or not any(_is_novel(name, tokens, at, read) for at in range(len(tokens))):
        return None
    return Unmodelled(tinycss2.serialize(tokens).strip())


def _is_novel(name: str, tokens: Sequence[Token], at: int, read: Callable[[Sequence[Token]], bool]) -> bool:
    """Whether a token is one that the parsers do not know: a function, a unit, or a keyword of the property's grammar."""
    token = tokens[at]
    if name in _PARTLY and token.type in ("function", "dimension", "percentage"):
        return True
    if token.type == "function":
        if token.lower_name not in _READ_FUNCTIONS:
            return True
        if token.lower_name in _COLOR_FUNCTIONS:  # a calculation in a colour, or one that is made from another
            return any(inner.type == "function" or _is_from(inner) for inner in token.arguments)
        return any(_is_novel(name, token.arguments, inner, _never) for inner in range(len(token.arguments)))
    if token.type in ("[] block", "unicode-range"):  # "U+26" reads as a word and a number
        return True
    if token.type == "() block":
        return any(_is_novel(name, token.content, inner, _never) for inner in range(len(token.content)))
    if token.type == "literal" and token.value == "/" and read is _never:
        return True  # the quotient of two lengths is a number, which may depend on the font
    if token.type == "dimension":
        return not is_length_unit(token.lower_unit) and token.lower_unit in LENGTH_UNITS
    return token.type == "ident" and _is_novel_word(name, token.lower_value, tokens, at, read)


def _is_novel_word(name: str, word: str, tokens: Sequence[Token], at: int, read: Callable[[Sequence[Token]], bool]) -> bool:
    """Whether a keyword is one of the property's grammar, and keeps the value from being read."""
    if read is _never:
        return word in _CONSTANTS
    found = grammar(name)
    if found is None or word not in found.keywords or read([tokens[at]]):
        return False
    rest = [*tokens[:at], *tokens[at + 1 :]]
    if not rest or read(rest):
        return True  # the one word that keeps the value from being read
    words = [other.lower_value for other in tokens if other.type == "ident"]
    if len(words) < len(tokens) or len(set(words)) < len(words):
        return False
    return all(word in found.keywords for word in words) and not any(read([other]) for other in rest)


def _is_from(token: Token) -> bool:
    return token.type == "ident" and token.lower_value == "from"


def _never(_tokens: Sequence[Token]) -> bool:
    return False
