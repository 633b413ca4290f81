"""Which declaration adds most to the distance between the content and an edge of the message."""

from __future__ import annotations

from franking.check.page import Page
from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin
from franking.html.document import Element
from franking.layout.frame import FLEX, GRID, TABLES, level


def inset_cause(page: Page, element: Element, side: str) -> tuple[Element, DeclarationOrigin] | None:
    """The ancestor whose author style adds most to the inset on a side; None if the browser alone makes it."""
    best: tuple[float, Element, DeclarationOrigin] | None = None
    inner: float | None = None
    for candidate in element.ancestors():
        box = page.box(candidate)
        if box is None or box.kind in ("inline", "row-group"):
            continue
        if inner is None:
            inner = box.content_left if side == "left" else page.width - box.content_right
        parent = candidate.parent
        outer_box = page.container(parent) if parent is not None else None
        outer = 0.0
        if outer_box is not None:
            outer = outer_box.content_left if side == "left" else page.width - outer_box.content_right
        share = inner - outer
        inner = outer
        origin = _origin(page.style(candidate), side)
        if origin is None and parent is not None and level(candidate, page.style(candidate)) == "atom":
            # Alignment of the line places an inline-level box.
            aligned = page.style(parent)
            origin = aligned.origins.get("text-align") or next(
                (found for a in parent.ancestors() if (found := page.style(a).own_origin("direction")) is not None), None
            )
        if origin is None and parent is not None and page.style(parent).display in FLEX | GRID:
            origin = page.style(parent).own_origin("justify-content", "align-items", "justify-items", "column-gap", "display")
        if origin is None and share > 0.5 and box.kind == "cell":
            origin = _neighbour(page, candidate)
        if origin is not None and share > 0.5 and (best is None or share > best[0]):
            best = (share, candidate, origin)
    return (best[1], best[2]) if best is not None else None


def _neighbour(page: Page, cell: Element) -> DeclarationOrigin | None:
    """What another cell or column of a cell's table declares: its width pushes this one aside."""
    table = next((a for a in cell.ancestors() if a.tag == "table" or page.style(a).display in TABLES), None)
    if table is None:
        return None
    stack = [c for c in reversed(table.children) if isinstance(c, Element)]
    while stack:
        element = stack.pop()
        origin = page.style(element).own_origin("width", "min-width", "padding-left", "padding-right")
        if element is not cell and origin is not None and origin.written != "cellpadding":
            return origin
        if element.tag != "table" and page.style(element).display != "table-cell":
            stack.extend(c for c in reversed(element.children) if isinstance(c, Element))
    return None


# What else is blamed if it moves or narrows a box; nothing passes for not being named here (see ``margin-width``).
_MOVES = ("transform", "translate", "scale", "rotate", "position", "min-width", "aspect-ratio", "flex-grow", "direction")


def _origin(style: ComputedStyle, side: str) -> DeclarationOrigin | None:
    return style.own_origin(f"margin-{side}", f"padding-{side}", "width", "max-width", f"border-{side}-width", "float",
                             "border-spacing", "left", "right", "justify-self", "flex-basis", "justify-content",
                             "justify-items", "grid-template-columns", "align-items", "display", "margin-left",
                             "margin-right", "text-align", *_MOVES)  # fmt: skip
