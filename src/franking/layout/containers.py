"""Flex and grid containers, whichever it is."""

from __future__ import annotations

from franking.html.document import Element
from franking.layout import flex, grid_container, positioned
from franking.layout.boxes import Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import FLEX
from franking.layout.items import children, is_column, out_of_flow


def place(layout: Layout, element: Element, inside: Containing) -> None:
    """Lay out the items of a flex or grid container."""
    items = children(layout.frame, element)
    style = inside.style
    if style.display not in FLEX:
        grid_container.place(layout, items, inside)
    elif is_column(style):
        flex.column(layout, items, inside)
    else:
        flex.row(layout, items, inside)
    for child in out_of_flow(layout.frame, element):
        positioned.place(layout, child, inside)
