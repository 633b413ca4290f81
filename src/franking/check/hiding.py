"""What a style does to the text in its element: hides it by its size, cuts it off, moves it away."""

from __future__ import annotations

import re

from franking.check.page import Page
from franking.css.computed_style import AUTO, ComputedStyle, Size
from franking.css.lengths import Length, parse_number
from franking.html.document import Element
from franking.layout import transformed

LEAST = 3.0  # CSS px: smaller letters are no text to a reader
FAINTEST = 0.05  # opacity
_SMALLEST = 2.0  # CSS px: what a box this small cuts off is not read
_FAR_UP = 2000.0  # CSS px: no message is read from further above
_UP = 100.0  # CSS px: what is moved up as far may be above the message: how high it stands is not known
_DOWN = 300.0  # CSS px: a window of a mail program may be lower
_CUTS = ("hidden", "clip", "auto", "scroll")
# No computed style has what adds to the height alone.
_ADDS_HEIGHT = re.compile(r"(?:padding|border)(?:-top|-bottom|-block[a-z-]*)?\s*:\s*(?!0(?![\d.])|none)", re.IGNORECASE)
OUTSIDE = "it stands outside the message"


def faded(style: ComputedStyle) -> str:
    """Why an element, with all that is in it, is too faint to be seen."""
    opacity = _number(style.others.get("opacity"))
    return f"it is transparent (opacity: {opacity:g})" if opacity is not None and opacity < FAINTEST else ""


def cut_off(element: Element, style: ComputedStyle, parent: ComputedStyle | None) -> tuple[str, str]:
    """Why a box without size cuts off what is in it, and what leaves that open. Inline boxes, tables and their cells cut off
    nothing by their own size (CSS Overflow 3, section 3; CSS 2.2, section 17.5.3)."""
    if not clips(style) or style.display == "inline" or style.display.startswith(("table", "inline-table")):
        return "", ""
    others = style.others
    low = any(_is_tiny(size) for size in (style.height, others.get("max-height"))) and not _is_large(others.get("min-height"))
    grows = parent is not None and parent.blockifies and (others.get("flex-grow", 0.0) > 0.0 or "grid" in parent.display)
    narrow = any(_is_tiny(size) for size in (style.width, style.max_width)) and not _is_large(style.min_width) and not grows
    if narrow or low:
        padded = style.padding_left.resolve(0.0) > 0.0 or style.padding_right.resolve(0.0) > 0.0
        if padded or _ADDS_HEIGHT.search(element.attrs.get("style", "")):
            return "", "a box without size that may have padding"
        return "its box has no size and cuts off what is in it", ""
    if style.white_space == "nowrap" and style.text_properties is not None and style.text_properties.indent.resolve(1.0) >= 1.0:
        return "its line begins outside its box, which cuts it off", ""
    return "", ""


def clips(style: ComputedStyle) -> bool:
    """Whether an element cuts off what is outside its box, be it that a reader can scroll to it."""
    return style.others.get("overflow-x") in _CUTS or style.others.get("overflow-y") in _CUTS


def moved(page: Page, element: Element, style: ComputedStyle) -> tuple[str, str]:
    """Why an element stands outside the message, and what leaves that open."""
    width = page.width
    if style.position not in ("static", "sticky"):
        left, right = _length(style.left, width), _length(style.right, width)
        across = left if left is not None else -right if right is not None else 0.0
        top, bottom = _length(style.others.get("top"), 0), _length(style.others.get("bottom"), 0)
        down = top if top is not None else -bottom if bottom is not None and style.position == "relative" else 0.0
        if bottom is not None and top is None and bottom >= _FAR_UP:
            down = -bottom
        if style.position == "fixed" and ((bottom is not None and bottom < 0.0) or (top is not None and top >= _DOWN)):
            return "", "whether the window reaches so far down"
        if across <= -width or across >= width or down <= -_FAR_UP:
            return OUTSIDE, ""
        if down <= -_UP:
            return "", "how high it stands"
    box = page.box(element) if style.floating != "none" else None
    if box is not None and not box.doubt and (box.left >= width or (box.right <= 0.0 and style.width == AUTO)):
        return OUTSIDE, ""
    margin = style.margin_left.resolve(float(width)) if isinstance(style.margin_left, Length) else 0.0
    if margin <= -width or (margin >= width and style.display != "inline"):
        return OUTSIDE, ""
    return _transformed(page, element, style)


def moves_itself(style: ComputedStyle, width: int) -> bool:
    """Whether an element may stand elsewhere than what is around it."""
    margin = style.margin_left.resolve(float(width)) if isinstance(style.margin_left, Length) else 0.0
    return style.position not in ("static", "sticky") or abs(margin) > width / 2 or transformed.of(style) is not None


def _transformed(page: Page, element: Element, style: ComputedStyle) -> tuple[str, str]:
    transform = transformed.of(style)
    box = page.box(element) if transform is not None else None
    if transform is None or box is None or box.kind == "inline":
        return "", ""
    if min(abs(transform.x.factor), abs(transform.y.factor)) * style.font_size < LEAST:
        return "it is scaled to nothing", ""
    if transform.y.shift(0.0) <= -_FAR_UP or box.right <= 0.0 or box.left >= page.width:
        return OUTSIDE, ""
    return "", "how high it stands" if transform.y.shift(style.font_size) <= -_UP else ""


def indented(style: ComputedStyle, block: Element, width: int) -> tuple[str, str]:
    """Why the first line of a block container stands outside the message; of several lines only the first does."""
    if style.text_properties is None or style.text_properties.indent.resolve(0.0) > -float(width):
        return "", ""
    lines = any(isinstance(child, Element) and child.tag == "br" for child in block.children)
    return ("", "its first line alone is moved away") if lines else (OUTSIDE, "")


def begins_outside(style: ComputedStyle, left: float, content_left: float) -> bool:
    """Whether the first line of a block begins left of ``left``, where a box around it cuts it off (CSS px)."""
    indent = style.text_properties.indent.resolve(0.0) if style.text_properties is not None else 0.0
    share = style.text_properties.indent.percent if style.text_properties is not None else 0.0
    return (indent < 0.0 or share < 0.0) and (share <= -10.0 or content_left + indent < left - style.font_size)


def _length(value: object, base: int) -> float | None:
    return value.resolve(float(base)) if isinstance(value, Length) else None


def _number(value: object) -> float | None:
    token = value[0] if isinstance(value, list) and len(value) == 1 else None
    if token is None:
        return None
    return token.value / 100.0 if token.type == "percentage" else parse_number(token)


def _is_tiny(value: object) -> bool:
    return isinstance(value, Length) and not value.relative and value.resolve(0.0) <= _SMALLEST


def _is_large(value: object) -> bool:
    return isinstance(value, Length) and (value.relative or value.resolve(0.0) > _SMALLEST)


def is_negative(value: Size) -> bool:
    """Whether a length is negative of some base."""
    return isinstance(value, Length) and (value.resolve(0.0) < 0.0 or value.resolve(1000.0) < 0.0)
