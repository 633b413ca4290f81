"""Lines for messages in MJML, whose converter writes other elements than the template does.

The markup is converted a second time with a number on each start tag: an attribute on HTML elements, which the converter
keeps, and a CSS class on components. The numbers lead from each element of the HTML to its start tag in the markup.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from franking.catalog.toml import line_of
from franking.errors import FrankingError
from franking.html.document import Document, Element
from franking.model import TemplatePlace
from franking.rendering.origins import Origins

_ATTRIBUTE = "data-franking-tag"
_CLASS = "franking-tag-"
_TAG = re.compile(r"<!--.*?-->|<([A-Za-z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)/?>", re.DOTALL)
_BODY = re.compile(r"<mj-body\b")
_CSS_CLASS = re.compile(r"(\scss-class\s*=\s*[\"'])")
_NUMBER = re.compile(rf"{_CLASS}(\d+)")
_NAME = re.compile(r"\s*([\w-]+)")
# The attributes of components that a CSS property or an HTML attribute is converted from.
_FROM = {
    "text-align": ("align", "text-align"), "align": ("align", "text-align"), "margin": ("padding",), "padding": ("padding",),
    "background": ("background-color", "background-url"), "bgcolor": ("background-color",),
    "font": ("font-size", "font-family"), "max-width": ("width",),
    "height": ("height", "line-height"), "src": ("src",), "href": ("href",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MjmlOrigins:
    """As ``Origins``, for offsets in the converted HTML. ``tags`` are the offsets of the start tags in the markup, by the
    element's number in the HTML; -1 where the converter made the element for the document as a whole."""

    markup: Origins
    document: Document
    tags: tuple[int, ...]

    @property
    def subject(self) -> Origins | None:
        """The origins of the subject."""
        return self.markup.subject

    def at(self, offset: int) -> TemplatePlace | None:
        """The line of the character at ``offset`` of the HTML."""
        return self.within(offset, offset)

    def within(self, start: int, end: int) -> TemplatePlace | None:
        """The line of what stands from ``start`` to ``end`` of the HTML."""
        text, source = self.markup.marked.text, self.document.source
        number = bisect_right([e.offset for e in self.document.elements], start) - 1
        element = self.document.elements[max(number, 0)]
        if element.tag == "style":
            return self._in_sheet(element, start)
        location = element.node.source_location
        tag = self.tags[element.index]
        if location is None or tag < 0:
            return None
        opening = _TAG.match(text, tag)
        close = opening.end() if opening is not None else tag
        if start >= location.start_tag.end_offset:  # a text
            piece = re.split(r"[<\n]", source[start : start + 60])[0]
            found = text.find(piece, close) if piece.strip() else -1
            return self.markup.at(found if found >= 0 else tag)
        given = self.given(start, end)
        if given is not None:
            return self.markup.within(*given)
        name = _NAME.match(source[start:end])
        return self._default(tag, _names(name[1] if name is not None else "")) or self.markup.at(tag)

    def given(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the markup, before its conversion, gives the declaration or attribute that stands from ``start`` to ``end`` of
        the HTML: as it is, or as an attribute of a component. None if it does not."""
        text, source = self.markup.marked.text, self.document.source
        element = self.document.elements[max(bisect_right([e.offset for e in self.document.elements], start) - 1, 0)]
        tag = self.tags[element.index]
        opening = _TAG.match(text, tag) if tag >= 0 else None
        written = source[start:end].strip()
        if opening is None or not written:
            return None
        found = text.find(written, tag, opening.end())
        if found >= 0:
            return found, found + len(written)
        name = _NAME.match(written)
        return self._attribute(tag, _names(name[1] if name is not None else ""))

    def _in_sheet(self, element: Element, start: int) -> TemplatePlace | None:
        text, source = self.markup.marked.text, self.document.source
        css = element.children[0] if element.children else None
        for begin in (css.offset if css is not None else start, source.rfind("\n", 0, start) + 1):
            piece = source[begin : source.find("\n", start)]
            found = text.find(piece) if piece.strip() else -1
            if found >= 0:
                return self.markup.at(found + start - begin)
        return None

    def _attribute(self, tag: int, names: list[str]) -> tuple[int, int] | None:
        """Where a component's attribute is given: on its tag, or for all components of its name in ``<mj-attributes>``."""
        text = self.markup.marked.text
        opening = _TAG.match(text, tag)
        if opening is None or not opening[1].startswith("mj-"):
            return None
        head = text[: text.find("<mj-body")]
        places = [opening.span(), *(m.span() for m in _TAG.finditer(head) if m[1] in (opening[1], "mj-all", "mj-class"))]
        for first, last in places:
            for name in names:
                found = re.compile(rf"\s({re.escape(name)}[\w-]*\s*=\s*(?:\"[^\"]*\"|'[^']*'))").search(text, first, last)
                if found is not None:
                    return found.span(1)
        return None

    def _default(self, tag: int, names: list[str]) -> TemplatePlace | None:
        """The line of the theme's default for a component's attribute."""
        opening = _TAG.match(self.markup.marked.text, tag)
        theme = self.markup.theme
        given = [(c, n) for c, n, _ in theme.mjml if opening is not None and c in (opening[1], "mj-all")]
        for name in names:
            for component, attribute in given:
                if attribute.startswith(name):
                    path = Path(theme.path) / "theme.toml"
                    return TemplatePlace(str(path), line_of(path, "mjml", component, attribute))
        return None


def _names(written: str) -> list[str]:
    """The attributes of components that a CSS property or an HTML attribute may be converted from."""
    stem = written.partition("-")[0] if written not in _FROM else written
    return [name for name in dict.fromkeys((written, *_FROM.get(written, ()), *_FROM.get(stem, ()))) if name]


def mjml_origins(markup: Origins, html: str, convert: Callable[[str], str]) -> MjmlOrigins | None:
    """The origins of a converted document; None if the numbers change what the converter writes."""
    text = markup.marked.text
    body = _BODY.search(text)
    if body is None:
        return None
    parts: list[str] = []
    end = body.start()
    parts.append(text[:end])
    for tag in _TAG.finditer(text, body.start()):
        if tag[1] is None:
            continue
        parts.append(text[end : tag.start()])
        end = tag.end()
        name_end = tag.start() + 1 + len(tag[1])
        rest = text[name_end : tag.end()]
        if not tag[1].startswith("mj"):
            parts.append(f'<{tag[1]} {_ATTRIBUTE}="{tag.start()}"{rest}')
        elif _CSS_CLASS.search(rest) is not None:
            classed = _CSS_CLASS.sub(rf"\g<1>{_CLASS}{tag.start()} ", rest, count=1)
            parts.append(f"<{tag[1]}{classed}")
        else:
            parts.append(f'<{tag[1]} css-class="{_CLASS}{tag.start()}"{rest}')
    parts.append(text[end:])
    try:
        numbered = Document(convert("".join(parts)))
        if convert(text) != html:
            return None
    except FrankingError:
        return None
    document = Document(html)
    if [e.tag for e in document.elements] != [e.tag for e in numbered.elements]:
        return None
    return MjmlOrigins(markup, document, tuple(_numbers(numbered)))


def _numbers(numbered: Document) -> list[int]:
    """For each element, the number of its start tag, or of the nearest component around it."""
    found: list[int] = []
    for element in numbered.elements:
        number = element.attrs.get(_ATTRIBUTE, "")
        match = _NUMBER.search(element.attrs.get("class", ""))
        inherited = found[element.parent.index] if element.parent is not None else -1
        found.append(int(number) if number.isdigit() else int(match[1]) if match is not None else inherited)
    return found
