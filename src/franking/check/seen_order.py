"""Texts whose characters a reader sees in another order than the message has them in: judged as seen, too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from franking.check.bidi import CONTROLS, has_right, shown
from franking.check.page import Page
from franking.check.segments import Piece, TextSegment, plain
from franking.html.document import Document, Element

_ENTITY = re.compile(r"&#(?:0*82(?:3[4-8]|9[4-7])|x0*20(?:2[a-e]|6[6-9]))(?![0-9a-f])", re.IGNORECASE)
_OVERRIDES = ("bidi-override", "isolate-override")
_DEFAULTS = {"bdo": "isolate-override", "bdi": "isolate", "output": "isolate"}
# The characters that begin and end what an element does (CSS Writing Modes 3, section 2.4.2), by direction.
_MARKS = {
    "embed": (("\u202a", "\u202c"), ("\u202b", "\u202c")),
    "isolate": (("\u2066", "\u2069"), ("\u2067", "\u2069")),
    "bidi-override": (("\u202d", "\u202c"), ("\u202e", "\u202c")),
    "isolate-override": (("\u2068\u202d", "\u202c\u2069"), ("\u2068\u202e", "\u202c\u2069")),
}


def lines_as_seen(text: str) -> str | None:
    """A text without markup as it is seen, if it has an override; None if that is the order that it has."""
    if text.isascii() or not _overridden(text):
        return None
    seen = "\n".join(_as_read(line, rtl=_begins_right(line)) or CONTROLS.sub("", line) for line in text.split("\n"))
    return seen if seen != CONTROLS.sub("", text) else None


def as_seen(document: Document, page: Page, segments: Sequence[TextSegment]) -> Iterator[TextSegment]:
    """The readings of segments of text nodes that are seen in another order."""
    if not _may_reorder(document, page):
        return
    for segment in segments:
        if segment.part != "html" or segment.apart or segment.element is None:
            continue
        if segment.pieces:
            text, rtl = _marked(page, segment, segment.element)
        else:
            text, rtl = segment.element.attrs.get(segment.attribute, ""), page.styles[segment.element.index].direction == "rtl"
        seen = "\n".join(_as_read(line, rtl=rtl) or CONTROLS.sub("", line) for line in text.split("\n"))
        if seen != CONTROLS.sub("", text):
            place = tuple(Piece(0, piece.node, piece.index) for piece in segment.pieces[:1])
            seen = plain(seen) if segment.attribute else seen
            yield replace(segment, text=seen, pieces=place, apart=True, reordered=_overridden(text))


def _may_reorder(document: Document, page: Page) -> bool:
    source = document.source
    if not source.isascii() and CONTROLS.search(source) is not None:
        return True
    if "&#" in source and _ENTITY.search(source) is not None:
        return True
    if "<bdo" in source or "<BDO" in source or "unicode-bidi" in source.lower():
        return True
    return any(page.styles[element.index].direction == "rtl" for element in page.frame.unusual)


def _as_read(line: str, *, rtl: bool) -> str | None:
    """A line as it is seen; None where a reader reads it as it is written: text from right to left, unless it is overridden."""
    if not line:
        return None
    seen = shown(line, rtl=rtl)
    if not has_right(line):
        return seen
    return f"{seen} {seen[::-1]}" if _overridden(line) else None


def _overridden(text: str) -> bool:
    return "\u202d" in text or "\u202e" in text


def _begins_right(line: str) -> bool:
    return has_right(line[:1])


def _marked(page: Page, segment: TextSegment, block: Element) -> tuple[str, bool]:
    """The text of a segment with the control characters in it, and with those that stand for its elements; and whether its
    block is from right to left."""
    parts: list[str] = [_marks(page, block, outermost=True)[0]]
    inside: list[tuple[Element, str]] = []
    node, read = None, 0
    ends = [*(piece.start for piece in segment.pieces[1:]), len(segment.text)]
    for piece, end in zip(segment.pieces, ends, strict=True):
        if piece.node is not node:
            node, read = piece.node, 0
            around = list(_inline(node.parent, block))
            while inside and inside[-1][0] not in around:
                parts.append(inside.pop()[1])
            for element in around[len(inside) :]:
                begin, close = _marks(page, element)
                parts.append(begin)
                inside.append((element, close))
        parts += CONTROLS.findall(node.data, read, piece.index)
        text = segment.text[piece.start : end]
        parts.append(text)
        read = piece.index + len(text)
    return "".join(parts), page.styles[block.index].direction == "rtl"


def _inline(element: Element, block: Element) -> list[Element]:
    """The elements between a block and the text of one, from outside."""
    found: list[Element] = []
    at: Element | None = element
    while at is not None and at is not block:
        found.append(at)
        at = at.parent
    return found[::-1]


def _marks(page: Page, element: Element, *, outermost: bool = False) -> tuple[str, str]:
    style = page.styles[element.index]
    default = _DEFAULTS.get(element.tag, "isolate" if element.attrs.get("dir", "").strip() else "normal")
    bidi = style.others.get("unicode-bidi", default).removeprefix("-webkit-")
    if outermost:
        bidi = "bidi-override" if bidi in _OVERRIDES else "normal"
    elif style.display != "inline":
        bidi = "isolate-override" if bidi in _OVERRIDES else "isolate"
    if bidi not in _MARKS:
        return "", ""
    begin, close = _MARKS[bidi][style.direction == "rtl"]
    return begin.replace("\u2068", "\u2067" if style.direction == "rtl" else "\u2066"), close
