"""What stands at a position of a template: the code around it, the name, the text in quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_OPEN = re.compile(r"\{\{|\{%|\{#")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)?")
_STRING = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


@dataclass(frozen=True, slots=True)
class Code:
    """The Jinja code at an offset: its sort, the text from its beginning up to the offset, and the whole of it."""

    sort: Literal["output", "statement"]
    before: str
    whole: str
    start: int  # offset of the whole


def code_at(text: str, offset: int) -> Code | None:
    """The code that an offset is in; None in the template's own text and in comments."""
    position = 0
    while (opening := _OPEN.search(text, position)) is not None and opening.start() < offset:
        start = opening.end()
        close = text.find(_CLOSE[opening[0]], start)
        if opening[0] != "{#":  # unfinished code ends where the next begins
            other = re.compile(r"\{\{|\{%|\{#|\n[ \t]*<").search(text, start)
            if other is not None and (close < 0 or other.start() < close):
                close = other.start()
        end = close if close >= 0 else len(text)
        if start <= offset <= end:
            if opening[0] == "{#":
                return None
            return Code("output" if opening[0] == "{{" else "statement", text[start:offset], text[start:end], start)
        position = max(end, start)
    return None


def name_at(text: str, offset: int) -> tuple[str, int, int] | None:
    """The name at an offset, with its attribute if the offset is in the attribute (``item`` or ``item.title``), and its
    range."""
    line = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    for match in _NAME.finditer(text, line, end if end >= 0 else len(text)):
        if match.start() <= offset <= match.end():
            dot = match[0].find(".")
            if dot >= 0 and offset <= match.start() + dot:
                return match[0][:dot], match.start(), match.start() + dot
            return match[0], match.start(), match.end()
    return None


def string_at(text: str, offset: int) -> tuple[str, int, int] | None:
    """The text in quotes at an offset, with the range between the quotes."""
    line = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    for match in _STRING.finditer(text, line, end if end >= 0 else len(text)):
        if match.start() < offset < match.end():
            return match[0][1:-1], match.start() + 1, match.end() - 1
    return None
