"""Values of inert properties that may hide a text.

Vertical margins, ``vertical-align`` and ``z-index`` bear on no rule, and the cascade does not keep them, unless a length is so
far from zero that the text may leave the message, or a negative ``z-index`` may put it behind a background. Such a value
counts as ``Unmodelled``: how high a box stands, and what is painted over it, is not computed. A margin that moves a box up by
less is kept as ``raised``, because the box may cover a text before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import tinycss2

from franking.css.lengths import Token, significant
from franking.css.values import Unmodelled

_FAR = 100.0  # CSS px
_UP = 8.0  # CSS px: what is moved up by less covers no text
_PX = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "%": 6.0, "vw": 6.0, "vh": 8.0}
_EM = 16.0  # CSS px of a unit that is not listed: most depend on the font
# The positions of the values that are vertical, by the number of values.
_VERTICAL = {1: (0,), 2: (0,), 3: (0, 2), 4: (0, 2)}
MAY_HIDE = frozenset(
    "z-index vertical-align margin-top margin-bottom margin-block margin-block-start margin-block-end -webkit-margin-before "
    "-webkit-margin-after".split()
)


def extreme(name: str, tokens: Sequence[Token]) -> list[tuple[str, Unmodelled]]:
    """What a declaration of ``margin`` or of a property of ``MAY_HIDE`` sets: nothing, unless its value may hide a text."""
    tokens = significant(tokens)
    if name == "margin":
        tokens = [tokens[at] for at in _VERTICAL.get(len(tokens), ())]
        name = "margin-top"
    if not any(map(_TESTS.get(name, _is_far_below), tokens)):
        up = max((-_px(token) for token in tokens), default=0.0)
        return [(name, Unmodelled("", up))] if up >= _UP and name not in _TESTS else []
    return [(name, Unmodelled(tinycss2.serialize(tokens).strip()))]


def _is_below(token: Token) -> bool:
    return token.type == "function" or (token.type == "number" and float(token.value) < 0.0)


def _is_far_below(token: Token) -> bool:
    if token.type == "function":
        return any(map(_may_be_far, token.arguments))
    return _px(token) <= -_FAR


def _may_be_far(part: Token) -> bool:
    """Whether a part of a calculation is far from zero, on either side of it."""
    if part.type == "function":
        return any(map(_may_be_far, part.arguments))
    if part.type == "() block":
        return any(map(_may_be_far, part.content))
    return abs(_px(part)) >= _FAR


_TESTS = {"z-index": _is_below, "vertical-align": _may_be_far}


def _px(token: Token) -> float:
    """About how many CSS px a length is; 0 for any other token."""
    if token.type == "dimension":
        return float(token.value) * _PX.get(token.lower_unit, _EM)
    if token.type == "percentage":
        return float(token.value) * _PX["%"]
    return float(token.value) if token.type == "number" else 0.0
