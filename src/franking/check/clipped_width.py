"""Whether a box that clips is narrower than a line of text in it that does not wrap.

A low estimate of the width of the line is enough: where it is more than the box has, what a reader sees is open.
"""

from __future__ import annotations

from functools import cached_property

from franking.check.page import Page
from franking.css.computed_style import ComputedStyle
from franking.html.document import Element

_LETTER = 0.4  # em: narrower than the mean of letters
_CUTS = ("hidden", "clip")  # in all others a reader can scroll
_INLINE = ("inline", "contents")


class ClippedWidth:
    """The widths that the lines of a page need at least."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def doubt(self, element: Element, style: ComputedStyle) -> str:
        """What is open if the box of ``element`` clips and is narrower than a line in it; else ""."""
        if style.others.get("overflow-x") not in _CUTS or style.display in _INLINE:
            return ""
        box = self._page.box(element)
        if box is None or box.doubt:
            return ""
        room = box.content_right - box.content_left + style.font_size
        return "how much of its line the width of its box shows" if self._widest[element.index] > room else ""

    @cached_property
    def _widest(self) -> list[float]:
        """By element: the width in CSS px of the widest line in it that does not wrap (of several lines, their mean)."""
        page = self._page
        block: list[int] = []
        lines = [1] * len(page.styles)
        for element, style in zip(page.document.elements, page.styles, strict=True):
            parent = element.parent
            block.append(block[parent.index] if parent is not None and style.display in _INLINE else element.index)
            if element.tag == "br":
                lines[block[-1]] += 1
        widest = [0.0] * len(page.styles)
        for run in page.runs:
            if run.style.white_space == "nowrap":
                widest[block[run.element.index]] += len(run.text.data.strip()) * _LETTER * run.style.font_size
        widest = [width / count for width, count in zip(widest, lines, strict=True)]
        for element in reversed(page.document.elements):
            if element.parent is not None:
                widest[element.parent.index] = max(widest[element.parent.index], widest[element.index])
        return widest
