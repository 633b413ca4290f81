"""Derives the text part of a message from its HTML, in the same order.

Elements that are not visible at any width are omitted; blocks get their own lines. The structure depends on the characters of
texts only in links, which do not repeat an address that their text contains. Otherwise all messages of a shape have text parts
of one pattern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from franking.css.replaced_elements import REPLACED
from franking.css.styled_document import StyledDocument
from franking.html.document import Document, Element
from franking.rendering.marks import mark, quotes
from franking.rendering.visible import Visible, visible

_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 table ul ol menu dir dl blockquote pre hr".split())
_LINES = frozenset(
    "div section article header footer main aside nav address center li dt dd tr caption figure figcaption details summary "
    "fieldset legend form".split()
)
_LISTS = frozenset("ul ol menu dir".split())
_BLOCKS = frozenset("p div table ul ol h1 h2 h3".split())
_KEEPS_LINES = frozenset(["pre", "pre-wrap", "pre-line", "break-spaces"])
_RAISED = {"sup": "^", "sub": "_"}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_INDENT = "   "


class _Writer:
    """Collects text with pending breaks: 1 ends the line, 2 leaves one blank line."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.indent = 0
        self._break = 0
        self._space = False
        self._marked = False  # the next text follows a list marker

    def need(self, lines: int) -> None:
        if self._marked:
            return
        self._break = max(self._break, lines)
        self._space = False

    def text(self, data: str) -> None:
        data = _SPACE.sub(" ", data.replace("\u00a0", " ").replace("\u00ad", ""))
        if not data.strip():
            self._space = self._space or bool(data)
            return
        self._begin(data.startswith(" "))
        self.parts.append(data.strip())
        self._space = data.endswith(" ")

    def _begin(self, spaced: bool) -> None:
        """Write the pending breaks or space before a text."""
        if self._break and self.parts:
            self.parts.append("\n" * min(self._break, 2) + _INDENT * self.indent)
        elif (self._space or spaced) and self.parts and not self.parts[-1].endswith(("\n", _INDENT)):
            self.parts.append(" ")
        self._break = 0
        self._marked = False

    def mark(self, mark: str) -> None:
        """Write a list marker; the item begins on its line."""
        self.text(mark)
        self._marked = True

    def unmark(self) -> None:
        """End an item, which may be empty."""
        self._marked = False

    def kept(self, data: str) -> None:
        """Write preformatted text."""
        data = data.replace("\u00a0", " ").replace("\u00ad", "").replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(data.split("\n")):
            if number:
                self.line_break()
            if line:
                self._begin(False)
                self.parts.append(line)
                self._space = False

    def line_break(self) -> None:
        self._break = min(2, self._break + 1)
        self._space = False

    def result(self) -> str:
        return "".join(self.parts)


def plain_text(html: str, widths: Sequence[int] = (360, 600)) -> str:
    """The text part of an HTML part, as ``text_part`` makes it."""
    return text_part(StyledDocument(Document(html)), widths)


