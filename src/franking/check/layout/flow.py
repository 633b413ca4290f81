"""Top-down layout: every rendered element gets its used horizontal box (CSS 2.2, section 10.3; Flexbox; Tables 3).

Work is a stack of (element, containing block), so depth costs no recursion. Only widths and left edges are computed:
no rule asks how tall a box is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from franking.check.css.cascade import Author
from franking.check.css.lengths import Length
from franking.check.css.style import AUTO, Size, Style
from franking.check.document import VISIBLE, Element, Text
from franking.check.layout import flex, tables
from franking.check.layout.boxes import Box
from franking.check.layout.frame import (
    FLEX,
    GRID,
    TABLES,
    Frame,
    Item,
    box_parent,
    content,
    is_replaced,
    replaced_width,
    zero_or,
)
from franking.check.layout.grid import Grid
from franking.check.layout.intrinsic import Intrinsic
from franking.check.layout.measure import line_width


@dataclass(frozen=True, slots=True)
class Containing:
    """The content box that a child is laid out in: its edges in px and the style of its element."""

    left: float
    width: float
    style: Style
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """An inline-level box on a line, ``start`` px from the line's start."""

    item: Item
    box: Box
    start: float

    @property
    def outer(self) -> float:
        """The width of the margin box."""
        return self.box.width + self.box.margin_left + self.box.margin_right


