"""The result of layout: one box per rendered element."""

from __future__ import annotations

from dataclasses import dataclass

from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin

_SLACK = 0.01  # CSS px: the arithmetic's


@dataclass(slots=True)
class Box:
    """A used box in CSS px, measured from the message box's left edge. ``left`` and ``width`` are the border box's.

    ``centered`` names the author style that centres the box, if there is room to centre it in. ``doubt`` is why
    the figures are an estimate; it is empty where they are exact.
    """

    kind: str  # block, inline, replaced, table, cell or row-group (rows as well)
    left: float
    width: float
    margin_left: float = 0.0
    margin_right: float = 0.0
    padding_left: float = 0.0
    padding_right: float = 0.0
    border_left: float = 0.0
    border_right: float = 0.0
    centered: DeclarationOrigin | None = None
    doubt: str = ""

    def differs(self, other: Box) -> bool:
        """Whether the other box is elsewhere, or of another width."""
        return abs(self.left - other.left) > _SLACK or abs(self.width - other.width) > _SLACK

    @property
    def right(self) -> float:
        """The right edge of the border box."""
        return self.left + self.width

    @property
    def content_left(self) -> float:
        """The left edge of the content box."""
        return self.left + self.border_left + self.padding_left

    @property
    def content_width(self) -> float:
        """The width of the content box, never negative."""
        edges = self.border_left + self.border_right + self.padding_left + self.padding_right
        return max(0.0, self.width - edges)

    @property
    def content_right(self) -> float:
        """The right edge of the content box."""
        return self.content_left + self.content_width


@dataclass(slots=True)
class Containing:
    """The content box that a child is laid out in: its edges in px and the style of its element."""

    left: float
    width: float
    style: ComputedStyle
    doubt: str = ""
