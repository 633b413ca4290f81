"""Minimal edits of a message's source: remove or change one declaration, attribute or element.

Everything outside an edit stays byte for byte. Edits have a description; positions are offsets in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from franking.css.declaration_origin import DeclarationOrigin
from franking.html.document import Document, Element

# Template code (Jinja, Handlebars, Liquid, ERB, PHP, mail merge): its output is unknown.
_CODE = re.compile(r"\{\{|\{%|\{#|<%|<\?|\$\{|%%|\*\||\[\[")
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")
_NAME = re.compile(r"[^\s:;{}]+")
_QUOTES, _OPENING, _CLOSING = frozenset("\"'"), frozenset("(["), frozenset(")]")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``source[start:end]`` by ``text``."""

    start: int
    end: int
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class _Span:
    """A declaration in the source: from its name up to, not including, the ``;`` or the end of its block."""

    start: int
    end: int
    bound: int  # where the block ends
    begin: int  # where the block begins

    def drop(self, source: str) -> tuple[int, int]:
        """The range to remove the declaration with its semicolon and the white space before it."""
        start = self.start
        while start > self.begin and source[start - 1].isspace():
            start -= 1
        return start, min(self.bound, self.end + 1) if source[self.end : self.end + 1] == ";" else self.end


def apply(source: str, edits: Iterable[Edit]) -> tuple[str, list[Edit], list[Edit]]:
    """The edited source, the edits made, and the edits that were skipped because of template code."""
    made: list[Edit] = []
    left: list[Edit] = []
    pieces: list[str] = []
    position = 0
    for edit in sorted(set(edits), key=lambda e: (e.start, -e.end)):
        if edit.start < position and made:
            continue  # an earlier edit covers this position
        if _CODE.search(source, edit.start, edit.end) or source[edit.start : edit.end] == edit.text:
            left.append(edit)
            continue
        pieces += (source[position : edit.start], edit.text)
        position = edit.end
        made.append(edit)
    pieces.append(source[position:])
    return "".join(pieces), made, left


def drop(document: Document, origin: DeclarationOrigin) -> Iterator[Edit]:
    """Remove the declaration, attribute or presentational element that a value comes from."""
    element = origin.element
    if origin.written.startswith("<"):
        yield from rename(document, element, "div")
        return
    span = _declaration(document, origin)
    if span is None:
        yield from drop_attribute(document, element, origin.written)
        return
    start, end = span.drop(document.source)
    if element.tag != "style" and start == span.begin:
        while end < span.bound and document.source[end].isspace():
            end += 1
    if element.tag != "style" and not (document.source[span.begin : start] + document.source[end : span.bound]).strip(" \t\n;"):
        yield from drop_attribute(document, element, "style", f"{origin.written}: {origin.text[:40]}")
    else:
        yield Edit(start, end, "", f"{origin.written}: {origin.text[:40]} removed")


def rewrite(document: Document, origin: DeclarationOrigin, declarations: Iterable[tuple[str, str]]) -> Iterator[Edit]:
    """Replace a declaration by others with the same importance, or the value of an attribute."""
    written = list(declarations)
    if not written:
        yield from drop(document, origin)
        return
    span = _declaration(document, origin)
    if span is None:
        yield from set_attribute(document, origin.element, origin.written, written[0][1].removesuffix("px"))
        return
    important = " !important" if _IMPORTANT.search(unescape(document.source[span.start : span.end])) else ""
    text = "; ".join(f"{name}: {value}{important}" for name, value in written)
    yield Edit(span.start, span.end, text, f"{origin.written}: {origin.text[:40]} becomes {text[:60]}")


def add_declarations(document: Document, element: Element, text: str) -> Iterator[Edit]:
    """Append declarations to an element's ``style`` attribute, or add the attribute."""
    location = element.node.source_location
    if location is None:
        return
    what = f"<{element.tag}> gets {text}"
    if "style" in location.attrs:
        start, end = _value_span(document, element, "style")
        value = document.source[start:end].rstrip()
        joint = "" if not value.strip() or value.endswith(";") else ";"
        yield Edit(start + len(value), end, f"{joint} {text}" if value.strip() else text, what)
        return
    name_end = location.start_tag.start_offset + 1 + len(element.tag)
    yield Edit(name_end, name_end, f' style="{text}"', what)


