"""Flex containers (Flexbox 1, section 9): used widths and left edges of their items."""

from __future__ import annotations

from dataclasses import dataclass

from franking.css.computed_style import AUTO, ComputedStyle
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout import flexible
from franking.layout.alignment import CENTERING, Shares, distribute, used
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.flexible import Flexible
from franking.layout.frame import TABLES, resolve_size, scrolls
from franking.layout.items import Child, doubt_of
from franking.layout.stacked_items import finish, stacked

_INFINITE = float("inf")


@dataclass(slots=True)
class _Item:
    """An item on its line; an anonymous one has no element."""

    element: Element | None
    box: Box
    style: ComputedStyle
    flexible: Flexible


# -- rows --------------------------------------------------------------------------------------------------------------


def row(layout: Layout, found: list[Child], inside: Containing) -> None:
    """Lay out the items of a row, line by line."""
    style = inside.style
    gap = resolve_size(style.others.get("column-gap", "normal"), inside.width) or 0.0
    items = [_item(layout, child, inside) for child in found]
    wrap = style.others.get("flex-wrap", "nowrap") != "nowrap"
    for line in flexible.lines([item.flexible for item in items], inside.width, gap, wrap=wrap):
        if line:
            on_line = [items[at] for at in line]
            flexible.resolve([item.flexible for item in on_line], inside.width - gap * (len(on_line) - 1))
            _justify(layout, on_line, inside, gap)


def _item(layout: Layout, child: Child, inside: Containing) -> _Item:
    """An item with its flex base size and its limits (sections 4.5 and 9.2, step 3)."""
    if child.element is None:
        min_content, max_content = layout.intrinsic.inner(child.run)
        box = Box("block", inside.left, max_content, doubt=inside.doubt)
        flexible = Flexible(max_content, min(min_content, max_content), _INFINITE, 0.0, 0.0, 0.0, 1.0)
        return _Item(None, box, ComputedStyle(), flexible)
    element, base = child.element, inside.width
    style = layout.frame.style(element)
    box = layout.new_box("block", style, inside)
    box.doubt = box.doubt or doubt_of(style, element)
    size = _base_size(layout, element, box, style, base)
    edges = box.padding_left + box.padding_right + box.border_left + box.border_right
    most = layout.size(style.max_width, box, style, base, element) if style.max_width != "none" else None
    most = _INFINITE if most is None else most
    least = layout.size(style.min_width, box, style, base, element) if style.min_width != AUTO else None
    if least is None:
        least = _automatic_minimum(layout, element, box, style, base, most)
    grow, shrink = float(style.others.get("flex-grow", 0.0)), float(style.others.get("flex-shrink", 1.0))
    return _Item(element, box, style, Flexible(size, least, most, edges, box.margin_left + box.margin_right, grow, shrink))


def _base_size(layout: Layout, element: Element, box: Box, style: ComputedStyle, base: float) -> float:
    """The flex base size as a border box (section 9.2, step 3)."""
    basis = style.others.get("flex-basis", "auto")
    if basis == "auto":
        if style.display in TABLES:
            width = layout.outside_width(element, box, style, base)
            return width if style.width != AUTO else layout.intrinsic.content(element, base)[1]
        basis = style.width
    if basis in (AUTO, "content"):
        basis = "max-content"
    if isinstance(basis, Length):
        found = layout.size(basis, box, style, base, element)
    else:
        min_content, max_content = layout.intrinsic.content(element, base)
        room = base - box.margin_left - box.margin_right
        sizes = {"min-content": min_content, "max-content": max_content}
        found = sizes.get(basis, min(max(min_content, room), max_content))
        if basis in ("stretch", "-webkit-fill-available"):
            found = room
    edges = box.padding_left + box.padding_right + box.border_left + box.border_right
    return max(edges, found or 0.0)


def _automatic_minimum(layout: Layout, element: Element, box: Box, style: ComputedStyle, base: float, most: float) -> float:
    """The content-based minimum size (section 4.5)."""
    if scrolls(style):
        return 0.0
    content = layout.intrinsic.content(element, base)[0]
    if isinstance(style.width, Length) and style.display not in TABLES:
        declared = layout.size(style.width, box, style, base, element)
        content = min(content, declared) if declared is not None else content
    return min(content, most)


def _justify(layout: Layout, line: list[_Item], inside: Containing, gap: float) -> None:
    """Place the items along a line (section 9.5)."""
    style = inside.style
    free = inside.width - sum(i.flexible.target + i.flexible.margins for i in line) - gap * (len(line) - 1)
    autos = sum((i.style.margin_left == AUTO) + (i.style.margin_right == AUTO) for i in line)
    reverse = str(style.others.get("flex-direction", "row")) == "row-reverse"
    left_to_right = (style.direction == "rtl") is reverse
    justify = used(style.others, "justify-content")
    shares = Shares(0.0, 0.0)
    share = free / autos if autos and free > 0 else 0.0
    if not share:
        shares = distribute(justify, free, len(line), left_to_right=left_to_right, reverse=reverse)
    centers = style.own_origin("justify-content") if not share and justify.split()[-1] in CENTERING else None
    at = shares.before
    for item in line:
        box, own = item.box, item.style
        box.width = item.flexible.target
        both = own.margin_left == AUTO and own.margin_right == AUTO
        if share and own.margin_left == AUTO:
            box.margin_left = share
        if share and own.margin_right == AUTO:
            box.margin_right = share
        outer = box.width + box.margin_left + box.margin_right
        start = at if left_to_right else inside.width - at - outer
        box.left = inside.left + start + box.margin_left
        at += outer + gap + shares.between
        if share:
            box.centered = own.own_origin("margin-left", "margin-right") if both and share > 0.25 else None
        elif box.left - inside.left > 0.25 and inside.left + inside.width - box.right > 0.25:
            box.centered = centers
        if item.element is not None:
            finish(layout, box, own, item.element, inside)


# -- columns -----------------------------------------------------------------------------------------------------------


def column(layout: Layout, items: list[Child], inside: Containing) -> None:
    """Items of a column: across it, each is as wide as its line or as its content (section 9.4, steps 7 to 14)."""
    style = inside.style
    wrap = str(style.others.get("flex-wrap", "nowrap"))
    area = inside
    if wrap != "nowrap":
        align = used(style.others, "align-content")
        widest = max((_outer(layout, item, inside) for item in items), default=0.0)
        if align in ("normal", "stretch"):  # one line, as wide as its widest item at least
            widest = max(widest, inside.width)
        rtl = (style.direction == "rtl") is not (wrap == "wrap-reverse")
        shares = distribute(align, inside.width - widest, 1, left_to_right=not rtl, reverse=wrap == "wrap-reverse")
        start = inside.width - shares.before - widest if rtl else shares.before
        area = Containing(inside.left + start, widest, style, inside.doubt)
    for item in items:
        if item.element is not None:
            stacked(layout, item.element, area, inside, "align-self", "align-items", flipped=wrap == "wrap-reverse")


def _outer(layout: Layout, item: Child, inside: Containing) -> float:
    """The hypothetical outer cross size of a column's item."""
    if item.element is None:
        min_content, max_content = layout.intrinsic.inner(item.run)
        return min(max(min_content, inside.width), max_content)
    style = layout.frame.style(item.element)
    box = layout.new_box("block", style, inside)
    return layout.outside_width(item.element, box, style, inside.width) + box.margin_left + box.margin_right
