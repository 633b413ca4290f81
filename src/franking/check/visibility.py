"""Why nobody sees a text that is laid out: what styles do to it besides ``display`` and ``visibility``."""

from __future__ import annotations

from typing import NamedTuple

from franking.check.page import Page
from franking.css.computed_style import ZERO, ComputedStyle, Size
from franking.css.lengths import Length, parse_number
from franking.css.srgb import Open, Srgb, over, srgb
from franking.html.document import Element
from franking.layout import transformed

_LEAST = 3.0  # CSS px: smaller letters are no text to a reader
_ALIKE = 0.008  # of a channel's range: two steps of 256
_SMALLEST = 2.0  # CSS px: what a box this small cuts off is not read
_FAINTEST = 0.05  # opacity
_FAR_UP = 2000.0  # CSS px: no message is read from further above
_WHITE = Srgb(1.0, 1.0, 1.0, 1.0)
_BLACK = Srgb(0.0, 0.0, 0.0, 1.0)
_FILL = "-webkit-text-fill-color"
_HIDING = frozenset(["opacity", "overflow-x", "overflow-y", *transformed.NAMES])


def may_hide(pages: list[Page]) -> bool:
    """Whether any style could make a laid-out text unseen: in most messages none does."""
    return any(
        style.unmodelled or style.text_properties is not None
        or style.font_size < _LEAST or (style.others and not _HIDING.isdisjoint(style.others)) or "color" in style.own
        or _FILL in style.own or style.position != "static" or style.zoom < 1.0
        or (style.margin_left is not ZERO and _is_negative(style.margin_left))
        for page in pages if page.like is None for style in page.styles
    )  # fmt: skip


class Visibility:
    """Why the texts of a document's elements are seen at no width. What an element takes from its ancestors is
    remembered: texts may be many, and deep."""

    def __init__(self, pages: list[Page]) -> None:
        self._views = [_View(page) for page in pages if page.like is None]

    def unseen(self, element: Element) -> str:
        """Why an element's text is seen at no width; "" where it is seen, or may be, at one."""
        reason = ""
        for view in self._views:
            reason, doubt = view.unseen(element)
            if doubt or not reason:
                return ""
        return reason

    def doubt(self, element: Element) -> str:
        """What leaves open whether an element's text is seen at any width; "" where it is certainly seen, or unseen."""
        doubt = ""
        for view in self._views:
            reason, here = view.unseen(element)
            if not reason and not here:
                return ""
            doubt = doubt or here
        return doubt


class _Look(NamedTuple):
    """What an element gives its text."""

    reason: str = ""  # why no text in it is seen
    text: Srgb | Open | None = None  # None: a colour that no author declares
    ground: Srgb | Open = _WHITE
    pictured: bool = False  # whether a picture stands between the text and the ground


class _View:
    """The same at one width."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known: dict[int, _Look] = {}  # by the index of an element

    def unseen(self, element: Element) -> tuple[str, str]:
        """Why an element's text is not seen, and what leaves that open; "" for neither."""
        own = self._page.style(element)
        size = own.font_size * min(1.0, own.zoom)
        if size < _LEAST:
            return f"its letters are {size:g} px high", ""
        reason, text, ground, pictured = self._inherited(element)
        if reason or text is None:
            return reason, ""
        if isinstance(text, Open):
            return "", "its colour"
        if text.alpha < _FAINTEST:
            return "its colour is transparent", ""
        if pictured:
            return "", "its colour on a picture"
        if isinstance(ground, Open):
            return "", "the colour of its background"
        if _alike(over(text, ground), ground):
            return "its colour is that of its background", ""
        return "", ""

    def _inherited(self, element: Element) -> _Look:
        unknown: list[Element] = []
        look = _Look()
        for ancestor in element.ancestors():
            if ancestor.index in self._known:
                look = self._known[ancestor.index]
                break
            unknown.append(ancestor)
        for ancestor in reversed(unknown):
            style = self._page.style(ancestor)
            reason = _hiding(style, self._page.width) or _moved_away(self._page, ancestor, style) or look.reason
            text = _text_color(ancestor, style, look.text)
            ground, pictured = _ground(style, look, text)
            look = self._known[ancestor.index] = _Look(reason, text, ground, pictured)
        return look


def _hiding(style: ComputedStyle, width: int) -> str:
    """Why a style hides what is in its element; "" where it does not."""
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


def _text_color(element: Element, style: ComputedStyle, inherited: Srgb | Open | None) -> Srgb | Open | None:
    """The colour of an element's text."""
    if "color" in style.unmodelled or _FILL in style.unmodelled:
        return Open.UNDECIDED
    filled, colored = _declared(style, _FILL), _declared(style, "color")
    if filled is not None and filled is not Open.CURRENT:
        return filled
    if colored is not None and colored is not Open.CURRENT:
        return colored
    return None if _has_own_color(element, style) else inherited


def _declared(style: ComputedStyle, name: str) -> Srgb | Open | None:
    winner = style.own.get(name)
    return srgb(winner.value) if winner is not None and type(winner.value) is str else None


def _has_own_color(element: Element, style: ComputedStyle) -> bool:
    """Whether the browser gives an element's text a colour of its own, and no author declares one (HTML, section 15.3)."""
    colored = (element.tag == "a" and "href" in element.attrs) or element.tag in ("mark", "button")
    return colored and "color" not in style.own


def _ground(style: ComputedStyle, around: _Look, text: Srgb | Open | None) -> tuple[Srgb | Open, bool]:
    """The colour that an element's text stands on, and whether a picture is before it."""
    ground, pictured = around.ground, around.pictured
    if "background-color" in style.unmodelled:
        ground = Open.UNDECIDED
    elif style.background_color != "transparent":
        color = srgb(style.background_color)
        if color is Open.CURRENT:
            color = _BLACK if text is None else text
        if isinstance(color, Open):
            ground = color
        elif color.alpha >= 1.0:
            ground, pictured = color, False
        elif color.alpha > 0.0 and isinstance(ground, Srgb):
            ground = over(color, ground)
    return ground, pictured or style.background_image != "none"


def _alike(one: Srgb, other: Srgb) -> bool:
    return all(abs(a - b) < _ALIKE for a, b in zip(one[:3], other[:3], strict=True))
