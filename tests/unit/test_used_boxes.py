"""Used boxes against those of Chromium, which were asked for once: see ``boxes_cases``."""

from __future__ import annotations

import pytest

from franking.check import inspect
from franking.check.fix import fix_message
from franking.check.page import Page, pages
from franking.html.document import Document
from franking.model import Message
from franking.policy import load
from tests.unit.boxes_cases import WIDTHS, Case, cases, expected

_CHROMIUM = expected()


def told(page: Page) -> list[str]:
    """Why the boxes with an ``id`` are not decided."""
    found = [f"{unread.origin.written} is not read" for unread in page.unmodelled if "geometry" in unread.aspects]
    for element in page.document.elements:
        box = page.box(element)
        if "id" in element.attrs and box is not None and box.doubt:
            found.append(box.doubt)
    return found


def differences(case: Case, theirs: dict[str, dict[str, list[float]]]) -> list[str]:
    """Where the boxes differ from the browser's, or are not decided."""
    found: list[str] = []
    for page in pages(Document(case.html), WIDTHS, {}):
        reasons = told(page)
        if case.told:
            found += [] if reasons else [f"decided at {page.width}"]
            continue
        found += [f"at {page.width}: {reason}" for reason in reasons]
        for element in page.document.elements:
            box = page.box(element)
            if "id" not in element.attrs:
                continue
            wanted = theirs[str(page.width)][element.attrs["id"]]
            if box is None:
                found.append(f"{element.attrs['id']} at {page.width}: no box")
            elif abs(box.left - wanted[0]) > case.within or abs(box.width - wanted[1]) > case.within:
                found.append(
                    f"{element.attrs['id']} at {page.width}: {box.left:.2f} {box.width:.2f}, "
                    f"in Chromium {wanted[0]:.2f} {wanted[1]:.2f}"
                )
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_boxes_are_where_chromium_puts_them(case: Case) -> None:
    assert differences(case, _CHROMIUM[case.name]) == []


def test_the_cases_are_those_that_chromium_was_asked_about() -> None:
    assert sorted(case.name for case in cases()) == sorted(_CHROMIUM)


SHRUNK = (
    '<p>Hello</p><table><tr><td><img src="https://www.amazon.com/a.png" alt="Northwind" style="width:100%"></td></tr></table>'
)


def test_a_picture_of_unknown_size_in_a_shrunk_table_is_undecided_and_no_tracker() -> None:
    found = inspect(Message("m", SHRUNK), load(), select=["image-width", "tracking-pixel"])
    assert [(f.rule, f.undecided) for f in found] == [("image-width", True)]


def test_mending_keeps_a_picture_of_unknown_size() -> None:
    assert "a.png" in fix_message(Message("m", SHRUNK), load()).html
