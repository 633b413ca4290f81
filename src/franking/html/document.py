"""The parsed message: a light tree of elements and texts with their source positions.

turbohtml parses (WHATWG HTML parsing, tree depth limited to 512 as in browsers). This module copies the tree into small
objects, to which cascade and layout attach their results, and computes the positions of text nodes, which the parser does
not record.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from franking.html import parser
from franking.html.language import marked_languages, marked_translated
from franking.html.locating import Locator
from franking.html.offsets import decode_to
from franking.html.paths import Paths
from franking.html.quirks import is_quirks
from franking.html.visible import VISIBLE

_ELEMENT, _TEXTS, _HTML = parser.Element, parser.TEXTS, parser.HTML


class Text:
    """A text node: ``data`` is the decoded text, ``order`` the number of the node in the document."""

    __slots__ = ("_offset", "data", "order", "parent", "visible")

    def __init__(self, parent: Element, data: str, order: int) -> None:
        self.parent = parent
        self.data = data
        self.order = order
        self.visible = VISIBLE.search(data) is not None  # whether it contains a visible character
        self._offset = -1

    @property
    def offset(self) -> int:
        """The source offset of its first character."""
        if self._offset < 0:
            self._offset = self._behind_its_tag()
            if self._offset < 0:
                self.parent.document.locate()
        return self._offset

    @offset.setter
    def offset(self, offset: int) -> None:
        self._offset = offset

    def _behind_its_tag(self) -> int:
        """Its source offset if it directly follows its element's start tag; else -1."""
        location = self.parent.node.source_location if self.parent.children[0] is self else None
        if location is None:
            return -1
        source, offset = self.parent.document.source, location.start_tag.end_offset
        written = source[offset : source.find("<", offset)]
        return offset if self.data in (written, unescape(written)) else -1


class Element:
    """An element: lower-case ``tag``, ``attrs`` as text, children in order."""

    __slots__ = ("_offset", "attrs", "children", "document", "foreign", "index", "node", "parent", "tag")

    def __init__(self, document: Document, node: parser.Element, parent: Element | None, index: int) -> None:
        self.document = document
        self.node = node
        self.parent = parent
        self.index = index
        self.tag = node.tag
        self.foreign = node.namespace is not _HTML
        attrs = node.attrs
        self.attrs: dict[str, str] = (
            {}
            if not attrs
            else {name: value if isinstance(value, str) else " ".join(value) if value else "" for name, value in attrs.items()}
        )
        self.children: list[Element | Text] = []
        self._offset = -1

    @property
    def offset(self) -> int:
        """Its source offset."""
        if self._offset < 0:
            location = self.node.source_location
            if location is None:
                self.document.locate()
            else:
                self._offset = location.start_tag.start_offset
        return self._offset

    @offset.setter
    def offset(self, offset: int) -> None:
        self._offset = offset

    def __repr__(self) -> str:
        return f"<{self.tag} #{self.index}>"

    def generated(self) -> Element:
        """An element for generated content of this one, without tag, attributes and children."""
        made = Element.__new__(Element)
        made.document, made.node, made.parent, made.index = self.document, self.node, self, self.index
        made.tag, made.foreign, made.attrs, made.children, made._offset = "", False, {}, [], self._offset
        return made

    @property
    def path(self) -> str:
        """The CSS path of the element from the nearest element with a unique id, shortened to the last four steps."""
        return self.document.paths.to(self)

    def ancestors(self) -> Iterator[Element]:
        """The element itself, then each ancestor up to the root."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def text_content(self) -> str:
        """All text in the element, in order."""
        parts: list[str] = []
        stack: list[Element | Text] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, Text):
                parts.append(node.data)
            else:
                stack += reversed(node.children)
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text and its parent element."""

    data: str
    parent: Element


@dataclass(frozen=True, slots=True)
class Place:
    """A source position: 1-based ``line`` and ``column`` (in characters)."""

    line: int
    column: int


