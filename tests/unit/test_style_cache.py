"""Computed styles that are shared from mail to mail: the cache is bounded, holds no mail, and a mail is judged as by itself.

Styles that are plain are looked at less closely: what is not plain is listed here.
"""

from __future__ import annotations

import gc

import pytest

from franking.check import inspect
from franking.check.page import pages
from franking.css import style_cache
from franking.html.document import Document
from franking.model import Message
from franking.policy import load

STYLES = 1_500  # of each mail, all different


def mail(number: int) -> Message:
    """A mail whose styles no other mail has."""
    paragraphs = "".join(f'<p style="margin-left:{number}.{n:04}px">x</p>' for n in range(STYLES))
    return Message("mail", f"<!DOCTYPE html>{paragraphs}")


def test_the_cache_is_bounded_and_holds_no_mail() -> None:
    known = {id(one) for one in gc.get_objects() if isinstance(one, Document)}
    sizes = []
    for number in range(3):
        inspect(mail(number), load(), select=["font-color"])
        sizes.append(len(style_cache._cached))
    assert 0 < max(sizes) <= style_cache._MOST
    gc.collect()
    assert [one for one in gc.get_objects() if isinstance(one, Document) and id(one) not in known] == []


def test_elements_written_alike_in_other_parents_keep_their_own_origins() -> None:
    page = '<!DOCTYPE html>\n<div style="color:{}">\n<p>Your order is on its way.</p></div>'
    for color, lines in (("inherit", []), ("red", [2]), ("currentcolor", []), ("red", [2])):
        found = inspect(Message("mail", page.format(color)), load(), select=["font-color"])
        assert [finding.line for finding in found] == lines, color


def test_a_style_sheet_in_several_mails_is_placed_in_each() -> None:
    css = "<style>@container (width > 1px){p{text-align:center}} p{color:red}</style>"
    for lines in (0, 3, 1):
        html = "<!DOCTYPE html>" + "\n" * lines + css + "<p>Your order is on its way.</p>"
        found = inspect(Message("mail", html), load(), select=["font-color", "text-align"])
        assert {(f.rule, f.line) for f in found} == {("font-color", lines + 1), ("text-align", lines + 1)}


def test_a_style_sheet_in_several_mails_keeps_to_the_layers_of_each() -> None:
    second = "<style>@layer a{p{text-align:left}} @layer b{p{text-align:center}}</style><p>Your order is on its way.</p>"
    for order, rules in (("a,b", ["text-align"]), ("b,a", []), ("a,b", ["text-align"])):
        html = f"<!DOCTYPE html><style>@layer {order};</style>{second}"
        found = inspect(Message("mail", html), load(), select=["text-align"])
        assert [f.rule for f in found] == rules, order


@pytest.mark.parametrize("declared", ["float:left", "position:relative", "zoom:0.5", "visibility:hidden", "opacity:0", "color:red",
                                      "display:contents", "display:flex", "white-space:pre", "margin-left:-9px", "direction:rtl",
                                      "margin-left:400px", "text-indent:-9px", "font-size:1px", "overflow:hidden", "filter:blur(9px)",
                                      "transform:none", "-webkit-text-fill-color:red", "display:table-column"])  # fmt: skip
def test_what_few_styles_have_is_not_plain(declared: str) -> None:
    document = Document(f'<!DOCTYPE html><p style="margin:8px;padding:1px">x</p><p style="{declared}">x</p>')
    page = pages(document, (360,), {})[0]
    assert [element.attrs["style"] for element in page.frame.unusual] == [declared]
