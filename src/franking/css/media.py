"""Media queries (Media Queries 4) evaluated for a mailbox that shows a message ``width`` CSS px wide on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from franking.css.grammar import MATH_FUNCTIONS
from franking.css.lengths import Metrics, Token, parse_length, significant, split_commas
from franking.css.values import keyword

VIEWPORT_HEIGHT = 800.0
# Discrete features: what a light-mode colour screen of a mail reader with a mouse answers, then what else they may be asked.
# A value that a feature does not have makes a query unknown, not false (Media Queries 4, section 3.1).
_DISCRETE = {
    name: tuple(words.split())
    for name, words in {
        "orientation": "portrait landscape",
        "prefers-color-scheme": "light dark",
        "prefers-reduced-motion": "no-preference reduce",
        "prefers-reduced-transparency": "no-preference reduce",
        "hover": "hover none",
        "any-hover": "hover none",
        "pointer": "fine coarse none",
        "any-pointer": "fine coarse none",
        "scripting": "none initial-only enabled",
        "update": "fast slow none",
        "scan": "- interlace progressive",
        "prefers-contrast": "no-preference more less custom",
        "forced-colors": "none active",
        "display-mode": "browser standalone minimal-ui fullscreen window-controls-overlay"
        " picture-in-picture tabbed borderless unframed",
        "color-gamut": "srgb p3 rec2020",
        "dynamic-range": "standard high",
        "overflow-inline": "scroll none",
        "overflow-block": "scroll none optional-paged paged",
        "device-posture": "continuous folded",
    }.items()
}
_FALSE = frozenset(["none", "no-preference", "-"])  # how a feature without a value is false
_LENGTHS = frozenset(["width", "height", "device-width", "device-height"])
_RATIOS = frozenset(["aspect-ratio", "device-aspect-ratio"])
_INTEGERS = {
    "color": 8.0,
    "grid": 0.0,
    "color-index": 0.0,
    "monochrome": 0.0,
    "horizontal-viewport-segments": 1.0,
    "vertical-viewport-segments": 1.0,
    "-webkit-transform-3d": 1.0,
}
_REALS = {"-webkit-device-pixel-ratio": 1.0}
_DOTS = {"dppx": 1.0, "x": 1.0, "dpi": 96.0, "dpcm": 96 / 2.54}
_WITHOUT_RANGE = frozenset(["grid", "-webkit-transform-3d"])
_WITHOUT_BOUNDS = _WITHOUT_RANGE | {"horizontal-viewport-segments", "vertical-viewport-segments"}


class _InvalidQuery(Exception):
    """A query that the grammar does not admit: it holds nowhere (Media Queries 4, section 3.2)."""


def matches(prelude: Sequence[Token], width: float) -> bool:
    """Whether a media query list holds at ``width`` CSS px; an empty list always does."""
    parts = [significant(query) for query in split_commas(prelude)]
    return parts == [[]] or any(_holds(query, width) for query in parts)


def readable(prelude: Sequence[Token]) -> bool:
    """Whether each calculation in a media query list is one that is read here: that of a length."""
    return all(
        readable(token.content) and all(parse_length(one, percent=False) is not None for one in token.content if _is_math(one))
        for token in prelude
        if token.type == "() block"
    )


def _is_math(token: Token) -> bool:
    return token.type == "function" and token.lower_name in MATH_FUNCTIONS


def _holds(tokens: list[Token], width: float) -> bool:
    try:
        return _query(tokens, width) is True
    except _InvalidQuery:
        return False


def _word(tokens: Sequence[Token], at: int) -> str:
    """The keyword at a place; "" if there is none."""
    return (keyword(tokens[at]) or "") if at < len(tokens) else ""


def _query(tokens: list[Token], width: float) -> bool | None:
    """A query; None is "unknown"."""
    prefix = _word(tokens, 0) if _word(tokens, 0) in ("not", "only") and _word(tokens, 1) else ""
    at = 1 if prefix else 0
    kind = _word(tokens, at)
    if not kind or kind == "not":
        return _condition(tokens, width)
    if kind in ("only", "and", "or", "layer"):
        raise _InvalidQuery
    result: bool | None = kind in ("all", "screen")
    if at + 1 < len(tokens):
        if _word(tokens, at + 1) != "and":
            raise _InvalidQuery
        result = _combine("and", result, _condition(tokens[at + 2 :], width, joins=("and",)))
    if prefix != "not" or result is None:
        return result
    return not result


def _condition(tokens: Sequence[Token], width: float, joins: tuple[str, ...] = ("and", "or")) -> bool | None:
    """``<media-condition>``; None is Media Queries' "unknown"."""
    if _word(tokens, 0) == "not":
        if len(tokens) != 2:
            raise _InvalidQuery
        inner = _in_parens(tokens[1], width)
        return None if inner is None else not inner
    if not tokens:
        raise _InvalidQuery
    value = _in_parens(tokens[0], width)
    join = _word(tokens, 1)
    for at in range(1, len(tokens), 2):
        if at + 1 == len(tokens) or _word(tokens, at) != join or join not in joins:
            raise _InvalidQuery
        value = _combine(join, value, _in_parens(tokens[at + 1], width))
    return value


