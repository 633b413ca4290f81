"""Used boxes against Chromium's: small cases of each formatting context, frozen as JSON (``python -m tests.real.boxes``).

A case is *undecided* where the engine says so: a box with a doubt, a property that it does not read and that bears on
geometry, or rules that it cannot look into. What is not doubted has to agree.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from franking.check.page import Page, pages
from franking.html.document import Document

FOLDER = Path(__file__).parents[1] / "data" / "boxes"
WIDTHS = (360, 600)
# Of each context: the share of cases that the engine calls undecided, and the number of those that it still lays out
# otherwise than the browser, as they were when last measured. Both may only become smaller.
MEASURED = {
    "block": (0.0, 11), "inline": (0.122, 2), "float": (0.305, 0), "table": (0.007, 3), "flex": (0.006, 12),
    "grid": (0.0, 0), "replaced": (0.009, 3), "list": (0.301, 0), "shrink": (0.554, 4),
}  # fmt: skip
_NO_BOXES = frozenset("br wbr source col colgroup".split())
EXACT = 0.6  # CSS px: a browser's own rounding, and that of sums of it


def undecided(page: Page) -> bool:
    """Whether the engine says of any box of the page that it does not know it."""
    if page.opaque or any("geometry" in one.aspects for one in page.unmodelled):
        return True
    return any(box is not None and bool(box.doubt) for box in page.layout.boxes)


def differences(page: Page, theirs: list[Any]) -> list[str]:
    """Where the engine's boxes are not the browser's."""
    elements = [e for e in page.document.elements if e.tag in ("html", "body") or any(a.tag == "body" for a in e.ancestors())]
    assert len(elements) == len(theirs), "the trees differ"
    if page.opaque or any("geometry" in one.aspects for one in page.unmodelled):
        return []
    found = []
    for element, fact in zip(elements, theirs, strict=True):
        box = page.box(element)
        rendered = page.frame.rendered[element.index]
        if rendered != (fact != 0) and element.tag not in _NO_BOXES:
            found.append(f"{element.path}: {'a' if rendered else 'no'} box, in the browser {fact}")
        if element.tag in _NO_BOXES or not rendered or not isinstance(fact, list):
            continue
        if box is None or box.doubt or box.kind in ("inline", "row-group"):
            continue
        left, width, *edges = fact
        pairs = [("width", box.width, width)]
        if left is not None:
            pairs.append(("left", box.left, left))
        if box.kind != "cell":
            # What is left of an over-constrained line is a negative margin in the browser, and no rule's business.
            ours = (box.margin_left, box.margin_right, box.padding_left, box.padding_right)
            names = ("margin-left", "margin-right", "padding-left", "padding-right")
            pairs += [(n, max(0.0, a), max(0.0, b)) for n, a, b in zip(names, ours, [*edges, 0, 0, 0, 0][:4], strict=True)]
        found += [f"{element.path}: {n} {a:.1f}, in the browser {b:.1f}" for n, a, b in pairs if abs(a - b) > EXACT]
    return found


def compared(context: str) -> tuple[int, int, list[str]]:
    """How many cases there are of a context, how many are undecided, and the differences."""
    cases = json.loads((FOLDER / f"{context}.json").read_text("utf-8"))["cases"]
    doubted, wrong = 0, []
    for number, (html, *boxes) in enumerate(cases):
        document = Document(html)
        laid_out = pages(document, WIDTHS, {})
        doubted += any(undecided(page) for page in laid_out)
        found = [f"at {page.width}: {d}" for page, at in zip(laid_out, boxes, strict=True) for d in differences(page, at)]
        if found:
            wrong.append(f"{context} {number} {found[0]}\n    {html[:1500]}")
    return len(cases), doubted, wrong


@pytest.mark.parametrize("context", list(MEASURED))
def test_boxes_are_the_browser_s(context: str) -> None:
    number, doubted, wrong = compared(context)
    share, differing = MEASURED[context]
    assert number >= 600
    assert len(wrong) <= differing, wrong
    assert doubted / number <= share + 0.001


if __name__ == "__main__":  # the figures of MEASURED, and the first differences
    for name in MEASURED:
        number, doubted, wrong = compared(name)
        sys.stdout.write(f"{name}: {number} cases, {doubted / number:.3f} undecided, {len(wrong)} differ\n")
        sys.stdout.writelines(f"  {one}\n" for one in wrong[:5])
