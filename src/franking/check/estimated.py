"""Widths that follow from the width of words, which is estimated (``layout.measure``)."""

from __future__ import annotations

from franking.check.page import Page
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout.shrink_to_fit import is_content_sized

INEXACT = 0.01  # of a width that words give: fonts, kerning and rounding make so much of a difference


def follows_words(page: Page, element: Element) -> bool:
    """Whether the width of a box is a share of one that is as wide as its content."""
    own = page.style(element)
    if not any(isinstance(size, Length) and size.relative for size in (own.width, own.max_width, own.min_width)):
        return False
    for ancestor in element.ancestors():
        width = page.style(ancestor).width
        if isinstance(width, Length) and not width.relative:
            return False
        if is_content_sized(ancestor, page.styles):
            return True
    return False
