"""The marks in a rendered text, and filters that read texts with marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from markupsafe import Markup

BEGIN, MIDDLE, END = "\ue010", "\ue011", "\ue012"
DATA, EXPRESSION, TRANSLATION = "\ue013", "\ue014", "\ue015"  # no letters: a filter may change their case
MARK = re.compile("\ue010([\ue013-\ue015])(\\d+)(?:,(\\d+))?\ue011|\ue012")
_EDGES = re.compile(rf"\A(?:{MARK.pattern}|\s)*|(?:{MARK.pattern}|\s)*\Z")


def bare_text(value: Any) -> Any:
    """A text without marks; any other value as it is."""
    return type(value)(MARK.sub("", value)) if type(value) in (str, Markup) and BEGIN in value else value


def unmarked(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that reads its texts without marks."""

    @wraps(function)
    def filtered(*given: Any, **named: Any) -> Any:
        return function(*map(bare_text, given), **{name: bare_text(value) for name, value in named.items()})

    return filtered


def trimmed(trim: Callable[..., Any]) -> Callable[..., Any]:
    """The filter that removes white space around a text; it keeps the marks among it."""

    def trimmed(value: Any, chars: str | None = None) -> Any:
        if chars is None and type(value) in (str, Markup) and BEGIN in value:
            return type(value)(_EDGES.sub(lambda edge: "".join(m.group() for m in MARK.finditer(edge.group())), value))
        return trim(value, chars)

    return trimmed
