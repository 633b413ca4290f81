"""Boxes where they are seen: transforms move and scale what is laid out, and change no layout (CSS Transforms 1).

``zoom`` does change the layout: used lengths are the computed ones times the factor (CSS Viewport 1, section 6).
"""

from __future__ import annotations

import math
from typing import cast

from franking.css.computed_style import ComputedStyle
from franking.css.lengths import Length
from franking.css.other_values import OtherValues
from franking.css.transforms import TRANSFORMS, Axis, Transform
from franking.css.values import Value
from franking.layout.boxes import Box
from franking.layout.frame import Frame

NAMES = frozenset(TRANSFORMS)
_HALF = Length(0.0, 50.0)
_EDGE = 0.25  # CSS px: what touches an edge is not centred
_SIZES = (
    "width",
    "height",
    "min_width",
    "max_width",
    "margin_left",
    "margin_right",
    "padding_left",
    "padding_right",
    "left",
    "right",
)


def of(style: ComputedStyle) -> Transform | None:
    """The transform of an element by all four properties; None where it has none."""
    if not style.others or NAMES.isdisjoint(style.others):
        return None
    across, down = Axis(), Axis()
    others = style.others  # outermost first
    for one in (others.get("translate"), others.get("rotate"), others.get("scale"), others.get("transform")):
        if one is not None:
            across, down = across.after(one.x), down.after(one.y)
    return Transform(across, down)


def move(frame: Frame, boxes: list[Box | None]) -> None:
    """Put all boxes where transforms show them."""
    if all(NAMES.isdisjoint(frame.styles[element.index].others) for element in frame.unusual):
        return
    maps: list[tuple[float, float]] = []  # factor and shift across of each element, its ancestors' included
    for element in frame.document.elements:
        outer = maps[element.parent.index] if element.parent is not None else (1.0, 0.0)
        box, style = boxes[element.index], frame.styles[element.index]
        own = of(style) if box is not None and box.kind != "inline" else None
        inner = outer
        if own is not None and box is not None:
            factor = own.x.factor
            origin = box.left + style.others.get("transform-origin", _HALF).resolve(box.width)
            shift = own.x.shift(box.width) + origin * (1.0 - factor)
            inner = outer[0] * factor, outer[0] * shift + outer[1]
        maps.append(inner)
        if box is not None and inner != (1.0, 0.0):
            _apply(box, inner, abs(outer[0]))
            if own is not None and box.centered is not None and not _stands_free(frame, boxes, box, element.index):
                box.centered = None


def _apply(box: Box, seen: tuple[float, float], outside: float) -> None:
    factor, shift = seen
    ends = factor * box.left + shift, factor * (box.left + box.width) + shift
    if factor < 0.0:
        box.doubt = box.doubt or "a transform mirrors it"
    box.left, factor = min(ends), abs(factor)
    box.width *= factor
    box.padding_left, box.padding_right = box.padding_left * factor, box.padding_right * factor
    box.border_left, box.border_right = box.border_left * factor, box.border_right * factor
    box.margin_left, box.margin_right = box.margin_left * outside, box.margin_right * outside


def _stands_free(frame: Frame, boxes: list[Box | None], box: Box, index: int) -> bool:
    """Whether a box has room on both sides in the box around it."""
    parent = frame.document.elements[index].parent
    while parent is not None:
        around = boxes[parent.index]
        if around is not None and around.kind != "inline":
            return box.left - around.content_left > _EDGE and around.content_right - box.right > _EDGE
        parent = parent.parent
    return True


def zoomed(styles: list[ComputedStyle]) -> list[ComputedStyle]:
    """The styles with ``zoom`` in their lengths; the very same list where there is none."""
    if not [style for style in styles if not style.plain and style.zoom != 1.0]:
        return styles
    return [style if style.zoom == 1.0 else _zoomed(style) for style in styles]


def _zoomed(style: ComputedStyle) -> ComputedStyle:
    factor = style.zoom
    made = style.on(style.element, style.origins)
    for name in _SIZES:
        size = getattr(made, name)
        if isinstance(size, Length):
            setattr(made, name, _times(size, factor))
    made.border_left, made.border_right = _border(made.border_left, factor), _border(made.border_right, factor)
    made.border_spacing *= factor
    made.font_size *= factor
    made.text_properties = made.text_properties and made.text_properties.times(factor)
    made.others = cast("OtherValues", {name: _other(value, factor) for name, value in made.others.items()})
    return made


def _times(length: Length, factor: float) -> Length:
    if length.function is not None:
        function = length.function
        return Length(function=lambda base: factor * function(base / factor))
    return Length(length.px * factor, length.percent)


def _border(width: float, factor: float) -> float:
    """Borders are drawn in whole px, at least one (CSS Backgrounds 3, section 3.3)."""
    width *= factor
    return width if width == 0.0 else max(1.0, math.floor(width))


def _other(value: Value, factor: float) -> Value:
    if isinstance(value, Length):
        return _times(value, factor)
    if isinstance(value, Transform):
        return Transform(
            *(Axis(axis.factor, tuple((t, _times(m, factor)) for t, m in axis.moves)) for axis in (value.x, value.y))
        )
    return value
