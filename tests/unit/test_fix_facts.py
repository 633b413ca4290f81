"""``check --fix`` never takes what a reader sees: pictures, words, links, and the order of sizes."""

from __future__ import annotations

import re

import pytest

from franking.check import inspect
from franking.check.fix import fix_message
from franking.model import Message
from franking.policy import load

POLICY = load()
IMAGE = '<img src="https://www.amazon.com/a.png" alt="Our house"'
PICTURES = {
    "hidden at one width": f"<style>@media (max-width:480px){{.a{{display:none}}}}</style><p>x</p>{IMAGE} class=a width=100>",
    "as wide as a shrink-to-fit table": f'<p>x</p><table><tr><td>{IMAGE} style="width:100%"></td></tr></table>',
    "a size that depends on its box": f'<p>x</p><div style="width:2px">{IMAGE} style="max-width:100%"></div>',
    "from a host that reports": '<p>x</p><img src="https://t.sidekickopen.com/a.png" alt="Our house" width="100" height="80">',
    "a background": '<p>x</p><table><tr><td background="https://www.amazon.com/a.png" height="80" width="100"></td></tr></table>',
    "a picture too wide": f"<p>x</p>{IMAGE} width=600>",
    "a button that is a picture": '<p>x</p><input type="image" src="https://www.amazon.com/a.png" alt="Order">',
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_stay(name: str) -> None:
    mended = fix_message(Message("m", PICTURES[name]), POLICY).html
    assert mended.count("a.png") == PICTURES[name].count("a.png"), mended


@pytest.mark.parametrize(
    "size", ['width="1" height="1"', 'style="width:1px;height:1px"', "width=0", 'style="display:none"', 'height="2"']
)
def test_what_nobody_sees_goes(size: str) -> None:
    assert "o.gif" not in fix_message(Message("m", f'<p>x</p><img src="https://t.example/o.gif" alt="" {size}>'), POLICY).html


HIDDEN = f"<p>x</p>{IMAGE} class=d width=100>"
ELSEWHERE = {  # hidden or tiny at both widths of the policy, and not everywhere
    "in dark mode": "<style>.d{display:none}@media (prefers-color-scheme:dark){.d{display:block!important}}</style>" + HIDDEN,
    "in one program": "<style>.d{display:none}[data-ogsc] .d{display:block!important}</style>" + HIDDEN,
    "between the widths": "<style>.d{display:none}@media (min-width:400px) and (max-width:500px){.d{display:block}}</style>"
    + HIDDEN,
    "at a larger width": "<style>.d{display:none}@media (min-width:700px){.d{display:block}}</style>" + HIDDEN,
    "in print": "<style>.d{width:1px;height:1px}@media print{.d{width:100px;height:50px}}</style>" + HIDDEN,
    "its box at a larger width": "<style>div{display:none}@media (min-width:700px){div{display:block}}</style>"
    f"<p>x</p><div>{IMAGE} width=100></div>",
    "under the mouse": f"<style>.d{{display:none}}p:hover .d{{display:block}}</style><p>x{IMAGE} class=d width=100></p>",
    "once it is chosen": "<style>.d{display:none}#c:checked~.d{display:block}</style><input type=checkbox id=c>" + HIDDEN,
    "where a container is wide": "<style>.d{display:none}@container (min-width:1px){.d{display:block}}</style>" + HIDDEN,
    "in an old program": f"<p>x</p><div popover>{IMAGE} width=100></div>",
    "where objects are not shown": f'<p>x</p><object data="https://www.amazon.com/b.png">{IMAGE} width=100></object>',
}
LARGER = {  # declared tiny, and seen
    "by its least height": f'<p>x</p>{IMAGE} width=1 height=1 style="min-height:100px;min-width:100px">',
    "by scale": f'<p>x</p>{IMAGE} width=2 height=2 style="transform:scale(60)">',
    "by the scale around it": f'<p>x</p><div style="scale:60">{IMAGE} width=2 height=2></div>',
    "by zoom": f'<p>x</p>{IMAGE} width=2 height=2 style="zoom:60">',
    "by the zoom around it": f'<p>x</p><div style="zoom:60">{IMAGE} width=2 height=2></div>',
    "by its border": f'<p>x</p>{IMAGE} width=1 height=1 style="border:30px solid red">',
    "by its padding": f'<p>x</p>{IMAGE} width=1 height=1 style="padding:30px;background:red">',
    "by its ratio": f'<p>x</p>{IMAGE} style="width:auto;height:2px;aspect-ratio:100">',
    "as an upright line": f"<p>x</p>{IMAGE} width=2 height=80>",
    "as a line": f"<p>x</p>{IMAGE} width=200 height=1>",
    "as a line of its box's width": f'<p>x</p>{IMAGE} width="100%" height=2>',
    "as a map of links": f'<p>x</p>{IMAGE} width=1 height=1 usemap="#m"><map name=m><area href="https://www.amazon.com/x"></map>',
    "in a flex container": f'<p>x</p><div style="display:flex;height:9px">{IMAGE} style="width:2px;flex:1"></div>',
}


@pytest.mark.parametrize("html", [*ELSEWHERE.values(), *LARGER.values()], ids=[*ELSEWHERE, *LARGER])
def test_what_somebody_may_see_stays(html: str) -> None:
    assert "a.png" in fix_message(Message("m", html), POLICY).html


@pytest.mark.parametrize(
    "name", [name for name in LARGER if name.startswith(("by scale", "by the", "by zoom", "by its least"))]
)
def test_what_is_seen_is_no_tracker(name: str) -> None:
    assert [f.message for f in inspect(Message("m", LARGER[name]), POLICY) if f.rule == "tracking-pixel"] == []


@pytest.mark.parametrize(
    "html",
    [
        f'<p>x</p>{IMAGE} style="border:none;max-width:100%;display:none">',
        f'<p>x</p><div style="display:none">{IMAGE} width=100></div>',
        f"<p>x</p><div hidden>{IMAGE} width=100></div>",
        f"<style>.d{{display:none}}@media (max-width:480px){{img{{max-width:100%;height:auto}}.e{{display:block}}}}</style>{HIDDEN}",
        f"<style>.d{{visibility:hidden}}p:hover{{color:red}}</style>{HIDDEN}",
    ],
)
def test_what_is_hidden_everywhere_goes(html: str) -> None:
    assert "a.png" not in fix_message(Message("m", html), POLICY).html


def test_a_wide_background_does_not_keep_a_picture_from_its_fix() -> None:
    html = f'<p>x</p><div style="background:url(https://www.amazon.com/b.png);height:90px"></div>{IMAGE} width=600 height=300>'
    mended = fix_message(Message("m", html), POLICY, select=["image-width"])
    assert 'width="288" height="144"' in mended.html
    assert "b.png" in mended.html
    assert len(mended.findings) == 1


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("width=600 height=300", 'width="288" height="144"'),
        ('style="width:600px;height:300px"', 'style="width: 288px;height: 144px"'),
        ("width=600 height=4", 'width="288" height="2"'),
        ('height=300 style="width:100%;height:auto"', 'height=300 style="width: 288px;height:auto"'),
        ('height=300 style="width:100%;height:50%"', 'height=300 style="width: 288px;height: auto"'),
    ],
)
def test_a_picture_that_shrinks_keeps_its_shape(written: str, becomes: str) -> None:
    assert becomes in fix_message(Message("m", f"<p>x</p>{IMAGE} {written}>"), POLICY, select=["image-width"]).html


