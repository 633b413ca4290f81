"""Intrinsic widths: the narrowest and the widest a box would like to be (CSS Sizing 3, section 5)."""

from __future__ import annotations

from franking.css.computed_style import AUTO, FIT, ComputedStyle, Size
from franking.css.lengths import ZERO
from franking.html.document import Element, Text
from franking.layout import tables
from franking.layout.float_widths import FloatWidths
from franking.layout.frame import FLEX, GRID, PARTS, TABLES, Frame, Item, content, is_replaced, resolve_size, zero_or
from franking.layout.grid import Cell, Grid, anonymous_table, collapse_borders, is_fixed
from franking.layout.grid import build as build_grid
from franking.layout.indents import begins_inline, indent_of
from franking.layout.inline import InlineWidths, alone
from franking.layout.measures import UNLIMITED
from franking.layout.replaced import by_ratio, natural_width, replaced_width
from franking.layout.sheltered import sheltered

Widths = tuple[float, float]
_MEASURED_OUTSIDE = PARTS | {"inline", "contents"}  # by the container
_CONTENT = ("min-content", "max-content")  # sizes that leave percentages of columns out


class Intrinsic:
    """Outer min-content and max-content widths in CSS px, computed bottom-up on first use.

    They do not depend on the message's width, so frames that share their styles share this too; ``like`` is another
    frame's, whose results are taken over for elements that have the same styles all through.
    """

    def __init__(self, frame: Frame, like: Intrinsic | None = None) -> None:
        self.frame = frame
        self._like = like
        self._outer: list[Widths] | None = None
        self._inner: dict[int, Widths] = {}  # of content boxes by their content alone
        self._grids: dict[int, tuple[Grid, tables.Columns]] = {}
        self._tables: dict[int, Widths] = {}
        self._sheltered: list[bool] = []

    def outer(self, element: Element) -> Widths:
        """Widths of the element's margin box."""
        if self._outer is None:
            self._outer = [(0.0, 0.0)] * len(self.frame.document.elements)
            rendered, styles = self.frame.rendered, self.frame.styles
            for candidate in self._take_over():
                index = candidate.index
                if rendered[index] and (styles[index].display not in _MEASURED_OUTSIDE or is_replaced(candidate)):
                    self._outer[index] = self._measure(candidate)
        return self._outer[element.index]

    def _take_over(self) -> list[Element]:
        """Take over what ``like`` knows of elements without other styles in them. The other elements, the last one first."""
        elements, like = self.frame.document.elements, self._like
        if like is None or like._outer is None:
            return elements[::-1]
        differs = [a is not b for a, b in zip(self.frame.styles, like.frame.styles, strict=True)]
        self._is_sheltered(elements[0])
        like._is_sheltered(elements[0])
        others: list[Element] = []
        for element in reversed(elements):
            index = element.index
            if differs[index] and element.parent is not None:
                differs[element.parent.index] = True
            if differs[index] or self._sheltered[index] is not like._sheltered[index]:
                others.append(element)
        self.frame.unsure |= like.frame.unsure
        self._outer, self._inner, self._grids = like._outer.copy(), like._inner.copy(), like._grids.copy()
        for element in others:
            self._outer[element.index] = (0.0, 0.0)
            self._inner.pop(element.index, None)
            self._grids.pop(element.index, None)
        self.frame.take_contents(like.frame, others)
        return others

    def table(self, element: Element) -> Widths:
        """Widths of a table's margin box when it is laid out itself: its columns' percentages then count everywhere."""
        if self._outer is None:
            self.outer(self.frame.document.root)
        found = self._tables.get(element.index)
        if found is None:
            style = self.frame.style(element)
            margins = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
            known = None if style.width in _CONTENT else self._grids.get(element.index)
            same = style.width in _CONTENT or (known is not None and not any(known[1].percent))
            found = self.outer(element) if same else self._table(element, style, margins, percents=True)
            self._tables[element.index] = found
        return found

    def content(self, element: Element, base: float) -> Widths:
        """Widths of the border box whatever its size properties say, percentages of padding being of ``base`` px."""
        if self._outer is None:
            self.outer(self.frame.document.root)
        style = self.frame.style(element)
        if style.display in TABLES:
            return self._table(element, style, 0.0, percents=not self._is_sheltered(element), sized=False)
        edges = style.padding_left.resolve(base) + style.padding_right.resolve(base) + style.border_left + style.border_right
        min_content, max_content = self._content(element, style)
        return min_content + edges, max_content + edges

    def _content(self, element: Element, style: ComputedStyle) -> Widths:
        """Widths of the content box by its content alone; of no table. Cached: what is inside was measured before."""
        found = self._inner.get(element.index)
        if found is None:
            found = self._inner[element.index] = self._by_content(element, style)
        return found

    def _by_content(self, element: Element, style: ComputedStyle) -> Widths:
        if is_replaced(element):
            width = natural_width(self.frame, element)
            return width, width
        if style.display in FLEX:
            from franking.layout import flex_widths

            return flex_widths.widths(self, element, style)
        if style.display in GRID:
            from franking.layout import grid_columns

            return grid_columns.widths(self, element, style)
        return self._flow(self.frame.content(element), indent=indent_of(style))

    def _is_sheltered(self, element: Element) -> bool:
        """Whether a cell, a flex or a grid container is around an element: see ``sheltered``."""
        if not self._sheltered:
            self._sheltered = sheltered(self.frame)
        return self._sheltered[element.index]

    def inner(self, nodes: list[Element | Text]) -> Widths:
        """Widths of a block container's content: text, or what has been measured."""
        if self._outer is None:
            self.outer(self.frame.document.root)
        return self._flow(content(self.frame, nodes))

    def columns(
        self, key: Element, parts: list[Element | Text] | tuple[Element, ...], spacing: float, collapse: bool
    ) -> tuple[Grid, tables.Columns]:
        """The grid of a table and its column measures; ``key`` is the table or the first loose part."""
        found = self._grids.get(key.index)
        if found is None:
            style = self.frame.styles[key.index]
            grid = build_grid(self.frame, parts, fixed=style.display in TABLES and is_fixed(style))
            if collapse:
                collapse_borders(self.frame, key, grid)
            inner = [self._cell(cell) for cell in grid.cells]
            found = grid, tables.measure(self.frame, grid, inner, spacing, collapse)
            self._grids[key.index] = found
        return found

    def _cell(self, cell: Cell) -> Widths:
        frame, element = self.frame, cell.element
        if element is None:
            return self._flow(content(frame, cell.children), glued=frame.document.quirks)
        style = frame.styles[element.index]
        indent = indent_of(style) if style.text_properties is not None else 0.0
        return self._flow(frame.content(element), glued=frame.document.quirks and style.width == AUTO, indent=indent)

    def _measure(self, element: Element) -> Widths:
        frame = self.frame
        style = frame.styles[element.index]
        replaced = is_replaced(element)
        padding, margins = 0.0, 0.0
        if style.padding_left is not ZERO or style.padding_right is not ZERO:
            padding = style.padding_left.resolve(0.0) + style.padding_right.resolve(0.0)
        if style.margin_left is not ZERO or style.margin_right is not ZERO:
            margins = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
        border = style.border_left + style.border_right
        if replaced:
            min_content, max_content = self._replaced(element, style)
        elif style.display in TABLES:
            percents = style.width not in _CONTENT and not self._is_sheltered(element)
            return self._table(element, style, margins, percents=percents)
        else:
            min_content, max_content = self._content(element, style)
        width = resolve_size(style.width, None)
        extra = padding + border if style.box_sizing == "border-box" else 0.0
        if width is not None and not replaced:
            min_content = max_content = max(0.0, width - extra)
        elif style.width in _CONTENT:
            min_content = max_content = min_content if style.width == "min-content" else max_content
        elif "aspect-ratio" in style.others and not replaced:
            min_content, max_content = by_ratio(frame, element, style, (min_content, max_content), extra)
        if style.max_width != "none":
            most = self.limit(element, style, style.max_width, extra)
            min_content, max_content = min(min_content, most), min(max_content, most)
        if style.min_width != AUTO:
            least = self.limit(element, style, style.min_width, extra)
            if least != UNLIMITED:
                min_content, max_content = max(min_content, least), max(max_content, least)
        edges = padding + border + margins
        return max(0.0, min_content + edges), max(0.0, max_content + edges)

    def limit(self, element: Element, style: ComputedStyle, size: Size, extra: float) -> float:
        """A minimum or maximum width of the content box in px; ``UNLIMITED`` for percentages and what is no limit here."""
        resolved = resolve_size(size, None)
        if resolved is not None:
            return max(0.0, resolved - extra)
        if size in _CONTENT:
            return self._content(element, style)[0 if size == "min-content" else 1]
        return UNLIMITED

    def _replaced(self, element: Element, style: ComputedStyle) -> Widths:
        used = replaced_width(self.frame, element, None)
        relative = not isinstance(style.width, str) and style.width.relative
        capped = not isinstance(style.max_width, str) and style.max_width.relative
        return (0.0 if relative or capped else used), used

    def _table(self, element: Element, style: ComputedStyle, margins: float, *, percents: bool, sized: bool = True) -> Widths:
        """Widths of a table; without its size properties unless it is ``sized``."""
        collapse = style.border_collapse == "collapse"
        spacing = 0.0 if collapse else style.border_spacing
        grid, columns = self.columns(element, element.children, spacing, collapse)
        gaps = spacing * (grid.columns + 1) if grid.columns else 0.0
        min_content, max_content = tables.preferred(columns, percents=percents)
        if is_fixed(style):  # CSS 2.2, section 17.5.2.1: content does not count
            min_content = max_content = sum(tables.fixed_widths(self.frame, grid, 0.0, spacing, collapse))
        edges = sum(grid.edges) if collapse else tables.edges(style, 0.0)
        caption = self.caption_width(grid)
        min_content, max_content = max(min_content + gaps + edges, caption), max(max_content + gaps + edges, caption)
        if not sized:
            return min_content + margins, max_content + margins
        content = min_content, max_content
        extra = 0.0 if style.box_sizing == "border-box" else edges
        declared = resolve_size(style.width, None)
        if declared is not None:
            min_content = max_content = max(min_content, declared + extra)
        elif style.table_layout == "fixed" and not isinstance(style.width, str):
            # A fixed table with a percentage takes all the room there is (Blink).
            max_content = max(max_content, tables.UNBOUNDED)
        most, least = (_table_limit(size, content, extra) for size in (style.max_width, style.min_width))
        if most is not None:  # a table is never narrower than its content
            min_content, max_content = (max(content[0], min(size, most)) for size in (min_content, max_content))
        if least is not None:
            min_content, max_content = max(min_content, least), max(max_content, least)
        return min_content + margins, max_content + margins

    def _flow(self, items: list[Item], *, glued: bool = False, indent: float = 0.0) -> Widths:
        """Widths of a block container's content, its first line indented by ``indent`` px; images are ``glued`` to what is
        beside them in cells of quirks mode (Quirks Mode, section 3.7, table cell width calculation)."""
        styles = self.frame.styles
        if len(items) == 1 and (text := items[0].text) is not None and not indent:
            return alone(text, styles[items[0].element.index])
        line = InlineWidths(indent if indent and begins_inline(items) else 0.0)
        floats = FloatWidths()
        min_content = max_content = 0.0
        for item in items:
            if item.text is not None:
                line.text(item.text, styles[item.element.index])
            elif item.kind == "open":
                line.open(self.frame.style(item.element))
            elif item.kind == "close":
                line.close(self.frame.style(item.element))
            elif item.kind in ("atom", "inline-parts"):
                self._atom(line, item, glued)
            elif item.kind == "break":
                max_content = max(max_content, floats.before_break(line))
            elif item.kind == "float":
                least, most = self.outer(item.element)
                min_content = max(min_content, least)
                floats.add(styles[item.element.index], most)
            elif item.kind in ("block", "parts"):
                max_content = max(max_content, floats.beside_line(line))
                if item.kind == "block":
                    least, most = self.outer(item.element)
                    most = floats.beside_block(styles[item.element.index], item.element, most)
                else:
                    least, most = self._parts(item)
                    most = floats.beside_table(most)
                min_content, max_content = max(min_content, least), max(max_content, most)
        max_content = max(max_content, floats.beside_line(line), floats.total)
        return max(min_content, line.min_content), max_content

    def _atom(self, line: InlineWidths, item: Item, glued: bool) -> None:
        """An atomic inline box, or the loose parts of a table in a line."""
        if item.kind == "inline-parts":
            line.atom(self._parts(item), False)
            return
        parent = item.element.parent
        keep = parent is not None and self.frame.style(parent).white_space in ("pre", "nowrap")
        line.atom(self.outer(item.element), keep or (glued and item.element.tag == "img"))

    def _parts(self, item: Item) -> Widths:
        spacing, collapse = anonymous_table(self.frame, item)
        grid, columns = self.columns(item.element, item.parts, spacing, collapse)
        min_content, max_content = tables.preferred(columns, percents=not self._is_sheltered(item.element))
        gaps = sum(grid.edges) + (spacing * (grid.columns + 1) if grid.columns else 0.0)
        caption = self.caption_width(grid)
        return max(min_content + gaps, caption), max(max_content + gaps, caption)

    def caption_width(self, grid: Grid) -> float:
        """The width in CSS px that the captions of a table need at least (CSS Tables 3, section 3.3)."""
        flow = ((self.frame.style(caption), self._flow(self.frame.content(caption))[0]) for caption in grid.captions)
        return max((tables.caption_width(style, content) for style, content in flow), default=0.0)


def _table_limit(size: Size, content: Widths, extra: float) -> float | None:
    """A minimum or maximum width of a table's border box in px; None for percentages and what is no limit."""
    if size in _CONTENT or size in FIT:
        return content[0 if size == "min-content" else 1]
    resolved = resolve_size(size, None)
    return None if resolved is None else resolved + extra
