"""CSS lengths (CSS Values and Units 4): units, percentages, ``calc()``, ``min()``, ``max()``, ``clamp()``.

A parsed value is a small expression; it becomes CSS px once the font size, the viewport width and the base of
percentages are known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tinycss2.ast import Component, FunctionBlock
else:
    Component = object

Token: TypeAlias = Component  # of tinycss2, distinguished by its ``.type`` (see ``.typings``)

_ABSOLUTE = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6}
# Font-relative units that need font metrics: the mailbox's serif default (ex ≈ 0.448 em, 0 ≈ 0.5 em wide).
_FONT_RELATIVE = {"em": 1.0, "ex": 0.448, "ch": 0.5, "ic": 1.0, "cap": 0.662, "lh": 1.15}
_ROOT_RELATIVE = {"rem": 1.0, "rex": 0.448, "rch": 0.5, "rlh": 1.15}
_VIEWPORT_WIDTH = {"vw", "svw", "lvw", "dvw", "vi", "svi", "lvi", "dvi"}
_VIEWPORT_HEIGHT = {"vh", "svh", "lvh", "dvh", "vb", "svb", "lvb", "dvb"}


@dataclass(slots=True)
class Metrics:
    """What relative units resolve against, all in CSS px."""

    em: float
    rem: float
    viewport_width: float
    viewport_height: float = 800.0


@dataclass(frozen=True, slots=True)
class Length:
    """A computed ``<length-percentage>``: ``px`` plus ``percent`` of the base, or a function of the base."""

    px: float = 0.0
    percent: float = 0.0
    function: Callable[[float], float] | None = None

    @property
    def relative(self) -> bool:
        """Whether the value depends on the percentage base."""
        return self.function is not None or self.percent != 0.0

    def resolve(self, base: float) -> float:
        """The value in CSS px for a percentage base in CSS px."""
        if self.function is not None:
            return self.function(base)
        return self.px + self.percent * base / 100.0


ZERO = Length()  # every length without a function that is nothing, so that it can be told by identity
Parsed = Callable[[Metrics], Length]
_BASES = (1.0, 360.0, 600.0, 1e4, 1e6)  # CSS px: where a function is compared with a percentage


def significant(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without white space and comments."""
    return [t for t in tokens if t.type not in ("whitespace", "comment")]


def contents(token: Token) -> list[Token]:
    """What stands in a function or in brackets; nothing in other tokens."""
    if token.type == "function":
        return token.arguments
    return token.content if token.type == "() block" or token.type == "[] block" or token.type == "{} block" else []


