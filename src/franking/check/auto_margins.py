"""Auto margins beside a table that is as wide as its words."""

from __future__ import annotations

from franking.check.estimated import INEXACT
from franking.check.page import Page
from franking.css.computed_style import AUTO
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout.boxes import Box
from franking.layout.frame import TABLES


def auto_margin_of_words(page: Page, element: Element, box: Box, most: float) -> tuple[DeclarationOrigin, float] | None:
    """The declaration of an auto margin that may be wider than ``most`` CSS px by the inexact width of words, and its
    estimated width in CSS px; None if there is none, or if it is too wide in any case."""
    inexact = INEXACT * (box.right - box.left)
    if max(box.margin_left, box.margin_right) + inexact <= most:
        return None
    style = page.style(element)
    if style.display not in TABLES or style.width != AUTO or not _has_cell_of_words(page, element):
        return None
    for size, used, name in (
        (style.margin_left, box.margin_left, "margin-left"),
        (style.margin_right, box.margin_right, "margin-right"),
    ):
        origin = style.origin(name) if size == AUTO and most - inexact < used <= most else None
        if origin is not None:
            return origin, used
    return None


def _has_cell_of_words(page: Page, table: Element) -> bool:
    """Whether a table has text in a cell whose width neither it nor anything between them fixes."""
    for container, _ in page.texts_in:
        for ancestor in container.ancestors():
            if ancestor is table:
                return True
            width = page.style(ancestor).width
            if isinstance(width, Length) and not width.relative:
                break
    return False
