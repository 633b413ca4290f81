"""Text from style sheets: generated content (CSS Content 3), and the text that pseudo-elements style.

Strings in a declaration that a browser may show (``content``, ``list-style-type``, ``quotes`` …) are texts of the message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import tinycss2

from franking.css.computed_style import ComputedStyle
from franking.css.lengths import Token
from franking.css.property_support import aspects_of
from franking.css.sheets import Opaque
from franking.css.styles import PseudoElement
from franking.css.values import Unmodelled
from franking.html.document import Document, Element
from franking.layout.frame import Frame

_GENERATED = frozenset(["before", "after"])
_OF_BLOCKS = frozenset(["first-line", "first-letter"])  # boxes inside a line have none (CSS Pseudo 4, section 2)
_CONTAINING = _GENERATED | {"marker"}  # what has a content


class Page(Protocol):
    """The interface of a page for generated texts."""

    document: Document
    styles: list[ComputedStyle]
    frame: Frame
    pseudo: tuple[PseudoElement, ...]
    opaque: tuple[Opaque, ...]

    @property
    def around_texts(self) -> set[int]:
        """The indexes of the elements with visible text."""

    def style(self, element: Element) -> ComputedStyle:
        """The computed style of an element."""


def content_text(one: PseudoElement) -> str:
    """The text that ``content`` generates: strings and attributes joined; counters as a digit."""
    value = one.style.others.get("content")
    tokens = value if isinstance(value, list) else []
    return "".join(_texts(tokens, one))


def _texts(tokens: Sequence[Token], one: PseudoElement) -> Iterator[str]:
    for token in tokens:
        if token.type == "string":
            yield token.value
        elif token.type == "literal" and token.value == "/":
            yield " "  # the alternative text follows
        elif token.type == "function" and token.lower_name == "attr":
            names = [t for t in token.arguments if t.type == "ident"]
            if names:
                yield one.element.attrs.get(names[0].lower_value, "")
        elif token.type == "function" and token.lower_name in ("counter", "counters"):
            yield "1"


def shows_text(page: Page, one: PseudoElement) -> bool:
    """Whether a pseudo-element styles any text."""
    if not page.frame.rendered[one.element.index]:
        return False
    if one.name in _GENERATED:
        return one.style.display != "none" and bool(content_text(one).strip())
    if one.name == "marker":
        return page.style(one.element).display == "list-item" or one.element.tag == "summary"
    if one.name == "placeholder":
        return bool(one.element.attrs.get("placeholder", "").strip())
    if one.name == "details-content" and one.element.tag != "details":
        return False
    if one.name in _OF_BLOCKS:
        style = page.style(one.element)
        if style.display in ("inline", "contents") and "display" not in style.unmodelled:
            return False
    return one.element.index in page.around_texts


def strings(text: str) -> Iterator[str]:
    """The strings in a value."""
    for token in tinycss2.parse_component_value_list(text):
        if token.type == "string" and token.value.strip():
            yield token.value
        elif token.type == "function":
            yield from strings(tinycss2.serialize(token.arguments))


Joined = dict[tuple[int, str], str]


def joined_texts(pages: Sequence[Page]) -> list[Joined]:
    """The generated texts before and after an element's text, in the same line; by element index and pseudo-element. The
    first has those that are visible at any width, of different ones the widest page's; others follow for narrower pages
    where one is different."""
    found: list[Joined] = []
    for page in reversed(pages):
        joined = [one for one in page.pseudo if _is_joined(page, one)]
        here = {(one.element.index, one.name): " ".join(content_text(one).split("\n")) for one in joined}
        if found:
            found[0] = here | found[0]
        if not found or any(found[0][key] != text for key, text in here.items()):
            found.append(here)
    return [found[0], *(found[0] | other for other in found[1:])] if found else [{}]


def _is_joined(page: Page, one: PseudoElement) -> bool:
    style = one.style
    in_line = style.display == "inline" and style.floating == "none" and style.position == "static"
    return one.name in _GENERATED and in_line and style.visibility == "visible" and shows_text(page, one)


def generated_texts(page: Page) -> Iterator[tuple[Element, str, bool]]:
    """Every other generated text: position, and whether it is visible."""
    for one in page.pseudo:
        text = content_text(one)
        if one.name in _CONTAINING and text.strip() and not _is_joined(page, one):
            yield one.element, text, shows_text(page, one)
        for text in (*_inner_strings(one.style.others.get("content")), *_unmodelled_strings(one.style)):
            yield one.element, text, shows_text(page, one) or page.frame.rendered[one.element.index]
    for element in page.frame.unusual:
        for text in _unmodelled_strings(page.styles[element.index]):
            yield element, text, page.frame.rendered[element.index]
    for opaque in page.opaque:
        for text in opaque.texts:
            yield opaque.element, text, True


def _inner_strings(content: list[Token] | None) -> Iterator[str]:
    """The strings in functions of ``content``: what stands in for an attribute, between counters, or under a condition."""
    for token in content or ():
        if token.type == "function" and token.lower_name not in ("url", "src"):
            yield from strings(tinycss2.serialize(token.arguments))


def _unmodelled_strings(style: ComputedStyle) -> Iterator[str]:
    for name, cascaded_value in style.unmodelled.items():
        if isinstance(cascaded_value.value, Unmodelled) and "text" in aspects_of(name):
            yield from strings(cascaded_value.value.text)
