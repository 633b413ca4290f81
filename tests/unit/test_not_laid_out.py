"""What the engine does not lay out as a browser does, and does not permit either: so no box of these is compared."""

from __future__ import annotations

import pytest

from franking.check import inspect
from franking.model import Message
from franking.policy import load

CASES = [
    pytest.param("margin-width", "<p style='padding-left:calc(1px / 0)'>Text</p>", False, id="length divided by zero"),
    pytest.param("margin-width", "<p style='max-width:-webkit-max-content'>Text</p>", True, id="keyword with a prefix"),
    pytest.param(
        "margin-width",
        '<div style="float:left;width:150px;height:300px"></div><hr><table><tr><td>Thank you for your order, which is on its way to you</td></tr></table>',
        True,
        id="table beside a float, further down",
    ),
    pytest.param(
        "margin-width",
        '<table width="100%"><col style="visibility:collapse;width:50%"><col><tr><td>a</td><td>Thank you for your order, which is on its way to you</td></tr></table>',
        True,
        id="collapsed column",
    ),
    pytest.param(
        "margin-width",
        '<p>Text</p><style style="display:block;margin-left:40%">p{}</style>',
        True,
        id="style sheet that is shown",
    ),
    pytest.param(
        "image-width",
        '<p>x</p><table width="100%"><col style="background:url(https://a/b.png)"><tr><td height=9></td></tr></table>',
        True,
        id="background of a column",
    ),
    pytest.param(
        "image-width",
        '<div style="display:flex"><img src="data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22%20viewBox=%220%200%209%201%22/%3E" alt="Us"></div>',
        True,
        id="scalable graphic with a ratio alone as an item",
    ),
    pytest.param(
        "image-width",
        '<table width=10><tr><td style="white-space:nowrap;text-wrap:wrap">Thank you very much for your order, which is on its way to you and more words Thank you very much for your order, which is on its way to you and more words</td></tr><tr><td><img src="cid:a" alt="" style="width:100%"></td></tr></table>',
        True,
        id="lines that break after all",
    ),
    pytest.param(
        "margin-width",
        '<div style="float:left;width:130px;height:50px"></div><div style="column-count:1">Text</div>',
        True,
        id="beside a float, one column",
    ),
    pytest.param(
        "margin-width",
        '<div style="float:left;width:130px;height:50px"></div><div style="columns:1">Text</div>',
        True,
        id="beside a float, columns",
    ),
    pytest.param(
        "margin-width",
        '<div style="float:left;width:130px;height:50px"></div><div style="overflow-block:auto">Text</div>',
        True,
        id="beside a float, an overflow",
    ),
    pytest.param(
        "margin-width",
        '<div style="float:left;width:130px;height:50px"></div><div style="overflow-inline:scroll">Text</div>',
        True,
        id="beside a float, an overflow along the line",
    ),
    pytest.param(
        "margin-width",
        '<div style="float:left;width:130px;height:50px"></div><div style="content-visibility:auto">Text</div>',
        True,
        id="beside a float, what may not be laid out",
    ),
    pytest.param(
        "margin-width",
        '<div style="display:grid;offset-path:view-box"><div>One</div></div>',
        True,
        id="a path around the box itself",
    ),
    pytest.param(
        "margin-width",
        '<div style="transform:scale(.5);-webkit-transform-origin-x:0">One</div>',
        True,
        id="an origin that is no centre",
    ),
    pytest.param(
        "margin-width", "<style>@scope (div){margin-left:45%}</style><div><p>Text</p></div>", True, id="declarations of a scope"
    ),
    pytest.param("text-align", "<p style='writing-mode:tb-rl'>Text</p>", True, id="vertical writing by its old name"),
    pytest.param("font-color", '<object><p style="color:red">Text</p></object>', True, id="fallback of an object"),
    pytest.param("centered-body", '<center><p style="display:inline list-item">Text</p></center>', True, id="item in a line"),
    pytest.param(
        "centered-body",
        '<table width="300" align="center"><tr style="display:ruby-text"><td>Text</td></tr></table>',
        True,
        id="annotation outside a ruby",
    ),
    pytest.param("font-family", "<p style='font:-webkit-small-control'>Text</p>", True, id="font of a small control"),
]


@pytest.mark.parametrize(("rule", "html", "undecided"), CASES)
def test_it_is_rejected(rule: str, html: str, undecided: bool) -> None:
    findings = inspect(Message("case", html), load(), select=[rule])
    assert findings
    assert any(finding.undecided for finding in findings) is undecided
