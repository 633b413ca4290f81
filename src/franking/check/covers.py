"""Boxes that may cover a text: those that are taken out of the flow, and those that are moved up over what is before them.

Heights are not laid out, so whether such a box covers a text is open. A box in the flow paints its background below all text
around it (CSS 2.2, appendix E), unless it is positioned, transformed, faded, or is in a line, as a picture does.
"""

from __future__ import annotations

from collections import Counter

from franking.check.page import Page
from franking.css.computed_style import ComputedStyle
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout import transformed
from franking.layout.frame import ATOMIC, is_replaced

_UP = 8.0  # CSS px: what is moved up by less covers no text
_LINE = 16.0  # CSS px: about the least height of a text


def covers(page: Page) -> Counter[int]:
    """How many boxes lie over the whole of an element, by its index."""
    found: Counter[int] = Counter()
    if not any(map(may_cover, page.styles)):
        return found
    around: list[int] = []  # what positions each element
    for element in page.document.elements:
        parent = element.parent
        if parent is None:
            around.append(page.document.body.index)
        else:
            around.append(around[parent.index] if page.style(parent).position == "static" else parent.index)
        if may_cover(page.style(element)) and page.frame.rendered[element.index]:
            found[around[-1]] += 1
    return found


def may_cover(style: ComputedStyle) -> bool:
    """Whether a box out of the flow has a ground and may be as large as what is around it."""
    if style.position not in ("absolute", "fixed") or (
        style.background_color == "transparent" and style.background_image == "none"
    ):
        return False
    others = style.others
    across = isinstance(style.width, Length) or (isinstance(style.left, Length) and isinstance(style.right, Length))
    down = isinstance(style.height, Length) or ("top" in others and "bottom" in others)
    return across and down


def under_raised(page: Page) -> frozenset[int]:
    """The indexes of elements with text that stands so shortly before a raised box that it may be covered."""
    raised = [(element, up) for element in page.document.elements if (up := _raised(page.style(element))) >= _UP]
    found: set[int] = set()
    for element, up in raised:
        for box in (element, _next(element)):
            if box is not None and page.shown(box) and _paints_above(page, box):
                found.update(_before(page, box, up))
    return frozenset(found)


def _raised(style: ComputedStyle) -> float:
    """By how many CSS px a box, or what follows it, is moved up."""
    others = style.others
    raised = others.get("raised")
    up = raised if isinstance(raised, float) else 0.0
    if style.position == "relative":
        top, bottom = others.get("top"), others.get("bottom")
        up += -top.resolve(0.0) if isinstance(top, Length) else bottom.resolve(0.0) if isinstance(bottom, Length) else 0.0
    if (transform := transformed.of(style)) is not None:
        up -= transform.y.shift(0.0)
    return up


def _next(element: Element) -> Element | None:
    """The next element in the same parent."""
    if element.parent is None:
        return None
    behind = (child for child in element.parent.children if isinstance(child, Element) and child.index > element.index)
    return next(behind, None)


def _paints_above(page: Page, box: Element) -> bool:
    """Whether a box, or anything in it, has a ground or picture that is painted over text before it."""
    stack = [(box, False)]
    while stack:
        element, above = stack.pop()
        style = page.style(element)
        positioned = style.position != "static" or "opacity" in style.others or transformed.of(style) is not None
        above = above or positioned or style.display in ATOMIC
        ground = style.background_color != "transparent" or style.background_image != "none"
        if (ground and above) or (is_replaced(element) and page.shown(element)):
            return True
        stack.extend((child, above) for child in element.children if isinstance(child, Element) and page.shown(child))
    return False


def _before(page: Page, box: Element, up: float) -> list[int]:
    """The elements with the texts before a box that is moved up, the nearest first."""
    own = {ancestor.index for ancestor in box.ancestors()}
    found = [run.element.index for run in page.runs if run.element.index < box.index and run.element.index not in own]
    return found[: -2 - int(up / _LINE) : -1]