class Document:
    """A parsed message.

    ``elements`` contains every element in document order, so ``elements[e.index] is e``; ``texts`` every text node. ``source``
    has its line endings normalized to ``\\n``; offsets count characters in it.
    """

    def __init__(self, source: str) -> None:
        self.source = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        tree = parser.parse(self.source, positions=True)
        self.quirks = is_quirks(tree)
        self.elements: list[Element] = []
        self.comments: list[Comment] = []
        self._decoded: dict[int, tuple[int, int]] = {}  # by text offset: decoded characters, source offset
        self.texts: list[Text] = []
        if tree.root is None:  # pragma: no cover - the WHATWG parser always makes <html>
            raise ValueError("the parser returned no root element")
        self.tree = tree
        self.root = self._copy(tree.root)
        # Before and after the document element.
        self.comments += (Comment(node.data, self.root) for node in tree.children if isinstance(node, parser.Comment))
        self.body = next((c for c in self.root.children if isinstance(c, Element) and c.tag == "body"), self.root)

    @cached_property
    def _by_node(self) -> dict[parser.Node, Element]:
        return {element.node: element for element in self.elements}

    def select(self, selector: str) -> list[Element] | None:
        """The elements that a selector list matches; None if the selector is not understood."""
        nodes = parser.select(self.tree, selector)
        known = self._by_node
        return None if nodes is None else [known[node] for node in nodes if node in known]

    def _copy(self, root: parser.Element) -> Element:
        elements, texts = self.elements, self.texts
        top = Element(self, root, None, 0)
        elements.append(top)
        stack = [(top, iter(root.children))]
        while stack:
            parent, nodes = stack[-1]
            children = parent.children
            for node in nodes:
                if isinstance(node, _ELEMENT):
                    element = Element(self, node, parent, len(elements))
                    elements.append(element)
                    children.append(element)
                    if inner := node.children:
                        stack.append((element, iter(inner)))
                        break
                elif isinstance(node, _TEXTS):
                    if data := node.data:
                        text = Text(parent, data, len(texts))
                        texts.append(text)
                        children.append(text)
                elif isinstance(node, parser.Comment):
                    self.comments.append(Comment(node.data, parent))
            else:
                stack.pop()
        return top

    @cached_property
    def languages(self) -> list[str]:
        """For each element, its primary language by ``lang``; "" if there is none."""
        return marked_languages(self.elements)

    @cached_property
    def translated(self) -> list[bool]:
        """For each element, whether its text is prose: neither code nor marked as not for translation."""
        return marked_translated(self.elements)

    @cached_property
    def paths(self) -> Paths:
        """The paths of the elements."""
        return Paths(self.elements)

    def locate(self) -> None:
        """Work out where all elements and texts stand in the source: most messages are checked without."""
        Locator(self.source, self.elements, self.texts).locate(self.root.node)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        starts.extend(match.end() for match in re.finditer("\n", self.source))
        return starts

    def place(self, offset: int) -> Place:
        """The line and column of a source offset."""
        line = bisect_right(self._line_starts, offset)
        return Place(line, offset - self._line_starts[line - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        """The source offset of a 1-based line and column."""
        return self._line_starts[min(line, len(self._line_starts)) - 1] + column - 1

    def attribute_offset(self, element: Element, name: str) -> int:
        """The source offset of an attribute's name, or of the element if it has no such attribute."""
        location = element.node.source_location
        if location is not None and name in location.attrs:
            return location.attrs[name].start_offset
        return element.offset

    def attribute_value_offset(self, element: Element, name: str) -> int:
        """The source offset of the first character of an attribute's value."""
        location = element.node.source_location
        if location is None or name not in location.attrs:
            return element.offset
        span = location.attrs[name]
        raw = self.source[span.start_offset : span.end_offset]
        match = re.match(r"[^=]*=\s*[\"']?", raw)
        return span.start_offset + (match.end() if match else 0)

    def text_offset(self, text: Text, index: int) -> int:
        """The source offset of character ``index`` of a text node, counting entities by their source length."""
        if text.parent.tag in {"style", "script"}:
            return text.offset + index
        return self.decoded_offset(text.offset, index)

    def decoded_offset(self, offset: int, index: int) -> int:
        """The source offset of decoded character ``index`` of a run of text that begins at ``offset``. Continues from the
        end of the last call for that text, because findings come in text order."""
        decoded, at = self._decoded.get(offset, (0, offset))
        if decoded > index:
            decoded, at = 0, offset
        self._decoded[offset] = reached = decode_to(self.source, decoded, at, index)
        return reached[1]
