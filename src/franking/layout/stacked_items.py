"""Items that have the width of an area to themselves: of a grid's columns, or of a flex column."""

from __future__ import annotations

from franking.css.computed_style import AUTO, ComputedStyle
from franking.html.document import Element
from franking.layout.alignment import offset, self_alignment
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import TABLES, is_replaced
from franking.layout.items import doubt_of, has_auto_margin


def finish(layout: Layout, box: Box, style: ComputedStyle, element: Element, inside: Containing) -> None:
    """Record an item's box and go on with what is in it."""
    if style.display in TABLES:
        box.kind = "table"
    layout.shift(box, style, inside)
    layout.finish(element, box, style)


def stacked(
    layout: Layout, element: Element, area: Containing, inside: Containing, own: str, inherited: str, *, flipped: bool = False
) -> None:
    """An item that has the width of its ``area`` to itself: stretched, or aligned in it. Percentages are of the area in a
    grid, of the container ``inside`` in a column."""
    grid = own == "justify-self"
    base = area if grid else inside
    style = layout.frame.style(element)
    box = layout.new_box("block", style, base)
    box.doubt = box.doubt or doubt_of(style, element)
    alignment = self_alignment(style, inside.style, own, inherited, flipped=flipped)
    auto = has_auto_margin(style)
    replaced = is_replaced(element)
    stretched = alignment.word == "stretch" or (alignment.word == "normal" and not (grid and replaced))
    room = area.width - box.margin_left - box.margin_right
    if stretched and style.width == AUTO and not auto:
        box.kind = "replaced" if replaced else "block"
        if style.display in TABLES:
            box.width = max(layout.outside_width(element, box, style, base.width), room)
        else:
            box.width = layout.clamp(room, box, style, base.width, element)
    else:
        box.width = layout.outside_width(element, box, style, base.width, area.width)
    free = room - box.width
    box.left = area.left + box.margin_left
    rtl = inside.style.direction == "rtl"
    if auto and free > 0:
        both = style.margin_left == AUTO and style.margin_right == AUTO
        share = free / 2 if both else free
        if style.margin_left == AUTO:
            box.left += share
        if not grid:  # browsers align a grid's item instead, and tell no margin
            box.margin_left += share if style.margin_left == AUTO else 0.0
            box.margin_right += share if style.margin_right == AUTO else 0.0
        if both and share > 0.25:
            box.centered = style.own_origin("margin-left", "margin-right")
    elif auto:
        box.left += free if rtl else 0.0
    else:
        box.left += offset(alignment, free, rtl=rtl is not flipped)
        if alignment.word == "center" and free > 0.5:
            box.centered = alignment.origin
    finish(layout, box, style, element, inside)
