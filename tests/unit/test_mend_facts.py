"""``check --fix`` never takes what a reader sees: pictures, words, links, and the order of sizes."""

from __future__ import annotations

import re

import pytest

from franking.check import inspect
from franking.check.mend import mend
from franking.model import Message
from franking.policy import load

POLICY = load()
IMAGE = '<img src="https://www.amazon.com/a.png" alt="Our house"'
PICTURES = {
    "hidden at one width": f"<style>@media (max-width:480px){{.a{{display:none}}}}</style><p>x</p>{IMAGE} class=a width=100>",
    "as wide as a shrink-to-fit table": f'<p>x</p><table><tr><td>{IMAGE} style="width:100%"></td></tr></table>',
    "a size that hangs on its box": f'<p>x</p><div style="width:2px">{IMAGE} style="max-width:100%"></div>',
    "from a host that reports": '<p>x</p><img src="https://t.sidekickopen.com/a.png" alt="Our house" width="100" height="80">',
    "a background": '<p>x</p><table><tr><td background="https://www.amazon.com/a.png" height="80" width="100"></td></tr></table>',
    "a picture too wide": f"<p>x</p>{IMAGE} width=600>",
    "a button that is a picture": '<p>x</p><input type="image" src="https://www.amazon.com/a.png" alt="Order">',
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_stay(name: str) -> None:
    mended = mend(Message("m", PICTURES[name]), POLICY).html
    assert mended.count("a.png") == PICTURES[name].count("a.png"), mended


@pytest.mark.parametrize(
    "size", ['width="1" height="1"', 'style="width:1px;height:1px"', "width=0", 'style="display:none"', 'height="2"']
)
def test_what_nobody_sees_goes(size: str) -> None:
    assert "o.gif" not in mend(Message("m", f'<p>x</p><img src="https://t.example/o.gif" alt="" {size}>'), POLICY).html


BUTTON = '<p>x</p><p style="margin:0;background:{ground}"><a href="https://www.amazon.com/x" style="color:{color}">Your orders</a></p>'


@pytest.mark.parametrize("ground", ["#3498db", "#1f3a4d", "#e74c3c", "navy", "rgb(0 0 238)", "#777"])
def test_links_stay_readable_where_their_colour_goes(ground: str) -> None:
    mended = mend(Message("m", BUTTON.format(ground=ground, color="white")), POLICY)
    assert "background" not in mended.html
    assert "color:white" not in mended.html
    assert [f for f in mended.findings if f.rule == "contrast"] == []


def test_light_grounds_stay() -> None:
    assert "background:#e8eef2" in mend(Message("m", BUTTON.format(ground="#e8eef2", color="white")), POLICY).html


@pytest.mark.parametrize("rejected", ["#3498db", "#aa3333"])
def test_links_are_judged_by_their_own_colour(rejected: str) -> None:
    html = f'<p style="background:{rejected}"><a href="https://www.amazon.com/x">Your orders</a></p>'
    found = [f.message for f in inspect(Message("m", html), POLICY) if f.rule == "contrast"]
    assert len(found) == 1
    assert found[0].startswith("A blue link")


SIZES = [  # the sizes of a heading, of the body text and of others
    (30, 14, [20, 12, 11]), (48, 16, [32, 24, 13]), (22, 15, [18, 16, 12]), (28, 14, [27, 26, 13]), (60, 18, [17, 16, 15]),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "body", "others"), SIZES)
def test_the_largest_stays_the_largest_and_body_text_stays(heading: int, body: int, others: list[int]) -> None:
    parts = [
        f'<p style="font-size:{heading}px">Title</p>',
        f'<p style="font-size:{body}px">{"Your order is on its way. " * 9}</p>',
    ]
    parts += [f'<p style="font-size:{size}px">More of it here.</p>' for size in others]
    mended = mend(Message("m", "".join(parts)), POLICY, select=["font-sizes"]).html
    sizes = [int(size) for size in re.findall(r"font-size: ?(\d+)px", mended)]
    assert sizes[:2] == [heading, body]
    assert len(set(sizes)) <= 3
    before, after = [heading, body, *others], sizes
    assert all(after[a] >= after[b] for a in range(5) for b in range(5) if before[a] > before[b])
