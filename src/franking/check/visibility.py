"""Finds reasons for which a laid-out text is invisible, other than ``display`` and ``visibility``."""

from __future__ import annotations

from functools import lru_cache

from tinycss2 import color4, color5

from franking.check.page import Page
from franking.css.computed_style import ZERO, ComputedStyle, Size
from franking.css.lengths import Length, parse_number
from franking.html.document import Element
from franking.layout import transformed

_LEAST = 3.0  # CSS px: smaller letters are unreadable
_ALIKE = 0.008  # of a channel's range: two steps of 256
_SMALLEST = 2.0  # CSS px: content clipped by a box this small is unreadable
_FAINTEST = 0.05  # opacity
_FAR_UP = 2000.0  # CSS px: content further above is unreachable
_WHITE = "white"
_FILL = "-webkit-text-fill-color"
_HIDING = frozenset(["opacity", "overflow-x", "overflow-y", *transformed.NAMES])


def may_hide(pages: list[Page]) -> bool:
    """Whether any style could hide a laid-out text; false for most messages."""
    return any(
        style.unmodelled or style.text_properties is not None
        or style.font_size < _LEAST or (style.others and not _HIDING.isdisjoint(style.others)) or "color" in style.own
        or _FILL in style.own or style.position != "static" or style.zoom < 1.0
        or (style.margin_left is not ZERO and _is_negative(style.margin_left))
        for page in pages if page.like is None for style in page.styles
    )  # fmt: skip


class Visibility:
    """Finds why an element's text is visible at no width. Results of ancestors are cached, because texts can be many and
    deeply nested."""

    def __init__(self, pages: list[Page]) -> None:
        self._views = [_View(page) for page in pages if page.like is None]

    def unseen(self, element: Element) -> str:
        """The reason for which an element's text is visible at no width; "" if it is visible at one."""
        reason = ""
        for view in self._views:
            reason = view.unseen(element)
            if not reason:
                return ""
        return reason


class _View:
    """The same at one width."""

    def __init__(self, page: Page) -> None:
        self._page = page
        # By element index: the reason for which its text is invisible, its text colour and its background.
        self._known: dict[int, tuple[str, str, str]] = {}

    def unseen(self, element: Element) -> str:
        own = self._page.style(element)
        size = own.font_size * min(1.0, own.zoom)
        if size < _LEAST:
            return f"its letters are {size:g} px high"
        reason, text, ground = self._inherited(element)
        if reason or not text:
            return reason
        if _is_transparent(text):
            return "its colour is transparent"
        if ground != "image" and _same(text, ground or _WHITE):
            return "its colour is that of its background"
        return ""

    def _inherited(self, element: Element) -> tuple[str, str, str]:
        unknown: list[Element] = []
        known = ("", "", "")
        for ancestor in element.ancestors():
            if ancestor.index in self._known:
                known = self._known[ancestor.index]
                break
            unknown.append(ancestor)
        for ancestor in reversed(unknown):
            style = self._page.style(ancestor)
            reason, text, ground = known
            known = (
                _hiding(style, self._page.width) or _moved_away(self._page, ancestor, style) or reason,
                _color(style, _FILL) or _color(style, "color") or ("" if _has_own_color(ancestor, style) else text),
                _ground(style) or ground,
            )
            self._known[ancestor.index] = known
        return known


def _hiding(style: ComputedStyle, width: int) -> str:
    """The reason for which a style hides its element's content; "" if it does not."""
    opacity = _number(style.others.get("opacity"))
    if opacity is not None and opacity < _FAINTEST:
        return f"it is transparent (opacity: {opacity:g})"
    if _clips(style):
        sizes = (style.height, style.others.get("max-height"), style.width, style.max_width)
        if any(_is_tiny(size) for size in sizes):
            return "its box has no size and cuts off what is in it"
        if (
            style.white_space == "nowrap"
            and style.text_properties is not None
            and style.text_properties.indent.resolve(1.0) >= 1.0
        ):
            return "its line begins outside its box, which cuts it off"
    if style.position != "static" and _is_placed_outside(style, width):
        return "it stands outside the message"
    if _is_far(style.margin_left, width) or _indent(style) <= -float(width):
        return "it stands outside the message"
    return ""


