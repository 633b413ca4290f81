"""Declarations of flex and grid containers and a few others that are not computed: they are reported as undecided."""

from __future__ import annotations

from collections.abc import Iterator

from franking.css.computed_style import AUTO, FIT, ComputedStyle
from franking.css.grids import NONE, Tracks
from franking.css.lengths import Length
from franking.html.document import Element
from franking.html.never_shown import NEVER_SHOWN
from franking.layout.frame import COLUMNS, FLEX, GRID, Frame, is_replaced
from franking.layout.items import children, has_auto_margin, is_column

_OLD = frozenset(["-webkit-box", "-webkit-inline-box"])
CONTAINERS = FLEX | GRID
_CONTENT_WIDTHS = frozenset([*FIT, "min-content", "max-content"])


def uncomputed(frame: Frame, element: Element) -> Iterator[tuple[Element, str]]:
    """The elements and properties that decide the boxes in a flex or grid container, and that are not computed."""
    style = frame.style(element)
    if style.display in _OLD:
        if any(isinstance(child, Element) and frame.rendered[child.index] for child in element.children):
            yield element, "display"  # text alone fills the box, as it does in a block
    elif style.display in GRID:
        yield from _percentages(element, style)
    elif any(frame.is_scalable(child) and frame.style(child).width == AUTO for child in _pictures(frame, element)):
        yield element, "display"
    elif is_column(style):
        yield from _column(frame, element, style)
    elif style.height != AUTO:
        for child in _pictures(frame, element):
            if frame.style(child).height == AUTO and _stretches(frame.style(child), style):
                yield element, "height"  # it is stretched to the height, and its width follows by its ratio
                return


def beyond_layout(frame: Frame, element: Element, style: ComputedStyle) -> str:
    """The property that makes of an element what no layout is computed for; "" for none: a collapsed column (CSS 2.2,
    section 17.5.5), an annotation outside a ruby, an item in a line, a style sheet, script or title shown like a text."""
    if style.display == "inline-list-item" or (style.display == "math" and not element.foreign):
        return "display"
    if style.display == "ruby-text" and element.parent is not None and frame.style(element.parent).display != "ruby":
        return "display"
    if style.display in COLUMNS:
        return "visibility" if style.visibility == "collapse" and frame.rendered[element.index] else ""
    if element.tag not in NEVER_SHOWN or style.display == "none":
        return ""
    around = element.parent
    while around is not None and around.tag in NEVER_SHOWN and frame.style(around).display != "none":
        around = around.parent
    return "display" if around is None or frame.rendered[around.index] else ""


def _percentages(element: Element, style: ComputedStyle) -> Iterator[tuple[Element, str]]:
    """Percentages of tracks in a container that fits its content between limits of its own."""
    if style.max_width == "none" and style.min_width == AUTO:
        return
    fits = style.display == "inline-grid" or style.floating != "none" or style.width in _CONTENT_WIDTHS
    template: Tracks = style.others.get("grid-template-columns", NONE)
    if fits or style.position in ("absolute", "fixed"):
        for track in template.tracks:
            if any(isinstance(size, Length) and size.relative for size in (track.least, track.most, track.limit)):
                yield element, "grid-template-columns"
                return


def _column(frame: Frame, element: Element, style: ComputedStyle) -> Iterator[tuple[Element, str]]:
    limited = style.height != AUTO or style.others.get("max-height", "none") != "none"
    if limited and style.others.get("flex-wrap", "nowrap") != "nowrap":
        yield element, "flex-wrap"  # the height breaks the lines
    for child in _pictures(frame, element):
        own = frame.style(child)
        basis = own.others.get("flex-basis", AUTO)
        if basis != AUTO or (limited and own.others.get("flex-grow", 0.0) > 0):
            yield child, "flex-basis" if basis != AUTO else "flex-grow"  # the width follows the height by the ratio
    for item in children(frame, element):  # baselines across a column: of boxes that have none
        if item.element is not None:
            own_alignment = frame.style(item.element).others.get("align-self", AUTO)
            used = style.others.get("align-items", "normal") if own_alignment == AUTO else own_alignment
            if str(used).endswith("baseline"):
                at = element if own_alignment == AUTO else item.element
                yield at, "align-items" if at is element else "align-self"
                return


def _pictures(frame: Frame, element: Element) -> Iterator[Element]:
    """The replaced items whose width their height may decide."""
    for child in element.children:
        if isinstance(child, Element) and is_replaced(child) and frame.rendered[child.index]:
            style = frame.style(child)
            if style.width == AUTO or {style.min_width, style.max_width} & _CONTENT_WIDTHS:
                yield child


def _stretches(item: ComputedStyle, container: ComputedStyle) -> bool:
    align = item.others.get("align-self", AUTO)
    if align == AUTO:
        align = container.others.get("align-items", "normal")
    return align in ("normal", "stretch") and not has_auto_margin(item)
