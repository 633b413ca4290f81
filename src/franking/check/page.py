"""A message at one width, with everything that rules need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from franking.check.generated import shows_text
from franking.check.unread import Unread, unread
from franking.css.cascade import UNDECLARED
from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.declarations import Dropped
from franking.css.sheets import Opaque
from franking.css.styled_document import StyledDocument
from franking.css.styles import PseudoElement, compute, compute_pseudo
from franking.html.document import Document, Element, Place, Text
from franking.html.visible import INVISIBLE, VISIBLE, visible
from franking.layout.boxes import Box
from franking.layout.flow import Layout
from franking.layout.frame import COLUMNS, Frame, is_replaced
from franking.layout.intrinsic import Intrinsic
from franking.layout.transformed import zoomed


@dataclass(slots=True)
class Run:
    """A visible text node with its element's style."""

    text: Text  # empty for text that a pseudo-element generates or styles
    element: Element
    style: ComputedStyle

    @property
    def first(self) -> int:
        """The index of the first visible character."""
        match = VISIBLE.search(self.text.data)
        return match.start() if match else 0


class Page:
    """A document laid out in a message box of ``width`` CSS px.

    ``like`` is a page of another width with the same styles; results that depend only on styles are shared.
    """

    def __init__(
        self,
        document: Document,
        styles: list[ComputedStyle],
        width: int,
        files: Mapping[str, bytes],
        opaque: tuple[Opaque, ...] = (),
        like: Page | None = None,
        other: Page | None = None,
        pseudo: tuple[PseudoElement, ...] = (),
        dropped: tuple[tuple[Element, Dropped], ...] = (),
    ) -> None:
        self.document = document
        self.opaque = opaque
        self.dropped = dropped  # parts of the style sheets that browsers ignore
        self.width = width
        self.styles = styles
        used = like.frame.styles if like is not None else zoomed(styles)
        self.like = like
        self.frame: Frame = Frame(document, used, float(width), files, like.frame if like is not None else None)
        self.pseudo = pseudo
        self._other = other  # a page of another width, whose measurements may be shared

    def style(self, element: Element) -> ComputedStyle:
        """The computed style of an element."""
        return self.styles[element.index]

    @cached_property
    def intrinsic(self) -> Intrinsic:
        """The intrinsic widths of all boxes."""
        if self.like is not None:
            return self.like.intrinsic
        return Intrinsic(self.frame, self._other.intrinsic if self._other is not None else None)

    @cached_property
    def layout(self) -> Layout:
        """The used boxes, computed on first use. Boxes that depend on an unknown size are marked as uncertain."""
        made = Layout(self.frame, self.intrinsic)
        self.frame.unsure |= self.intrinsic.frame.unsure
        if self.frame.unsure:
            for box, widest in zip(made.boxes, self.widest.boxes, strict=True):
                if box is not None and widest is not None and not box.doubt and box.differs(widest):
                    box.doubt = "it depends on the size of a picture that is not known"
        return made

    @cached_property
    def widest(self) -> Layout:
        """The used boxes with every image of unknown size as wide as possible; ``layout`` has it as narrow as possible."""
        frame = Frame(self.document, self.frame.styles, float(self.width), self.frame.files, self.frame, wide=True)
        return Layout(frame, Intrinsic(frame))

    @cached_property
    def alone(self) -> Page:
        """The page without author styles, except those that hide content."""
        styles = compute(self.document, [UNDECLARED] * len(self.styles), float(self.width), recurs=True).styles
        page = Page(self.document, styles, self.width, self.frame.files)
        page.frame.rendered = self.frame.rendered
        return page

    def box(self, element: Element) -> Box | None:
        """The used box of an element; None if it is not rendered."""
        return self.layout.boxes[element.index]

    def shown(self, element: Element) -> bool:
        """Whether the element is rendered and visible."""
        return self.frame.rendered[element.index] and self.styles[element.index].visibility == "visible"

    @cached_property
    def runs(self) -> list[Run]:
        """All visible text in document order."""
        if self.like is not None:
            return self.like.runs
        styles, rendered = self.styles, self.frame.rendered
        visible_texts = [(text, text.parent, styles[text.parent.index]) for text in self.document.texts if text.visible]
        return [
            Run(text, element, style)
            for text, element, style in visible_texts
            if rendered[element.index]
            and style.visibility == "visible"
            and style.display not in COLUMNS
            and not is_replaced(element)
        ]

    @cached_property
    def line_directions(self) -> list[str]:
        """By element: the direction of the lines that its text stands in, that of the nearest block."""
        if self.like is not None:
            return self.like.line_directions
        if all(self.styles[element.index].direction == "ltr" for element in self.frame.unusual):
            return ["ltr"] * len(self.styles)
        found: list[str] = []
        for element, style in zip(self.document.elements, self.styles, strict=True):
            parent = element.parent if style.display in ("inline", "contents") else None
            found.append(found[parent.index] if parent is not None else style.direction)
        return found

    @cached_property
    def around_texts(self) -> set[int]:
        """The indexes of the elements with visible text at any depth."""
        if self.like is not None:
            return self.like.around_texts
        found: set[int] = set()
        for run in self.runs:
            for ancestor in run.element.ancestors():
                if ancestor.index in found:
                    break
                found.add(ancestor.index)
        return found

    @cached_property
    def styled_runs(self) -> list[Run]:
        """All visible text with its styles: text nodes, and text of pseudo-elements."""
        if self.like is not None:
            return self.like.styled_runs
        return [
            *self.runs,
            *(Run(Text(one.element, "", -1), one.element, one.style) for one in self.pseudo if shows_text(self, one)),
        ]

    @cached_property
    def unmodelled(self) -> list[Unread]:
        """Cascaded declarations on rendered elements that are relevant for rules and not supported."""
        if self.like is not None:
            return self.like.unmodelled
        return list(unread(self, [one for one in self.pseudo if shows_text(self, one)]))

    @cached_property
    def texts_in(self) -> list[tuple[Element, Element]]:
        """The block containers with visible text, each with the first element of that text."""
        if self.like is not None:  # which boxes exist does not depend on the width
            return self.like.texts_in
        found: dict[int, tuple[Element, Element]] = {}
        for run in self.runs:
            container = self._around_text[run.element.index]
            if container is not None:
                found.setdefault(container.index, (container, run.element))
        return list(found.values())

    @cached_property
    def _containers(self) -> list[Element | None]:
        """For each element, the nearest block container around it: itself unless it is inline."""
        return self._nearest("inline", "row-group")

    @cached_property
    def _around_text(self) -> list[Element | None]:
        """The same for its text, which stands in an anonymous cell in a row (CSS 2.2, section 17.2.1)."""
        return self._nearest("inline")

    def _nearest(self, *besides: str) -> list[Element | None]:
        """For each element, the nearest one around it or itself that has a box of another kind."""
        found: list[Element | None] = []
        for element, box in zip(self.document.elements, self.layout.boxes, strict=True):
            if box is not None and box.kind not in besides:
                found.append(element)
            else:
                found.append(found[element.parent.index] if element.parent is not None else None)
        return found

    @cached_property
    def replaced(self) -> list[Element]:
        """All visible replaced elements (images and the like) in document order."""
        if self.like is not None:
            return self.like.replaced
        return [e for e in self.document.elements if is_replaced(e) and self.shown(e)]

    def container(self, element: Element) -> Box | None:
        """The box of the nearest block container around an element's text: itself unless it is inline."""
        container = self._containers[element.index]
        return self.box(container) if container is not None else None

    def place(self, origin: DeclarationOrigin) -> Place:
        """The source position of an author declaration."""
        return self.document.place(origin.offset())


def pages(
    document: Document, widths: tuple[int, ...], files: Mapping[str, bytes], styled: StyledDocument | None = None
) -> list[Page]:
    """The document at each width. Styles are shared if no media query or viewport unit sets widths apart; those that
    ``styled`` has already are used."""
    styled = styled if styled is not None else StyledDocument(document)
    cascade = styled.cascade
    registered = cascade.sheets.registered
    result: list[Page] = []
    known: dict[object, Page] = {}
    for width in widths:
        state = styled.state(width)
        like = known.get(state)
        styles = like.styles if like is not None else styled.styles(width).styles
        pseudo = tuple(compute_pseudo(document, styles, cascade.pseudo_elements(width), float(width), registered))
        other, opaque = next(iter(result), None), tuple(cascade.opaque)
        page = Page(document, styles, width, files, opaque, like, other, pseudo, cascade.sheets.dropped)
        known.setdefault(state, page)
        result.append(page)
    return result


__all__ = ["INVISIBLE", "Page", "Run", "pages", "visible"]