def _moved_away(page: Page, element: Element, style: ComputedStyle) -> str:
    """The reason for which a transform hides its element; "" if it does not."""
    transform = transformed.of(style)
    box = page.box(element) if transform is not None else None
    if transform is None or box is None or box.kind == "inline":
        return ""
    if transform.x.factor == 0.0 or transform.y.factor == 0.0:
        return "it is scaled to nothing"
    above = transform.y.shift(0.0) <= -page.width
    return "it stands outside the message" if above or box.right <= 0.0 or box.left >= page.width else ""


def _clips(style: ComputedStyle) -> bool:
    return any(style.others.get(name) in ("hidden", "clip", "auto", "scroll") for name in ("overflow-x", "overflow-y"))


def _is_placed_outside(style: ComputedStyle, width: int) -> bool:
    """Whether an inset moves a positioned box out of the message."""
    left, right = _length(style.left, width), _length(style.right, width)
    across = left if left is not None else -right if right is not None else 0.0
    top, bottom = _length(style.others.get("top"), 0), _length(style.others.get("bottom"), 0)
    down = top if top is not None else -bottom if bottom is not None else 0.0
    return across <= -width or across >= width or down <= -_FAR_UP


def _length(value: object, base: int) -> float | None:
    return value.resolve(float(base)) if isinstance(value, Length) else None


def _indent(style: ComputedStyle) -> float:
    return style.text_properties.indent.resolve(0.0) if style.text_properties is not None else 0.0


def _number(value: object) -> float | None:
    token = value[0] if isinstance(value, list) and len(value) == 1 else None
    if token is None:
        return None
    return token.value / 100.0 if token.type == "percentage" else parse_number(token)


def _is_tiny(value: object) -> bool:
    return isinstance(value, Length) and not value.relative and value.resolve(0.0) <= _SMALLEST


def _is_negative(value: Size) -> bool:
    return isinstance(value, Length) and value.resolve(0.0) < 0


def _is_far(value: Size, width: int) -> bool:
    return isinstance(value, Length) and value.resolve(float(width)) <= -width


def _color(style: ComputedStyle, name: str) -> str | None:
    winner = style.own.get(name)
    return winner.value if winner is not None and type(winner.value) is str else None


def _has_own_color(element: Element, style: ComputedStyle) -> bool:
    """Whether the browser sets the text colour of an element and no author declares one (HTML, section 15.3)."""
    colored = (element.tag == "a" and "href" in element.attrs) or element.tag in ("mark", "button")
    return colored and "color" not in style.own


def _ground(style: ComputedStyle) -> str | None:
    if style.background_image != "none":
        return "image"
    return style.background_color if style.background_color != "transparent" else None


@lru_cache(maxsize=1024)
def _same(one: str, other: str) -> bool:
    first, second = _srgb(one), _srgb(other)
    if first is None or second is None:
        return one == other
    return all(abs(a - b) < _ALIKE for a, b in zip(first[:3], second[:3], strict=True))


@lru_cache(maxsize=1024)
def _is_transparent(text: str) -> bool:
    color = _srgb(text)
    return color is not None and color[3] < _FAINTEST


def _srgb(text: str) -> tuple[float, float, float, float] | None:
    """Red, green, blue and alpha, 0 to 1; None for a colour that depends on other colours."""
    if text.lower() in ("canvas", "field", "window", "background"):
        return (1.0, 1.0, 1.0, 1.0)  # in light mode
    try:
        color = color5.parse_color(text) or color4.parse_color(text)
        if color is None or color == "currentcolor":
            return None
        red, green, blue = color.to("srgb").coordinates
    except (
        ValueError,
        IndexError,
        TypeError,
        NotImplementedError,
        AttributeError,
    ):  # colours that the library cannot convert
        return None
    return (red or 0.0, green or 0.0, blue or 0.0, color.alpha)
