"""Intrinsic widths as the algorithms of flex containers and grids ask for them."""

from __future__ import annotations

from typing import Protocol

from franking.css.computed_style import ComputedStyle, Size
from franking.html.document import Element, Text
from franking.layout.frame import Frame

Widths = tuple[float, float]
UNLIMITED = float("inf")


class Measures(Protocol):
    """Min-content and max-content widths in CSS px."""

    frame: Frame

    def outer(self, element: Element) -> Widths:
        """Widths of an element's margin box."""

    def inner(self, nodes: list[Element | Text]) -> Widths:
        """Widths of a block container's content."""

    def content(self, element: Element, base: float) -> Widths:
        """Widths of a border box by its content alone."""

    def limit(self, element: Element, style: ComputedStyle, size: Size, extra: float) -> float:
        """A minimum or maximum width of the content box in px; ``UNLIMITED`` if there is none."""
