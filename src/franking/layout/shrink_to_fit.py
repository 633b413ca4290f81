"""Which boxes are as wide as their content makes them: there alone does the width of text bear on a layout."""

from __future__ import annotations

from collections.abc import Sequence

from franking.css.computed_style import AUTO, ComputedStyle
from franking.html.document import Document, Element

_INLINE_LEVEL = frozenset("inline-block inline-flex inline-grid inline-table -webkit-inline-box".split())
_CONTAINERS = frozenset("flex inline-flex grid inline-grid -webkit-box -webkit-inline-box".split())
_CONTENT_WIDTHS = frozenset("min-content max-content fit-content -webkit-fit-content".split())


def near_content_sized(document: Document, styles: Sequence[ComputedStyle]) -> list[bool]:
    """Of each element, whether it, an ancestor or a descendant is a box whose width depends on its content."""
    sized = [is_content_sized(element, styles) for element in document.elements]
    above = list(sized)
    for element in document.elements:
        if element.parent is not None and above[element.parent.index]:
            above[element.index] = True
    below = list(sized)
    for element in reversed(document.elements):
        if element.parent is not None and below[element.index]:
            below[element.parent.index] = True
    return [up or down for up, down in zip(above, below, strict=True)]


def is_content_sized(element: Element, styles: Sequence[ComputedStyle]) -> bool:
    """Whether the width of a box, or of the columns beside it, depends on its content."""
    style = styles[element.index]
    if {style.width, style.min_width, style.max_width} & _CONTENT_WIDTHS:
        return True
    if element.parent is not None and styles[element.parent.index].display in _CONTAINERS:
        return True
    if style.display == "table-row":  # columns share the width by their content where a cell does not say how wide it is
        cells = [styles[child.index] for child in element.children if isinstance(child, Element)]
        return len(cells) > 1 and any(cell.width == AUTO for cell in cells)
    out_of_flow = style.floating != "none" or style.position in ("absolute", "fixed")
    return style.width == AUTO and (out_of_flow or style.display in _INLINE_LEVEL or style.display == "table")
