"""The gallery as buyers see it: its page makes the same of a message as the program does, and can be used by everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from franking.catalog import Catalog
from franking.mailbox.clients import CLIENTS
from franking.mailbox.seen import seen
from franking.mailbox.tables import Parts, asks, tables, view_name
from franking.policy import load
from franking.preview.build import build
from tests.real.judge import browser
from tests.real.npm import install

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / "src/franking/preview/gallery_seen.js").read_text("utf-8")
# A tree with its attributes in order, so that two sources can be compared.
TREE = """([one, other]) => {
  const tree = node => node.nodeType === 3 ? node.data : node.nodeType !== 1 ? null
    : [node.localName, [...node.attributes].map(a => [a.name, a.value]).sort(), [...node.childNodes].map(tree).filter(n => n)];
  const [a, b] = [one, other].map(html => JSON.stringify(tree(new DOMParser().parseFromString(html, "text/html").documentElement)));
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a === b ? "" : `${a.slice(Math.max(0, at - 80), at + 120)} ≠ ${b.slice(Math.max(0, at - 80), at + 120)}`;
}"""
HAND_MADE = [
    """<!DOCTYPE html><html lang="en"><head><meta name="color-scheme" content="light dark"><style>p { position: absolute }
    @media (prefers-color-scheme: dark) { p { background: #000 } }</style><style>td > p { margin: 0 }</style></head>
    <body bgcolor="#ffffff"><nav>1</nav><p hidden style="color: rgb(0 128 0); margin: 0">&lt;2&gt; &amp; <bdi>3</bdi></p>
    <table width="600" bgcolor="#eeeeee"><tbody><tr><td style="background-color: #fff; mso-padding-alt: 4px" title="a > b">4</td></tr></tbody></table>
    <!--[if mso]><table><tr><td><p>5</p></td></tr></table><![endif]--><!--[if !mso]><!--><p>6</p><!--<![endif]--></body></html>""",
    """<html><head><style>a::before { content: "1" }</style></head><body><form><input type="text" value="2"><select><option>3</option>
    </select></form><p style='font-family: "A B"; padding: 4px'>4</p><svg width="10"><style>b { margin: 0 }</style></svg></body></html>""",
]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gallery")
    catalog = Catalog(ROOT / "templates", ROOT / "themes")
    build(catalog, load(), out, kinds=["delivery_scheduling", "order_confirmation:mjml"], languages=["en", "ar"])
    return out


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        yield opened.page


def test_the_page_makes_of_a_message_what_the_program_does(page: Page, gallery: Path) -> None:
    page.goto((gallery / "index.html").as_uri())
    compared = 0
    for theme in ("plain", "brand", "label", "calm"):
        messages = [path.read_text("utf-8") for path in sorted(gallery.glob(f"*/{theme}/*/*.html"))[::3]]
        written = (gallery / f"programs-{theme}.js").read_text("utf-8").partition(", ")[2].rstrip().removesuffix(");")
        compared += compare(page, messages, json.loads(written)["views"])
    parts = Parts()
    for html in HAND_MADE:
        parts.add(html)
    compared += compare(page, HAND_MADE, tables(parts))
    assert compared > 300


def compare(page: Page, messages: list[str], views: dict[str, Any]) -> int:
    for html in messages:
        for client in CLIENTS:
            for dark in (False, True):
                table = views[view_name(client, dark=dark)]
                made = page.evaluate("([table, html, asks]) => seenIn(table, html, asks)", [table, html, asks(html)])
                assert page.evaluate(TREE, [made, seen(html, client, dark=dark).html]) == "", (client.name, dark)
    return len(messages) * len(CLIENTS) * 2


def test_the_switch_is_in_the_address_and_shows_every_message_again(page: Page, gallery: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((gallery / "index.html").as_uri() + "#theme=brand&language=en")
    page.reload()
    expect(page.locator("#dark")).to_be_disabled()
    first = page.frame_locator("article:visible >> iframe >> nth=0")
    expect(first.locator("style[data-franking]")).to_have_count(0)
    page.locator("#client").select_option("Outlook for Windows")
    expect(first.locator("style[data-franking]")).to_have_count(1)
    page.get_by_role("button", name="Dark").click()
    expect(first.locator("html")).to_have_css("background-color", "rgb(38, 38, 38)")
    expect(page.locator("#client-note")).to_contain_text("lays messages out with Word")
    assert page.url.endswith("client=outlook-windows&dark=1")
    page.reload()
    page.locator("article:visible button").first.click()
    phone = page.frame_locator("figure.phone iframe")
    expect(phone.locator("html")).to_have_css("background-color", "rgb(38, 38, 38)")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.go_back()
    page.go_back()
    expect(page.locator("#client")).to_have_value("outlook-windows")
    page.locator("#client").select_option("as written")
    expect(first.locator("style[data-franking]")).to_have_count(0)
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert (gallery / "index.html").stat().st_size < 1_000_000


@pytest.mark.parametrize("width", [1440, 1280, 768, 390])
def test_axe_finds_nothing_serious_in_the_gallery(page: Page, gallery: Path, width: int) -> None:
    axe = (install("axe-core@4.11.0") / "axe-core" / "axe.min.js").read_text("utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for address in ("#client=gmail-ios&dark=1", "#open=delivery_scheduling/calm/ar/plain&client=yahoo"):
            page.goto("about:blank")
            page.goto((gallery / "index.html").as_uri() + address)
            expect(page.locator("article iframe").first).to_be_attached()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.evaluate(axe)
            found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
            serious = [(v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in ("serious", "critical")]
            assert serious == [], (scheme, address)
    page.emulate_media(color_scheme="light")
