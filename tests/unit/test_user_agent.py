"""The user agent's style sheet under author declarations: what Chromium's ``getComputedStyle`` gave for the same elements."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from franking.check.page import pages
from franking.css.declarations import from_text
from franking.css.values import Unmodelled
from franking.html.document import Document

# The element with its declarations; then border-left-width, font-size and padding-left in CSS px.
CHROMIUM = [
    ("<fieldset id=x>a", 2, 16, 12),
    ("<fieldset id=x style='border-style:solid'>a", 2, 16, 12),
    ("<fieldset id=x style='border-left-style:solid'>a", 2, 16, 12),
    ("<fieldset id=x style='border-style:revert'>a", 2, 16, 12),
    ("<fieldset id=x style='font-size:30px;padding:revert'>a", 2, 30, 22.5),
    ("<hr id=x style='border-style:solid'>", 1, 16, 0),
    ("<button id=x style='border-style:solid'>a</button>", 2, 40 / 3, 6),
    ("<button id=x style='border:solid'>a</button>", 3, 40 / 3, 6),
    ("<select id=x style='border-style:solid'><option>a</select>", 1, 40 / 3, 0),
    ("<iframe id=x style='border-style:solid'></iframe>", 2, 16, 0),
    ("<textarea id=x style='border-style:none'></textarea>", 0, None, 2),
    ("<div id=x style='border-style:solid'>a</div>", 3, 16, 0),
    ("<div id=x style='border-width:5px'>a</div>", 0, 16, 0),
    ("<div style='font-family:monospace'><button id=x>a</button></div>", 2, 40 / 3, 6),
    ("<div style='font-family:monospace'><button id=x style='font-size:1em'>a</button></div>", 2, 16, 6),
    ("<button id=x style='font-family:monospace;font-size:1em'>a</button>", 2, 13, 6),
    ("<div style='font-size:20px'><button id=x style='font-size:inherit'>a</button></div>", 2, 20, 6),
    ("<h1 id=x style='font-size:revert'>a", 0, 32, 0),
    ("<pre id=x style='font-family:revert'>a</pre>", 0, 13, 0),
    ("<ul id=x><li>a</ul>", 0, 16, 40),
    ("<ul id=x dir=rtl><li>a</ul>", 0, 16, 0),
]


@pytest.mark.parametrize(("html", "border", "size", "padding"), CHROMIUM, ids=lambda value: str(value)[:60])
def test_author_declarations_on_what_the_browser_styles(html: str, border: float, size: float | None, padding: float) -> None:
    document = Document("<!DOCTYPE html>" + html)
    page = pages(document, (600,), {})[0]
    style = page.style(next(element for element in document.elements if element.attrs.get("id") == "x"))
    assert style.border_left == border
    assert size is None or style.font_size == pytest.approx(size)
    assert style.padding_left.px == padding


@pytest.mark.parametrize("family", ["Arial", "monospace", "Georgia"])
def test_the_font_of_a_form_control_is_the_authors(family: str) -> None:
    document = Document(f"<!DOCTYPE html><button style='font-family:{family}'>a</button>")
    page = pages(document, (600,), {})[0]
    assert [page.style(element).font_family for element in document.elements if element.tag == "button"] == [family]


def unread(sheet: str) -> list[str]:
    """The declarations of a sheet, one a line or after a brace, that set nothing or nothing that the engine reads."""
    found = re.findall(r"[{;\s]([a-z-]+: [^;{}]+?)\s*[;}]", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    read = {one: [type(longhand.value) for longhand in from_text(one, False).longhands] for one in found}
    assert len(read) > 40
    return [one for one, kinds in read.items() if not kinds or Unmodelled in kinds]


def test_every_declaration_of_the_sheet_is_read() -> None:
    sheet = resources.files("franking.css").joinpath("user_agent.css").read_text("utf-8")
    assert unread(sheet) == []
    assert (
        unread(sheet.replace("list-item", "list-itme").replace("padding-inline:", "padding-inlin:"))[0] == "display: list-itme"
    )