def split_commas(tokens: Sequence[Token]) -> list[list[Token]]:
    """The parts of a list between its commas, without comments; one empty part where there is nothing."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return parts


def unit_to_px(value: float, unit: str, metrics: Metrics) -> float | None:
    """CSS px of ``value`` in ``unit`` (lower case), or None for a unit that is not a length."""
    if unit in _ABSOLUTE:
        return value * _ABSOLUTE[unit]
    if unit in _FONT_RELATIVE:
        return value * _FONT_RELATIVE[unit] * metrics.em
    if unit in _ROOT_RELATIVE:
        return value * _ROOT_RELATIVE[unit] * metrics.rem
    if unit in _VIEWPORT_WIDTH:
        return value * metrics.viewport_width / 100.0
    if unit in _VIEWPORT_HEIGHT:
        return value * metrics.viewport_height / 100.0
    if unit in ("vmin", "vmax"):
        pick = min if unit == "vmin" else max
        return value * pick(metrics.viewport_width, metrics.viewport_height) / 100.0
    return None


def is_length_unit(unit: str) -> bool:
    """Whether a lower-case unit is a length unit."""
    return unit_to_px(1.0, unit, Metrics(16, 16, 600)) is not None


def parse_length(token: Token, *, percent: bool = True, unitless: bool = False, negative: bool = True) -> Parsed | None:
    """Parse one token as ``<length-percentage>``; None where CSS would call it invalid.

    ``unitless`` admits any bare number as px (quirks mode and presentational attributes), otherwise only zero.
    """
    if token.type == "number":
        if (token.value != 0 and not unitless) or (token.value < 0 and not negative):
            return None
        px = Length(float(token.value)) if token.value else ZERO
        return lambda _metrics: px
    if token.type == "percentage":
        if not percent or (token.value < 0 and not negative):
            return None
        share = Length(0.0, float(token.value)) if token.value else ZERO
        return lambda _metrics: share
    if token.type == "dimension":
        unit = token.lower_unit
        if not is_length_unit(unit) or (token.value < 0 and not negative):
            return None
        number = float(token.value)
        if unit in _ABSOLUTE:
            absolute = Length(number * _ABSOLUTE[unit]) if number else ZERO
            return lambda _metrics: absolute
        return lambda metrics: Length(unit_to_px(number, unit, metrics) or 0.0)
    if token.type == "function" and token.lower_name in _MATH:
        expression = _function(token)
        if expression is None or expression[0] != 1 or (not percent and _names_percentage(token)):
            return None
        least = -math.inf if negative else 0.0
        return partial(_evaluated, expression[1], least)
    return None


def _evaluated(evaluate: Callable[[Metrics, float], float], least: float, metrics: Metrics) -> Length:
    """The value of a function: a length or a percentage if it comes to one. Columns and cells distinguish percentages from
    other functions of the base."""
    low, high = evaluate(metrics, 0.0), evaluate(metrics, 100.0)
    if abs(low - high) < 1e-9 and abs(evaluate(metrics, 1e6) - low) < 1e-6:
        return Length(max(least, low))
    if abs(low) < 1e-9 < high and all(abs(evaluate(metrics, base) / base - high / 100.0) < 1e-9 for base in _BASES):
        return Length(0.0, high)
    return Length(function=lambda base: max(least, evaluate(metrics, base)))


def is_numeric(token: Token) -> bool:
    """Whether a token is a number, or a calculation of one."""
    return parse_number(token) is not None


def parse_number(token: Token, *, negative: bool = True) -> float | None:
    """A number, or what a calculation of numbers comes to: negative results are clamped where they are not allowed."""
    if token.type == "number":
        return float(token.value) if negative or token.value >= 0 else None
    if token.type != "function" or token.lower_name not in _MATH:
        return None
    expression = _function(token)
    if expression is None or expression[0] != 0:
        return None
    value = expression[1](_NO_METRICS, 1.0)
    if value != expression[1](_OTHER_METRICS, 2.0):
        return None  # the quotient of lengths of different kinds
    return value if negative else max(0.0, value)


def _names_percentage(token: Token) -> bool:
    inner = token.arguments if token.type == "function" else token.content if token.type == "() block" else ()
    return token.type == "percentage" or any(_names_percentage(one) for one in inner)


_NO_METRICS, _OTHER_METRICS = Metrics(16.0, 16.0, 100.0), Metrics(32.0, 23.0, 130.0, 900.0)  # a number depends on none
_LARGEST = 2.0**25  # CSS px: browsers hold lengths in 1/64 px of 32 bits
_MATH = ("calc", "min", "max", "clamp", "-webkit-calc")
_Evaluate = Callable[[Metrics, float], float]
_Typed = tuple[int, _Evaluate]  # the power of lengths: 0 for a number, 1 for a length (CSS Values 4, section 10.2)


def _function(token: FunctionBlock) -> _Typed | None:
    name = token.lower_name
    arguments = split_commas(token.arguments)
    if name in ("calc", "-webkit-calc"):
        return _sum(significant(arguments[0])) if len(arguments) == 1 else None
    if name == "clamp" and len(arguments) == 3:
        return _clamp([significant(a) for a in arguments])
    parts = [_sum(significant(a)) for a in arguments]
    if not parts or any(p is None for p in parts):
        return None
    typed = [p for p in parts if p is not None]
    if len({p[0] for p in typed}) != 1:
        return None
    functions = [p[1] for p in typed]
    if name == "min":
        return typed[0][0], lambda m, b: min(f(m, b) for f in functions)
    if name == "max":
        return typed[0][0], lambda m, b: max(f(m, b) for f in functions)
    return None


def _constant(number: float, _metrics: Metrics, _base: float) -> float:
    return number


def _clamp(arguments: list[list[Token]]) -> _Typed | None:
    """``clamp()``, whose limits may be ``none`` (CSS Values 4, section 10.4)."""
    middle = _sum(arguments[1])
    if middle is None:
        return None
    limits: list[_Evaluate] = []
    for tokens, no_limit in ((arguments[0], -math.inf), (arguments[2], math.inf)):
        if len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value == "none":
            limits.append(partial(_constant, no_limit))
            continue
        limit = _sum(tokens)
        if limit is None or limit[0] != middle[0]:
            return None
        limits.append(limit[1])
    low, high = limits
    return middle[0], lambda m, b: max(low(m, b), min(middle[1](m, b), high(m, b)))


def _sum(tokens: list[Token]) -> _Typed | None:
    terms: list[tuple[int, list[Token]]] = [(1, [])]
    for token in tokens:
        if token.type == "literal" and token.value in "+-" and terms[-1][1]:
            last = terms[-1][1][-1]
            if not (last.type == "literal" and last.value in "*/"):
                terms.append((1 if token.value == "+" else -1, []))
                continue
        terms[-1][1].append(token)
    parsed: list[tuple[int, _Typed]] = []
    for sign, term in terms:
        value = _product(term)
        if value is None:
            return None
        parsed.append((sign, value))
    kinds = {value[0] for _, value in parsed}
    if len(kinds) != 1:
        return None
    return kinds.pop(), lambda m, b: sum(sign * value[1](m, b) for sign, value in parsed)


def _product(tokens: list[Token]) -> _Typed | None:
    if not tokens:
        return None
    result = _value(tokens[0])
    position = 1
    while result is not None and position < len(tokens):
        operator = tokens[position]
        if operator.type != "literal" or operator.value not in "*/" or position + 1 >= len(tokens):
            return None
        right = _value(tokens[position + 1])
        if right is None:
            return None
        result = _multiply(result, right) if operator.value == "*" else _divide(result, right)
        position += 2
    return result


def _multiply(left: _Typed, right: _Typed) -> _Typed:
    return left[0] + right[0], lambda m, b: left[1](m, b) * right[1](m, b)


def _divide(left: _Typed, right: _Typed) -> _Typed:
    return left[0] - right[0], lambda m, b: _quotient(left[1](m, b), right[1](m, b))


def _quotient(left: float, right: float) -> float:
    """By zero, a browser's largest number stands for infinity (CSS Values 4, section 10.9)."""
    if right:
        return left / right
    return math.copysign(_LARGEST, left) if left else 0.0


def _value(token: Token) -> _Typed | None:
    if token.type == "number":
        number = float(token.value)
        return 0, lambda _m, _b: number
    if token.type == "percentage":
        share = float(token.value) / 100.0
        return 1, lambda _m, b: share * b
    if token.type == "dimension" and is_length_unit(token.lower_unit):
        value, unit = float(token.value), token.lower_unit
        return 1, lambda m, _b: unit_to_px(value, unit, m) or 0.0
    if token.type == "() block":
        return _sum(significant(token.content))
    if token.type == "function" and token.lower_name in _MATH:
        return _function(token)
    return None
