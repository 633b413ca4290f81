"""The X-ray: the checker's measurements per element, drawn over the message."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from franking.check.page import Page
from franking.check.rule_context import RuleContext
from franking.css.computed_style import ComputedStyle
from franking.html.document import Element
from franking.model import Message
from franking.policy import Policy

_TYPE = {"font-family": "font", "font-size": "size", "line-height": "line height", "color": "colour", "text-align": "alignment"}


def xray(message: Message, policy: Policy, width: int, guilty: Collection[int] = ()) -> dict[str, Any]:
    """Insets, images and texts of a message laid out ``width`` CSS px wide.

    ``left`` and ``width`` of each entry are CSS px from the message box's left edge: an image's border box, and the content
    box of a text's block. ``index`` is the element's number in document order, from 0 for ``<html>``. ``guilty`` are the
    numbers of the elements whose margins and paddings are measured.
    """
    pages = RuleContext(message, policy, (width,)).pages
    if not pages:
        return {"width": width, "insets": None, "images": [], "texts": [], "boxes": []}
    page = pages[0]
    images = [_image(page, element) for element in page.replaced if page.box(element) is not None]
    texts = _texts(page)
    edges = [(entry["left"], entry["left"] + entry["width"]) for entry in (*images, *texts)]
    insets = None
    if edges:
        left, right = min(e[0] for e in edges), width - max(e[1] for e in edges)
        insets = {"left": round(left, 2), "right": round(right, 2), "limit": policy.value("margin_share")}
    return {"width": width, "insets": insets, "images": images, "texts": texts, "boxes": _boxes(page, guilty)}


def _boxes(page: Page, guilty: Collection[int]) -> list[dict[str, Any]]:
    """Margin and padding of each guilty element on its left and right, in CSS px."""
    found = []
    for element in page.document.elements:
        box = page.box(element) if element.index in guilty else None
        if box is not None:
            sides = {
                "left": [round(box.margin_left, 2), round(box.padding_left, 2)],
                "right": [round(box.margin_right, 2), round(box.padding_right, 2)],
            }
            found.append({"index": element.index, **sides})
    return found


def _image(page: Page, element: Element) -> dict[str, Any]:
    box = page.box(element)
    assert box is not None
    return {
        "index": element.index, "left": round(box.left, 2), "width": round(box.width, 2),
        "share": round(box.width / page.width, 4), "tag": element.tag, "doubt": box.doubt,
    }  # fmt: skip


def _texts(page: Page) -> list[dict[str, Any]]:
    """One entry per block with text, with the style of its first text."""
    found: dict[int, dict[str, Any]] = {}
    for run in page.runs:
        block = next(
            (e for e in run.element.ancestors() if (b := page.box(e)) is not None and b.kind not in ("inline", "row-group")),
            None,
        )
        if block is None or block.index in found:
            continue
        box = page.box(block)
        assert box is not None
        found[block.index] = {
            "index": block.index, "left": round(box.content_left, 2), "width": round(box.content_width, 2),
            "size": round(run.style.font_size, 2), "align": run.style.text_align, "set": _overridden(run.style),
            "doubt": box.doubt,
        }  # fmt: skip
    return list(found.values())


def _overridden(style: ComputedStyle) -> list[str]:
    """The text properties that the message's author overrides, in words."""
    kept = ("start", "left" if style.direction == "ltr" else "right")  # an alignment that changes nothing
    return [
        word
        for name, word in _TYPE.items()
        if style.own_origin(name) is not None and not (name == "text-align" and style.text_align in kept)
    ]
