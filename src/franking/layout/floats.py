"""Boxes beside floats (CSS 2.2, section 9.5): what makes a formatting context of its own keeps clear of them.

That is computed where the floats stand directly before it and certainly are beside it; where they may end above it, or it
may be pushed below them, the box is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from franking.css.computed_style import AUTO, ComputedStyle
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import TABLES, Frame, Item, is_replaced, makes_context

_DOUBT = "a float before it may push it aside"
_FLAT = frozenset("div table center section article header footer main nav aside".split())  # no margins above by themselves
_ABOVE = re.compile(r"margin-(?:top|block|before)|\btop\s*:|\binset", re.IGNORECASE)


def beside(layout: Layout, element: Element, floats: Sequence[Element], line: Sequence[Item], inside: Containing) -> bool:
    """Lay a block out beside the ``floats`` right before it, with only the items of ``line`` between; False where that is
    not certain or not needed."""
    frame = layout.frame
    style = frame.style(element)
    if not floats or not makes_context(style, element) or is_replaced(element) or inside.doubt:
        return False
    if frame.after_float[floats[0].index] or any(item.text is None or item.text.data.strip(" \t\n\f\r") for item in line):
        return False
    if AUTO in (style.margin_left, style.margin_right) or style.direction == "rtl" or inside.style.direction == "rtl":
        return False
    if not all(_is_tall(layout, one) for one in floats) or not all(_starts_at_top(frame, one) for one in (element, *floats)):
        return False
    left, right = inside.left, inside.left + inside.width
    for one in floats:
        box = layout.boxes[one.index]
        assert box is not None
        if frame.style(one).floating == "left":
            left = max(left, box.left + box.width + box.margin_right)
        else:
            right = min(right, box.left - box.margin_left)
        if box.doubt or left > right:
            return False
    table = style.display in TABLES
    box = layout.new_box("table" if table else "block", style, inside)
    left, right = max(left, inside.left + box.margin_left), min(right, inside.left + inside.width - box.margin_right)
    box.width = _width(layout, element, box, style, inside.width, max(0.0, right - left))
    if box.width > right - left + 0.01:
        return False
    box.left = left
    layout.shift(box, style, inside)
    layout.finish(element, box, style)
    return True


def side_by_side(layout: Layout, floats: Sequence[Element], inside: Containing) -> None:
    """Lay out consecutive floats: they stand side by side while they fit (CSS 2.2, section 9.5.1)."""
    if floats and layout.frame.after_float[floats[0].index]:
        inside = replace(inside, doubt=inside.doubt or _DOUBT)
    left, right = inside.left, inside.left + inside.width
    row: list[float] = []  # what each of those side by side takes
    for element in floats:
        style = layout.frame.style(element)
        box = layout.new_box("block", style, inside)
        box.width = layout.outside_width(element, box, style, inside.width)
        outer = box.width + box.margin_left + box.margin_right
        if outer > right - left + 0.01:
            if any(outer + one <= inside.width + 0.01 for one in row):
                inside = replace(inside, doubt=inside.doubt or "whether it goes below all floats before it")
                box.doubt = box.doubt or inside.doubt
            left, right, row = inside.left, inside.left + inside.width, []
        row.append(outer)
        if style.floating == "left":
            box.left = left + box.margin_left
            left += outer
        else:
            box.left = right - outer + box.margin_left
            right -= outer
        layout.shift(box, style, inside)
        layout.finish(element, box, style)


def _width(layout: Layout, element: Element, box: Box, style: ComputedStyle, base: float, room: float) -> float:
    margins = box.margin_left + box.margin_right
    if style.display in TABLES:
        return layout.outside_width(element, box, style, base if isinstance(style.width, Length) else room + margins)
    declared = layout.size(style.width, box, style, base, element)
    return layout.clamp(room if declared is None else declared, box, style, base, element)


def doubted(frame: Frame, element: Element, inside: Containing) -> Containing:
    """The containing block of a block that floats before it may push aside: where they end is not known here."""
    if frame.after_float[element.index] and (makes_context(frame.style(element), element) or is_replaced(element)):
        return replace(inside, doubt=inside.doubt or _DOUBT)
    return inside


def _is_tall(layout: Layout, element: Element) -> bool:
    """Whether a float has a height for certain."""
    height = layout.frame.style(element).height
    if isinstance(height, Length):
        return not height.relative and height.resolve(0.0) > 0.0
    if is_replaced(element):
        return False
    return any(not isinstance(child, Element) and child.visible for child in element.children)


def _starts_at_top(frame: Frame, element: Element) -> bool:
    """Whether a box has no margin above it for certain."""
    if element.tag not in _FLAT or frame.names_above(_ABOVE):
        return False
    origin = frame.style(element).origin("margin-left")
    if origin is None or origin.written != "margin":
        return True
    return origin.text.split()[:1] in (["0"], ["0px"])
