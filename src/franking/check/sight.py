"""Why nobody sees a text that is laid out: what styles do to it besides ``display`` and ``visibility``."""

from __future__ import annotations

from functools import lru_cache

from tinycss2 import color4, color5

from franking.check.page import Page
from franking.css.lengths import Length
from franking.css.style import Size, Style
from franking.css.world import Unmodelled
from franking.html.document import Element

_LEAST = 3.0  # CSS px: smaller letters are no text to a reader
_DOT = 2.0  # CSS px
_WHITE = "white"
_HIDING = frozenset(["opacity", "overflow-x", "overflow-y"])


def unseen(pages: list[Page], element: Element) -> str:
    """Why an element's text is seen at no width; "" where it is seen at one."""
    reason = ""
    for page in pages:
        if page.like is None:
            reason = _unseen(page, element)
            if not reason:
                return ""
    return reason


def may_hide(pages: list[Page]) -> bool:
    """Whether any style could make a laid-out text unseen: in most messages none does."""
    return any(
        style.unmodelled or style.font_size < _LEAST or not _HIDING.isdisjoint(style.others) or "color" in style.own
        or style.position in ("absolute", "fixed") or _is_negative(style.margin_left)
        for page in pages if page.like is None for style in page.styles
    )  # fmt: skip


def _unseen(page: Page, element: Element) -> str:
    own = page.style(element)
    if own.font_size < _LEAST:
        return f"its letters are {own.font_size:g} px high"
    for ancestor in element.ancestors():
        style = page.style(ancestor)
        if _number(style.others.get("opacity")) == 0.0:
            return "it is transparent (opacity: 0)"
        if _clips(style) and (_is_zero(style.height) or _is_zero(style.others.get("max-height")) or _is_zero(style.width)
                              or _is_zero(style.max_width)):  # fmt: skip
            return "its box has no size and cuts off what is in it"
        if style.position in ("absolute", "fixed") and _is_far(style.left, page.width):
            return "it stands outside the message"
        if _is_far(style.margin_left, page.width) or _indent(style) <= -float(page.width):
            return "it stands outside the message"
    return "its colour is that of its background" if _blends(page, element) else ""


def _clips(style: Style) -> bool:
    return any(style.others.get(name) in ("hidden", "clip") for name in ("overflow-x", "overflow-y"))


def _indent(style: Style) -> float:
    winner = style.unmodelled.get("text-indent")
    text = winner.value.text if winner is not None and isinstance(winner.value, Unmodelled) else ""
    try:
        return float(text.removesuffix("px")) if text.endswith("px") else 0.0
    except ValueError:
        return 0.0


def is_dot(page: Page, element: Element) -> bool:
    """Whether an image is declared so small that nobody sees it: what a layout makes of it otherwise is an estimate."""
    style = page.style(element)
    return any(
        isinstance(size, Length) and not size.relative and size.resolve(0.0) <= _DOT for size in (style.width, style.height)
    )


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


def _blends(page: Page, element: Element) -> bool:
    text = next((c for a in element.ancestors() if (c := _color(page.style(a), "color")) is not None), "")
    if not text:
        return False
    ground = next((c for a in element.ancestors() if (c := _ground(page.style(a))) is not None), _WHITE)
    return ground != "image" and _same(text, ground)


def _color(style: Style, name: str) -> str | None:
    winner = style.own.get(name)
    return winner.value if winner is not None and type(winner.value) is str else None


def _ground(style: Style) -> str | None:
    if style.background_image != "none":
        return "image"
    return style.background_color if style.background_color != "transparent" else None


@lru_cache(maxsize=1024)
def _same(one: str, other: str) -> bool:
    first, second = (color5.parse_color(text) or color4.parse_color(text) for text in (one, other))
    return first is not None and first == second
