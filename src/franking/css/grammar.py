"""What the grammars of the specifications admit, for values that the parsers here do not model.

A value that no grammar of its property admits is invalid for certain, and a browser drops it (CSS Syntax 3, section 2.2).
The test is by tokens: each must be a keyword, a function or of a type that the property's grammar names anywhere. It never
calls a valid value invalid; what it admits may still be invalid, and is then undecided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tinycss2 import color4

from franking.css.lengths import Token
from franking.css.values import WIDE_KEYWORDS
from franking.files.packaged import packaged_text

# Functions that stand for other values, whatever the property (CSS Values 5, sections 7 to 9; CSS Mixins).
SUBSTITUTIONS = frozenset(["var", "env", "attr", "if", "inherit", "random-item", "first-valid", "toggle", "ident", "--"])
# CSS Values 4, section 10, and 5, section 8: wherever a number, a length or the like may stand.
MATH_FUNCTIONS = frozenset(
    (
        "calc -webkit-calc min max clamp round mod rem sin cos tan asin acos atan atan2 pow sqrt hypot log exp abs "
        "sign progress random calc-size anchor anchor-size sibling-count sibling-index interpolate media-progress "
        "container-progress"
    ).split()
)
_COLORS = frozenset(
    (
        "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark contrast-color device-cmyk alpha "
        "color-layers hdr-color palette-mix"
    ).split()
)
_IMAGES = frozenset(
    (
        "url src image image-set -webkit-image-set cross-fade -webkit-cross-fade element paint linear-gradient "
        "repeating-linear-gradient radial-gradient repeating-radial-gradient conic-gradient repeating-conic-gradient "
        "-webkit-gradient -webkit-linear-gradient -webkit-radial-gradient -webkit-repeating-linear-gradient "
        "-webkit-repeating-radial-gradient -webkit-canvas"
    ).split()
)
_COLOR_WORDS = frozenset(["currentcolor", "transparent"])
LENGTH_UNITS = frozenset(
    (
        "px pt pc in cm mm q em rem ex rex ch rch cap rcap ic ric lh rlh vw svw lvw dvw vh svh lvh dvh vi svi lvi dvi "
        "vb svb lvb dvb vmin svmin lvmin dvmin vmax svmax lvmax dvmax cqw cqh cqi cqb cqmin cqmax"
    ).split()
)
_UNITS = {
    **dict.fromkeys(LENGTH_UNITS, "length"),
    **dict.fromkeys(("deg", "grad", "rad", "turn"), "angle"),
    **dict.fromkeys(("s", "ms"), "time"),
    **dict.fromkeys(("hz", "khz"), "frequency"),
    **dict.fromkeys(("dpi", "dpcm", "dppx", "x"), "resolution"),
    "fr": "flex",
}
_NUMERIC = frozenset(
    "number integer length length-percentage percentage angle time resolution frequency flex ratio alpha-value".split()
)
_FREE_IDENTS = frozenset(["custom-ident", "ident", "dashed-ident", "family-name", "custom-property-name"])
_ANYTHING = frozenset(["declaration-value", "any-value"])
_NUMBERS = frozenset(["number", "integer", "alpha-value", "ratio", "opacity-value"])  # of which any number may be one
_TYPES_WITH = {  # by the type of a token: the types of values that have such a token
    "percentage": frozenset(["percentage", "length-percentage", "alpha-value"]),
    "string": frozenset(["string", "url", "image", "family-name"]),
    "url": frozenset(["url", "image"]),
    "hash": frozenset(["color"]),
    "unicode-range": _FREE_IDENTS,  # "U+26" reads as a word and a number
}
_ANYWHERE = frozenset(["whitespace", "comment", "literal", "[] block", "() block"])  # tokens that any grammar admits


# What browsers take besides what the specifications name: keywords, and types in angle brackets.
_BESIDES = {
    "-webkit-background-clip": "text",
    "-webkit-box-align": "start end center baseline stretch",
    "-webkit-box-flex": "<number>",
    "-webkit-box-ordinal-group": "<integer>",
    "-webkit-box-pack": "start end center justify",
    "-webkit-mask": "text border content padding",
    "-webkit-mask-clip": "text border content padding",
    "-webkit-mask-composite": (
        "clear copy destination-atop destination-in destination-out destination-over plus-lighter source-atop source-in "
        "source-out source-over xor"
    ),
    "-webkit-mask-origin": "border content padding",
    "-webkit-perspective": "<number>",
    **dict.fromkeys(
        ("align-content", "justify-content", "place-content", "-webkit-align-content", "-webkit-justify-content"),
        "flow-start flow-end",
    ),
    "container-type": "anchored",
    "font": "-webkit-control -webkit-mini-control -webkit-small-control",
    "offset": "<url> circle ellipse inset polygon path rect xywh shape ray",
    **dict.fromkeys(("overflow-block", "overflow-inline"), "overlay"),
    "perspective": "<number>",
    "position-visibility": "anchors-visible",
    "unicode-bidi": "-webkit-isolate -webkit-isolate-override -webkit-plaintext",
    "white-space": "wrap collapse preserve preserve-breaks preserve-spaces",
    "writing-mode": "lr lr-tb rl rl-tb tb tb-rl",
    "zoom": "normal reset document",
}
_SIZE_WORDS = "-webkit-fill-available -webkit-fit-content -webkit-max-content -webkit-min-content"
_SIZES = ("width", "height", "block-size", "inline-size", "flex-basis")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the values of a property can hold."""

    keywords: frozenset[str]
    functions: frozenset[str]
    types: frozenset[str]
    initial: str

    def admits(self, tokens: Sequence[Token], *, quirks: bool = False) -> bool:
        """Whether the property's grammar may admit a value, by its tokens."""
        if self.types & _ANYTHING:
            return True
        return bool(tokens) and all(self._admits(token, quirks) for token in tokens)

    def _admits(self, token: Token, quirks: bool) -> bool:
        if token.type == "ident":
            return self._admits_word(token.lower_value)
        if token.type == "function":
            return self._admits_function(token.lower_name)
        if token.type == "number":
            return self._admits_number(token.value, quirks)
        if token.type == "dimension":
            unit = _UNITS.get(token.lower_unit)
            return unit is not None and (unit in self.types or (unit == "length" and "length-percentage" in self.types))
        if token.type in _TYPES_WITH:
            return bool(self.types & _TYPES_WITH[token.type])
        return token.type in _ANYWHERE

    def _admits_number(self, number: float, quirks: bool) -> bool:
        if self.types & _NUMBERS:
            return True
        return bool(self.types & _NUMERIC) and (number == 0 or quirks)

    def _admits_word(self, word: str) -> bool:
        types = self.types
        if word in self.keywords or types & _FREE_IDENTS:
            return True
        if "color" not in types:
            return False
        return word in _COLOR_WORDS or color4.parse_color(word) is not None or word in _system_colors()

    def _admits_function(self, name: str) -> bool:
        if name in self.functions or name in SUBSTITUTIONS or name.startswith("--"):
            return True
        types = self.types
        if name in MATH_FUNCTIONS:
            return bool(types & _NUMERIC)
        if name in _COLORS:
            return "color" in types or "image" in types
        return name in _IMAGES and bool(types & {"image", "url"})


