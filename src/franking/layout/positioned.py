"""Boxes out of the flow (CSS Positioned Layout 3): ``position: absolute`` and ``fixed``.

Their widths, margins and paddings are shares of their containing block. Where they stand depends on heights and on the text
before them, so their places are in doubt.
"""

from __future__ import annotations

from franking.css.computed_style import AUTO, ComputedStyle
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout import transformed
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import TABLES, Frame, is_replaced

# What makes an element the containing block of all that is positioned in it, besides transforms.
_CONTAINS = frozenset(["filter", "backdrop-filter", "perspective", "will-change", "container-type", "container"])


def place(layout: Layout, element: Element, inside: Containing) -> None:
    """Lay an element out of the flow out; ``inside`` is where it would are in the flow."""
    frame = layout.frame
    style = frame.style(element)
    around = _containing(layout, element, inside)
    box = layout.new_box("block", style, around)
    left, right = style.left, style.right
    if _stretches(element, style) and isinstance(left, Length) and isinstance(right, Length):
        room = around.width - left.resolve(around.width) - right.resolve(around.width) - box.margin_left - box.margin_right
        box.width = layout.clamp(max(0.0, room), box, style, around.width, element)
    else:
        box.width = layout.outside_width(element, box, style, around.width)
    if isinstance(left, Length):
        box.left = around.left + left.resolve(around.width) + box.margin_left
    elif isinstance(right, Length):
        box.left = around.left + around.width - right.resolve(around.width) - box.width
    else:
        box.left = inside.left + box.margin_left
    box.doubt = box.doubt or f"position:{style.position} takes the box out of the flow"
    layout.finish(element, box, style)


def _stretches(element: Element, style: ComputedStyle) -> bool:
    """Whether the sides of a box decide its width (section 4.1)."""
    return style.width == AUTO and not is_replaced(element) and style.display not in TABLES


def _containing(layout: Layout, element: Element, inside: Containing) -> Containing:
    """The containing block of a box out of the flow (section 2.1)."""
    frame = layout.frame
    for ancestor in element.ancestors():
        if ancestor is element or not _contains(frame, ancestor, fixed=frame.style(element).position == "fixed"):
            continue
        box = layout.boxes[ancestor.index]
        if box is not None and box.kind not in ("inline", "row-group"):
            return Containing(*_padding_box(box), frame.style(ancestor), inside.doubt)
        return inside
    return Containing(0.0, frame.width, inside.style, inside.doubt)


def _contains(frame: Frame, element: Element, *, fixed: bool) -> bool:
    style = frame.style(element)
    if style.position != "static" and not fixed:
        return True
    return transformed.of(style) is not None or not _CONTAINS.isdisjoint(style.unmodelled)


def _padding_box(box: Box) -> tuple[float, float]:
    """The left edge and the width."""
    return box.left + box.border_left, max(0.0, box.width - box.border_left - box.border_right)
