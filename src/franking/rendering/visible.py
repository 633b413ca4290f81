"""The elements of a message that are visible at any width, by the cascade (CSS Display 3, section 2.5; CSS 2.2, section
11.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from franking.css.computed_style import ComputedStyle
from franking.css.styled_document import StyledDocument
from franking.layout.frame import Frame


@dataclass(frozen=True, slots=True)
class Visible:
    """For each element, by index: whether it generates boxes at any width, whether its own text is visible at any width,
    and then its computed style at the widest width."""

    rendered: Sequence[bool]
    shown: Sequence[bool]
    styles: Sequence[ComputedStyle]


def visible(styled: StyledDocument, widths: Sequence[int]) -> Visible:
    """The elements that are visible at any of the ``widths`` (CSS px; not empty)."""
    document = styled.document
    frames: dict[object, Frame] = {}  # one for all widths at which the same rules apply
    for width in sorted(widths, reverse=True):
        state = styled.state(width)
        if state not in frames:
            frames[state] = Frame(document, styled.styles(width).styles, float(width))
    rendered, shown, styles = [], [], []
    for element in document.elements:
        index = element.index
        inside = [frame for frame in frames.values() if frame.rendered[index]]
        seen = [frame for frame in inside if frame.styles[index].visibility == "visible"]
        rendered.append(bool(inside))
        shown.append(bool(seen))
        styles.append((seen or inside or list(frames.values()))[0].styles[index])
    return Visible(rendered, shown, styles)
