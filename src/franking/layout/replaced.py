"""Sizes that come through a ratio: pictures and the like (CSS 2.2, sections 10.3.2 and 10.4), and boxes with ``aspect-ratio``
(CSS Sizing 4, section 4).

Heights are asked for only where a width depends on one. A height that is not known here leaves the width undecided.
"""

from __future__ import annotations

import math
import re

from franking.css.computed_style import AUTO, ComputedStyle, Size
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout.frame import FLEX, GRID, PARTS, TABLES, WIDEST, Frame, resolve_size, scrolls

_CONTENT = frozenset(["min-content", "max-content", "fit-content", "-webkit-fit-content"])
_UPRIGHT_EDGES = re.compile(r"(?:padding|border)-(?:top|bottom|block|before|after)|-webkit-(?:padding|border)-", re.IGNORECASE)
_FILL = frozenset(["stretch", "-webkit-fill-available"])
_VIEWPORT_HEIGHT = 800.0  # CSS px, as docs/checker.md has it


class _Unknown(Exception):
    """A height that a width depends on is unknown."""


def replaced_width(frame: Frame, element: Element, base: float | None) -> float:
    """The used width of a replaced element's content box in a containing block ``base`` px wide; None leaves percentages
    out, as for intrinsic widths (CSS Sizing 3, section 5.2.1). Where it depends on a size that is not known, ``frame`` is
    ``unsure``."""
    style = frame.styles[element.index]
    try:
        width = _content(frame, element, style, style.width, base)
        low = _content(frame, element, style, style.min_width, base) or 0.0
        high = _content(frame, element, style, style.max_width, base)
        most = math.inf if high is None else high
        if width is not None:
            return max(low, min(width, most))
        return _through_ratio(frame, element, style, base, low, most)
    except _Unknown:
        frame.unsure = True
        low, high = resolve_size(style.min_width, base) or 0.0, resolve_size(style.max_width, base)
        return max(low, WIDEST if high is None else high) if frame.wide else 0.0


def natural_width(frame: Frame, element: Element) -> float:
    """The content-box width of a replaced element by its own size, its ratio and its heights, whatever its width properties
    say. Where it depends on a size that is not known, ``frame`` is ``unsure``."""
    try:
        return _through_ratio(frame, element, frame.styles[element.index], None, 0.0, math.inf)
    except _Unknown:
        frame.unsure = True
        return WIDEST if frame.wide else 0.0


def _content(frame: Frame, element: Element, style: ComputedStyle, size: Size, base: float | None) -> float | None:
    """A width property's value in px of the content box; None for ``auto``, ``none`` and what ``base`` leaves open."""
    if isinstance(size, str):
        if size in _CONTENT:
            return _through_ratio(frame, element, style, base, 0.0, math.inf)
        return _stretched(style, base) if size in _FILL else None
    width = resolve_size(size, base)
    return None if width is None else max(0.0, width - _beside(style, base))


def _through_ratio(frame: Frame, element: Element, style: ComputedStyle, base: float | None, low: float, most: float) -> float:
    """The width of a replaced element whose own is ``auto``."""
    natural_width, natural_height, ratio = frame.natural(element)
    whole = False  # whether the ratio is that of the border box
    declared = style.others.get("aspect-ratio")
    if declared is not None and declared[1] is not None and not (declared[0] and ratio):
        ratio, whole = declared[1], not declared[0] and style.box_sizing == "border-box"
    heights = Heights(frame, element, ComputedStyle(height=style.height, others=style.others) if whole else style)
    height = heights.declared(style.height)
    least, tallest = heights.bounds()
    if not ratio:
        return max(low, min(300.0 * style.zoom if natural_width is None else natural_width, most))
    beside = _padding(style, base) + style.border_left + style.border_right
    added = beside if whole else 0.0  # all that follows is in px of the box that the ratio is of
    low, most = low + added, most + added
    if height is not None:
        return max(low, min(max(least, min(height, tallest)) * ratio, most)) - added
    if natural_width is not None:
        width = natural_width + added
    elif natural_height is not None:
        width = natural_height * ratio
    else:
        width = (0.0 if base is None else max(0.0, base - beside - _margins(style, base))) + added  # as wide as there is room
    if width > 0.0:
        width = constrained(width, width / ratio, (low, most), (least, tallest))
    return max(low, min(width, most)) - added


def constrained(width: float, height: float, across: tuple[float, float], upright: tuple[float, float]) -> float:
    """The width of CSS 2.2, section 10.4, for a box with a ratio: ``across`` and ``upright`` are the least and greatest."""
    low, most = across[0], max(across)
    least, tallest = upright[0], max(upright)
    if width > most:
        if height > tallest and most / width > tallest / height:
            return max(low, tallest * width / height)
        return most
    if width < low:
        if height < least and low * height < least * width:
            return min(most, least * width / height)
        return low
    if height > tallest:
        return max(low, tallest * width / height)
    if height < least:
        return min(most, least * width / height)
    return width


