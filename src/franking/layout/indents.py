"""Indents of first lines (CSS Text 3, section 8.1)."""

from __future__ import annotations

from franking.css.computed_style import ComputedStyle
from franking.layout.frame import Item


def indent_of(style: ComputedStyle) -> float:
    """The indent of a block container's first line in px, percentages left out."""
    return style.text_properties.indent.resolve(0.0) if style.text_properties is not None else 0.0


def begins_inline(items: list[Item]) -> bool:
    """Whether a block container begins with a line."""
    for item in items:
        if item.text is None or item.text.data.strip():
            return item.kind in ("text", "atom", "open", "inline-parts")
    return False
