"""Colours (CSS Color 4 and 5): which values are valid, as the rules read them."""

from __future__ import annotations

from collections.abc import Sequence

from tinycss2 import color4, color5, serialize

from franking.css.components import split
from franking.css.lengths import Token, significant
from franking.css.values import is_literal, keyword

# CSS Color 4, section 6.2 and appendix A, with the names that browsers add.
SYSTEM_COLORS = frozenset(
    (
        "accentcolor accentcolortext activetext buttonborder buttonface buttontext canvas canvastext field fieldtext "
        "graytext highlight highlighttext linktext mark marktext selecteditem selecteditemtext visitedtext activeborder "
        "activecaption appworkspace background buttonhighlight buttonshadow captiontext inactiveborder inactivecaption "
        "inactivecaptiontext infobackground infotext menu menutext scrollbar threeddarkshadow threedface threedhighlight "
        "threedlightshadow threedshadow window windowframe windowtext -webkit-link -webkit-activelink"
    ).split()
)

_NUMBER, _HUE = frozenset(["number", "percentage", "none"]), frozenset(["number", "angle", "none"])
_COMPONENTS = {  # what each component may be (CSS Color 4, sections 5 to 10)
    **dict.fromkeys(("rgb", "rgba", "lab", "oklab", "color"), (_NUMBER, _NUMBER, _NUMBER)),
    **dict.fromkeys(("hsl", "hsla", "hwb"), (_HUE, _NUMBER, _NUMBER)),
    **dict.fromkeys(("lch", "oklch"), (_NUMBER, _NUMBER, _HUE)),
}
_WITH_COMMAS = {  # the same in the older notation
    **dict.fromkeys(("rgb", "rgba"), (("number",) * 3, ("percentage",) * 3)),
    **dict.fromkeys(("hsl", "hsla"), (("number", "percentage", "percentage"), ("angle", "percentage", "percentage"))),
}
_PREDEFINED = frozenset("srgb srgb-linear display-p3 a98-rgb prophoto-rgb rec2020 xyz xyz-d50 xyz-d65".split())
_SPACES = _PREDEFINED | frozenset("lab oklab hsl hwb lch oklch".split())


def color(tokens: Sequence[Token], quirks: bool) -> str | None:
    """``<color>``, as its source text; quirks mode admits hex without ``#`` (Quirks Mode, section 3.1) and one more name."""
    if len(tokens) != 1:
        return None
    text: str = serialize(tokens)
    if quirks and keyword(tokens[0]) == "-webkit-focus-ring-color":
        return text.lower()
    if keyword(tokens[0]) in SYSTEM_COLORS or _is_color(tokens[0], text.lower()):
        return text.lower()
    return _without_hash(tokens[0]) if quirks else None


def _without_hash(token: Token) -> str | None:
    """A hexadecimal colour without its "#"; of one that reads as a number, the leading zeros were lost."""
    if token.type == "ident":
        digits = token.value
    elif (token.type == "number" or token.type == "dimension") and token.int_value is not None:
        unit = token.unit if token.type == "dimension" else ""
        digits = f"{token.int_value}{unit}".rjust(6, "0")
    else:
        return None
    return "#" + digits.lower() if len(digits) in (3, 6) and all(c in "0123456789abcdefABCDEF" for c in digits) else None


def _is_color(token: Token, text: str) -> bool:
    """Whether a token is a colour for certain."""
    if token.type == "function":
        if token.lower_name in _COMPONENTS:
            return _has_components(token.lower_name, significant(token.arguments))
        parts = split(token.arguments, ",")
        if token.lower_name == "light-dark":
            return len(parts) == 2 and all(color(significant(part), False) for part in parts)
        if token.lower_name == "color-mix":
            first = significant(parts[0])
            return len(parts) == 3 and len(first) > 1 and keyword(first[0]) == "in" and keyword(first[1]) in _SPACES
        return False
    try:
        return color5.parse_color(text) is not None or color4.parse_color(text) is not None
    except (ValueError, IndexError, TypeError):  # of arguments that the library does not expect
        return False


def _kind(token: Token) -> str:
    """What a component of a colour is; "" for what is none."""
    if token.type == "ident":
        return "none" if token.lower_value == "none" else ""
    if token.type == "dimension":
        return "angle" if token.lower_unit in ("deg", "grad", "rad", "turn") else ""
    return token.type if token.type in ("number", "percentage") else ""


def _has_components(name: str, tokens: Sequence[Token]) -> bool:
    """Whether a colour's components are those of its notation: with commas all alike, without them each of its own kind."""
    if name == "color":
        if not tokens or keyword(tokens[0]) not in _PREDEFINED:
            return False
        tokens = tokens[1:]
    if any(is_literal(token, ",") for token in tokens):
        if len(tokens) not in (5, 7) or not all(is_literal(token, ",") for token in tokens[1::2]):
            return False
        kinds = tuple(_kind(token) for token in tokens[::2])
        return kinds[:3] in _WITH_COMMAS.get(name, ()) and all(kind in ("number", "percentage") for kind in kinds[3:])
    if len(tokens) != 3 and not (len(tokens) == 5 and is_literal(tokens[3], "/") and _kind(tokens[4]) in _NUMBER):
        return False
    return all(_kind(token) in admitted for token, admitted in zip(tokens[:3], _COMPONENTS[name], strict=True))
