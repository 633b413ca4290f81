"""Transforms that keep what stands side by side apart from what stands above each other (CSS Transforms 1 and 2).

Across, such a transform is a factor and a shift. Rotations, skews across, perspective and the like mix both directions:
they are not read, and their declarations are reported as undecided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from franking.css.lengths import Length, Metrics, Token, parse_length, parse_number, significant
from franking.css.values import Parser, Value, keyword

if TYPE_CHECKING:
    from tinycss2.ast import FunctionBlock

TRANSFORMS = ("translate", "rotate", "scale", "transform")  # in the order that they apply in, outermost first
_NOWHERE = Length()
_FULL_TURN = {"deg": 360.0, "grad": 400.0, "rad": 2 * math.pi, "turn": 1.0}
_Moves = tuple[tuple[float, Length], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """What a transform does along one axis: to the ``factor``-fold distance from the origin, and by the sum of ``moves``,
    lengths times a number; percentages are of the box."""

    factor: float = 1.0
    moves: _Moves = ()

    def shift(self, size: float) -> float:
        """The shift in px of a box of ``size`` px."""
        return sum(times * length.resolve(size) for times, length in self.moves)

    def after(self, inner: Axis) -> Axis:
        """This one, applied to the result of ``inner``."""
        moved = tuple((self.factor * times, length) for times, length in inner.moves)
        return Axis(self.factor * inner.factor, self.moves + moved)


@dataclass(frozen=True, slots=True)
class Transform:
    """A transform by its axes: ``x`` across, ``y`` down."""

    x: Axis = Axis()
    y: Axis = Axis()


_Step = Callable[[Metrics], Transform]


def _identity(_metrics: Metrics) -> Transform:
    return Transform()


def transform(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """``none`` or a list of functions."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return _identity
    steps = [_function(token) if token.type == "function" else None for token in tokens]
    read = [step for step in steps if step is not None]
    return _list(read) if read and len(read) == len(steps) else None


def _list(steps: Sequence[_Step]) -> _Step:
    def compose(metrics: Metrics) -> Transform:
        made = Transform()
        for step in steps:
            inner = step(metrics)
            made = Transform(made.x.after(inner.x), made.y.after(inner.y))
        return made

    return compose


def _arguments(token: FunctionBlock) -> list[Token] | None:
    """The arguments of a function, each of one token."""
    tokens = significant(token.arguments)
    if len(tokens) % 2 == 0 or any(t != "," for t in tokens[1::2]):
        return None
    return tokens[::2]


def _function(token: FunctionBlock) -> _Step | None:
    name, arguments = token.lower_name, _arguments(token)
    if arguments is None:
        return None
    if name in ("translate", "translatex", "translatey", "translate3d"):
        counts = {"translate": (1, 2), "translate3d": (3,)}.get(name, (1,))
        if len(arguments) not in counts or (name == "translate3d" and parse_length(arguments[2], percent=False) is None):
            return None
        return _moved([None, arguments[0]] if name == "translatey" else arguments[:2])
    if name == "translatez":
        return _identity if len(arguments) == 1 and parse_length(arguments[0], percent=False) is not None else None
    if name in ("scale", "scalex", "scaley", "scalez", "scale3d"):
        return _scaled(name, [_factor(one) for one in arguments])
    if name in ("rotate", "rotatez", "rotatex", "rotatey", "skewx", "skew", "skewy"):
        return _turned(name, arguments)
    if name == "matrix":
        return _matrix([parse_number(one) for one in arguments])
    return None


def _moved(arguments: Sequence[Token | None]) -> _Step | None:
    lengths = [parse_length(one) if one is not None else None for one in arguments]
    if any(one is not None and length is None for one, length in zip(arguments, lengths, strict=True)):
        return None

    def made(metrics: Metrics) -> Transform:
        axes = [Axis(1.0, ((1.0, length(metrics)),)) if length is not None else Axis() for length in lengths]
        return Transform(axes[0], axes[1] if len(axes) > 1 else Axis())

    return made


def _factor(token: Token) -> float | None:
    return float(token.value) / 100.0 if token.type == "percentage" else parse_number(token)


def _scaled(name: str, factors: list[float | None]) -> _Step | None:
    known = [factor for factor in factors if factor is not None]
    counts = {"scale": (1, 2), "scale3d": (3,)}.get(name, (1,))
    if len(known) < len(factors) or len(known) not in counts:
        return None
    across = 1.0 if name in ("scaley", "scalez") else known[0]
    down = 1.0 if name in ("scalex", "scalez") else known[1] if len(known) > 1 else known[0]
    made = Transform(Axis(across), Axis(down))
    return lambda _metrics: made


