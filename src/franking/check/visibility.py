"""Why nobody sees a text that is laid out: what styles do to it besides ``display`` and ``visibility``."""

from __future__ import annotations

from functools import lru_cache

from tinycss2 import color4, color5

from franking.check.page import Page
from franking.css.computed_style import ZERO, ComputedStyle, Size
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout import transformed

_LEAST = 3.0  # CSS px: smaller letters are no text to a reader
_WHITE = "white"
_PLACED = frozenset(["absolute", "fixed"])
_HIDING = frozenset(["opacity", "overflow-x", "overflow-y", *transformed.NAMES])


def may_hide(pages: list[Page]) -> bool:
    """Whether any style could make a laid-out text unseen: in most messages none does."""
    return any(
        style.unmodelled or style.text_properties is not None
        or style.font_size < _LEAST or (style.others and not _HIDING.isdisjoint(style.others)) or "color" in style.own
        or style.position in _PLACED or (style.margin_left is not ZERO and _is_negative(style.margin_left))
        for page in pages if page.like is None for style in page.styles
    )  # fmt: skip


class Visibility:
    """Why the texts of a document's elements are seen at no width. What an element takes from its ancestors is
    remembered: texts may be many, and deep."""

    def __init__(self, pages: list[Page]) -> None:
        self._views = [_View(page) for page in pages if page.like is None]

    def unseen(self, element: Element) -> str:
        """Why an element's text is seen at no width; "" where it is seen at one."""
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
        # By the index of an element: why no text in it is seen, its text's colour and what that stands on.
        self._known: dict[int, tuple[str, str, str]] = {}

    def unseen(self, element: Element) -> str:
        own = self._page.style(element)
        if own.font_size < _LEAST:
            return f"its letters are {own.font_size:g} px high"
        reason, text, ground = self._inherited(element)
        if not reason and text and ground != "image" and _same(text, ground or _WHITE):
            return "its colour is that of its background"
        return reason

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
                _color(style, "color") or ("" if _has_own_color(ancestor, style) else text),
                _ground(style) or ground,
            )
            self._known[ancestor.index] = known
        return known


def _hiding(style: ComputedStyle, width: int) -> str:
    """Why a style hides what is in its element; "" where it does not."""
    if _number(style.others.get("opacity")) == 0.0:
        return "it is transparent (opacity: 0)"
    if _clips(style) and (_is_zero(style.height) or _is_zero(style.others.get("max-height")) or _is_zero(style.width)
                          or _is_zero(style.max_width)):  # fmt: skip
        return "its box has no size and cuts off what is in it"
    if style.position in ("absolute", "fixed") and _is_far(style.left, width):
        return "it stands outside the message"
    if _is_far(style.margin_left, width) or _indent(style) <= -float(width):
        return "it stands outside the message"
    return ""


def _moved_away(page: Page, element: Element, style: ComputedStyle) -> str:
    """Why a transform leaves nothing to see; "" where it does not."""
    transform = transformed.of(style)
    box = page.box(element) if transform is not None else None
    if transform is None or box is None or box.kind == "inline":
        return ""
    if transform.x.factor == 0.0 or transform.y.factor == 0.0:
        return "it is scaled to nothing"
    above = transform.y.shift(0.0) <= -page.width
    return "it stands outside the message" if above or box.right <= 0.0 or box.left >= page.width else ""


def _clips(style: ComputedStyle) -> bool:
    return any(style.others.get(name) in ("hidden", "clip") for name in ("overflow-x", "overflow-y"))


def _indent(style: ComputedStyle) -> float:
    return style.text_properties.indent.resolve(0.0) if style.text_properties is not None else 0.0


def _number(value: object) -> float | None:
    token = value[0] if isinstance(value, list) and len(value) == 1 else None
    if token is None or token.type not in ("number", "percentage"):
        return None
    return float(token.value)


def _is_zero(value: object) -> bool:
    return isinstance(value, Length) and not value.relative and value.resolve(0.0) == 0.0


def _is_negative(value: Size) -> bool:
    return isinstance(value, Length) and value.resolve(0.0) < 0


def _is_far(value: Size, width: int) -> bool:
    return isinstance(value, Length) and value.resolve(float(width)) <= -width


def _color(style: ComputedStyle, name: str) -> str | None:
    winner = style.own.get(name)
    return winner.value if winner is not None and type(winner.value) is str else None


def _has_own_color(element: Element, style: ComputedStyle) -> bool:
    """Whether the browser gives an element's text a colour of its own, and no author declares one (HTML, section 15.3)."""
    colored = (element.tag == "a" and "href" in element.attrs) or element.tag in ("mark", "button")
    return colored and "color" not in style.own


def _ground(style: ComputedStyle) -> str | None:
    if style.background_image != "none":
        return "image"
    return style.background_color if style.background_color != "transparent" else None


@lru_cache(maxsize=1024)
def _same(one: str, other: str) -> bool:
    first, second = (color5.parse_color(text) or color4.parse_color(text) for text in (one, other))
    return first is not None and first == second
