"""Inline-level boxes: rows of atomic boxes between text and breaks (CSS 2.2, section 9.4.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from franking.css.declaration_origin import DeclarationOrigin
from franking.css.lengths import ZERO
from franking.layout import tabular
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import Item
from franking.layout.measure import line_width, space_width

_BOXLESS = frozenset(["text", "break"])
_ATOMIC = frozenset(["atom", "inline-parts"])


@dataclass(slots=True)
class _Placed:
    """An inline-level box on a line, ``start`` px from the line's start."""

    item: Item
    box: Box
    start: float

    @property
    def outer(self) -> float:
        """The width of the margin box in px."""
        return self.box.width + self.box.margin_left + self.box.margin_right


@dataclass(slots=True)
class _Line:
    """A line box: its atomic boxes, and where the last box or edge on it ends, in px from its start."""

    placed: list[_Placed] = field(default_factory=list)
    end: float = 0.0
    wrapped: bool = False  # no forced break ends it


def place(layout: Layout, items: list[Item], inside: Containing) -> None:
    """Inline-level boxes. Where a line that may wrap holds text, the text's own box decides the insets, and the
    atomic boxes need no exact place."""
    kinds = {item.kind for item in items} - _BOXLESS
    if not kinds:
        return
    if inside.style.text_properties is not None and inside.style.text_properties.indent != ZERO and not inside.doubt:
        inside = replace(inside, doubt="text-indent moves what stands on the first line")
    if _ATOMIC.isdisjoint(kinds):  # inline boxes alone: they are nowhere exactly, and move no other box
        for item in items:
            if item.kind == "open":  # its box does not end elsewhere
                _inline_box(layout, item, inside)
        return
    # 1. Each item goes on a line.
    breaker = _LineBreaker(layout, inside)
    for item in items:
        breaker.add(item)
    # 2. The boxes of each line are aligned in it.
    inside = breaker.inside
    texts = [layout.frame.style(i.element) for i in items if i.text is not None and i.text.visible]
    has_text = any(style.visibility == "visible" for style in texts)
    if texts and not has_text and not breaker.keeps and not inside.doubt:  # how wide it is, is not known here
        inside = replace(inside, doubt="text that is not seen stands beside it")
    for line in breaker.lines:
        if line.wrapped and len(line.placed) > 1 and inside.style.text_align == "justify":
            for placed in line.placed:
                placed.box.doubt = placed.box.doubt or "text-align:justify spreads what stands on the line"
        _place_row(layout, line.placed, inside, line.end, exact=breaker.keeps or not has_text)


class _LineBreaker:
    """Puts the items of an inline formatting context on lines, one after the other."""

    def __init__(self, layout: Layout, inside: Containing) -> None:
        self.layout = layout
        self.inside = inside
        self.keeps = inside.style.white_space in ("nowrap", "pre")
        self.right_to_left = inside.style.direction == "rtl"
        self.lines = [_Line()]
        self._cursor = 0.0  # px from the start of the line
        self._space = 0.0  # of the white space that waits for what follows it
        self._opening = 0.0  # start edges of inline boxes, which cling to what follows them
        self._begun = False  # something stands on the line: before that, it does not break

    def add(self, item: Item) -> None:
        """Put the next item where it goes."""
        if item.kind == "text":
            self._text(item)
        elif item.kind in ("open", "close"):
            self._edge(item, opens=item.kind == "open")
        elif item.kind == "break":
            self._new_line(0.0)
            self._begun = False
        elif item.kind in ("atom", "inline-parts"):
            self._atom(item)

    def _new_line(self, cursor: float) -> None:
        self.lines.append(_Line())
        self._cursor, self._space = cursor, 0.0

    def _text(self, item: Item) -> None:
        style = self.layout.frame.style(item.element)
        visible = item.text is not None and item.text.visible
        if self.keeps and item.text is not None:
            self._cursor, self._space = self._cursor + line_width(item.text.data, style), 0.0
            if visible:
                self.lines[-1].end, self._opening = self._cursor, 0.0
        else:
            self._space = space_width(style) if self._cursor else 0.0
            self._begun = self._begun or visible

    def _edge(self, item: Item, *, opens: bool) -> None:
        """The margin, border and padding at the start or end of an inline box."""
        box = _inline_box(self.layout, item, self.inside)
        if opens is not self.right_to_left:
            edge = box.margin_left + box.border_left + box.padding_left
        else:
            edge = box.margin_right + box.border_right + box.padding_right
        self._cursor += edge
        if opens:
            self._opening += edge
        else:
            self.lines[-1].end, self._opening = self._cursor, 0.0

    def _atom(self, item: Item) -> None:
        """An atomic inline-level box: on the next line where this one has no room for it."""
        layout = self.layout
        if layout.frame.after_float[item.element.index] and not self.inside.doubt:
            self.inside = replace(self.inside, doubt="a float before it may push it aside")
        inside = self.inside
        if item.kind == "atom":
            style = layout.frame.style(item.element)
            box = layout.new_box("block", style, inside)
            box.width = layout.outside_width(item.element, box, style, inside.width)
        else:
            box = tabular.parts_box(layout, item, inside)
        outer = box.width + box.margin_left + box.margin_right
        line = self.lines[-1]
        if self._begun and not self.keeps and self._cursor + self._space + outer > inside.width + 0.01:
            line.wrapped = True
            line.end -= self._opening if line.end == self._cursor else 0.0
            self._new_line(self._opening)
            line = self.lines[-1]
        line.placed.append(_Placed(item, box, self._cursor + self._space))
        self._cursor += self._space + outer
        line.end = self._cursor
        self._space, self._opening, self._begun = 0.0, 0.0, True


def _inline_box(layout: Layout, item: Item, inside: Containing) -> Box:
    """The box of an inline element, which begins or ends here; it may stand on any part of its lines."""
    index = item.element.index
    box = layout.new_box("inline", layout.frame.styles[index], inside)
    if layout.boxes[index] is None:
        box.width = inside.width
        layout.boxes[index] = box
    return box


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
        box.doubt = box.doubt or inside.doubt
        layout.shift(box, style, inside)
        layout.finish(item.element, box, style)
