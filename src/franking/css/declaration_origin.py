"""Where author values come from: a declaration in a style sheet or a ``style`` attribute, or another attribute.

What wins for an element is the same for every element that is written alike, so it names no element; the author of a
value is worked out for the element that is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from franking.css import sheets
from franking.css.declarations import Longhand, Pending
from franking.css.presentational_hints import PresentationalHint
from franking.css.values import Value
from franking.html.document import Element

Rank = tuple[bool, int, tuple[int, ...], int]  # importance, style attribute, layer and specificity, order


@dataclass(slots=True, unsafe_hash=True)  # never changed, but made too often to be frozen, which costs most of the making
class DeclarationOrigin:
    """Where an author value comes from: ``element`` carries it, ``written`` is the property or attribute."""

    element: Element
    written: str
    text: str
    source: DeclarationSource = field(hash=False)

    def offset(self) -> int:
        """Its place in the source."""
        return self.source.offset(self.element)


class DeclarationSource(Protocol):
    """How a value was declared."""

    def origin(self, element: Element) -> DeclarationOrigin:
        """The author of the value on an element that has it."""
        ...

    def offset(self, element: Element) -> int:
        """The source offset where ``element`` carries it."""
        ...


@dataclass(frozen=True, slots=True)
class Inline:
    """A declaration in a ``style`` attribute."""

    longhand: Longhand

    def origin(self, element: Element) -> DeclarationOrigin:
        """See ``DeclarationSource``."""
        return DeclarationOrigin(element, self.longhand.written, self.longhand.text, self)

    def offset(self, element: Element) -> int:
        """See ``DeclarationSource``."""
        document = element.document
        start = document.attribute_value_offset(element, "style")
        within = sheets.offset_of(element.attrs["style"], 0, self.longhand.line, self.longhand.column)
        return document.decoded_offset(start, within)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A declaration in a style sheet."""

    rule: sheets.StyleRule
    longhand: Longhand

    def origin(self, element: Element) -> DeclarationOrigin:
        """See ``DeclarationSource``."""
        return DeclarationOrigin(element.document.elements[self.rule.sheet], self.longhand.written, self.longhand.text, self)

    def offset(self, element: Element) -> int:
        """See ``DeclarationSource``."""
        css, base = sheets.style_css(element), sheets.style_offset(element)
        return sheets.offset_of(css, base, self.longhand.line, self.longhand.column)


@dataclass(frozen=True, slots=True)
class Presentational:
    """An attribute of the element, of its table or of the body, or the element's very name."""

    hint: PresentationalHint

    def origin(self, element: Element) -> DeclarationOrigin:
        """See ``DeclarationSource``."""
        hint, owner = self.hint, element
        if hint.of:
            owner = next((a for a in element.ancestors() if a.tag == hint.of), element.document.body)
        if not hint.attribute:
            return DeclarationOrigin(owner, f"<{owner.tag}>", "", self)
        return DeclarationOrigin(owner, hint.attribute, owner.attrs.get(hint.attribute, ""), self)

    def offset(self, element: Element) -> int:
        """See ``DeclarationSource``."""
        attribute = self.hint.attribute
        return element.document.attribute_offset(element, attribute) if attribute else element.offset


@dataclass(frozen=True, slots=True)
class CascadedValue:
    """The winning declaration of one longhand."""

    value: Value
    rank: Rank
    source: DeclarationSource
    below: CascadedValue | None = None  # the presentational hint behind a style attribute, for revert-layer to go back to
    beside: CascadedValue | None = None  # of a side: what wins by the direction of the text if this is physical, or physically


CascadedValues = dict[str, CascadedValue]  # shared by all elements that are written alike: never changed


def kinds(cascaded: CascadedValues) -> tuple[bool, bool]:
    """Whether there are custom properties among them, and values with ``var()``."""
    custom = pending = False
    for name, cascaded_value in cascaded.items():
        beside = cascaded_value.beside
        if type(cascaded_value.value) is Pending or (beside is not None and type(beside.value) is Pending):
            pending = True
        if name[:2] == "--":
            custom = True
    return custom, pending
