"""Grid containers (Grid 2): their items in their columns."""

from __future__ import annotations

from franking.layout import grid_columns
from franking.layout.alignment import distribute, used
from franking.layout.boxes import Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.items import Child
from franking.layout.stacked_items import stacked

_TOO_LARGE = "a grid of so many cells is not laid out without a browser"


def place(layout: Layout, items: list[Child], inside: Containing) -> None:
    """Lay out the items of a grid container whose own box is known."""
    style = inside.style
    grid = grid_columns.build(items, style, layout.frame.style, inside.width)
    sizes = grid_columns.run(layout.intrinsic, items, style, grid, inside.width)
    free = inside.width - sum(sizes) - sum(grid.gaps)
    rtl = style.direction == "rtl"
    count = len(sizes) - sum(grid.collapsed)
    shares = distribute(used(style.others, "justify-content"), free, count, left_to_right=not rtl)
    starts: list[float] = []
    at, seen = shares.before, False
    for size, gap, gone in zip(sizes, grid.gaps, grid.collapsed, strict=True):
        at += gap + (shares.between if seen and not gone else 0.0)
        starts.append(at)
        at += size
        seen = seen or not gone
    doubt = inside.doubt or ("" if grid.known else _TOO_LARGE)
    for item, area in zip(items, grid.areas, strict=True):
        if item.element is None:
            continue
        first, last = area.column or 0, (area.column or 0) + area.columns - 1
        left, right = starts[first], starts[last] + sizes[last]
        if rtl:
            left, right = inside.width - right, inside.width - left
        room = Containing(inside.left + left, right - left, style, doubt)
        stacked(layout, item.element, room, inside, "justify-self", "justify-items")
