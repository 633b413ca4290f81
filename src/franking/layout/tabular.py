"""Cells in their places: tables, and anonymous tables around parts that stand in none (CSS Tables 3, section 2.2)."""

from __future__ import annotations

from franking.html.document import Element
from franking.layout import tables
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import Item, content
from franking.layout.grid import Grid, anonymous_table, is_fixed


def loose_parts(layout: Layout, item: Item, inside: Containing) -> None:
    """The anonymous table around table parts that stand in no table."""
    box = parts_box(layout, item, inside)
    free, legacy = inside.width - box.width, inside.style.text_align
    share = {"-webkit-center": 0.5, "-webkit-right": 1.0, "-webkit-left": 0.0}.get(legacy if free > 0 else "")
    box.left = inside.left + free * (share if share is not None else float(inside.style.direction == "rtl"))
    parts_cells(layout, item, box, inside)
    if share == 0.5 and free > 0.5:
        for part in item.parts:
            caption = layout.boxes[part.index]
            if layout.frame.style(part).display == "table-caption" and caption is not None:
                caption.centered = inside.style.origins.get("text-align")


def parts_box(layout: Layout, item: Item, inside: Containing) -> Box:
    spacing, collapse = anonymous_table(layout.frame, item)
    grid, columns = layout.intrinsic.columns(item.element, item.parts, spacing, collapse)
    min_content, max_content = tables.preferred(columns)
    gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
    left, right = grid.edges
    extra = gaps + left + right
    caption = layout.intrinsic.caption_width(grid)
    width = max(caption, min(max(min_content + extra, inside.width), max_content + extra))
    return Box("table", inside.left, width, border_left=left, border_right=right, doubt=inside.doubt)


def parts_cells(layout: Layout, item: Item, box: Box, inside: Containing) -> None:
    spacing, collapse = anonymous_table(layout.frame, item)
    grid, columns = layout.intrinsic.columns(item.element, item.parts, spacing, collapse)
    for one in grid.captions:
        layout.block(one, Containing(box.left, box.width, inside.style, box.doubt))
    gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
    _cells(layout, grid, tables.distribute(columns, box.content_width - gaps), spacing, collapse, box, inside)


def table(layout: Layout, element: Element, box: Box, inside: Containing) -> None:
    """The cells and captions of a table whose own box is known."""
    style = inside.style
    collapse = style.border_collapse == "collapse"
    spacing = 0.0 if collapse else style.border_spacing
    grid, columns = layout.intrinsic.columns(element, element.children, spacing, collapse)
    for caption in grid.captions:
        layout.block(caption, Containing(box.left, box.width, style, box.doubt))
    gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
    available = max(0.0, box.content_width - gaps)
    if is_fixed(style):
        widths = tables.fixed_widths(layout.frame, grid, available, spacing, collapse)
        if tables.fixed_overflow(layout.frame, grid, widths, available):
            box.doubt = box.doubt or "the percentages of a fixed table's columns leave no room for the others"
    else:
        widths = tables.distribute(columns, available)
    _cells(layout, grid, widths, spacing, collapse, box, inside)


def _cells(
    layout: Layout, grid: Grid, widths: list[float], spacing: float, collapse: bool, table: Box, inside: Containing
) -> None:
    starts = [table.content_left + spacing]
    for width in widths:
        starts.append(starts[-1] + width + spacing)
    rtl = inside.style.direction == "rtl"
    all_columns = sum(widths) + spacing * max(0, len(widths) - 1)  # what percentages of padding are of
    for row_group in grid.row_groups:
        layout.boxes[row_group.index] = Box(
            "row-group", table.content_left + spacing, starts[-1] - starts[0] - spacing if widths else 0.0, doubt=table.doubt
        )
    styles, doubt, count = layout.frame.styles, table.doubt, len(widths)
    for cell in grid.cells:
        stop = min(cell.column + cell.span, count)
        left, right = starts[cell.column], starts[stop] - spacing
        if rtl:
            left, right = (table.content_left + table.content_right - x for x in (right, left))
        edges = tables.cell_edges(layout.frame, cell, all_columns, collapse)
        box = Box("cell", left, right - left, 0.0, 0.0, *edges, None, doubt)
        if cell.element is None:
            layout.flow(content(layout.frame, cell.children), Containing(box.left, box.width, inside.style, table.doubt))
            continue
        layout.finish(cell.element, box, styles[cell.element.index])
