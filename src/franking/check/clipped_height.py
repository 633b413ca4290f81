"""Whether a box of a fixed height may cut off lines of text that are further down.

Heights are not laid out. A low estimate of the height that the content needs is enough: where it is more than the box has,
what a reader sees is open.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate

from franking.check.page import Page
from franking.css.computed_style import AUTO, ComputedStyle, Size
from franking.css.grids import NONE
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout.frame import GRID

_LETTER = 0.4  # em: narrower than the mean of letters
_LINE = 1.1  # em: lower than a normal line
_CUTS = ("hidden", "clip")  # in all others a reader can scroll
_INLINE = ("inline", "contents")
DOUBT = "how much of it the height of its box shows"


class ClippedHeight:
    """The heights that the elements of a page need at least."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def doubt(self, element: Element, style: ComputedStyle, parent: ComputedStyle | None) -> str:
        """``DOUBT`` if the box of ``element`` clips and is lower than its content; else ""."""
        grows = style.display in _INLINE or style.display.startswith(("table", "inline-table"))
        if grows or style.others.get("overflow-y") not in _CUTS:
            return ""
        if parent is not None and parent.display in GRID and _has_low_row(parent):
            return DOUBT
        heights = [h for h in map(_px, (style.height, style.others.get("max-height", "none"))) if h is not None]
        box = self._page.box(element)
        declared = style.others.get("aspect-ratio")
        if declared is not None and declared[1] and style.height == AUTO and box is not None:
            heights.append((box.right - box.left) / declared[1])
        if not heights:
            return ""
        height = max(min(heights), _px(style.others.get("min-height", "auto")) or 0.0)
        width = box.content_right - box.content_left if box is not None else float(self._page.width)
        first, last = element.index, self._last[element.index] + 1
        area, blocks, breaks = (sums[last] - sums[first] for sums in (self._areas, self._blocks, self._breaks))
        needed = max(area / max(width, 1.0), blocks) + breaks
        return DOUBT if needed > height + style.font_size else ""

    @cached_property
    def _last(self) -> list[int]:
        """By element: the index of the last element in it."""
        elements = self._page.document.elements
        found = list(range(len(elements)))
        for element in reversed(elements):
            if element.parent is not None:
                found[element.parent.index] = max(found[element.parent.index], found[element.index])
        return found

    @cached_property
    def _areas(self) -> list[float]:
        """By element: the area in square CSS px of all text before it."""
        areas = [0.0] * len(self._page.styles)
        for run in self._page.runs:
            size = run.style.font_size
            areas[run.element.index] += len(run.text.data.strip()) * _LETTER * size * _LINE * size
        return [0.0, *accumulate(areas)]

    @cached_property
    def _blocks(self) -> list[float]:
        """By element: the height in CSS px of one line of each block with text before it."""
        heights = [0.0] * len(self._page.styles)
        block: list[int] = []
        for element, style in zip(self._page.document.elements, self._page.styles, strict=True):
            inline = style.display in _INLINE and element.parent is not None
            block.append(block[element.parent.index] if inline and element.parent is not None else element.index)
        for run in self._page.runs:
            at = block[run.element.index]
            if self._page.styles[at].display in ("block", "list-item"):
                heights[at] = _LINE * run.style.font_size
        return [0.0, *accumulate(heights)]

    @cached_property
    def _breaks(self) -> list[float]:
        """By element: the height in CSS px of the line breaks, and of pictures and boxes without text, before it."""
        page = self._page
        heights = [0.0] * len(page.styles)
        for element, style in zip(page.document.elements, page.styles, strict=True):
            if not page.frame.rendered[element.index]:
                continue
            if element.tag == "br":
                heights[element.index] = _LINE * style.font_size
            elif element.tag == "img" or (style.display == "block" and element.index not in page.around_texts):
                heights[element.index] = _px(style.height) or 0.0
        return [0.0, *accumulate(heights)]


def _has_low_row(grid: ComputedStyle) -> bool:
    """Whether a row of a grid container may be lower than a line of text."""
    return any(
        isinstance(size, Length) and not size.relative and size.resolve(0.0) < _LINE * grid.font_size
        for track in grid.others.get("grid-template-rows", NONE).tracks
        for size in (track.least, track.most)
    )


def _px(size: Size) -> float | None:
    """A size that does not depend on the container, in CSS px."""
    return size.resolve(0.0) if isinstance(size, Length) and not size.relative else None
