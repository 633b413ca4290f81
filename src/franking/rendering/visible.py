"""The elements of a message that are visible at any width, by the cascade (CSS Display 3, section 2.5; CSS 2.2, section
11.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from franking.css.cascade import Cascade
from franking.css.computed_style import ComputedStyle
from franking.css.sheets import style_css
from franking.css.styles import compute
from franking.html.document import Document, Element
from franking.layout.frame import Frame

_VIEWPORT_UNIT = re.compile(r"\d[a-z]?v(?:[wihb]|min|max)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visible:
    """For each element, by index: whether it generates boxes at any width, whether its own text is visible at any width,
    and then its computed style at the widest width."""

    rendered: Sequence[bool]
    shown: Sequence[bool]
    styles: Sequence[ComputedStyle]


def visible(document: Document, widths: Sequence[int]) -> Visible:
    """The elements that are visible at any of the ``widths`` (CSS px; not empty)."""
    cascade = Cascade(document)
    frames: dict[object, Frame] = {}  # one for all widths at which the same rules apply
    by_width = _names_viewport(document)
    for width in sorted(widths, reverse=True):
        key = (tuple(rule.holds(width) for rule in cascade.sheets.rules if rule.media), by_width and width)
        if key not in frames:
            cascaded, registered = cascade.at(width), cascade.sheets.registered
            computed = compute(document, cascaded, float(width), None, registered, cascade.recurs)
            frames[key] = Frame(document, computed.styles, float(width))
    rendered, shown, styles = [], [], []
    for element in document.elements:
        index = element.index
        inside = [frame for frame in frames.values() if frame.rendered[index]]
        seen = [frame for frame in inside if frame.styles[index].visibility == "visible"]
        rendered.append(bool(inside))
        shown.append(bool(seen))
        styles.append((seen or inside or list(frames.values()))[0].styles[index])
    return Visible(rendered, shown, styles)


def _names_viewport(document: Document) -> bool:
    return any(_VIEWPORT_UNIT.search(_written(element)) is not None for element in document.elements)


def _written(element: Element) -> str:
    return style_css(element) if element.tag == "style" else element.attrs.get("style", "")