def _turns(token: Token) -> float | None:
    """An angle in turns."""
    if token.type == "number" and token.value == 0:
        return 0.0
    if token.type != "dimension" or token.lower_unit not in _FULL_TURN:
        return None
    return float(token.value) / _FULL_TURN[token.lower_unit]


def _turned(name: str, arguments: list[Token]) -> _Step | None:
    """Half and full turns; a skew that only moves things up and down."""
    turns = [_turns(one) for one in arguments]
    if None in turns or len(turns) != (len(turns) if name == "skew" and len(turns) <= 2 else 1):
        return None
    first = turns[0] or 0.0
    if name == "skewy" or (name in ("skew", "skewx") and _whole(2 * first)):
        return _identity
    if name not in ("skew", "skewx") and _whole(first):
        return _identity
    if name in ("rotate", "rotatez") and _whole(2 * first):
        return lambda _metrics: Transform(Axis(-1.0), Axis(-1.0))
    return None


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-9


def _matrix(numbers: list[float | None]) -> _Step | None:
    """``matrix(a, b, c, d, e, f)``, where nothing across depends on what is above (c = 0)."""
    known = [number for number in numbers if number is not None]
    if len(known) != 6 or len(numbers) != 6 or known[2] != 0.0:
        return None
    made = Transform(Axis(known[0], ((1.0, Length(known[4])),)), Axis(known[3], ((1.0, Length(known[5])),)))
    return lambda _metrics: made


def translate(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """The property: one to three lengths, or ``none``."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return _identity
    if not 1 <= len(tokens) <= 3 or (len(tokens) == 3 and parse_length(tokens[2], percent=False) is None):
        return None
    return _moved(tokens[:2])


def scale(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """The property: one to three numbers or percentages, or ``none``."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return _identity
    if len(tokens) == 3 and _factor(tokens[2]) is None:
        return None
    return _scaled("scale", [_factor(token) for token in tokens[:2]]) if 1 <= len(tokens) <= 3 else None


def rotate(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """The property: an angle in half or full turns, around the axis that points at the reader, or ``none``."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return _identity
    rest = [token for token in tokens if keyword(token) != "z"]
    return _turned("rotate", rest) if len(rest) == 1 and len(tokens) <= 2 and all(t.type != "number" for t in tokens) else None


_ACROSS = {"left": 0.0, "right": 100.0}
_DOWN = frozenset(["top", "bottom"])


def origin(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """``transform-origin``: how far from the left edge of the box it is. What it is from above moves nothing across."""
    if not 1 <= len(tokens) <= 3 or (len(tokens) == 3 and parse_length(tokens[2], percent=False) is None):
        return None
    words = [keyword(token) for token in tokens[:2]]
    lengths = [parse_length(token) for token in tokens[:2]]
    if any(w not in _ACROSS and w not in _DOWN and w != "center" and m is None for w, m in zip(words, lengths, strict=True)):
        return None
    if len(words) == 2 and {*words} <= _ACROSS.keys():
        return None
    at = 0
    if words[0] in _DOWN or (len(words) == 2 and words[1] in _ACROSS):
        if len(words) == 2 and (lengths[0] is not None or lengths[1] is not None or {*words} <= _DOWN):
            return None
        if len(words) == 1:
            return _middle
        at = 1
    found = lengths[at]
    share = _ACROSS.get(words[at] or "", 50.0)
    return found if found is not None else lambda _metrics: Length(0.0, share)


def _middle(_metrics: Metrics) -> Length:
    return Length(0.0, 50.0)


def zoom(tokens: Sequence[Token], _quirks: bool) -> float | None:
    """``zoom``: a number or percentage; ``normal`` and 0 change nothing (CSS Viewport 1, section 6)."""
    if len(tokens) != 1:
        return None
    if keyword(tokens[0]) == "normal":
        return 1.0
    factor = _factor(tokens[0])
    return None if factor is None or factor < 0 else factor or 1.0


PARSERS: dict[str, Parser] = {
    "transform": transform,
    "translate": translate,
    "scale": scale,
    "rotate": rotate,
    "transform-origin": origin,
    "zoom": zoom,
}
ALIASES = {"-webkit-transform": "transform", "-webkit-transform-origin": "transform-origin"}
