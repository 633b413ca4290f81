"""Inline-level boxes: rows of atomic boxes between text and breaks (CSS 2.2, section 9.4.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from franking.css.authors import Author
from franking.layout import tabular
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import Item
from franking.layout.measure import line_width

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
    rows: list[list[_Placed]] = [[]]
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
            else:
                space = 0.25 * style.font_size if cursor else 0.0
                begun = begun or (item.text is not None and item.text.visible)
        elif item.kind in ("open", "close"):
            box = layout.new_box("inline", style, inside)
            if (item.kind == "open") is not rtl:
                cursor += box.margin_left + box.border_left + box.padding_left
            else:
                cursor += box.margin_right + box.border_right + box.padding_right
            if layout.boxes[item.element.index] is None:
                box.width = inside.width
                layout.boxes[item.element.index] = box
        elif item.kind == "break":
            rows.append([])
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
                rows.append([])
                cursor = space = 0.0
            rows[-1].append(_Placed(item, box, cursor + space))
            cursor += space + outer
            space, begun = 0.0, True
    for row in rows:
        _place_row(layout, row, inside, exact=keep or not has_text)


def _place_row(layout: Layout, row: list[_Placed], inside: Containing, *, exact: bool) -> None:
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
            tabular.parts_cells(layout, item, box, inside)
            continue
        style = layout.frame.style(item.element)
        box.centered = author if len(row) == 1 else None
        layout.shift(box, style, inside)
        layout.finish(item.element, box, style)