@cache
def _system_colors() -> frozenset[str]:
    from franking.css.colors import SYSTEM_COLORS

    return SYSTEM_COLORS


@cache
def specified() -> Mapping[str, object]:
    """What the specifications name: see ``tests/real/specifications.py``, which writes the file."""
    data: Mapping[str, object] = json.loads(packaged_text(__package__, "specified.json"))
    return data


@cache
def grammar(name: str) -> Grammar | None:
    """The grammar of a property; None for a name that no specification knows."""
    properties = specified()["properties"]
    assert isinstance(properties, dict)
    entry = properties.get(name)
    if entry is None:
        return None
    while not entry["keywords"] and not entry["types"] and not entry["functions"] and entry.get("alias") in properties:
        entry = properties[entry["alias"]]
    parts = (frozenset(entry["keywords"]), frozenset(entry["functions"]), frozenset(entry["types"]))
    longhands = entry.get("longhands", ())
    if longhands and not any(parts):
        for longhand in longhands:
            inner = grammar(longhand)
            if inner is not None:
                parts = (parts[0] | inner.keywords, parts[1] | inner.functions, parts[2] | inner.types)
    besides = _BESIDES.get(name, _SIZE_WORDS if name.endswith(_SIZES) else "").split()
    types = frozenset(word[1:-1] for word in besides if word.startswith("<"))
    keywords = parts[0] | set(besides) | {"revert-rule"}  # CSS Cascade 5, section 7.3.5: no value that is read
    return Grammar(keywords, parts[1] | set(besides), parts[2] | types, str(entry.get("initial", "")).lower())


def may_be_valid(name: str, tokens: Sequence[Token], *, quirks: bool = False) -> bool:
    """Whether a browser may take a value of a property that browsers know. True if its grammar is not known."""
    if len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in WIDE_KEYWORDS:
        return True
    found = grammar(name)
    return found is None or found.admits(tokens, quirks=quirks)
