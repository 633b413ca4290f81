"""Shorthands: what one declaration sets (CSS 2.2 and the level 3 modules of each property)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from franking.css import grid_shorthands
from franking.css.colors import color
from franking.css.components import ALIGNMENTS, layer, split
from franking.css.lengths import ZERO, Length, Token, parse_number, significant
from franking.css.properties import (
    ALIASES,
    LONGHANDS,
    border_width,
    font_family,
    font_size,
    line_height,
    parse_longhand,
)
from franking.css.values import Unmodelled, Value, Wide, is_literal, keyword, wide_keyword

Expanded = list[tuple[str, Value]]
Shorthand = Callable[[Sequence[Token], bool], Expanded | None]

_SYSTEM_FONTS = {"caption", "icon", "menu", "message-box", "small-caption", "status-bar"}
_FONT_WORDS = {"italic", "oblique", "small-caps", "condensed", "expanded", "ultra-condensed", "extra-condensed",
               "semi-condensed", "semi-expanded", "extra-expanded", "ultra-expanded", "normal"}  # fmt: skip
_WEIGHTS = {"bold", "bolder", "lighter"}
_ANGLES = ("deg", "rad", "grad", "turn")


def _nothing(_metrics: object) -> Length:
    return ZERO


def _medium(_metrics: object) -> Length:
    return Length(3.0)


def _sides(pattern: str) -> Shorthand:
    """``margin``-like: one to four values; only left and right are kept."""
    longhand = pattern.format("left")

    def expand(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
        if not 1 <= len(tokens) <= 4:
            return None
        values = [LONGHANDS[longhand]([t], quirks) for t in tokens]
        if None in values:
            return None
        right = values[1] if len(values) > 1 else values[0]
        left = values[3] if len(values) > 3 else right
        return [(pattern.format("left"), left), (pattern.format("right"), right)]

    return expand


def _pair(first: str, second: str) -> Shorthand:
    def expand(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
        if not 1 <= len(tokens) <= 2:
            return None
        values = [LONGHANDS[first]([t], quirks) for t in tokens]
        return None if None in values else [(first, values[0]), (second, values[-1])]

    return expand


def _border(*sides: str) -> Shorthand:
    """``border``-like: width, style and colour in any order, each at most once. Where both sides are set, Chromium lets commas
    stand between them."""

    def expand(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
        width: Value | None = None
        style: Value | None = None
        hue: str | None = None
        for token in _without_commas(tokens) if len(sides) > 1 else tokens:
            if style is None and (found := LONGHANDS["border-left-style"]([token], quirks)) is not None:
                style = found
            elif width is None and (found := border_width([token], False)) is not None:
                width = found
            elif hue is None and (found := color([token], False)) is not None:
                hue = found
            else:
                return None
        if not tokens:
            return None
        result: Expanded = []
        for side in sides:
            result.append((f"border-{side}-width", width or _medium))
            result.append((f"border-{side}-style", style or "none"))
        return result

    return expand


def _without_commas(tokens: Sequence[Token]) -> list[Token]:
    """Components without the commas that Chromium lets stand between two of them."""
    inner = range(1, len(tokens) - 1)
    return [t for at, t in enumerate(tokens) if not (at in inner and _is_comma(t) and not _is_comma(tokens[at - 1]))]


def _is_comma(token: Token) -> bool:
    return bool(token.type == "literal" and token.value == ",")


def _font(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    """``font`` (CSS Fonts 4, section 2.7): resets everything, size and family are required."""
    if len(tokens) == 1 and keyword(tokens[0]) in _SYSTEM_FONTS:
        return [("font-size", lambda _m: Length(16.0)), ("font-family", "system-ui"), ("line-height", "normal"),
                ("font-weight", "normal")]  # fmt: skip
    bold, rest = _font_weight(tokens)
    size = font_size(rest[:1], False) if rest else None
    if size is None and rest and keyword(rest[0]) == "math":
        size = Unmodelled("math")
    height: Value | None = "normal"
    rest = rest[1:]
    if rest and is_literal(rest[0], "/"):
        height = line_height(rest[1:2], False) if len(rest) > 1 else None
        rest = rest[2:]
    family = font_family(rest, False) if rest else None
    if size is None or height is None or family is None:
        return None
    return [("font-size", size), ("line-height", height), ("font-family", family), ("font-weight", bold)]


def _font_weight(tokens: Sequence[Token]) -> tuple[Value, Sequence[Token]]:
    """The weight among the style, variant, weight and stretch that begin ``font``, in any order, and what follows them."""
    bold: Value = "normal"
    for at, token in enumerate(tokens[:5]):
        word, number = keyword(token), parse_number(token)
        if number is not None and 1 <= number <= 1000 and at + 1 < len(tokens):
            bold = number
        elif word in _WEIGHTS:
            bold = word
        elif word not in _FONT_WORDS and not (token.type == "dimension" and token.lower_unit in _ANGLES):
            return bold, tokens[at:]
    return bold, tokens[5:]


def _background(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    layers = [layer(part, color, last=False, quirks=False) for part in split(tokens, ",")[:-1]]
    layers.append(layer(split(tokens, ",")[-1], color, last=True, quirks=False))
    read = [one for one in layers if one is not None]
    if len(read) < len(layers):
        return None
    image = "image" if any(one[0] for one in read) else "none"
    return [("background-image", image), ("background-color", read[-1][1] or "transparent")]


def _flex(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    if len(tokens) == 1 and keyword(tokens[0]) in ("none", "auto", "initial"):
        word = keyword(tokens[0])
        grow, shrink = (0.0, 0.0) if word == "none" else (1.0, 1.0) if word == "auto" else (0.0, 1.0)
        return [("flex-grow", grow), ("flex-shrink", shrink), ("flex-basis", "auto")]
    found = [parse_number(t) for t in tokens]
    numbers = [max(0.0, n) if t.type == "function" else n for t, n in zip(tokens, found, strict=True) if n is not None]
    rest = [t for t, n in zip(tokens, found, strict=True) if n is None]
    if any(n < 0 for n in numbers):
        return None
    if len(numbers) == 3 and numbers[2] == 0 and not rest:
        numbers, rest = numbers[:2], []
    elif len(rest) > 1 or len(numbers) > 2 or not tokens:
        return None
    basis: Value | None = LONGHANDS["flex-basis"](rest, quirks) if rest else _nothing
    if basis is None:
        return None
    grow = numbers[0] if numbers else 1.0
    return [("flex-grow", grow), ("flex-shrink", numbers[1] if len(numbers) > 1 else 1.0), ("flex-basis", basis)]


def _flex_flow(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    result: Expanded = []
    for token in tokens:
        for name in {"flex-direction", "flex-wrap"} - {name for name, _ in result}:
            if (found := LONGHANDS[name]([token], quirks)) is not None:
                result.append((name, found))
                break
        else:
            return None
    return result or None


def _place(first: str, second: str) -> Shorthand:
    def expand(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
        for at in range(len(tokens), 0, -1):
            parts = (tokens[:at], tokens[at:] or tokens[:at])
            both = [(name, ALIGNMENTS[name](part, quirks)) for name, part in zip((first, second), parts, strict=True)]
            if all(value is not None for _, value in both):
                return [(name, value) for name, value in both if name in LONGHANDS]
        return None

    return expand


def _gap(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    values = [LONGHANDS["column-gap"]([t], quirks) for t in tokens]
    return None if not values or None in values or len(values) > 2 else [("column-gap", values[-1])]


def _inset(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    if not 1 <= len(tokens) <= 4:
        return None
    values = [LONGHANDS["left"]([t], quirks) for t in tokens]
    if None in values:
        return None
    right = values[1] if len(values) > 1 else values[0]
    bottom = values[2] if len(values) > 2 else values[0]
    return [("left", values[3] if len(values) > 3 else right), ("right", right), ("top", values[0]), ("bottom", bottom)]


SHORTHANDS: dict[str, Shorthand] = {
    "margin": _sides("margin-{}"),
    "padding": _sides("padding-{}"),
    "border-width": _sides("border-{}-width"),
    "border-style": _sides("border-{}-style"),
    "border": _border("left", "right"),
    "border-left": _border("left"),
    "border-right": _border("right"),
    "border-inline": _border("left", "right"),
    "border-inline-start": _border("left"),
    "border-inline-end": _border("right"),
    "margin-inline": _pair("margin-left", "margin-right"),
    "padding-inline": _pair("padding-left", "padding-right"),
    "border-inline-width": _pair("border-left-width", "border-right-width"),
    "border-inline-style": _pair("border-left-style", "border-right-style"),
    "inset-inline": _pair("left", "right"),
    "inset": _inset,
    "font": _font,
    "background": _background,
    "flex": _flex,
    "-webkit-flex": _flex,
    "flex-flow": _flex_flow,
    "place-items": _place("align-items", "justify-items"),
    "place-content": _place("align-content", "justify-content"),
    "place-self": _place("align-self", "justify-self"),
    "gap": _gap,
    "grid-gap": _gap,
    "overflow": _pair("overflow-x", "overflow-y"),
    **grid_shorthands.EXPANSIONS,
}

SETS: dict[str, tuple[str, ...]] = {
    "margin": ("margin-left", "margin-right"),
    "padding": ("padding-left", "padding-right"),
    "border-width": ("border-left-width", "border-right-width"),
    "border-style": ("border-left-style", "border-right-style"),
    "border": ("border-left-width", "border-left-style", "border-right-width", "border-right-style"),
    "border-left": ("border-left-width", "border-left-style"),
    "border-right": ("border-right-width", "border-right-style"),
    "border-inline": ("border-left-width", "border-left-style", "border-right-width", "border-right-style"),
    "border-inline-start": ("border-left-width", "border-left-style"),
    "border-inline-end": ("border-right-width", "border-right-style"),
    "margin-inline": ("margin-left", "margin-right"),
    "padding-inline": ("padding-left", "padding-right"),
    "border-inline-width": ("border-left-width", "border-right-width"),
    "border-inline-style": ("border-left-style", "border-right-style"),
    "inset-inline": ("left", "right"),
    "inset": ("left", "right", "top", "bottom"),
    "font": ("font-size", "line-height", "font-family", "font-weight"),
    "background": ("background-image", "background-color"),
    "flex": ("flex-grow", "flex-shrink", "flex-basis"),
    "-webkit-flex": ("flex-grow", "flex-shrink", "flex-basis"),
    "flex-flow": ("flex-direction", "flex-wrap"),
    "place-items": ("align-items", "justify-items"),
    "place-content": ("align-content", "justify-content"),
    "place-self": ("align-self", "justify-self"),
    "gap": ("column-gap",),
    "grid-gap": ("column-gap",),
    "overflow": ("overflow-x", "overflow-y"),
    **grid_shorthands.SETS,
    "all": tuple(name for name in LONGHANDS if name != "direction"),
}


def longhands_of(name: str) -> tuple[str, ...]:
    """The longhands that a property name sets; empty for a property that nothing here reads."""
    name = ALIASES.get(name, name)
    return (name,) if name in LONGHANDS else SETS.get(name, ())


def expand(name: str, tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    """What a declaration sets, as (longhand, value) pairs; None if it is invalid or not read by any rule."""
    tokens = significant(tokens)
    name = ALIASES.get(name, name)
    if name in LONGHANDS:
        value = parse_longhand(name, tokens, quirks)
        return None if value is None else [(name, value)]
    wide = wide_keyword(tokens)
    if wide is not None:
        return [(longhand, Wide(wide)) for longhand in SETS.get(name, ())] or None
    shorthand = SHORTHANDS.get(name)
    return shorthand(tokens, quirks) if shorthand else None