class Layout:
    """Lays a frame out; ``boxes`` holds the result by ``Element.index``, None for what is not rendered."""

    def __init__(self, frame: Frame, intrinsic: Intrinsic) -> None:
        self.frame = frame
        self.intrinsic = intrinsic
        self.boxes: list[Box | None] = [None] * len(frame.document.elements)
        self._stack: list[tuple[Element, Containing]] = []
        root = frame.document.root
        if frame.rendered[root.index]:
            self._block(root, Containing(0.0, frame.width, frame.style(root)))
        while self._stack:
            element, inside = self._stack.pop()
            self._children(element, inside)

    # -- one box ---------------------------------------------------------------------------------------------------

    def _box(self, kind: str, style: Style, inside: Containing) -> Box:
        base = inside.width
        return Box(
            kind, inside.left, 0.0, zero_or(style.margin_left, base), zero_or(style.margin_right, base),
            style.padding_left.resolve(base), style.padding_right.resolve(base), style.border_left, style.border_right,
            doubt=inside.doubt,
        )  # fmt: skip

    def _size(self, size: Size, box: Box, style: Style, base: float, element: Element) -> float | None:
        """A width property as border-box px; None for auto and none."""
        edges = box.border_left + box.border_right + box.padding_left + box.padding_right
        if isinstance(size, Length):
            return size.resolve(base) + (0.0 if style.box_sizing == "border-box" else edges)
        margins = box.margin_left + box.margin_right
        if size in ("min-content", "max-content", "fit-content", "-webkit-fit-content"):
            low, high = self.intrinsic.outer(element)
            low, high = low - margins, high - margins
            return low if size == "min-content" else high if size == "max-content" else min(max(low, base - margins), high)
        return base - margins if size in ("stretch", "-webkit-fill-available") else None

    def _clamp(self, width: float, box: Box, style: Style, base: float, element: Element) -> float:
        high = self._size(style.max_width, box, style, base, element)
        low = self._size(style.min_width, box, style, base, element)
        if high is not None:
            width = min(width, high)
        if low is not None:
            width = max(width, low)
        return max(width, box.border_left + box.border_right + box.padding_left + box.padding_right)

    def fit(self, element: Element, box: Box, style: Style, base: float) -> float:
        """The shrink-to-fit border-box width in ``base`` px (CSS 2.2, section 10.3.5)."""
        width = self._size(style.width, box, style, base, element)
        if width is None:
            low, high = self.intrinsic.outer(element)
            margins = box.margin_left + box.margin_right
            width = min(max(low - margins, base - margins), high - margins)
        return self._clamp(width, box, style, base, element)

    def _replaced(self, element: Element, box: Box, style: Style, base: float) -> float:
        used = replaced_width(self.frame, element, base)
        if not used.known:
            box.doubt = box.doubt or "the image declares no width and its file cannot be read"
        return used.width + box.border_left + box.border_right + box.padding_left + box.padding_right

    def _table(self, element: Element, box: Box, style: Style, base: float) -> float:
        if style.border_collapse == "collapse":
            box.padding_left = box.padding_right = 0.0
            box.border_left, box.border_right = box.border_left / 2, box.border_right / 2
        width = self._size(style.width, box, style, base, element)
        low, high = self.intrinsic.table(element)
        margins = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
        low, high = low - margins, high - margins
        if width is None:
            width = min(max(low, base - box.margin_left - box.margin_right), high)
        else:
            # A table is never narrower than its columns allow, whatever it declares.
            low = self._table_least(element, style, box)
        return max(self._clamp(width, box, style, base, element), low)

    def _table_least(self, element: Element, style: Style, box: Box) -> float:
        collapse = style.border_collapse == "collapse"
        spacing = 0.0 if collapse else style.border_spacing
        grid, columns = self.intrinsic.columns(element, element.children, spacing, collapse)
        if style.table_layout == "fixed":
            return 0.0
        gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
        return sum(columns.low) + gaps + box.padding_left + box.padding_right + box.border_left + box.border_right

    # -- block level -----------------------------------------------------------------------------------------------

    def _block(self, element: Element, inside: Containing) -> None:
        style = self.frame.style(element)
        kind = "replaced" if is_replaced(element) else "table" if style.display in TABLES else "block"
        box = self._box(kind, style, inside)
        base = inside.width
        if kind == "replaced":
            box.width = self._replaced(element, box, style, base)
        elif kind == "table":
            box.width = self._table(element, box, style, base)
        else:
            width = self._size(style.width, box, style, base, element)
            if width is None:
                button = element.tag in ("button", "input", "select", "textarea")
                width = self.fit(element, box, style, base) if button else base - box.margin_left - box.margin_right
            box.width = self._clamp(width, box, style, base, element)
        self._align(element, box, style, inside)
        self._finish(element, box, style)

    def _align(self, element: Element, box: Box, style: Style, inside: Containing) -> None:
        """Auto margins and the legacy alignment of ``<center>`` and ``align`` (CSS 2.2, section 10.3.3)."""
        free = inside.width - box.width - box.margin_left - box.margin_right
        auto_left, auto_right = style.margin_left == AUTO, style.margin_right == AUTO
        if auto_left and auto_right:
            box.margin_left = box.margin_right = max(0.0, free) / 2
            if free > 0.5:
                box.centered = style.author_sets("margin-left", "margin-right")
        elif auto_left:
            box.margin_left = max(0.0, free)
        elif auto_right:
            box.margin_right = max(0.0, free)
        box.left = inside.left + box.margin_left
        legacy = inside.style.text_align
        if legacy.startswith("-webkit-") and not (auto_left or auto_right) and free > 0:
            if legacy == "-webkit-center":
                box.left += free / 2
                if free > 0.5:
                    box.centered = inside.style.authors.get("text-align")
            elif legacy == "-webkit-right":
                box.left += free
        elif inside.style.direction == "rtl" and not (auto_left or auto_right):
            box.left = inside.left + inside.width - box.margin_right - box.width
        self._shift(box, style, inside)

    @staticmethod
    def _shift(box: Box, style: Style, inside: Containing) -> None:
        if style.position in ("relative", "sticky"):
            if isinstance(style.left, Length):
                box.left += style.left.resolve(inside.width)
            elif isinstance(style.right, Length):
                box.left -= style.right.resolve(inside.width)

    def _finish(self, element: Element, box: Box, style: Style) -> None:
        self.boxes[element.index] = box
        if not is_replaced(element):
            self._stack.append((element, Containing(box.content_left, box.content_width, style, box.doubt)))

    # -- children --------------------------------------------------------------------------------------------------

    def _children(self, element: Element, inside: Containing) -> None:
        style = inside.style
        box = self.boxes[element.index]
        if box is not None and box.kind == "table":
            self._table_children(element, box, style, element.children, inside)
        elif style.display in FLEX or style.display in GRID:
            flex.place(self, element, inside)
        else:
            self.flow(element.children, inside)

    def flow(self, children: Sequence[Element | Text], inside: Containing) -> None:
        """Lay out block-container content: blocks below each other, floats and inline-level boxes in rows."""
        line: list[Item] = []
        floats: list[Element] = []
        for item in content(self.frame, list(children)):
            if item.kind == "block":
                self._line(line, inside)
                self._floats(floats, inside)
                line, floats = [], []
                self._block(item.element, self._beside_floats(item.element, inside))
            elif item.kind == "float":
                floats.append(item.element)
            elif item.kind == "parts":
                self._loose_parts(item, inside)
            elif item.kind == "absolute":
                self._absolute(item.element, inside)
            else:
                line.append(item)
        self._line(line, inside)
        self._floats(floats, inside)

    def _beside_floats(self, element: Element, inside: Containing) -> Containing:
        """The containing block of a block that floats before it may push aside (CSS 2.2, section 9.5): where they end is
        not known here."""
        if self.frame.style(element).display in TABLES | FLEX | GRID and self.frame.after_float[element.index]:
            return replace(inside, doubt=inside.doubt or "a float before it may push it aside")
        return inside

    def _absolute(self, element: Element, inside: Containing) -> None:
        style = self.frame.style(element)
        box = self._box("block", style, inside)
        box.width = self._outside_width(element, box, style, inside.width)
        left = style.left.resolve(inside.width) if isinstance(style.left, Length) else 0.0
        box.left = inside.left + left + box.margin_left
        if style.left == AUTO and isinstance(style.right, Length):
            box.left = inside.left + inside.width - style.right.resolve(inside.width) - box.width
        box.doubt = box.doubt or f"position:{style.position} takes the box out of the flow"
        self._finish(element, box, style)

    def _outside_width(self, element: Element, box: Box, style: Style, base: float) -> float:
        if is_replaced(element):
            box.kind = "replaced"
            return self._replaced(element, box, style, base)
        if style.display in TABLES:
            box.kind = "table"
            return self._table(element, box, style, base)
        return self.fit(element, box, style, base)

    def _floats(self, floats: list[Element], inside: Containing) -> None:
        """Consecutive floats stand side by side while they fit (CSS 2.2, section 9.5.1)."""
        left, right = inside.left, inside.left + inside.width
        for element in floats:
            style = self.frame.style(element)
            box = self._box("block", style, inside)
            box.width = self._outside_width(element, box, style, inside.width)
            outer = box.width + box.margin_left + box.margin_right
            if outer > right - left + 0.01:
                left, right = inside.left, inside.left + inside.width
            if style.floating == "left":
                box.left = left + box.margin_left
                left += outer
            else:
                box.left = right - outer + box.margin_left
                right -= outer
            self._shift(box, style, inside)
            self._finish(element, box, style)

    def _line(self, items: list[Item], inside: Containing) -> None:
        """Inline-level boxes. Where a line that may wrap holds text, the text's own box decides the insets, and the
        atomic boxes need no exact place."""
        rows: list[list[_Placed]] = [[]]
        keep = inside.style.white_space in ("nowrap", "pre")
        has_text = any(i.text is not None and VISIBLE.search(i.text.data) for i in items)
        rtl = inside.style.direction == "rtl"
        cursor, space = 0.0, 0.0
        for item in items:
            style = self.frame.style(item.element)
            if item.kind == "text":
                if keep and item.text is not None:
                    cursor, space = cursor + line_width(item.text.data, style), 0.0
                else:
                    space = 0.25 * style.font_size if cursor else 0.0
            elif item.kind in ("open", "close"):
                box = self._box("inline", style, inside)
                if (item.kind == "open") is not rtl:
                    cursor += box.margin_left + box.border_left + box.padding_left
                else:
                    cursor += box.margin_right + box.border_right + box.padding_right
                if self.boxes[item.element.index] is None:
                    box.width = inside.width
                    self.boxes[item.element.index] = box
            elif item.kind == "break":
                rows.append([])
                cursor = space = 0.0
            elif item.kind in ("atom", "inline-parts"):
                if item.kind == "atom":
                    box = self._box("block", style, inside)
                    box.width = self._outside_width(item.element, box, style, inside.width)
                else:
                    box = self._parts_box(item, inside)
                outer = box.width + box.margin_left + box.margin_right
                if cursor and not keep and cursor + space + outer > inside.width + 0.01:
                    rows.append([])
                    cursor = space = 0.0
                rows[-1].append(_Placed(item, box, cursor + space))
                cursor += space + outer
                space = 0.0
        for row in rows:
            self._place_row(row, inside, exact=keep or not has_text)

    def _place_row(self, row: list[_Placed], inside: Containing, *, exact: bool) -> None:
        if not row:
            return
        free = inside.width - (row[-1].start + row[-1].outer)
        align = inside.style.text_align.removeprefix("-webkit-")
        rtl = inside.style.direction == "rtl"
        shift = 0.0  # from the start of the line
        author: Author | None = None
        if free > 0 and exact:
            if align == "center":
                shift = free / 2
                author = inside.style.authors.get("text-align") if free > 0.5 else None
            elif align == "end" or align == ("left" if rtl else "right"):
                shift = free
        for placed in row:
            item, box = placed.item, placed.box
            start = placed.start + shift
            box.left = inside.left + box.margin_left + (inside.width - start - placed.outer if rtl else start)
            if item.kind == "inline-parts":
                self._parts_cells(item, box, inside)
                continue
            style = self.frame.style(item.element)
            box.centered = author if len(row) == 1 else None
            self._shift(box, style, inside)
            self._finish(item.element, box, style)

    # -- tables ----------------------------------------------------------------------------------------------------

    def _loose_parts(self, item: Item, inside: Containing) -> None:
        """The anonymous table around table parts that stand in no table."""
        box = self._parts_box(item, inside)
        box.left = inside.left
        self._parts_cells(item, box, inside)

    def _parts_box(self, item: Item, inside: Containing) -> Box:
        spacing = box_parent(self.frame, item.element).border_spacing
        grid, columns = self.intrinsic.columns(item.element, item.parts, spacing, False)
        low, high = tables.preferred(columns)
        gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
        return Box("table", inside.left, min(max(low + gaps, inside.width), high + gaps), doubt=inside.doubt)

    def _parts_cells(self, item: Item, box: Box, inside: Containing) -> None:
        spacing = box_parent(self.frame, item.element).border_spacing
        grid, columns = self.intrinsic.columns(item.element, item.parts, spacing, False)
        gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
        self._cells(grid, tables.distribute(columns, box.width - gaps), spacing, False, box, inside)

    def _table_children(self, element: Element, box: Box, style: Style, children: Sequence[Element | Text],
                        inside: Containing) -> None:  # fmt: skip
        collapse = style.border_collapse == "collapse"
        spacing = 0.0 if collapse else style.border_spacing
        grid, columns = self.intrinsic.columns(element, list(children), spacing, collapse)
        for caption in grid.captions:
            self._block(caption, Containing(box.left, box.width, style, box.doubt))
        gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
        available = max(0.0, box.content_width - gaps)
        if style.table_layout == "fixed" and style.width != AUTO:
            widths = tables.fixed_widths(self.frame, grid, available, collapse)
        else:
            widths = tables.distribute(columns, available)
        self._cells(grid, widths, spacing, collapse, box, inside)

    def _cells(self, grid: Grid, widths: list[float], spacing: float, collapse: bool, table: Box,
               inside: Containing) -> None:  # fmt: skip
        starts = [table.content_left + spacing]
        for width in widths:
            starts.append(starts[-1] + width + spacing)
        rtl = inside.style.direction == "rtl"
        for holder in grid.holders:
            self.boxes[holder.index] = Box("holder", table.content_left + spacing, starts[-1] - starts[0] - spacing
                                           if widths else 0.0, doubt=table.doubt)  # fmt: skip
        for cell in grid.cells:
            stop = min(cell.column + cell.span, len(widths))
            left, right = starts[cell.column], starts[stop] - spacing
            if rtl:
                left, right = (table.content_left + table.content_right - x for x in (right, left))
            edges = tables.cell_edges(self.frame, cell, sum(widths), collapse)
            box = Box("cell", left, right - left, 0.0, 0.0, *edges, doubt=table.doubt)
            if cell.element is None:
                self.flow(cell.children, Containing(box.left, box.width, inside.style, table.doubt))
                continue
            self._finish(cell.element, box, self.frame.style(cell.element))
