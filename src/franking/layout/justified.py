"""Blocks that ``justify-self`` moves in their container (CSS Box Alignment 3, section 6.2)."""

from __future__ import annotations

from franking.css.computed_style import AUTO, ComputedStyle
from franking.html.document import Element
from franking.layout.alignment import offset, self_alignment
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import PARTS, TABLES, is_replaced
from franking.layout.items import has_auto_margin

_PLAIN = ComputedStyle()
_CELLS = frozenset(["table-cell", "table-caption"])


def place(layout: Layout, element: Element, box: Box, style: ComputedStyle, inside: Containing) -> bool:
    """Place a block-level box that is justified: then it is as wide as its content. False for one that is not."""
    if not ("justify-self" in style.others or "justify-items" in inside.style.others) or element.parent is None:
        return False
    display = inside.style.display
    anonymous = display in TABLES or (display in PARTS and display not in _CELLS)  # it is in a cell without a style
    alignment = self_alignment(style, _PLAIN if anonymous else inside.style, "justify-self", "justify-items")
    if alignment.word == "normal":
        return False
    box.width = layout.outside_width(element, box, style, inside.width)
    if alignment.word == "stretch" and style.width == AUTO and not is_replaced(element):
        room = inside.width - box.margin_left - box.margin_right
        table = style.display in TABLES
        box.width = max(box.width, room) if table else layout.clamp(room, box, style, inside.width, element)
    if has_auto_margin(style):
        layout.align(element, box, style, inside)
    else:
        free = inside.width - box.width - box.margin_left - box.margin_right
        box.left = inside.left + box.margin_left + offset(alignment, free, rtl=inside.style.direction == "rtl")
        box.centered = alignment.origin if alignment.word == "center" and free > 0.5 else None
        layout.shift(box, style, inside)
    layout.finish(element, box, style)
    return True
