"""The texts of markup that is not in the tree: conditional comments, which some mail programs show, templates, and what
parsers keep as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from franking.check.segments import TextSegment, plain
from franking.css.user_agent import declared_for_tag
from franking.html.document import Document, Element, Text
from franking.html.parser import template_markup

CODE = frozenset(["style", "script"])  # their content is no text
RAW = frozenset(["iframe", "noembed", "noframes", "noscript", "xmp"])  # fallback that some mail programs parse and show
_LOADING = frozenset(["link", "base", "image", "use"])  # their targets are no links
_CONDITION = re.compile(r"\s*\[if\b[^\]]*\]>(.*?)(?:<!\[endif\]\s*)?\Z", re.DOTALL | re.IGNORECASE)
_SHORT = 2_000  # characters of markup whose texts are cached
_NEAR = 10_000  # characters of the source in which a word is looked for


def fragments(document: Document) -> Iterator[TextSegment]:
    """The texts of a document's unparsed markup."""
    for markup, place, at in _conditional(document):
        yield from _texts(markup, place, at)
    for element in document.elements:
        if element.tag == "template" and (markup := template_markup(element.node)).strip():
            yield from _texts(markup, element, element.offset, written=False)
        if element.tag in RAW:
            for child in element.children:
                if isinstance(child, Text) and "<" in child.data:
                    yield from _texts(child.data, element, child.offset)


def links(document: Document) -> Iterator[TextSegment]:
    """The targets of links in conditional comments, which mail programs that show them follow."""
    for markup, place, at in _conditional(document):
        for target in _targets(markup) if "href" in markup.lower() else ():
            yield TextSegment("html", target, place, hidden=True, at=at)


def _conditional(document: Document) -> Iterator[tuple[str, Element, int]]:
    """The markup of each conditional comment, the element around it, and where it begins in the source (-1: not known)."""
    source, at = document.source, 0
    for comment in document.comments:
        match = _CONDITION.match(comment.data)
        if match is None:
            continue
        written = f"<!--{comment.data}"
        if at >= 0 and (found := source.find(written, at)) >= 0:
            at = found
        elif at >= 0:  # those before and after the document element come last
            at = source.find(written)
        yield match[1], comment.parent, at + len("<!--") + match.start(1) if at >= 0 else -1


@lru_cache(maxsize=256)
def _targets(markup: str) -> tuple[str, ...]:
    """The targets of links in markup, also of other vocabularies than HTML's. Cached as the texts are."""
    return tuple(
        e.attrs["href"] for e in Document(markup).elements if e.tag not in _LOADING and e.attrs.get("href", "").strip()
    )


def offset_in(source: str, segment: TextSegment, index: int) -> int:
    """The source offset of the word at character ``index`` of such a text."""
    words = segment.text[index : index + 40].split(maxsplit=1)
    least = segment.at + index  # white space, entities and tags take more room in the source
    found = source.find(words[0], least, least + _NEAR) if words else -1
    return found if found >= 0 else segment.at


def _texts(markup: str, place: Element, at: int, *, written: bool = True) -> Iterator[TextSegment]:
    """The texts of markup that begins at an offset of the source (-1: not known), as it is ``written`` there or not."""
    for text, within in _read(markup) if len(markup) <= _SHORT else _plain_texts(Document(markup)):
        yield TextSegment("html", text, place, hidden=True, at=at + within if written and at >= 0 else at)


@lru_cache(maxsize=256)
def _read(markup: str) -> tuple[tuple[str, int], ...]:
    """The same. Cached: the conditional comments of a theme recur in all its messages."""
    return tuple(_plain_texts(Document(markup)))


def _plain_texts(document: Document) -> Iterator[tuple[str, int]]:
    """The texts of markup, without styles, each with the offset at which it begins."""
    parts: list[str] = []
    first = -1
    stack: list[Element | Text | None] = [document.root]
    while stack:
        node = stack.pop()
        if isinstance(node, Text):
            first = node.offset if first < 0 and node.visible else first
            parts.append(node.data)
        elif node is None:
            if text := plain("".join(parts)):
                yield text, max(0, first)
            parts, first = [], -1
        elif node.tag not in CODE:
            if node.tag == "br":
                parts.append(" ")
            elif declared_for_tag(node.tag).get("display", "inline") != "inline":
                stack.append(None)
                stack.extend(reversed(node.children))
                stack.append(None)
            else:
                stack.extend(reversed(node.children))
            for name in ("alt", "title"):
                if node.attrs.get(name, "").strip():
                    yield plain(node.attrs[name]), document.attribute_offset(node, name)
