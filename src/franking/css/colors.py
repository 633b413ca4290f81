"""Colours (CSS Color 4 and 5): which values are valid, as the rules read them."""

from __future__ import annotations

from collections.abc import Sequence

from tinycss2 import color4, color5, serialize

from franking.css.components import split
from franking.css.lengths import Token, significant
from franking.css.values import keyword

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

_COLOR_FUNCTIONS = frozenset("rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark".split())


def color(tokens: Sequence[Token], quirks: bool) -> str | None:
    """``<color>``, as its source text; quirks mode admits hex without ``#`` (Quirks Mode, section 3.1) and one more name."""
    if len(tokens) != 1:
        return None
    text: str = serialize(tokens)
    if quirks and keyword(tokens[0]) == "-webkit-focus-ring-color":
        return text.lower()
    if keyword(tokens[0]) in SYSTEM_COLORS or _is_color(tokens[0], text.lower()):
        return text.lower()
    if quirks and tokens[0].type in ("number", "dimension", "ident") and len(text) in (3, 6):
        return "#" + text.lower() if all(c in "0123456789abcdef" for c in text.lower()) else None
    return None


def _is_color(token: Token, text: str) -> bool:
    """Whether a token is a colour for certain."""
    if token.type == "function":
        if token.lower_name not in _COLOR_FUNCTIONS or not significant(token.arguments):
            return False
        if any(keyword(t) == "from" for t in token.arguments):
            return False
        parts = split(token.arguments, ",")
        if token.lower_name == "light-dark":
            return len(parts) == 2 and all(color(significant(part), False) for part in parts)
        if token.lower_name == "color-mix":
            first = significant(parts[0])
            return len(parts) == 3 and keyword(first[0]) == "in" if first else False
    try:
        return color5.parse_color(text) is not None or color4.parse_color(text) is not None
    except (ValueError, IndexError, TypeError):  # of arguments that the library does not expect
        return False
