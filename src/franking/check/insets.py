"""The message's insets: how far from each edge of the message its nearest content stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from franking.check.page import Page
from franking.html.document import Element
from franking.layout.boxes import Box

PICTURE = "picture"  # in a doubt: ``Page.widest`` has the other place


@dataclass(frozen=True, slots=True)
class Edge:
    """The content that is nearest to an edge; ``inset`` in CSS px."""

    inset: float
    element: Element
    doubt: str


def content(page: Page, boxes: Sequence[Box | None] | None = None) -> Iterator[tuple[Element, float, float, str]]:
    """The visible content as element, left and right end in CSS px, and doubt; laid out in ``boxes``, else in the page's."""
    boxes = page.layout.boxes if boxes is None else boxes
    for container, element in page.texts_in:
        box = boxes[container.index]
        if box is not None:
            yield element, box.content_left, box.content_right, box.doubt
    for element in page.replaced:
        box = boxes[element.index]
        if box is not None:
            yield element, box.content_left, box.content_right, box.doubt


def edges(page: Page) -> tuple[Edge | None, Edge | None]:
    """The content that comes nearest to the message's left and right edge."""
    return _nearest(page, content(page))


def unsure(page: Page, side: str, edge: Edge, most: float) -> bool:
    """Whether only content that may stand further in keeps the inset of a side within ``most`` CSS px."""
    if not edge.doubt or edge.inset > most:
        return False
    at = 0 if side == "left" else 1
    certain = _nearest(page, (one for one in content(page) if not one[3]))[at]
    if certain is not None and certain.inset <= most:
        return False
    if "float" in edge.doubt:
        return edge.inset + _pushed(page, side) > most
    if PICTURE in edge.doubt:
        widest = _nearest(page, content(page, page.widest.boxes))[at]
        return widest is not None and widest.inset > most
    return True


def relieved(page: Page, side: str, most: float) -> bool:
    """Whether floats on the other side may push content so near to a side that its inset is within ``most`` CSS px."""
    pushed = _pushed(page, "right" if side == "left" else "left")
    return pushed > 0.0 and any(
        "float" in doubt and (start if side == "left" else page.width - end) - pushed <= most
        for _, start, end, doubt in content(page)
    )


def _nearest(page: Page, found: Iterator[tuple[Element, float, float, str]]) -> tuple[Edge | None, Edge | None]:
    left: Edge | None = None
    right: Edge | None = None
    for element, start, end, doubt in found:
        if left is None or start < left.inset:
            left = Edge(start, element, doubt)
        if right is None or page.width - end < right.inset:
            right = Edge(page.width - end, element, doubt)
    return left, right


def _pushed(page: Page, side: str) -> float:
    """How far at most floats push a box in from a side, in CSS px."""
    pushed = 0.0
    for element, style in zip(page.document.elements, page.styles, strict=True):
        box = page.box(element) if style.floating == side else None
        if box is not None:
            outside = box.left - box.margin_left, box.left + box.width + box.margin_right
            pushed = max(pushed, outside[1] if side == "left" else page.width - outside[0])
    return pushed
