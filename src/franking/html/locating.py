"""Where the elements and texts of a parsed document are in its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from franking.html import parser


class Located(Protocol):
    """An element or a text, with its place in the source."""

    offset: int


class Locator:
    """Walks the parser's tree and the source side by side, to find out where elements and texts stand. ``_cursor`` is behind
    what was found last; text that the parser gave no place to begins there."""

    def __init__(self, source: str, elements: Iterable[Located], texts: Iterable[Located]) -> None:
        self._source = source
        self._elements, self._texts = iter(elements), iter(texts)
        self._cursor = 0
        self._opening = source.find("<!--")  # the next comment, from the cursor on

    def locate(self, root: parser.Node) -> None:
        """Set the offset of every element and text."""
        # What is left to do: nodes, and ends of end tags, which move the cursor.
        stack: list[parser.Node | int] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, parser.Element):
                end = self._element(next(self._elements), node)
                if end is not None:
                    stack.append(end)
                stack += reversed(node.children)
            elif isinstance(node, int):
                self._cursor = max(self._cursor, node)
            elif isinstance(node, parser.TEXTS):
                if node.data:
                    self._skip_tags()
                    next(self._texts).offset = self._cursor
            elif isinstance(node, parser.Comment):
                self._comment(node)

    def _element(self, element: Located, node: parser.Element) -> int | None:
        """Where an element's end tag ends; None if it has none."""
        location = node.source_location
        if location is None:
            element.offset = self._cursor
            return None
        element.offset = location.start_tag.start_offset
        self._cursor = max(self._cursor, location.start_tag.end_offset)
        return location.end_tag.end_offset if location.end_tag is not None else None

    def _skip_tags(self) -> None:
        """Text cannot begin with a start or end tag: step over tags the tree did not keep (``</p>`` strays)."""
        source = self._source
        while source.startswith("</", self._cursor):
            end = source.find(">", self._cursor)
            if end < 0:
                break
            self._cursor = end + 1

    def _comment(self, node: parser.Comment) -> None:
        """Step behind a comment, where the next one in the source is this."""
        source, opening = self._source, self._opening
        if 0 <= opening < self._cursor:
            opening = source.find("<!--", self._cursor)
        if opening >= 0 and node.data[:40] in source[opening : opening + 60]:
            end = source.find("-->", opening)
            if end >= 0:
                self._cursor = end + 3
            else:
                opening = -1
        self._opening = opening
