"""The text part of a message, read off its HTML: what a buyer sees without HTML, in the same order."""

from __future__ import annotations

import re
from collections.abc import Sequence

import turbohtml

_SKIPPED = frozenset("head style script template title noscript svg img".split())
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 table ul ol dl blockquote pre hr".split())
_LINES = frozenset("div section article header footer main aside nav address center li dt dd tr caption figure".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")


class _Writer:
    """Collects text with pending breaks: 1 ends the line, 2 leaves one blank line."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._break = 0
        self._space = False

    def need(self, lines: int) -> None:
        self._break = max(self._break, lines)
        self._space = False

    def text(self, data: str) -> None:
        data = _SPACE.sub(" ", data.replace("\u00a0", " "))
        if not data.strip():
            self._space = self._space or bool(data)
            return
        if self._break and self.parts:
            self.parts.append("\n" * min(self._break, 2))
        elif (self._space or data.startswith(" ")) and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append(" ")
        self._break = 0
        self.parts.append(data.strip())
        self._space = data.endswith(" ")

    def line_break(self) -> None:
        self._break = min(2, self._break + 1)
        self._space = False

    def result(self) -> str:
        return "".join(self.parts)


def plain_text(html: str, widths: Sequence[int] = (360, 600)) -> str:
    """The text part: paragraphs one blank line apart, table rows on a line each, link targets behind their text.

    At most two newline characters stand in a row; the text ends with one.
    """
    body = turbohtml.parse(html, positions=False).select_one("body")
    writer = _Writer()
    if body is not None:
        _walk(body, writer)
    text = re.sub(r"[ \t]+$", "", writer.result(), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _walk(element: turbohtml.Element, writer: _Writer) -> None:
    for node in element.children:
        if isinstance(node, turbohtml.Text):
            writer.text(node.data)
        elif isinstance(node, turbohtml.Element):
            _element(node, writer)


def _element(element: turbohtml.Element, writer: _Writer) -> None:
    tag = element.tag
    if tag in _SKIPPED or "hidden" in element.attrs or _HIDDEN.search(element.attr("style") or ""):
        return
    if tag == "br":
        writer.line_break()
        return
    lines = 2 if tag in _PARAGRAPHS else 1 if tag in _LINES else 0
    if lines:
        writer.need(lines)
    if tag == "hr":
        writer.text("---")
    elif tag == "tr":
        _row(element, writer)
    elif tag == "a":
        _link(element, writer)
    else:
        if tag == "li":
            writer.text(_mark(element))
        _walk(element, writer)
    if lines:
        writer.need(lines)


def _mark(item: turbohtml.Element) -> str:
    parent = item.parent
    if isinstance(parent, turbohtml.Element) and parent.tag == "ol":
        number = 1 + sum(1 for s in item.previous_siblings if isinstance(s, turbohtml.Element) and s.tag == "li")
        return f"{number}. "
    return "- "


def _row(row: turbohtml.Element, writer: _Writer) -> None:
    """A row of one cell is layout and flows; cells side by side share a line: ``label: value``, or columns."""
    cells = [c for c in row.children if isinstance(c, turbohtml.Element) and c.tag in ("td", "th")]
    if len(cells) == 1 or any(c.select_one("p, div, table, ul, ol, h1, h2, h3") is not None for c in cells):
        for cell in cells:
            writer.need(2)
            _walk(cell, writer)
            writer.need(2)
        return
    texts: list[str] = []
    for cell in cells:
        inner = _Writer()
        _walk(cell, inner)
        text = " ".join(inner.result().split())
        if text:
            texts.append(text)
    table = row.closest("table")
    columns = table is not None and table.select_one("th") is not None
    writer.text((" | " if columns or len(texts) != 2 else ": ").join(texts))


def _link(link: turbohtml.Element, writer: _Writer) -> None:
    _walk(link, writer)
    target = link.attr("href") or ""
    if target.startswith("https://") and target not in link.text:
        writer.text(f" ({target})")
