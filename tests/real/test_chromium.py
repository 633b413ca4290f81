"""Chromium as judge: used boxes and computed styles of all previews and all rule cases, and the gallery as people see it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from franking.check.page import Page, pages
from franking.html.document import Document, Element
from franking.layout.frame import is_replaced
from tests.real.judge import Judge, browser
from tests.unit.test_rule_cases import all_cases, message_of

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))
# Sized by the browser's own fonts, or without a box that matters.
CONTROLS = {"input", "button", "select", "textarea", "option", "br", "wbr", "source"}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def previews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("previews")
    subprocess.run([FRANKING, "render", "--out", str(out)], cwd=ROOT, check=True, capture_output=True)
    return out


FOREIGN = ("ja", "ar")


def laid_out(previews: Path) -> list[Path]:
    """Every kind, theme and sample in German; and in each other language every kind once, the themes in turns."""
    files = sorted(previews.glob("*/*/*/*.html"))
    kinds, themes, languages = (sorted({p.parts[-i] for p in files}) for i in (4, 3, 2))
    turn = {(k, lang): themes[(i + j) % len(themes)] for i, k in enumerate(kinds) for j, lang in enumerate(languages)}
    first = {k: min(p.name for p in files if p.parts[-4] == k and "hard" not in p.name) for k in kinds}
    chosen = [
        p for p in files
        if p.parts[-2] == "de" or (p.parts[-3] == turn[p.parts[-4], p.parts[-2]] and p.name == first[p.parts[-4]])
    ]  # fmt: skip
    assert len(chosen) > 200
    return chosen


def differences(judge: Judge, html: str, width: int, *, fonts: bool = True) -> list[str]:
    """Where the checker and the browser see an element differently; without ``fonts`` for its script, apart from the width of
    its words."""
    document = Document(html)
    (page,) = pages(document, (width,), {})
    facts = judge.read(html, width)
    assert [e.tag for e in document.elements] == [f["tag"] for f in facts], "the trees differ"
    found: list[str] = []
    for element, fact in zip(document.elements, facts, strict=True):
        if fonts or not _is_as_wide_as_words(page, element):
            found += [f"{element.path} at {width}: {d}" for d in _compare(page, element, fact)]
    return found


def _is_as_wide_as_words(page: Page, element: Element) -> bool:
    """Whether an element or a box around it is as wide as its words, or shares a row with others that are."""
    for box in element.ancestors():
        style = page.style(box)
        auto = isinstance(style.width, str)
        if auto and (style.display in ("table", "inline", "inline-block") or style.floating != "none"):
            return True
        cells = [e for e in box.parent.children if isinstance(e, Element) and e.tag in ("td", "th")] if box.parent else []
        if len(cells) > 1 and style.display == "table-cell":
            return True
    return False


def _compare(page: Page, element: Element, fact: dict[str, Any]) -> Iterator[str]:
    if (
        element.tag in CONTROLS
        or fact["display"] == "none"
        or any(a.tag == "svg" for a in element.ancestors() if a is not element)
    ):
        return  # what is inside a drawing is no box
    if page.frame.rendered[element.index] != fact["rendered"]:
        yield f"rendered: {page.frame.rendered[element.index]}, browser {fact['rendered']}"
        return
    style, box = page.style(element), page.box(element)
    if not fact["rendered"]:
        return
    if abs(style.font_size - fact["size"]) > 0.06:
        yield f"font-size {style.font_size:.2f}, browser {fact['size']:.2f}"
    if style.text_align != fact["align"]:
        yield f"text-align {style.text_align}, browser {fact['align']}"
    if box is None:
        if fact["display"] != "contents":
            yield "no box"
        return
    if box.doubt or (is_replaced(element) and element.tag == "object") or fact["broken"]:
        return  # a picture that does not load is shown as its alt text, as wide as that is
    names = [("margin_left", "marginLeft"), ("padding_left", "paddingLeft")]
    if box.kind not in ("inline", "cell", "row-group"):
        names += [("margin_right", "marginRight"), ("padding_right", "paddingRight")]
    for ours, theirs in names:
        if box.kind not in ("cell", "row-group") and abs(getattr(box, ours) - fact[theirs]) > 0.1:
            yield f"{ours} {getattr(box, ours):.2f}, browser {fact[theirs]:.2f}"
    if box.kind != "inline":
        # Widths that hang on text differ by kerning: up to 4 % of the box, more for scripts the machine has no font for.
        tolerance = max(0.6, 0.04 * page.width if _hangs_on_text(page, element) else 0.0)
        for name in ("left", "width"):
            if abs(getattr(box, name) - fact[name]) > tolerance:
                yield f"{name} {getattr(box, name):.1f}, browser {fact[name]:.1f}"


def _hangs_on_text(page: Page, element: Element) -> bool:
    for ancestor in element.ancestors():
        style = page.style(ancestor)
        if style.display in ("table-cell", "inline-block", "inline-table") or style.floating != "none":
            return True
        if style.display == "table" and isinstance(style.width, str):
            return True
        if ancestor.parent is not None and page.style(ancestor.parent).display == "flex":
            return True
    return False


@pytest.mark.parametrize("width", [360, 600])
def test_previews_lay_out_as_in_the_browser(judge: Judge, previews: Path, width: int) -> None:
    files = [p for p in laid_out(previews) if p.parent.name not in FOREIGN]
    found = {str(p.relative_to(previews)): d for p in files if (d := differences(judge, p.read_text("utf-8"), width))}
    assert found == {}


@pytest.mark.parametrize("width", [360, 600])
def test_previews_in_other_scripts_agree_but_for_text_widths(judge: Judge, previews: Path, width: int) -> None:
    """No font for Japanese or Arabic need be installed here, so what depends on text may differ; everything else agrees."""
    for path in (p for p in laid_out(previews) if p.parent.name in FOREIGN):
        assert differences(judge, path.read_text("utf-8"), width, fonts=False) == [], path


@pytest.mark.parametrize("width", [360, 600])
def test_rule_cases_lay_out_as_in_the_browser(judge: Judge, width: int) -> None:
    found = {}
    for parameter in all_cases():
        rule, _verdict, case = parameter.values
        if rule == "message-size":  # these cases are long, and say nothing about layout
            continue
        if case.get("undecided") and re.search("<math|<source", case["html"]):  # no box is claimed for MathML, sizes of sources
            continue
        if "shadowrootmode" in case.get("html", ""):  # nor for what a shadow root shows
            continue
        difference = differences(judge, message_of(case).html or "", width)
        if difference:
            found[parameter.id] = difference
    assert found == {}


def test_no_preview_is_wider_than_the_phone(judge: Judge, previews: Path) -> None:
    for path in laid_out(previews):
        judge.read(path.read_text("utf-8"), 360)
        assert judge.page.evaluate("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("width", [1280, 390])
def test_the_gallery_works_from_the_file_system(judge: Judge, tmp_path: Path, width: int) -> None:
    kinds = ("delivery_scheduling", "review_request")
    previews = tmp_path / "previews"
    subprocess.run([FRANKING, "render", *kinds, "--out", str(previews)], cwd=ROOT, check=True, capture_output=True)
    samples = sum(len(list((ROOT / "templates" / kind / "samples").glob("*.json"))) for kind in kinds)
    themes = len(list((ROOT / "themes").glob("*/theme.toml")))
    languages = 1 + len(list((ROOT / "templates" / "locales").glob("*.po")))
    page = judge.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((previews / "index.html").as_uri())
    assert page.locator("article:visible").count() == samples * themes * languages
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="brand").click()
    page.get_by_role("button", name="de", exact=True).click()
    assert page.locator("article:visible").count() == samples
    assert page.locator("#shown").inner_text() == str(samples)
    assert "theme=brand" in page.url
    assert "language=de" in page.url
    page.wait_for_function("document.querySelector('article:not([hidden]) iframe')")  # the message came from its folder
    first = page.locator("article:visible").first
    first.locator("button").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("figure.phone iframe").evaluate("e => e.offsetWidth") == 360
    assert "Guten Tag" in dialog.locator("pre").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.go_back()
    assert dialog.count() == 0
    assert page.locator("article:visible").count() == samples  # the filters are still there
    page.reload()
    assert page.locator("article:visible").count() == samples
    page.get_by_role("searchbox").fill("no such words")
    assert page.get_by_text("No preview matches.").is_visible()
    page.get_by_role("button", name="Show all").click()
    assert page.locator("article:visible").count() == samples * themes * languages
    page.get_by_role("button", name="brand").click()
    page.get_by_role("button", name="de", exact=True).click()
    page.wait_for_function("document.querySelector('article:not([hidden]) iframe')")
    frame = page.frame_locator("article:visible >> iframe >> nth=0")
    assert frame.locator("h1").inner_text() == "Wann passt Ihnen die Lieferung?"
    heights = page.evaluate(
        "[...document.querySelectorAll('article:not([hidden]) iframe')].filter(f => f.srcdoc).map(f => f.offsetHeight)"
    )
    assert min(heights) > 300
    page.get_by_role("button", name="brand").focus()
    page.keyboard.press("Enter")
    assert page.locator("article:visible").count() == samples * themes
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


def test_verdicts_on_rule_cases_and_previews_are_the_browser_s(judge: Judge, previews: Path) -> None:
    """The layout and type rules' verdicts, derived from the browser by code that shares nothing with the checker."""
    from tests.real.oracle import RULES, Score, compare

    score = Score()
    messages = [message_of(p.values[2]).html or "" for p in all_cases() if p.values[0] in RULES]
    messages += [path.read_text("utf-8") for path in laid_out(previews)]
    # Without the bytes or a width an image has no size for the checker; cases about size of the part are long, not hostile.
    for html in {m for m in messages if len(m) < 50_000 and "refresh" not in m.lower()}:
        for width in (360, 600):
            compare(judge, html, width, score)
    assert score.verdicts > 4_000
    assert [(rule, width, html[:300]) for html, width, rule, _, _ in score.disagreements] == []
