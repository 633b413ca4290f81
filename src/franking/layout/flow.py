"""Top-down layout: every rendered element gets its used horizontal box (CSS 2.2, section 10.3; Flexbox; Tables 3).

Work is a stack of (element, containing block), so depth costs no recursion. Only widths and left edges are computed:
no rule asks how tall a box is. Most mails have no flex or grid container: its modules are loaded with the first one.
"""

from __future__ import annotations

from dataclasses import replace

from franking.css.computed_style import AUTO, FIT, ComputedStyle, Size
from franking.css.lengths import ZERO, Length
from franking.css.replaced_elements import REPLACED
from franking.html.document import Element, Text
from franking.layout import lines, positioned, tables, tabular, transformed
from franking.layout.boxes import Box, Containing
from franking.layout.floats import beside, doubted, side_by_side
from franking.layout.frame import FLEX, GRID, TABLES, Frame, Item, is_replaced, scrolls, zero_or
from franking.layout.grid import is_fixed
from franking.layout.intrinsic import Intrinsic
from franking.layout.replaced import replaced_width, transferred

_ASIDE = TABLES | FLEX | GRID
_BY_CONTENT = ("min-content", "max-content", *FIT)
_LINES = frozenset(["text", "break", "open", "close"])


class Layout:
    """Lays a frame out; ``boxes`` holds the result by ``Element.index``, None for what is not rendered."""

    def __init__(self, frame: Frame, intrinsic: Intrinsic) -> None:
        self.frame = frame
        self.intrinsic = intrinsic
        self.boxes: list[Box | None] = [None] * len(frame.document.elements)
        self._stack: list[tuple[Element, Containing]] = []
        root = frame.document.root
        if frame.rendered[root.index]:
            self.block(root, Containing(0.0, frame.width, frame.style(root)))
        while self._stack:
            element, inside = self._stack.pop()
            self._children(element, inside)
        transformed.move(frame, self.boxes)

    # -- one box ---------------------------------------------------------------------------------------------------

    def new_box(self, kind: str, style: ComputedStyle, inside: Containing) -> Box:
        base = inside.width
        left, right, before, after = style.margin_left, style.margin_right, style.padding_left, style.padding_right
        return Box(
            kind, inside.left, 0.0,
            0.0 if left is ZERO else zero_or(left, base), 0.0 if right is ZERO else zero_or(right, base),
            0.0 if before is ZERO else before.resolve(base), 0.0 if after is ZERO else after.resolve(base),
            style.border_left, style.border_right, None, inside.doubt,
        )  # fmt: skip

    def size(self, size: Size, box: Box, style: ComputedStyle, base: float, element: Element) -> float | None:
        """A width property as border-box px; None for auto and none."""
        if size == AUTO:
            return None
        if isinstance(size, Length):
            edges = box.border_left + box.border_right + box.padding_left + box.padding_right
            return size.resolve(base) + (0.0 if style.box_sizing == "border-box" else edges)
        margins = box.margin_left + box.margin_right
        if size in _BY_CONTENT:
            min_content, max_content = self.intrinsic.content(element, base)
            sizes = {"min-content": min_content, "max-content": max_content}
            return sizes.get(size, min(max(min_content, base - margins), max_content))
        return base - margins if size in ("stretch", "-webkit-fill-available") else None

    def clamp(self, width: float, box: Box, style: ComputedStyle, base: float, element: Element) -> float:
        if style.max_width != "none":
            most = self.size(style.max_width, box, style, base, element)
            width = min(width, most) if most is not None else width
        if style.min_width != AUTO:
            least = self.size(style.min_width, box, style, base, element)
            width = max(width, least) if least is not None else width
        return max(width, box.border_left + box.border_right + box.padding_left + box.padding_right)

    def fit(self, element: Element, box: Box, style: ComputedStyle, base: float, available: float | None = None) -> float:
        """The shrink-to-fit border-box width in ``base`` px (CSS 2.2, section 10.3.5); or in ``available`` px where
        percentages are of another base."""
        width = self.size(style.width, box, style, base, element)
        if width is None:
            min_content, max_content = self.intrinsic.outer(element)
            margins = box.margin_left + box.margin_right
            own = self._counted(box, style)
            room = (base if available is None else available) - margins
            width = self._by_ratio(element, box, style, min(max(min_content - own, room), max_content - own))
        return self.clamp(width, box, style, base, element)

    @staticmethod
    def _counted(box: Box, style: ComputedStyle) -> float:
        """What an outer intrinsic width counts of margins, less what it does not count of paddings: percentages are of
        nothing there, and of the containing block in the box."""
        own = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
        grown = box.padding_left - style.padding_left.resolve(0.0) + box.padding_right - style.padding_right.resolve(0.0)
        return own - grown

    def _by_ratio(self, element: Element, box: Box, style: ComputedStyle, width: float) -> float:
        """The border-box width that ``aspect-ratio`` makes of an automatic ``width`` (CSS Sizing 4, section 4.1)."""
        found = transferred(self.frame, element, style) if "aspect-ratio" in style.others else None
        if found is None:
            return width
        own, least, most = found
        edges = box.border_left + box.border_right + box.padding_left + box.padding_right
        if style.box_sizing != "border-box":
            least, most = least + edges, most + edges
        if own is None:
            return max(least, min(width, most))
        width = own + (0.0 if style.box_sizing == "border-box" else edges)
        if style.min_width == AUTO and not scrolls(style):  # the automatic minimum, section 4.4
            width = max(width, self.intrinsic.inner(element.children)[0] + edges)
        return width

    def _replaced(self, element: Element, box: Box, style: ComputedStyle, base: float) -> float:
        used = replaced_width(self.frame, element, base)
        return used + box.border_left + box.border_right + box.padding_left + box.padding_right

    def _table(self, element: Element, box: Box, style: ComputedStyle, base: float) -> float:
        if style.border_collapse == "collapse":
            box.padding_left = box.padding_right = 0.0
            box.border_left, box.border_right = self.intrinsic.columns(element, element.children, 0.0, True)[0].edges
        filling = style.width in FIT  # which is what a table does anyway
        width = None if filling else self.size(style.width, box, style, base, element)
        min_content, max_content = self.intrinsic.table(element)
        margins = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
        # Percentages of padding count once the containing block is known.
        grown = box.padding_left + box.padding_right
        if style.border_collapse != "collapse":
            grown -= style.padding_left.resolve(0.0) + style.padding_right.resolve(0.0)
        min_content, max_content = min_content - margins + grown, max_content - margins + grown
        if width is None:
            width = min(max(min_content, base - box.margin_left - box.margin_right), max_content)
        else:
            # A table is never narrower than its columns allow, whatever it declares.
            min_content = self._table_least(element, style, box)
        return max(self.clamp(width, box, style, base, element), min_content)

    def _table_least(self, element: Element, style: ComputedStyle, box: Box) -> float:
        collapse = style.border_collapse == "collapse"
        spacing = 0.0 if collapse else style.border_spacing
        grid, columns = self.intrinsic.columns(element, element.children, spacing, collapse)
        least = columns.min_content
        if is_fixed(style):
            least = tables.fixed_widths(self.frame, grid, 0.0, spacing, collapse)  # CSS 2.2, section 17.5.2.1
        gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
        return sum(least) + gaps + box.padding_left + box.padding_right + box.border_left + box.border_right

    # -- block level -----------------------------------------------------------------------------------------------

    def block(self, element: Element, inside: Containing) -> None:
        style = self.frame.styles[element.index]
        kind = "replaced" if element.tag in REPLACED else "table" if style.display in TABLES else "block"
        box = self.new_box(kind, style, inside)
        base = inside.width
        if "justify-self" in style.others or "justify-items" in inside.style.others:
            from franking.layout import justified

            if justified.place(self, element, box, style, inside):
                return
        if kind == "replaced":
            box.width = self._replaced(element, box, style, base)
        elif kind == "table":
            box.width = self._table(element, box, style, base)
        else:
            width = self.size(style.width, box, style, base, element)
            if width is None:
                button = element.tag in ("button", "input", "select", "textarea")
                width = base - box.margin_left - box.margin_right
                width = self.fit(element, box, style, base) if button else self._by_ratio(element, box, style, width)
            box.width = self.clamp(width, box, style, base, element)
        self.align(element, box, style, inside)
        self.finish(element, box, style)

    def align(self, element: Element, box: Box, style: ComputedStyle, inside: Containing) -> None:
        """Auto margins and the legacy alignment of ``<center>`` and ``align`` (CSS 2.2, section 10.3.3)."""
        free = inside.width - box.width - box.margin_left - box.margin_right
        auto_left, auto_right = style.margin_left == AUTO, style.margin_right == AUTO
        if auto_left and auto_right:
            box.margin_left = box.margin_right = max(0.0, free) / 2
            if free > 0.5:
                box.centered = style.own_origin("margin-left", "margin-right")
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
                    box.centered = inside.style.origins.get("text-align")
            elif legacy == "-webkit-right":
                box.left += free
        elif inside.style.direction == "rtl" and (free < 0 or not (auto_left or auto_right)):
            box.left = inside.left + inside.width - box.margin_right - box.width
        self.shift(box, style, inside)

    @staticmethod
    def shift(box: Box, style: ComputedStyle, inside: Containing) -> None:
        if style.position == "sticky" and not style.left == style.right == AUTO:
            box.doubt = box.doubt or "position:sticky keeps the box in view"
        elif style.position == "relative":
            if isinstance(style.left, Length):
                box.left += style.left.resolve(inside.width)
            elif isinstance(style.right, Length):
                box.left -= style.right.resolve(inside.width)

    def finish(self, element: Element, box: Box, style: ComputedStyle) -> None:
        self.boxes[element.index] = box
        children = element.children
        if not children or (len(children) == 1 and isinstance(children[0], Text) and style.display not in _ASIDE):
            return  # text alone makes no box of its own
        if element.tag not in REPLACED:
            self._stack.append((element, Containing(box.content_left, box.content_width, style, box.doubt)))

    # -- children --------------------------------------------------------------------------------------------------

    def _children(self, element: Element, inside: Containing) -> None:
        style = inside.style
        box = self.boxes[element.index]
        if box is not None and box.kind == "table":
            tabular.table(self, element, box, inside)
        elif style.display in FLEX or style.display in GRID:
            from franking.layout import containers

            containers.place(self, element, inside)
        else:
            items = self.frame.content(element)
            if _LINES.issuperset([item.kind for item in items]):
                lines.place(self, items, inside)
            else:
                self.flow(items, inside)

    def flow(self, items: list[Item], inside: Containing) -> None:
        """Lay out block-container content: blocks below each other, floats and inline-level boxes in rows."""
        line: list[Item] = []
        floats: list[Element] = []
        boxes = False  # whether the line holds a box: text alone makes none
        for item in items:
            kind = item.kind
            if kind == "text" or kind == "break":
                line.append(item)
            elif kind == "block":
                before, between = floats, line
                if boxes or floats:
                    self._segment(line, floats, inside)
                line, floats, boxes = [], [], False
                if not (before and beside(self, item.element, before, between, inside)):
                    self.block(item.element, doubted(self.frame, item.element, inside))
            elif kind == "float":
                floats.append(item.element)
            elif kind == "parts":
                tabular.loose_parts(self, item, inside)
            elif kind == "absolute":
                positioned.place(self, item.element, inside)
            else:
                line.append(item)
                boxes = True
        if boxes or floats:
            self._segment(line, floats, inside)

    def _segment(self, line: list[Item], floats: list[Element], inside: Containing) -> None:
        """Inline content and the floats among it: where both have boxes, they move each other."""
        if floats and any(item.kind in ("atom", "inline-parts") for item in line):
            inside = replace(inside, doubt=inside.doubt or "floats and inline boxes move each other")
        lines.place(self, line, inside)
        side_by_side(self, floats, inside)

    def outside_width(
        self, element: Element, box: Box, style: ComputedStyle, base: float, available: float | None = None
    ) -> float:
        """The border-box width in px of a box that is no block in the flow: that of its content, unless it says otherwise."""
        if is_replaced(element):
            box.kind = "replaced"
            return self._replaced(element, box, style, base)
        if style.display in TABLES:
            box.kind = "table"
            return self._table(element, box, style, base)
        return self.fit(element, box, style, base, available)
