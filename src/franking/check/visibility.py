"""Finds reasons for which a laid-out text is invisible, other than ``display`` and ``visibility``."""

from __future__ import annotations

from typing import NamedTuple

from franking.check.clipped_height import ClippedHeight
from franking.check.clipped_width import ClippedWidth
from franking.check.covers import covers, may_cover, under_raised
from franking.check.hiding import FAINTEST, LEAST, begins_outside, cut_off, faded, indented, is_negative, moved, moves_itself
from franking.check.page import Page
from franking.css.computed_style import ComputedStyle
from franking.css.lengths import ZERO, Length
from franking.css.srgb import Open, Srgb, over, srgb
from franking.html.document import Element
from franking.layout import transformed
from franking.layout.frame import COLUMNS, TABLES

_ALIKE = 0.008  # of a channel's range: two steps of 256
_WHITE = Srgb(1.0, 1.0, 1.0, 1.0)
_BLACK = Srgb(0.0, 0.0, 0.0, 1.0)
_FAR = 300.0  # CSS px: no margin that leaves a text in the message is wider
_PAINTS = frozenset(
    ["text-shadow", "-webkit-text-stroke", "-webkit-text-stroke-width", "background-clip", "-webkit-background-clip"]
)
_FILL = "-webkit-text-fill-color"
_HIDING = frozenset(["opacity", "raised", "overflow-x", "overflow-y", *transformed.NAMES])


def may_hide(pages: list[Page]) -> bool:
    """Whether any style could hide a laid-out text; false for most messages."""
    if [element for element in pages[0].document.elements if "hidden" in element.attrs]:
        return True
    return any(
        style.unmodelled
        or style.text_properties is not None
        or style.font_size < LEAST
        or (style.others and not _HIDING.isdisjoint(style.others))
        or "color" in style.own
        or _FILL in style.own
        or style.position != "static"
        or style.zoom < 1.0
        or style.display in COLUMNS
        or (style.margin_left is not ZERO and (is_negative(style.margin_left) or _is_far(style.margin_left)))
        or (style.floating != "none" and is_negative(style.margin_right))
        for page in pages
        if page.like is None
        for style in (page.styles[element.index] for element in page.frame.unusual)
    )


class Visibility:
    """Finds why an element's text is visible at no width. Results of ancestors are cached, because texts can be many and
    deeply nested."""

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
    cut: str = ""  # why a box around it cuts it off
    held: str = ""  # the same of what cuts off positioned boxes too
    away: str = ""  # why it stands outside the message
    doubt: str = ""  # what leaves any of these open
    room: tuple[float, float] | None = None  # what boxes around it leave to be seen, across
    block: tuple[str, str] = "", ""  # the same two of where the lines of its block container stand
    painted: bool = False  # whether a shadow, an outline or a clipped background may show it
    covers: int = 0  # boxes that lie over what is around it, less those that it is in
    text: Srgb | Open | None = None  # None: a colour that no author declares
    ground: Srgb | Open = _WHITE
    pictured: bool = False  # whether a picture stands between the text and the ground


