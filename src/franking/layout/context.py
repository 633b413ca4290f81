"""The layout as the algorithms of its parts know it: lines, tables, flex and grid containers ask it, and never each other."""

from __future__ import annotations

from typing import Protocol

from franking.css.computed_style import ComputedStyle, Size
from franking.html.document import Element
from franking.layout.boxes import Box, Containing
from franking.layout.frame import Frame, Item
from franking.layout.intrinsic import Intrinsic


class LayoutContext(Protocol):
    """A layout under way; widths and places are CSS px. ``boxes`` is what was laid out so far, by ``Element.index``."""

    frame: Frame
    intrinsic: Intrinsic
    boxes: list[Box | None]

    def new_box(self, kind: str, style: ComputedStyle, inside: Containing) -> Box:
        """A box of an element's style without a width yet."""

    def block(self, element: Element, inside: Containing) -> None:
        """Lay out a block-level box (CSS 2.2, section 10.3.3)."""

    def flow(self, items: list[Item], inside: Containing) -> None:
        """Lay out the contents of a block container."""

    def outside_width(
        self, element: Element, box: Box, style: ComputedStyle, base: float, available: float | None = None
    ) -> float:
        """The border-box width of a box that shrinks to fit (CSS 2.2, section 10.3.5), in px."""

    def size(self, size: Size, box: Box, style: ComputedStyle, base: float, element: Element) -> float | None:
        """A width property as a border-box width in px; None for auto and none."""

    def clamp(self, width: float, box: Box, style: ComputedStyle, base: float, element: Element) -> float:
        """A border-box width in px within its minimum and maximum."""

    def align(self, element: Element, box: Box, style: ComputedStyle, inside: Containing) -> None:
        """Auto margins and the legacy alignment (CSS 2.2, section 10.3.3)."""

    def shift(self, box: Box, style: ComputedStyle, inside: Containing) -> None:
        """Move a box that is positioned relatively."""

    def finish(self, element: Element, box: Box, style: ComputedStyle) -> None:
        """Keep a box, and lay out what is in it later."""
