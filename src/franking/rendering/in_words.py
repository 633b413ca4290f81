"""The errors of templates that are rendered, in words."""

from __future__ import annotations

import re

from jinja2 import TemplateError, TemplateNotFound, UndefinedError
from jinja2.exceptions import SecurityError

from franking.package.near import near

_IN_WORDS = (
    (ZeroDivisionError, "a division by zero"),
    (TypeError, "values that do not go together"),
    (OverflowError, "a number out of range"),
    (ValueError, "a value that cannot be used"),
    (AttributeError, "a value without this part"),
)
_OWN = re.compile(r"'franking\.[\w.]+\.(?P<type>\w+) object' has no attribute '(?P<name>\w+)'")  # Jinja2's words
_THEME = ("name", "brand", "about")


def in_words(error: Exception) -> str:
    """The text of an error. For errors that may quote order data, only the type."""
    if isinstance(error, RecursionError):
        return "this calls or includes itself without end, or is nested too deep"
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.message!r}"
    if isinstance(error, UndefinedError | SecurityError | TemplateError | LookupError):
        return _OWN.sub(_lacking, " ".join(str(error.args[0] if error.args else error).split()))
    return f"{next((words for cls, words in _IN_WORDS if isinstance(error, cls)), 'an error')} in this expression"


def _lacking(match: re.Match[str]) -> str:
    known = _THEME if match["type"] == "Theme" else ()
    return f"the {match['type'].lower()} has no {match['name']!r}{near(match['name'], known)}"
