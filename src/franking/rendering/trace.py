"""Maps each piece of a rendered message to its template line.

A second rendering, only for messages with findings, marks every piece of template text with its file and line. Without the
marks it equals the first rendering byte for byte. Texts of ``{% trans %}`` are not marked, because they must match the
catalogue.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from franking.model import TemplatePlace

MARK = re.compile("\ue000(\\d+),([^\ue001]*)\ue001")


class LineMarks(Extension):
    """Inserts a mark before each data token of a template."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Mark data tokens outside ``{% trans %}``."""
        file = stream.filename or stream.name or ""
        within_trans = False
        opening = False
        for token in stream:
            if opening and token.type == "name":
                within_trans = token.value == "trans" or (within_trans and token.value != "endtrans")
            opening = token.type == "block_begin"
            if token.type == "data" and not within_trans:
                yield Token(token.lineno, "data", f"\ue000{token.lineno},{file}\ue001{token.value}")
            else:
                yield token


@dataclass(frozen=True, slots=True)
class TemplateMap:
    """The rendered text without marks, and start, file and line of each marked piece."""

    text: str
    starts: tuple[int, ...]
    places: tuple[TemplatePlace, ...]

    def at(self, offset: int) -> TemplatePlace | None:
        """The template line of a character of the text."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return None
        place = self.places[index]
        return TemplatePlace(place.file, place.line + self.text.count("\n", self.starts[index], offset))


def read_marks(marked: str) -> TemplateMap:
    """Remove the marks from a marked rendering."""
    parts: list[str] = []
    starts: list[int] = []
    places: list[TemplatePlace] = []
    length = end = 0
    for match in MARK.finditer(marked):
        parts.append(marked[end : match.start()])
        length += match.start() - end
        end = match.end()
        starts.append(length)
        places.append(TemplatePlace(match[2], int(match[1])))
    parts.append(marked[end:])
    return TemplateMap("".join(parts), tuple(starts), tuple(places))
