"""Messages with the boxes that Chromium gave them, and those that the layout gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from franking.check.page import pages
from franking.html.document import Document

FOLDER = Path(__file__).parent / "boxes"
FRAME = "<!DOCTYPE html><style>*{font-size:0;line-height:0}body{margin:0}i{display:inline-block;height:5px}</style>"
# Ten by ten pixels, transparent.
PIXELS = "data:image/gif;base64,R0lGODlhCgAKAIAAAAAAAP///ywAAAAACgAKAAACCISPqcvtD2MrADs="
TOLERANCE = 0.6  # CSS px: browsers count in 64ths, and add them up


def cases(kind: str) -> list[dict[str, Any]]:
    """The cases of a kind: ``name``, ``html``, and ``boxes`` by width and element, each its left edge and width."""
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))
    return found


def differences(html: str, width: int, expected: dict[str, list[float]]) -> list[str] | None:
    """Where the layout differs from ``expected``; None where something is told as undecided."""
    document = Document(FRAME + html.replace("@img", PIXELS))
    page = pages(document, (width,), {})[0]
    if page.unmodelled:
        return None
    found = []
    for element in document.elements:
        name = element.attrs.get("data-n", "")
        if name in expected:
            left, wide = expected[name]
            box = page.box(element)
            if box is None or abs(box.left - left) > TOLERANCE or abs(box.width - wide) > TOLERANCE:
                ours = None if box is None else (round(box.left, 2), round(box.width, 2))
                found.append(f"{name}: {ours}, not {(left, wide)}")
    return found


def undecided(kind: str) -> int:
    """How many cases of a kind are told as undecided."""
    return sum(differences(case["html"], 360, case["boxes"]["360"]) is None for case in cases(kind))