BUTTON = '<p>x</p><p style="margin:0;background:{ground}"><a href="https://www.amazon.com/x" style="color:{color}">Your orders</a></p>'


@pytest.mark.parametrize("ground", ["#3498db", "#1f3a4d", "#e74c3c", "navy", "rgb(0 0 238)", "#777"])
def test_links_stay_readable_where_their_colour_goes(ground: str) -> None:
    mended = fix_message(Message("m", BUTTON.format(ground=ground, color="white")), POLICY)
    assert "background" not in mended.html
    assert "color:white" not in mended.html
    assert [f for f in mended.findings if f.rule == "contrast"] == []


def test_a_link_in_white_text_loses_its_dark_ground() -> None:
    html = (
        '<p>x</p><table><tr><td style="background:#007bff;color:#fff"><a href="https://www.amazon.com/x" style="color:#fff">Your'
        " orders</a></td></tr></table>"
    )
    mended = fix_message(Message("m", html), POLICY)
    assert "#007bff" not in mended.html
    assert [f.rule for f in mended.findings] == []


def test_what_is_withheld_is_told() -> None:
    html = '<p>x</p><div style="width:100px;overflow:hidden"><p style="margin-left:300px">y</p></div>'
    assert fix_message(Message("m", html), POLICY).withheld == ()
    sole = '<p>x</p><a href="https://www.amazon.com/x"><img src="https://t.example/o.gif" alt="Our house" width=1 height=1></a>'
    mended = fix_message(Message("m", sole), POLICY, select=["tracking-pixel", "link-text"])
    assert mended.html == sole
    assert mended.withheld == ("tracking-pixel",)


def test_light_grounds_stay() -> None:
    assert "background:#e8eef2" in fix_message(Message("m", BUTTON.format(ground="#e8eef2", color="white")), POLICY).html


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
    mended = fix_message(Message("m", "".join(parts)), POLICY, select=["font-sizes"]).html
    sizes = [int(size) for size in re.findall(r"font-size: ?(\d+)px", mended)]
    assert sizes[:2] == [heading, body]
    assert len(set(sizes)) <= 3
    before, after = [heading, body, *others], sizes
    assert all(after[a] >= after[b] for a in range(5) for b in range(5) if before[a] > before[b])