class _View:
    """The same at one width."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._clipped = ClippedHeight(page)
        self._narrow = ClippedWidth(page)
        self._collapsed = _with_collapsed_columns(page)
        self._known: dict[int, _Look] = {}  # by the index of an element
        # By the index of what positions them: boxes with a ground that lie over the whole of it.
        self._covers = covers(page)
        self._under = under_raised(page)

    def unseen(self, element: Element) -> tuple[str, str]:
        """Why an element's text is not seen, and what leaves that open; "" for neither."""
        own = self._page.style(element)
        size = own.font_size * min(1.0, own.zoom)
        if size < LEAST:
            return f"its letters are {size:g} px high", ""
        look = self._inherited(element)
        text, ground = look.text, look.ground
        reason = look.reason or look.cut or look.away
        if reason or look.doubt:
            return reason, look.doubt
        reason, doubt = look.block
        covered = "a box may cover it" if look.covers > 0 or element.index in self._under else ""
        if reason or doubt or text is None:
            return reason, doubt or ("" if reason else covered)
        if isinstance(text, Open):
            return "", "its colour"
        if text.alpha < FAINTEST:
            return _unless_painted(look, "its colour is transparent")
        if look.pictured:
            return "", "its colour on a picture"
        if isinstance(ground, Open):
            return "", "the colour of its background"
        if _alike(over(text, ground), ground):
            return _unless_painted(look, "its colour is that of its background")
        return "", covered

    def _inherited(self, element: Element) -> _Look:
        unknown: list[Element] = []
        look = _Look()
        for ancestor in element.ancestors():
            if ancestor.index in self._known:
                look = self._known[ancestor.index]
                break
            unknown.append(ancestor)
        for ancestor in reversed(unknown):
            look = self._known[ancestor.index] = self._inside(ancestor, look)
        return look

    def _inside(self, element: Element, around: _Look) -> _Look:
        """What hides the texts in an element; ``around`` is what hides those around it."""
        style = self._page.style(element)
        reason = around.reason or faded(style) or _by_attribute(element) or _in_column(style)
        cut, held, unclear = self._cut(element, style, around)
        away, doubt = self._moved(element, style, around.away, around.doubt or unclear)
        room = self._room(element, style, around.room)
        text = _text_color(element, style, around.text)
        ground, pictured = _ground(style, around, text)
        block = self._of_block(element, style, around, room)
        painted = around.painted or not _PAINTS.isdisjoint(style.unmodelled)
        covers = around.covers + self._covers[element.index] - may_cover(style)
        return _Look(reason, cut, held, away, doubt, room, block, painted, covers, text, ground, pictured)

    def _cut(self, element: Element, style: ComputedStyle, around: _Look) -> tuple[str, str, str]:
        """What cuts off the texts, what cuts off those that are positioned, and what leaves the first open."""
        cut, held = around.cut, around.held
        if style.position == "absolute":  # what is around cuts off only what it positions
            cut = held
        elif style.position == "fixed":
            cut = held = ""
        parent = self._page.style(element.parent) if element.parent is not None else None
        own, unclear = cut_off(element, style, parent)
        cut, unclear = cut or own, unclear or ("" if own else self._unclear(element, style, parent))
        if style.position != "static" or "transform" in style.others:
            held = held or cut
        return cut, held, unclear

    def _moved(self, element: Element, style: ComputedStyle, away: str, doubt: str) -> tuple[str, str]:
        """What moves the texts out of sight, and what leaves that open."""
        if away:
            return ("", doubt or "where it stands") if moves_itself(style, self._page.width) else (away, doubt)
        away, unclear = moved(self._page, element, style)
        return away, doubt or unclear

    def _room(self, element: Element, style: ComputedStyle, room: tuple[float, float] | None) -> tuple[float, float] | None:
        """From where to where lines are shown; None if nothing cuts them off sideways."""
        if style.position in ("absolute", "fixed"):
            room = None
        if style.others.get("overflow-x") not in ("hidden", "clip") or style.display == "inline":
            return room
        box = self._page.box(element)
        if box is None or box.doubt:
            return room
        return (max(box.left, room[0]), min(box.right, room[1])) if room is not None else (box.left, box.right)

    def _unclear(self, element: Element, style: ComputedStyle, parent: ComputedStyle | None) -> str:
        """What leaves open whether the box of an element cuts off what is in it."""
        if element.index in self._collapsed:
            return "which columns of its table are collapsed"
        return self._clipped.doubt(element, style, parent) or self._narrow.doubt(element, style)

    def _of_block(self, block: Element, style: ComputedStyle, look: _Look, room: tuple[float, float] | None) -> tuple[str, str]:
        """Why the lines of a box are not seen, and what leaves that open; ``look`` is of what is around it."""
        if style.display in ("inline", "contents"):
            return look.block
        reason, doubt = indented(style, block, self._page.width)
        if reason or doubt:
            return reason, doubt
        if style.display.startswith("inline-"):  # it stands in a line of another block
            return look.block
        if room is not None and (box := self._page.box(block)) is not None and not box.doubt:
            apart = box.content_left >= room[1] or box.content_right <= room[0]
            if not apart and begins_outside(style, room[0], box.content_left):
                return "", "how much of its first line a box around it cuts off"
            return "a box around it cuts it off" if apart else "", ""
        return "", ""


def _unless_painted(look: _Look, reason: str) -> tuple[str, str]:
    """A reason in the colours, which does not hold where a shadow, an outline or a picture clipped to it shows the text."""
    return ("", "a shadow, an outline or a background clipped to it") if look.painted else (reason, "")


def _with_collapsed_columns(page: Page) -> frozenset[int]:
    """The indexes of tables with a column of ``visibility: collapse`` (CSS 2.2, section 17.5.5)."""
    return frozenset(
        next((a.index for a in element.ancestors() if page.style(a).display in TABLES), -1)
        for element, style in zip(page.document.elements, page.styles, strict=True)
        if style.display in COLUMNS and style.visibility == "collapse"
    )


def _by_attribute(element: Element) -> str:
    until_found = element.attrs.get("hidden", "").strip().lower() == "until-found"
    return "it is hidden until it is searched for" if until_found else ""


def _in_column(style: ComputedStyle) -> str:
    """CSS 2.2, section 17.2.1: what is in a column is not displayed."""
    return "it is in a table column" if style.display in COLUMNS else ""


def _is_far(value: object) -> bool:
    return isinstance(value, Length) and (value.px >= _FAR or value.percent >= 100.0)


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
    cascaded_value = style.own.get(name)
    return srgb(cascaded_value.value) if cascaded_value is not None and type(cascaded_value.value) is str else None


def _has_own_color(element: Element, style: ComputedStyle) -> bool:
    """Whether the browser sets the text colour of an element and no author declares one (HTML, section 15.3)."""
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
