"""The items of a flex or grid container (Flexbox, section 4; Grid 2, section 6)."""

from __future__ import annotations

from dataclasses import dataclass

from franking.css.computed_style import AUTO, ComputedStyle
from franking.html.document import Element, Text
from franking.layout.contents import opened
from franking.layout.frame import Frame, is_replaced

_SPACE = " \t\n\f\r"


@dataclass(slots=True)
class Child:
    """An item: an element, or without one the anonymous block around a run of text."""

    element: Element | None
    run: list[Element | Text]


def children(frame: Frame, element: Element) -> list[Child]:
    """The in-flow items of a container in the order in which they are laid out (CSS Display 4, section 4: ``order``)."""
    found: list[Child] = []
    run: list[Element | Text] = []
    ordered = False
    for child in opened(frame, element.children):
        if isinstance(child, Text) or child.tag in ("br", "wbr"):
            run.append(child)
            continue
        style = frame.style(child)
        if not frame.rendered[child.index] or style.position in ("absolute", "fixed"):
            continue
        _close(found, run)
        run = []
        found.append(Child(child, []))
        ordered = ordered or "order" in style.others
    _close(found, run)
    if ordered:
        found.sort(key=lambda one: _order(frame, one))
    return found


def out_of_flow(frame: Frame, element: Element) -> list[Element]:
    """The absolutely positioned children of a container."""
    return [
        child
        for child in opened(frame, element.children)
        if isinstance(child, Element) and frame.rendered[child.index] and frame.style(child).position in ("absolute", "fixed")
    ]


def _close(found: list[Child], run: list[Element | Text]) -> None:
    """A run of white space alone makes no box."""
    if any(isinstance(one, Element) or one.data.strip(_SPACE) for one in run):
        found.append(Child(None, run))


def _order(frame: Frame, child: Child) -> float:
    return float(frame.style(child.element).others.get("order", 0.0)) if child.element is not None else 0.0


def has_auto_margin(style: ComputedStyle) -> bool:
    """Whether a margin at the side takes up free space."""
    return style.margin_left == AUTO or style.margin_right == AUTO


def is_column(style: ComputedStyle) -> bool:
    """Whether a flex container's main axis is vertical."""
    return str(style.others.get("flex-direction", "row")).startswith("column")


def doubt_of(style: ComputedStyle, element: Element) -> str:
    """Why the width of an item is unknown, "" if it is known: a ratio beside a height, which stretching may change."""
    if "aspect-ratio" in style.others and style.height != AUTO and not is_replaced(element):
        return "aspect-ratio in a flex or grid container"
    return ""