class Heights:
    """The heights of an element as far as they are known without a browser, in px of its content box."""

    def __init__(self, frame: Frame, element: Element, style: ComputedStyle) -> None:
        self.frame, self.element, self.style = frame, element, style

    def declared(self, size: Size) -> float | None:
        """A height property's value in px, None where it is ``auto`` or ``none``. Raises ``_Unknown``."""
        if not isinstance(size, Length):
            if size in _FILL:
                raise _Unknown
            return None
        if size.relative:
            base = definite_height(self.frame, self.element.parent)
            if base is None:
                return None
            height = size.resolve(base)
        else:
            height = size.resolve(0.0)
        return max(0.0, height - self.edges()) if self.style.box_sizing == "border-box" else max(0.0, height)

    def bounds(self) -> tuple[float, float]:
        """The least and the greatest height in px. Raises ``_Unknown``."""
        style = self.style
        lowest, highest = style.others.get("min-height", AUTO), style.others.get("max-height", "none")
        if lowest in _CONTENT or highest in _CONTENT:
            raise _Unknown
        low, high = self.declared(lowest), self.declared(highest)
        return low or 0.0, math.inf if high is None else high

    def edges(self) -> float:
        """The padding and border above and below. Raises ``_Unknown``: only shorthands with one value for all sides are
        read."""
        style = self.style
        if self.frame.names_above(_UPRIGHT_EDGES):
            raise _Unknown
        total = 0.0
        for name, used in (
            ("padding-left", style.padding_left.resolve(0.0)),
            ("padding-right", style.padding_right.resolve(0.0)),
            ("border-left-width", style.border_left),
            ("border-right-width", style.border_right),
        ):
            cascaded_value = style.own.get(name)
            if cascaded_value is None:
                continue
            origin = style.origin(name)
            uniform = origin is not None and origin.written in ("padding", "border", "border-width")
            if (
                not uniform
                or style.padding_left.relative
                or (origin is not None and origin.written != "border" and len(origin.text.split()) != 1)
            ):
                raise _Unknown
            total += used
        return total


def definite_height(frame: Frame, element: Element | None) -> float | None:
    """The height that percentages of an element's children are of: None where it is indefinite, which makes them ``auto``.
    Raises ``_Unknown``."""
    while element is not None and frame.styles[element.index].display in ("inline", "contents"):
        element = element.parent
    if element is None:
        return _VIEWPORT_HEIGHT
    style = frame.styles[element.index]
    parent = frame.styles[element.parent.index].display if element.parent is not None else ""
    if style.display in PARTS:
        if all(isinstance(frame.styles[a.index].height, str) for a in _up_to_table(frame, element)):
            return None
        raise _Unknown
    if style.display in TABLES | FLEX | GRID or parent in FLEX or parent in GRID or style.position in ("absolute", "fixed"):
        raise _Unknown
    heights = Heights(frame, element, style)
    height = heights.declared(style.height)
    if height is None:
        if frame.document.quirks:
            raise _Unknown  # Quirks Mode, section 3.5
        return None
    least, tallest = heights.bounds()
    return max(least, min(height, tallest))


def _up_to_table(frame: Frame, element: Element) -> list[Element]:
    found: list[Element] = []
    for ancestor in element.ancestors():
        found.append(ancestor)
        if frame.styles[ancestor.index].display in TABLES:
            break
    return found


def transferred(frame: Frame, element: Element, style: ComputedStyle) -> tuple[float | None, float, float] | None:
    """What the ratio of a box that is not replaced makes of its heights: its width (None where it keeps its own), the least
    and the greatest one, in px of the box that ``box-sizing`` names. None without a ratio."""
    declared = style.others.get("aspect-ratio")
    if declared is None or declared[1] is None:
        return None
    ratio: float = declared[1]
    plain = Heights(frame, element, ComputedStyle(height=style.height, others=style.others))  # of whichever box it is
    try:
        height = plain.declared(style.height)
        least, tallest = plain.bounds()
    except _Unknown:
        frame.unsure = True
        return (None, WIDEST, WIDEST) if frame.wide else (None, 0.0, 0.0)
    width = None if height is None else max(least, min(height, tallest)) * ratio
    return width, least * ratio, tallest * ratio


def by_ratio(
    frame: Frame, element: Element, style: ComputedStyle, content: tuple[float, float], extra: float
) -> tuple[float, float]:
    """Min-content and max-content widths of the content box, in px, of a box that is not replaced, by its ratio if it has one
    (CSS Sizing 4, section 4). ``content`` are those by its content; ``extra`` is what ``box-sizing`` includes."""
    found = transferred(frame, element, style)
    if found is None:
        return content
    width, least, most = found
    sizes = content if width is None else (width - extra, width - extra)
    min_content, max_content = (max(least - extra, min(size, most - extra)) for size in sizes)
    if width is None:
        return min_content, max_content
    automatic = content[0] if style.min_width == AUTO and not scrolls(style) else 0.0  # the automatic minimum size
    return max(min_content, automatic), max(max_content, automatic)


def _padding(style: ComputedStyle, base: float | None) -> float:
    return style.padding_left.resolve(base or 0.0) + style.padding_right.resolve(base or 0.0)


def _margins(style: ComputedStyle, base: float) -> float:
    return sum(m.resolve(base) for m in (style.margin_left, style.margin_right) if isinstance(m, Length))


def _beside(style: ComputedStyle, base: float | None) -> float:
    """What ``box-sizing`` makes a width include besides the content, in px."""
    return _padding(style, base) + style.border_left + style.border_right if style.box_sizing == "border-box" else 0.0


def _stretched(style: ComputedStyle, base: float | None) -> float | None:
    if base is None:
        return None
    return max(0.0, base - _margins(style, base) - _padding(style, base) - style.border_left - style.border_right)