def _combine(operator: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = operator == "or"
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive


def _in_parens(token: Token, width: float) -> bool | None:
    if token.type == "function":
        return None
    if token.type != "() block":
        raise _InvalidQuery
    content = significant(token.content)
    if content and (content[0].type in ("() block", "function") or _word(content, 0) == "not"):
        try:
            return _condition(content, width)
        except _InvalidQuery:
            return _feature(content, width)  # a calculation may stand first; all else is unknown
    return _feature(content, width) if content else None


def _feature(tokens: list[Token], width: float) -> bool | None:
    name = _word(tokens, 0)
    if len(tokens) > 1 and name and tokens[1].type == "literal" and tokens[1].value == ":":
        return _plain(name, tokens[2:], width)
    if len(tokens) == 1 and name:
        number = _numeric(name, width)
        if number is not None:
            return number != 0
        return _discrete(name, width) not in _FALSE if name in _DISCRETE else None
    return _range(tokens, width)


def _discrete(name: str, width: float) -> str:
    if name == "orientation":
        return "portrait" if width <= VIEWPORT_HEIGHT else "landscape"
    return _DISCRETE[name][0]


def _plain(name: str, tokens: list[Token], width: float) -> bool | None:
    if name in _DISCRETE:
        asked = _word(tokens, 0) if len(tokens) == 1 else ""
        if asked not in _DISCRETE[name]:
            return None
        if name in ("color-gamut", "dynamic-range"):  # a screen has the smaller gamuts, too
            return _DISCRETE[name].index(asked) == 0
        return asked == _discrete(name, width)
    compare = ""
    for prefix, operator in (("min-", ">"), ("max-", "<"), ("-webkit-min-", ">"), ("-webkit-max-", "<")):
        if name.startswith(prefix):
            if name.startswith(f"{prefix}-"):
                return None
            name = ("-webkit-" if prefix.startswith("-w") else "") + name.removeprefix(prefix)
            compare = operator
            break
    if compare and name in _WITHOUT_BOUNDS:
        return None
    actual, wanted = _numeric(name, width), _value(name, tokens, width)
    if actual is None or wanted is None:
        return None
    return actual >= wanted if compare == ">" else actual <= wanted if compare else actual == wanted


def _range(tokens: list[Token], width: float) -> bool | None:
    """``400px <= width < 600px`` and its halves (Media Queries 4, section 2.4.3)."""
    operands: list[list[Token]] = [[]]
    operators: list[str] = []
    before: Token | None = None  # the operator that stands right before
    for token in tokens:
        if token.type == "literal" and token.value in ("<", ">", "="):
            if token.value == "=" and before is not None and _is_half(before, token):
                operators[-1] += "="
                before = None
                continue
            operators.append(token.value)
            operands.append([])
            before = token
        else:
            before = None
            operands[-1].append(token)
    names = [_word(operand, 0) if len(operand) == 1 else "" for operand in operands]
    place = 1 if len(operands) == 3 else 0 if names[0] else 1
    if len(operands) not in (2, 3) or not names[place] or names[place] in _WITHOUT_RANGE:
        return None
    if len(operators) == 2 and operators[0][0] != operators[1][0]:
        return None
    if len(operators) == 2 and operators[0] == "=":
        return None
    actual = _numeric(names[place], width)
    if actual is None:
        return None
    values = [actual if at == place else _value(names[place], operand, width) for at, operand in enumerate(operands)]
    result = True
    for at, operator in enumerate(operators):
        left, right = values[at], values[at + 1]
        if left is None or right is None:
            return None
        holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right}
        result = result and holds[operator]
    return result


def _is_half(token: Token, other: Token) -> bool:
    """Whether two literals are one operator, such as "<=": nothing stands between them."""
    side_by_side = other.source_line == token.source_line and other.source_column == token.source_column + 1
    return token.type == "literal" and token.value in "<>" and side_by_side


def _numeric(name: str, width: float) -> float | None:
    """What a feature with numbers is; None if it is no such feature."""
    if name in _LENGTHS:
        return width if name.endswith("width") else VIEWPORT_HEIGHT
    if name in _RATIOS:
        return width / VIEWPORT_HEIGHT
    if name == "resolution":
        return 1.0
    return _INTEGERS.get(name, _REALS.get(name))


def _value(name: str, tokens: list[Token], width: float) -> float | None:
    """A value of a feature with numbers; None if the feature has no such values."""
    if name in _RATIOS and len(tokens) == 3 and tokens[1].type == "literal" and tokens[1].value == "/":
        first, second = tokens[0], tokens[2]
        if first.type != "number" or second.type != "number" or first.value < 0 or second.value < 0:
            return None
        return float(first.value / second.value) if second.value else inf
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if name in _LENGTHS:
        parsed = parse_length(token, percent=False)
        # Relative lengths in media queries are based on the initial font size (Media Queries 4, section 1.3).
        return parsed(Metrics(16.0, 16.0, width)).px if parsed is not None else None
    if name == "resolution":
        if token.type != "dimension" or token.lower_unit not in _DOTS:
            return None
        return float(token.value) / _DOTS[token.lower_unit]
    if name in _RATIOS and token.type == "dimension":  # browsers take the number
        return float(token.value)
    if token.type != "number" or (name in _RATIOS and token.value < 0) or (name in _INTEGERS and not token.is_integer):
        return None
    return float(token.value)
