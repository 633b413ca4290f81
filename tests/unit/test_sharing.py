"""What elements written alike share changes nothing: the same mail finds the same where no two elements are alike."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.check import inspect
from franking.check.page import pages
from franking.html.document import Document
from franking.model import Message
from franking.policy import load
from tests.real.hostile import mail

_START = re.compile(r"""<([a-z][a-z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*?)(/?>)""", re.IGNORECASE)
_STYLE = re.compile(r"""(\sstyle\s*=\s*["'])""", re.IGNORECASE)


# The parser itself drops the fourth of those that are alike (HTML, section 13.2.4.3, "Noah's Ark").
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


def told_apart(html: str) -> str:
    """The mail with a declaration on each element that no other element has, and that means nothing."""
    numbers = count()

    def tell(match: re.Match[str]) -> str:
        if match[1].lower() in _FORMATTING:
            return match.group()
        own = f"x-{next(numbers)}:1;"
        attributes, styled = _STYLE.subn(rf"\g<1>{own}", match[2], count=1)
        return f"<{match[1]}{attributes}" + ("" if styled else f' style="{own}"') + match[3]

    return _START.sub(tell, html)


def found(html: str) -> list[tuple[object, ...]]:
    """What is found, but for the columns, which the declarations move."""
    findings = inspect(Message("m", html), load())
    return sorted(
        (f.rule, f.line, f.path, f.width or 0, f.message, str(f.measured), f.undecided)
        for f in findings
        if f.rule != "message-size"
    )


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(mail(), st.sampled_from(["<div>{}</div>", "<table><tr><td>{}", "<center>{}</center>", "<p align=right dir=rtl>{}"]))
def test_elements_written_alike_share_nothing_that_shows(html: str, around: str) -> None:
    repeated = html + html + around.format(html) + html
    assert found(repeated) == found(told_apart(repeated))


@pytest.mark.parametrize(
    "html",
    [
        # The same cell in tables that hand down another padding, colour, direction or alignment.
        '<table cellpadding=90><tr><td>a<td>b</table><table cellpadding=2 border=1><tr><td>a<td>b</table>',
        '<div style="color:red"><p>a</p></div><div><p>a</p></div>',
        '<div style="font-size:30px"><p style="margin-left:4em">a</p></div><div><p style="margin-left:4em">a</p></div>',
        '<div style="--x:50%"><p style="padding-left:var(--x)">a</p></div><div style="--x:1%"><p style="padding-left:var(--x)">a</p></div>',
        '<style>p:nth-child(2){color:red} @media(max-width:400px){p + p + p{margin-left:50%}}</style><p>a</p><p>a</p><p>a</p><p>a</p>',
        '<body link=red><a href="https://a.example">a</a> <a>a</a> <a href="https://a.example">a</a></body>',
        '<center><table><tr><td>a</table></center><table><tr><td>a</table>',
        '<div style="display:flex"><span>a</span></div><div><span>a</span></div>',
        '<code><p>a</p></code><p>a</p><code><p>a</p></code>',
    ],
)  # fmt: skip
def test_alike_in_other_surroundings(html: str) -> None:
    assert found(html) == found(told_apart(html))


def test_an_author_is_named_where_it_stands() -> None:
    html = "\n".join(['<p style="color:red">a</p>'] * 3)
    assert [(f.rule, f.line, f.column) for f in inspect(Message("m", html), load())] == [
        ("font-color", line, 11) for line in (1, 2, 3)
    ]


def test_styles_are_shared_at_all() -> None:
    document = Document("<table><tr>" + '<td style="padding:2px">a</td>' * 9 + "</table>")
    styles = pages(document, (360,), {})[0].styles
    cells = [styles[e.index] for e in document.elements if e.tag == "td"]
    assert len({id(style.own) for style in cells}) == 1
    assert len({id(style.others) for style in cells}) == 1
    assert len({id(style) for style in cells}) == 9  # each has its element