def drop_attribute(document: Document, element: Element, name: str, what: str = "") -> Iterator[Edit]:
    """Remove an attribute with the white space before it."""
    location = element.node.source_location
    if location is None or name not in location.attrs:
        return
    span = location.attrs[name]
    start = span.start_offset
    while document.source[start - 1].isspace():
        start -= 1
    yield Edit(start, span.end_offset, "", f"{what or f'{name} of <{element.tag}>'} removed")


def set_attribute(document: Document, element: Element, name: str, value: str) -> Iterator[Edit]:
    """Replace the value of an attribute."""
    location = element.node.source_location
    if location is None or name not in location.attrs:
        return
    span = location.attrs[name]
    yield Edit(span.start_offset, span.end_offset, f'{name}="{value}"', f'{name} of <{element.tag}> becomes "{value}"')


def delete(document: Document, element: Element, what: str) -> Iterator[Edit]:
    """Remove an element with its content; no edit if it has no end tag."""
    location = element.node.source_location
    if location is None:
        return
    end = location.start_tag.end_offset
    if location.end_tag is not None:
        end = location.end_tag.end_offset
    elif element.children:
        return
    yield Edit(location.start_tag.start_offset, end, "", what)


def rename(document: Document, element: Element, tag: str) -> Iterator[Edit]:
    """Rename an element, keeping its attributes and content."""
    location = element.node.source_location
    if location is None:
        return
    old = len(element.tag)
    start = location.start_tag.start_offset + 1
    yield Edit(start, start + old, tag, f"<{element.tag}> becomes <{tag}>")
    if location.end_tag is not None:
        start = location.end_tag.start_offset + 2
        yield Edit(start, start + old, tag, f"</{element.tag}> becomes </{tag}>")


def _value_span(document: Document, element: Element, name: str) -> tuple[int, int]:
    """The range of an attribute's value without its quotes."""
    location = element.node.source_location
    assert location is not None
    start, end = document.attribute_value_offset(element, name), location.attrs[name].end_offset
    if end > start and document.source[start - 1] in "\"'" and document.source[end - 1] == document.source[start - 1]:
        end -= 1
    return start, end


def _declaration(document: Document, origin: DeclarationOrigin) -> _Span | None:
    """The declaration of a value; None if it is an attribute."""
    element, offset = origin.element, origin.offset()
    source = document.source
    if element.tag == "style":
        location = element.node.source_location
        if location is None or not location.start_tag.end_offset <= offset:
            return None
        begin = max(source.rfind(c, location.start_tag.end_offset, offset) for c in "{;}/") + 1
        end = location.end_tag.start_offset if location.end_tag is not None else len(source)
        return _Span(offset, _scan(source, offset, end, entities=False), end, max(begin, location.start_tag.end_offset))
    location = element.node.source_location
    if location is None or "style" not in location.attrs:
        return None
    start, end = _value_span(document, element, "style")
    if not start <= offset < end or not _NAME.match(source, offset):
        return None
    return _Span(offset, _scan(source, offset, end, entities=True), end, start)


def _scan(source: str, offset: int, end: int, *, entities: bool) -> int:
    """The end of a declaration: the ``;`` or ``}`` outside strings, comments and brackets (CSS Syntax 3, 5.4.4)."""
    depth = 0
    while offset < end:
        char, behind = _character(source, offset, end, entities=entities)
        if char in _QUOTES:
            behind = _after_string(source, behind, end, char, entities=entities)
        elif source.startswith("/*", offset):
            close = source.find("*/", offset + 2, end)
            behind = close + 2 if close >= 0 else end
        elif char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif (char == ";" and depth == 0) or (char == "}" and not entities):
            return offset
        offset = behind
    return end


def _after_string(source: str, offset: int, end: int, quote: str, *, entities: bool) -> int:
    """The offset after the string that contains ``offset``; ``end`` if it is not closed."""
    while offset < end:
        char, behind = _character(source, offset, end, entities=entities)
        if char == quote:
            return behind
        offset = behind + 1 if char == "\\" else behind
    return end


def _character(source: str, offset: int, end: int, *, entities: bool) -> tuple[str, int]:
    """The character at ``offset``, and the offset after it; in an attribute (``entities``), what a reference stands for."""
    if entities and source[offset] == "&" and (match := _ENTITY.match(source, offset, end)):
        decoded = unescape(match.group())
        if decoded != match.group():
            return decoded[:1], match.end()
    return source[offset], offset + 1
