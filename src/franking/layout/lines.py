"""Inline-level boxes: rows of atomic boxes between text and breaks (CSS 2.2, section 9.4.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from franking.css.computed_style import ZERO
from franking.css.declaration_origin import DeclarationOrigin
from franking.layout import tabular
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import Item
from franking.layout.measure import line_width, space_width

_BOXLESS = frozenset(["text", "break"])


@dataclass(slots=True)
class _Placed:
    """An inline-level box on a line, ``start`` px from the line's start."""

    item: Item
    box: Box
    start: float

    @property
    def outer(self) -> float:
        """The width of the margin box."""
        return self.box.width + self.box.margin_left + self.box.margin_right


def place(layout: Layout, items: list[Item], inside: Containing) -> None:
    """Inline-level boxes. Where a line that may wrap holds text, the text's own box decides the insets, and the
    atomic boxes need no exact place."""
    if {item.kind for item in items} <= _BOXLESS:
        return
    if inside.style.text_properties is not None and inside.style.text_properties.indent != ZERO and not inside.doubt:
        inside = replace(inside, doubt="text-indent moves what stands on the first line")
    rows: list[list[_Placed]] = [[]]
    ends = [0.0]  # of each row: where its last box or edge ends
    wrapped: set[int] = set()  # the rows that no break ends
    opening = 0.0  # start edges of inline boxes, which cling to what follows them
    keep = inside.style.white_space in ("nowrap", "pre")
    has_text = any(i.text is not None and i.text.visible for i in items)
    rtl = inside.style.direction == "rtl"
    cursor, space = 0.0, 0.0
    begun = False  # something stands on the line: before that, it does not break
    for item in items:
        style = layout.frame.style(item.element)
        if item.kind == "text":
            if keep and item.text is not None:
                cursor, space = cursor + line_width(item.text.data, style), 0.0
                ends[-1], opening = (cursor, 0.0) if item.text.visible else (ends[-1], opening)
            else:
                space = space_width(style) if cursor else 0.0
                begun = begun or (item.text is not None and item.text.visible)
        elif item.kind in ("open", "close"):
            box = layout.new_box("inline", style, inside)
            if (item.kind == "open") is not rtl:
                edge = box.margin_left + box.border_left + box.padding_left
            else:
                edge = box.margin_right + box.border_right + box.padding_right
            cursor += edge
            if item.kind == "open":
                opening += edge
            else:
                ends[-1], opening = cursor, 0.0
            if layout.boxes[item.element.index] is None:
                box.width = inside.width
                layout.boxes[item.element.index] = box
        elif item.kind == "break":
            rows.append([])
            ends.append(0.0)
            cursor, space, begun = 0.0, 0.0, False
        elif item.kind in ("atom", "inline-parts"):
            if layout.frame.after_float[item.element.index] and not inside.doubt:
                inside = replace(inside, doubt="a float before it may push it aside")
            if item.kind == "atom":
                box = layout.new_box("block", style, inside)
                box.width = layout.outside_width(item.element, box, style, inside.width)
            else:
                box = tabular.parts_box(layout, item, inside)
            outer = box.width + box.margin_left + box.margin_right
            if begun and not keep and cursor + space + outer > inside.width + 0.01:
                wrapped.add(len(rows) - 1)
                ends[-1] -= opening if ends[-1] == cursor else 0.0
                rows.append([])
                ends.append(0.0)
                cursor, space = opening, 0.0
            opening = 0.0
            rows[-1].append(_Placed(item, box, cursor + space))
            cursor += space + outer
            ends[-1] = cursor
            space, begun = 0.0, True
    for number, row in enumerate(rows):
        if number in wrapped and len(row) > 1 and inside.style.text_align == "justify":
            for placed in row:
                placed.box.doubt = placed.box.doubt or "text-align:justify spreads what stands on the line"
        _place_row(layout, row, inside, ends[number], exact=keep or not has_text)


def _place_row(layout: Layout, row: list[_Placed], inside: Containing, end: float, *, exact: bool) -> None:
    if not row:
        return
    free = inside.width - end
    align = inside.style.text_align.removeprefix("-webkit-")
    rtl = inside.style.direction == "rtl"
    shift = 0.0  # from the start of the line
    origin: DeclarationOrigin | None = None
    if free > 0 and exact:
        if align == "center":
            shift = free / 2
            origin = inside.style.origins.get("text-align") if free > 0.5 else None
        elif align == "end" or align == ("left" if rtl else "right"):
            shift = free
    for placed in row:
        item, box = placed.item, placed.box
        start = placed.start + shift
        box.left = inside.left + box.margin_left + (inside.width - start - placed.outer if rtl else start)
        if item.kind == "inline-parts":
            tabular.parts_cells(layout, item, box, inside)
            continue
        style = layout.frame.style(item.element)
        box.centered = origin if len(row) == 1 else None
        layout.shift(box, style, inside)
        layout.finish(item.element, box, style)
