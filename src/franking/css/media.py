"""Media queries (Media Queries 4) evaluated for a mailbox that shows a message ``width`` CSS px wide on a screen."""

from __future__ import annotations

from collections.abc import Sequence

from franking.css.lengths import Metrics, Token, parse_length, significant, split_commas

VIEWPORT_HEIGHT = 800.0
# Discrete features as a light-mode colour screen of a mail reader with a mouse answers them.
_DISCRETE = {
    "orientation": "", "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference", "hover": "hover",
    "any-hover": "hover", "pointer": "fine", "any-pointer": "fine", "scripting": "none", "update": "fast", "scan": "",
    "prefers-contrast": "no-preference", "forced-colors": "none", "inverted-colors": "none", "display-mode": "browser",
    "color-gamut": "srgb", "dynamic-range": "standard", "overflow-inline": "scroll", "overflow-block": "scroll",
}  # fmt: skip
_NUMBERS = {"color": 8.0, "grid": 0.0, "color-index": 0.0, "monochrome": 0.0, "-webkit-device-pixel-ratio": 1.0}


def matches(prelude: Sequence[Token], width: float) -> bool:
    """Whether a media query list holds at ``width`` CSS px; an empty list always does."""
    parts = [significant(query) for query in split_commas(prelude)]
    return parts == [[]] or any(_query(q, width) is True for q in parts)


def _query(tokens: list[Token], width: float) -> bool | None:
    if not tokens:
        return False
    words = [t.lower_value if t.type == "ident" else None for t in tokens]
    negate = False
    position = 0
    if words[0] in ("not", "only") and len(tokens) > 1 and tokens[1].type == "ident":
        negate = words[0] == "not"
        position = 1
    result: bool | None = True
    if tokens[position].type == "ident" and words[position] not in ("not", "and", "or"):
        result = words[position] in ("all", "screen")
        position += 1
        if position < len(tokens):
            if words[position] != "and":
                return None
            rest = _condition(tokens[position + 1 :], width)
            result = None if rest is None else result and rest
    else:
        result = _condition(tokens[position:], width)
    if result is None:
        return None
    return not result if negate else result


def _condition(tokens: list[Token], width: float) -> bool | None:
    """``<media-condition>``; None is Media Queries' "unknown"."""
    if not tokens:
        return None
    if tokens[0].type == "ident" and tokens[0].lower_value == "not":
        inner = _condition(tokens[1:], width)
        return None if inner is None else not inner
    value = _in_parens(tokens[0], width)
    position = 1
    while position < len(tokens):
        token = tokens[position]
        if token.type != "ident" or token.lower_value not in ("and", "or") or position + 1 >= len(tokens):
            return None
        operand = tokens[position + 1]
        if operand.type == "ident" and operand.lower_value == "not" and position + 2 < len(tokens):
            inner = _in_parens(tokens[position + 2], width)
            other = None if inner is None else not inner
            position += 1
        else:
            other = _in_parens(operand, width)
        value = _combine(token.lower_value, value, other)
        position += 2
    return value


def _combine(operator: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = operator == "or"
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive


def _in_parens(token: Token, width: float) -> bool | None:
    if token.type != "() block":
        return None
    content = significant(token.content)
    if not content:
        return None
    if content[0].type == "() block" or (content[0].type == "ident" and content[0].lower_value == "not"):
        return _condition(content, width)
    return _feature(content, width)


def _feature(tokens: list[Token], width: float) -> bool | None:
    colon = next((i for i, t in enumerate(tokens) if t.type == "literal" and t.value == ":"), None)
    if colon == 1 and tokens[0].type == "ident":
        return _plain(tokens[0].lower_value, tokens[2:], width)
    if len(tokens) == 1 and tokens[0].type == "ident":
        name = tokens[0].lower_value
        number = _numeric(name, width)
        if number is not None:
            return number != 0
        return _DISCRETE[name] not in ("none", "no-preference") if name in _DISCRETE else None
    return _range(tokens, width)


def _plain(name: str, tokens: list[Token], width: float) -> bool | None:
    for prefix, compare in (("min-", ">"), ("max-", "<"), ("-webkit-min-", ">"), ("-webkit-max-", "<")):
        if name.startswith(prefix):
            feature = ("-webkit-" if prefix.startswith("-w") else "") + name.removeprefix(prefix)
            actual, wanted = _numeric(feature, width), _value(tokens)
            if actual is None or wanted is None:
                return None
            return actual >= wanted if compare == ">" else actual <= wanted
    if name == "orientation" and len(tokens) == 1 and tokens[0].type == "ident":
        return bool(tokens[0].lower_value == ("portrait" if width <= VIEWPORT_HEIGHT else "landscape"))
    if name in _DISCRETE and len(tokens) == 1 and tokens[0].type == "ident":
        return bool(tokens[0].lower_value == _DISCRETE[name])
    actual, wanted = _numeric(name, width), _value(tokens)
    return None if actual is None or wanted is None else actual == wanted


def _range(tokens: list[Token], width: float) -> bool | None:
    """``400px <= width < 600px`` and its halves (Media Queries 4, section 2.4.3)."""
    operands: list[list[Token]] = [[]]
    operators: list[str] = []
    for token in tokens:
        if token.type == "literal" and token.value in ("<", ">", "=", "<=", ">="):
            if operands[-1] or not operators:
                operators.append(token.value)
                operands.append([])
            else:
                operators[-1] += token.value
        else:
            operands[-1].append(token)
    if not operators or len(operators) > 2 or not all(operands):
        return None
    values: list[float] = []
    for operand in operands:
        name = operand[0].lower_value if len(operand) == 1 and operand[0].type == "ident" else ""
        value = _numeric(name, width) if name else _value(operand)
        if value is None:
            return None
        values.append(value)
    for i, operator in enumerate(operators):
        left, right = values[i], values[i + 1]
        holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right}
        if not holds.get(operator, False):
            return False
    return True


def _numeric(name: str, width: float) -> float | None:
    if name in ("width", "device-width", "inline-size"):
        return width
    if name in ("height", "device-height"):
        return VIEWPORT_HEIGHT
    if name in ("aspect-ratio", "device-aspect-ratio"):
        return width / VIEWPORT_HEIGHT
    if name == "resolution":
        return 1.0
    return _NUMBERS.get(name)


def _value(tokens: list[Token]) -> float | None:
    if len(tokens) == 3 and tokens[1].type == "literal" and tokens[1].value == "/":
        if tokens[0].type == tokens[2].type == "number" and tokens[2].value:
            return float(tokens[0].value / tokens[2].value)
        return None
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token.type == "number":
        return float(token.value)
    if token.type == "dimension" and token.lower_unit in ("dppx", "x", "dpi", "dpcm"):
        return float(token.value) / {"dppx": 1.0, "x": 1.0, "dpi": 96.0, "dpcm": 96 / 2.54}[token.lower_unit]
    parsed = parse_length(token, percent=False)
    # Relative lengths in media queries are based on the initial font size (Media Queries 4, section 1.3).
    return parsed(Metrics(16.0, 16.0, 0.0)).px if parsed is not None else None
