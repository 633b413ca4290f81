"""``@supports`` (CSS Conditional 3, section 6, and 4, section 3)."""

from __future__ import annotations

from collections.abc import Sequence

from franking.css.grammar import may_be_valid
from franking.css.lengths import Token
from franking.css.property_support import names
from franking.css.selectors import read
from franking.css.shorthands import expand, longhands_of
from franking.css.values import is_literal, keyword


def supported(prelude: Sequence[Token]) -> bool | None:
    """Whether a browser takes the branch of ``@supports``: only what is certain is said (CSS Conditional 3, section 6)."""
    tokens = [t for t in prelude if t.type not in ("whitespace", "comment")]
    if tokens and tokens[0].type == "ident" and tokens[0].lower_value == "not":
        inner = supported(tokens[1:])
        return None if inner is None else not inner
    words = {t.lower_value for t in tokens[1::2] if t.type == "ident"}
    if len(tokens) > 1:
        found = [supported([t]) for t in tokens[::2]]
        if words == {"and"}:
            return False if False in found else None if None in found else True
        if words == {"or"}:
            return True if True in found else None if None in found else False
        return None
    if tokens and tokens[0].type == "function" and tokens[0].lower_name == "selector":
        return _selects(tokens[0].arguments)
    if not tokens or tokens[0].type != "() block":
        return None
    content = [t for t in tokens[0].content if t.type not in ("whitespace", "comment")]
    if len(content) > 2 and content[0].type == "ident" and content[1].type == "literal" and content[1].value == ":":
        return _takes(content[0].lower_value, content[2:])
    return supported(content)


def _takes(name: str, value: Sequence[Token]) -> bool | None:
    """Whether a browser takes a declaration; None if that is not certain."""
    if name.startswith("--"):
        return True
    if len(value) > 2 and is_literal(value[-2], "!") and keyword(value[-1]) == "important":
        value = value[:-2]
    if not longhands_of(name) and name not in names():
        return False
    if longhands_of(name) and expand(name, value, False) is not None:
        return True
    return None if may_be_valid(name, value) else False


def _selects(selector: Sequence[Token]) -> bool | None:
    """Whether a browser takes a selector."""
    arms = read(selector)
    if arms is None or len(arms) > 1:
        return False
    return True if arms[0].readable and not arms[0].pseudo else None