def text_part(styled: StyledDocument, widths: Sequence[int]) -> str:
    """The text part: paragraphs one blank line apart, table rows on a line each, link targets after their text.

    ``widths`` are message widths in CSS px; text that is visible at any of them is included. At most two newline characters
    follow each other; the text ends with one.
    """
    document = styled.document
    writer = _Writer()
    _Reader(document, visible(styled, widths)).element(document.body, writer)
    text = re.sub(r"[ \t]+$", "", writer.result(), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


class _Reader:
    def __init__(self, document: Document, seen: Visible) -> None:
        self._seen = seen
        declared = document.root.attrs.get("lang") or document.body.attrs.get("lang") or ""
        self._quotes = quotes(declared)
        self._quoted = 0
        self._lists = 0

    def _walk(self, element: Element, writer: _Writer) -> None:
        if element.tag in REPLACED:
            return  # fallback content, which browsers do not show
        shown = self._seen.shown[element.index]
        keeps = self._seen.styles[element.index].white_space in _KEEPS_LINES
        for node in element.children:
            if isinstance(node, Element):
                self.element(node, writer)
            elif shown:
                (writer.kept if keeps else writer.text)(node.data)

    def element(self, element: Element, writer: _Writer) -> None:
        """Write an element with its content."""
        if not self._seen.rendered[element.index]:
            return
        if element.tag == "br":
            if self._seen.shown[element.index]:
                writer.line_break()
            return
        lines = self._lines(element)
        if lines:
            writer.need(lines)
        self._content(element, writer)
        if lines:
            writer.need(lines)

    def _content(self, element: Element, writer: _Writer) -> None:
        """What stands between the line ends of an element."""
        tag = element.tag
        if tag in ("hr", "img"):
            if self._seen.shown[element.index]:
                writer.text("---" if tag == "hr" else element.attrs.get("alt", ""))
        elif tag == "tr":
            self._row(element, writer)
        elif tag == "li":
            self._item(element, writer)
        elif tag in _LISTS:
            self._lists += 1
            self._walk(element, writer)
            self._lists -= 1
        else:
            self._inline(element, writer)

    def _lines(self, element: Element) -> int:
        """How many line ends an element begins and ends with."""
        display = self._seen.styles[element.index].display
        if display.startswith(("inline", "contents")):
            return 0
        if element.tag in _LISTS and self._lists:
            return 1
        if element.tag in _PARAGRAPHS:
            return 2
        return 1 if element.tag in _LINES or display in ("block", "flex", "grid", "list-item", "flow-root", "table") else 0

    def _inline(self, element: Element, writer: _Writer) -> None:
        """What stands in a line, with the signs that take the place of its looks."""
        tag, shown = element.tag, self._seen.shown[element.index]
        if tag == "q" and shown:
            opening, closing = self._quotes[self._quoted % 2]
            self._quoted += 1
            self._wrapped(element, writer, opening, closing)
            self._quoted -= 1
        elif tag in _RAISED and shown:
            self._wrapped(element, writer, _RAISED[tag], "")
        elif tag == "rt" and shown:
            self._wrapped(element, writer, "(", ")")
        elif shown and (tag == "bdi" or (tag == "span" and element.attrs.get("dir", "").strip().lower() == "auto")):
            writer.text("\u2068")  # FIRST STRONG ISOLATE: what both are in plain text (HTML, 15.3.5)
            self._walk(element, writer)
            writer.text("\u2069")
        else:
            self._walk(element, writer)
            if tag == "a":
                self._target(element, writer)

    def _wrapped(self, element: Element, writer: _Writer, before: str, after: str) -> None:
        """An element between two signs, none if there is nothing in it."""
        inner = _Writer()
        self._walk(element, inner)
        text = inner.result()
        if text:
            writer.text(f"{before}{text}{after}")

    def _item(self, item: Element, writer: _Writer) -> None:
        if self._seen.shown[item.index]:
            writer.indent = max(0, self._lists - 1)
            writer.mark(mark(item, self._seen.rendered))
        self._walk(item, writer)
        writer.unmark()
        writer.indent = max(0, self._lists - 2)

    def _row(self, row: Element, writer: _Writer) -> None:
        """A row of one cell is layout and flows; cells side by side share a line: ``label: value``, or columns."""
        cells = [c for c in row.children if isinstance(c, Element) and c.tag in ("td", "th") and self._seen.rendered[c.index]]
        if len(cells) == 1 or any(_has(c, _BLOCKS) for c in cells):
            for cell in cells:
                writer.need(2)
                self._walk(cell, writer)
                writer.need(2)
            return
        texts: list[str] = []
        for cell in cells:
            inner = _Writer()
            self._walk(cell, inner)
            text = " ".join(inner.result().split())
            if text:
                texts.append(text)
        table = next((e for e in row.ancestors() if e.tag == "table"), None)
        columns = table is not None and _has(table, frozenset(["th"]))
        writer.text((" | " if columns or len(texts) != 2 else ": ").join(texts))

    def _target(self, link: Element, writer: _Writer) -> None:
        target = link.attrs.get("href", "")
        if self._seen.shown[link.index] and target.startswith("https://") and target not in link.text_content():
            writer.text(f" ({target})")


def _has(element: Element, tags: frozenset[str]) -> bool:
    """Whether there is an element with one of ``tags`` in it."""
    stack = list(element.children)
    while stack:
        node = stack.pop()
        if isinstance(node, Element):
            if node.tag in tags:
                return True
            stack += node.children
    return False
