"""What an sRGB screen shows of a CSS colour (CSS Color 4, sections 10 to 12 and 15; CSS Color 5, section 3).

A colour outside the gamut is clipped, as browsers do.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tinycss2 import color4, parse_one_component_value, serialize

from franking.css.color_spaces import RECTANGULAR, Triple, to_srgb, to_xyz
from franking.css.components import split
from franking.css.lengths import Token, significant

if TYPE_CHECKING:
    from tinycss2.ast import FunctionBlock


class Srgb(NamedTuple):
    """Red, green, blue and alpha, each from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float


class Open(Enum):
    """A colour that its text alone does not tell."""

    CURRENT = "currentcolor"  # the element's own text colour
    UNDECIDED = "undecided"  # of the system, of a colour scheme, or in a notation that is not converted


# As browsers have them in light mode (CSS Color 4, section 6.2; HTML, section 15.3.4); the others depend on the system.
_SYSTEM = {
    **dict.fromkeys(("canvas", "field", "window", "background"), Srgb(1.0, 1.0, 1.0, 1.0)),
    **dict.fromkeys(("canvastext", "fieldtext", "windowtext"), Srgb(0.0, 0.0, 0.0, 1.0)),
    **dict.fromkeys(("linktext", "-webkit-link"), Srgb(0.0, 0.0, 238 / 255, 1.0)),
    "mark": Srgb(1.0, 1.0, 0.0, 1.0),
    "marktext": Srgb(0.0, 0.0, 0.0, 1.0),
}


@lru_cache(maxsize=1024)
def srgb(text: str) -> Srgb | Open:
    """The sRGB colour of a valid ``<color>``."""
    word = text.lower()
    if word in _SYSTEM:
        return _SYSTEM[word]
    if word == "currentcolor":
        return Open.CURRENT
    return _of_token(parse_one_component_value(word, skip_comments=True))


def over(front: Srgb, back: Srgb) -> Srgb:
    """A colour before an opaque one (section 11.2 of Compositing 1)."""
    rest = 1.0 - front.alpha
    red, green, blue = (a * front.alpha + b * rest for a, b in zip(front[:3], back[:3], strict=True))
    return Srgb(red, green, blue, 1.0)


def _of_token(token: Token) -> Srgb | Open:
    if token.type == "function" and token.lower_name == "color-mix":
        return _mixed(token)
    if token.type == "function" and token.lower_name == "light-dark":
        light, *dark = (_argument(part) for part in split(token.arguments, ","))
        return light if dark == [light] else Open.UNDECIDED
    color = _parsed(token)
    if color is None:
        return Open.UNDECIDED
    if color.space == "srgb":
        return _clipped(_numbers(color), color.alpha)
    return _shown(to_xyz(color.space, _numbers(color)), color.alpha)


def _argument(tokens: Sequence[Token]) -> Srgb | Open:
    rest = significant(tokens)
    return srgb(serialize(rest)) if len(rest) == 1 else Open.UNDECIDED


def _parsed(token: Token) -> color4.Color | None:
    """The library's reading of a colour; None if it has none. It loses the hue of a colour without lightness."""
    try:
        color = color4.parse_color(token)
    except (ValueError, IndexError, TypeError):  # of arguments that the library does not expect
        return None
    if not isinstance(color, color4.Color) or (color.space in ("lch", "oklch") and color.coordinates[0] is None):
        return None
    return color


def _numbers(color: color4.Color) -> Triple:
    """The components of a colour; a missing one counts 0 (section 4.4)."""
    one, two, three = (0.0 if component is None else component for component in color.coordinates)
    return one, two, three


def _clipped(components: Triple, alpha: float) -> Srgb:
    red, green, blue = (min(1.0, max(0.0, component)) for component in components)
    return Srgb(red, green, blue, alpha)


def _shown(xyz: Triple, alpha: float) -> Srgb:
    return _clipped(to_srgb(xyz), alpha)


def _mixed(token: FunctionBlock) -> Srgb | Open:
    """``color-mix()`` of two colours in a rectangular space (CSS Color 5, section 3.1)."""
    parts = [significant(part) for part in split(token.arguments, ",")]
    if len(parts) != 3 or len(parts[0]) != 2 or parts[0][1].type != "ident":
        return Open.UNDECIDED
    space = parts[0][1].lower_value
    first, second = _operand(parts[1]), _operand(parts[2])
    if first is None or second is None or space not in RECTANGULAR:
        return Open.UNDECIDED
    (one, p1), (two, p2) = first, second
    if p1 is None:
        p1 = 0.5 if p2 is None else 1.0 - p2
    p2 = 1.0 - p1 if p2 is None else p2
    if p1 + p2 <= 0.0:
        return Open.UNDECIDED
    share = p1 / (p1 + p2)
    alpha = one.alpha * share + two.alpha * (1.0 - share)
    into = RECTANGULAR[space]
    pairs = zip(into(to_xyz(one.space, _numbers(one))), into(to_xyz(two.space, _numbers(two))), strict=True)
    weights = one.alpha * share, two.alpha * (1.0 - share)
    if alpha == 0.0:
        return Srgb(0.0, 0.0, 0.0, 0.0)
    a, b, c = ((x * weights[0] + y * weights[1]) / alpha for x, y in pairs)
    return _shown(to_xyz("xyz-d65" if space == "xyz" else space, (a, b, c)), alpha * min(1.0, p1 + p2))


def _operand(tokens: list[Token]) -> tuple[color4.Color, float | None] | None:
    """A colour of a mix, with its share; None for one that is not read: also with a missing component, which the other
    colour fills (CSS Color 4, section 12.2)."""
    shares = [token.value / 100 for token in tokens if token.type == "percentage"]
    rest = [token for token in tokens if token.type != "percentage"]
    if len(rest) != 1 or len(shares) > 1:
        return None
    color = _parsed(rest[0])
    if color is None and rest[0].type == "ident" and rest[0].lower_value in _SYSTEM:
        known = _SYSTEM[rest[0].lower_value]
        color = color4.Color("srgb", known[:3], known.alpha)
    if color is None or None in color.coordinates:
        return None
    return color, shares[0] if shares else None
