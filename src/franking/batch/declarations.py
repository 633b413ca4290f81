"""The declaration or the attribute that causes a finding at a text or an element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from franking.check.page import Page
from franking.check.registry import check_rules
from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.property_support import aspects_of
from franking.html.document import Document, Element
from franking.model import Finding

# Rules that report a text or an element, and the declarations on it or around it that are to blame.
_EFFECTS: dict[str, tuple[tuple[str, Callable[[ComputedStyle], bool]], ...]] = {
    "font-sizes": (("font-size", lambda _: True),),
    "contrast": (
        ("background-color", lambda s: s.background_color != "transparent"),
        ("background-image", lambda s: s.background_image != "none"),
        ("opacity", lambda _: True),
    ),
    "hidden-text": (
        ("display", lambda s: s.display == "none"),
        ("visibility", lambda _: True),
        ("opacity", lambda _: True),
        ("font-size", lambda s: s.font_size < 4),
        ("text-indent", lambda _: True),
        ("overflow-x", lambda _: True),
        ("overflow-y", lambda _: True),
        ("position", lambda s: s.position not in ("static", "sticky")),
        ("transform", lambda _: True),
    ),
    "tracking-pixel": (("background-image", lambda s: s.background_image == "image"),),
}
_LOGO_LINK, _UNREGISTERED = "logo-link", "image-provenance"


def declared(finding: Finding, start: int, draft: Document, page_of: Callable[[Finding], Page]) -> int | None:
    """Where it is in the draft, for a finding at ``start``; None if the finding stands at it already, or the browser alone
    decides. ``page_of`` computes the draft at a finding's width."""
    element = next((e for e in reversed(draft.elements) if e.offset <= start and e.path == finding.path), None)
    if element is None:
        return None
    if finding.rule in _EFFECTS:
        page = page_of(finding)
        return _effect(finding, page, page.document.elements[element.index])
    if finding.rule in _reading_texts():
        return _generated(str(finding.measured or ""), start, page_of(finding), element)
    if element.offset != start:
        return None
    if finding.rule == _LOGO_LINK:
        return next((a.offset for a in element.ancestors() if a.tag == "a" and "href" in a.attrs), None)
    if finding.rule == _UNREGISTERED:
        return _said(draft, element, str(finding.measured or ""))
    return None


def _effect(finding: Finding, page: Page, element: Element) -> int | None:
    for ancestor in element.ancestors() if finding.rule != "tracking-pixel" else (element,):
        style = page.style(ancestor)
        for name, takes_effect in _EFFECTS[finding.rule]:
            origin = style.own_origin(name)
            if origin is not None and takes_effect(style):
                return origin.offset()
    return None


def _said(draft: Document, element: Element, text: str) -> int | None:
    """The offset of a text in a style sheet or an attribute."""
    location = element.node.source_location
    if location is None or not text:
        return None
    last = (
        location.end_tag.start_offset
        if location.end_tag is not None and element.tag == "style"
        else location.start_tag.end_offset
    )
    found = draft.source.find(text, element.offset, last)
    return found if found >= 0 else None


def _generated(text: str, start: int, page: Page, element: Element) -> int | None:
    """The offset of the declaration that generates a text in an element; None if the text is the element's own."""
    if not text or page.document.source.startswith(text, start):
        return None
    origins = _generating(page, page.document.elements[element.index])
    return next((origin.offset() for origin in origins if text in origin.text), None)


def _generating(page: Page, element: Element) -> Iterator[DeclarationOrigin]:
    for one in page.pseudo:
        value = one.style.own.get("content") if one.element.index == element.index else None
        if value is not None:
            yield value.source.origin(element)
    for inner in (e for e in page.document.elements if e is element or any(a is element for a in e.ancestors())):
        for name, value in page.style(inner).unmodelled.items():
            if "text" in aspects_of(name):
                yield value.source.origin(inner)


@cache
def _reading_texts() -> frozenset[str]:
    """The rules that report texts."""
    return frozenset(entry.rule.slug for entry in check_rules() if entry.values)
