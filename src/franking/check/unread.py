"""Declarations that the layout engine does not support, where they can change what a rule measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol

from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.property_support import ASPECTS, aspects_of, unmodelled_group
from franking.css.styles import PseudoElement
from franking.html.document import Document, Element
from franking.layout.frame import Frame, is_replaced
from franking.layout.shrink_to_fit import near_content_sized
from franking.layout.uncomputed import CONTAINERS, beyond_layout, uncomputed

_GEOMETRY = frozenset(["geometry"])


@dataclass(frozen=True, slots=True)
class Unread:
    """A cascaded declaration on a rendered element that the layout engine does not support."""

    element: Element
    origin: DeclarationOrigin
    aspects: frozenset[str]  # what it can change: see ``property_support.ASPECTS``


class Page(Protocol):
    """The interface of a page for unsupported declarations."""

    document: Document
    styles: list[ComputedStyle]
    frame: Frame

    @property
    def replaced(self) -> list[Element]:
        """All visible replaced elements."""


def unread(page: Page, pseudo: Sequence[PseudoElement]) -> Iterator[Unread]:
    """Those of a page: of elements as a whole, then those of single properties, also on pseudo-elements with text."""
    styles, rendered = page.styles, page.frame.rendered
    unusual = [(element, styles[element.index]) for element in page.frame.unusual]
    for element, style in unusual:
        yield from _of_element(page, element, style)
    reach = _Reach(page)
    for element, style in chain(unusual, [(one.element, one.style) for one in pseudo]):
        if style.unmodelled and rendered[element.index]:
            for name, cascaded in style.unmodelled.items():
                if reach.reaches(element, style, name, cascaded.value):
                    yield Unread(element, cascaded.source.origin(element), aspects_of(name))


def _of_element(page: Page, element: Element, style: ComputedStyle) -> Iterator[Unread]:
    """Declarations that make of an element a box that is not laid out, or a container whose items are not."""
    if style.display in CONTAINERS and page.frame.rendered[element.index]:
        for owner, name in uncomputed(page.frame, element):
            origin = page.styles[owner.index].origin(name)
            if origin is not None:
                yield Unread(owner, origin, _GEOMETRY)
    elif (name := beyond_layout(page.frame, element, style)) and (origin := style.own_origin(name)) is not None:
        yield Unread(element, origin, ASPECTS if name == "display" else _GEOMETRY)


class _Reach:
    """What the properties that are not supported apply to on one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def reaches(self, element: Element, style: ComputedStyle, name: str, value: object) -> bool:
        """Whether a value of a property can change anything on an element, whose own or pseudo-element's ``style`` has it."""
        group = unmodelled_group(name)
        if group is None:
            return True
        if not group.changes(value, style.white_space):
            return False
        if group.only == "replaced":
            return is_replaced(element)
        if group.only == "floats":
            return self._floats
        if group.only == "shrunk" and style is self._page.styles[element.index]:
            indents = name == "text-indent" and element.index in self._around_atoms
            return indents or self._near_shrunk[element.index]
        return True

    @cached_property
    def _floats(self) -> bool:
        return any(self._page.styles[element.index].floating != "none" for element in self._page.frame.unusual)

    @cached_property
    def _around_atoms(self) -> set[int]:
        """The elements that contain replaced elements, which alignment moves like text."""
        return {ancestor.index for element in self._page.replaced for ancestor in element.ancestors()}

    @cached_property
    def _near_shrunk(self) -> list[bool]:
        return near_content_sized(self._page.document, self._page.styles)
