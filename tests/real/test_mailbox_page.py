"""The preview as buyers see it: each mail program is chosen, and its dark view can be read, measured by the browser."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.real.npm import install
from tests.real.previewing import Preview
from tests.real.test_live_preview import page  # noqa: F401 - a fixture

pytestmark = pytest.mark.real
SHOTS = os.environ.get("FRANKING_SHOTS", "")  # a folder for pictures of the page, to look at
PROGRAMS = ("gmail", "gmail-android", "gmail-ios", "apple-mail", "outlook-com", "outlook-windows", "yahoo", "marketplace")
DARK = {"gmail-android", "gmail-ios", "outlook-com", "outlook-windows"}  # whatever a message declares
# The lowest contrast (WCAG 2, 1.4.3) of a text against the nearest opaque background, and the canvas's luminance.
CONTRAST = """() => {
  const page = document.querySelector(".paper iframe").contentDocument, view = page.defaultView;
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = node => {
    for (let e = node; e; e = e.parentElement) {
      const back = parts(view.getComputedStyle(e).backgroundColor);
      if (back.length < 4 || back[3] === 1) return back;
    }
    return parts(getComputedStyle(document.querySelector(".paper")).backgroundColor); // the frame itself is transparent
  };
  let lowest = 21, links = 21; // a link's colour is the program's own
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.tagName === "STYLE") continue;
    const [one, two] = [luminance(parts(view.getComputedStyle(node).color)), luminance(behind(node))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (node.closest("a")) links = Math.min(links, contrast); else lowest = Math.min(lowest, contrast);
  }
  return { lowest, links, canvas: luminance(behind(page.documentElement)) };
}"""


def choose(page: Page, program: str) -> None:  # noqa: F811
    with page.expect_response("**/api/seen"):
        page.locator("#client").select_option(program)
    expect(page.locator(".sheet > p span").first).to_contain_text(page.locator("#client option:checked").inner_text())


def contrast(page: Page) -> dict[str, float]:  # noqa: F811
    """What CONTRAST measures, once the frame has its message."""
    page.wait_for_function(
        """() => { const paper = document.querySelector(".sheet iframe")?.contentDocument;
        return paper?.readyState === "complete" && paper.body?.innerText.trim() && document.querySelector(".sheet iframe").offsetHeight > 100; }"""
    )
    found: dict[str, float] = page.evaluate(CONTRAST)
    return found


def test_every_theme_can_be_read_in_the_dark_view_of_every_program(page: Page, preview: Preview) -> None:  # noqa: F811
    choose(page, "gmail")
    page.keyboard.press("d")
    for theme in ("plain", "brand", "label", "calm"):
        page.locator("#theme").select_option(theme)
        expect(page.locator(".sheet > p span").first).to_contain_text(f"theme {theme} · Gmail, dark mode, stays light")
        for program in PROGRAMS:
            if program != "gmail":
                choose(page, program)
            found = contrast(page)
            assert found["lowest"] >= 4.5 and found["links"] >= 3, (theme, program, found)
            dark = program in DARK or (program == "apple-mail" and theme == "calm")  # it declares color-scheme: light dark
            assert (found["canvas"] < 0.1) == dark, (theme, program, found)
            if SHOTS:
                page.screenshot(path=str(Path(SHOTS) / f"dark-{theme}-{program}.png"))
        choose(page, "gmail")
    page.locator("#client").select_option("")
    for theme in ("plain", "brand", "label", "calm"):  # as written: as the message declares
        page.locator("#theme").select_option(theme)
        expect(page.locator(".sheet > p span").first).to_have_text(f"theme {theme}")
        page.wait_for_function("() => document.querySelector('iframe').contentDocument.querySelector('style[data-franking]')")
        assert contrast(page)["lowest"] >= 4.5, theme


def test_the_switch_keeps_xray_width_and_address(page: Page, preview: Preview) -> None:  # noqa: F811
    choose(page, "outlook-windows")
    assert page.url.endswith("#order_confirmation/plain/en/plain?client=outlook-windows")
    frame = page.frame_locator(".paper iframe")
    assert "Times New Roman" in frame.locator("body").evaluate("e => getComputedStyle(e).fontFamily")
    code = frame.locator("td span").filter(has_text=re.compile(r"^\d{3}-\d{7}-\d{7}$")).first
    assert code.evaluate("e => getComputedStyle(e).whiteSpace") == "normal"  # Word knows no white-space
    assert frame.locator(".page").evaluate("e => getComputedStyle(e).maxWidth") == "588px"  # but a table's max-width
    page.keyboard.press("x")
    boxes = page.locator(".overlay .text")
    expect(boxes.first).to_be_attached()
    named = page.evaluate(
        """() => { const all = [...document.querySelector("iframe").contentDocument.querySelectorAll("*:not([data-franking])")];
        return [...document.querySelectorAll(".overlay .text")].map(n => all[n.dataset.index].textContent.trim() !== ""); }"""
    )
    assert named and all(named)
    page.get_by_role("button", name="Phone 360").click()
    expect(page.locator(".sheet > p > span").last).to_contain_text("360 px")
    page.reload()
    expect(page.locator("#client")).to_have_value("outlook-windows")
    page.keyboard.press("m")
    expect(page.locator("#client")).to_have_value("yahoo")


def test_the_panel_names_what_is_dropped_with_the_line(page: Page, preview: Preview) -> None:  # noqa: F811
    css = preview.file("themes/plain/theme.css").read_text().split("\n")
    line = next(n for n, text in enumerate(css, 1) if text.startswith("@media"))
    choose(page, "outlook-windows")
    page.keyboard.press("8")
    card = page.locator(".client-card", has=page.get_by_text("@media", exact=True))
    expect(card).to_contain_text("not supported in Outlook for Windows")
    card.get_by_role("button", name=f"plain/theme.css:{line}").click()
    expect(page.locator("#panel .here")).to_contain_text("@media")
    page.keyboard.press("8")
    choose(page, "apple-mail")
    expect(page.locator(".client-card", has=page.get_by_text("@media", exact=True))).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, preview: Preview, scheme: str) -> None:  # noqa: F811
    axe = install("axe-core@4.11.0") / "axe-core" / "axe.min.js"
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    choose(page, "outlook-com")
    page.keyboard.press("8")
    expect(page.locator(".client-card").first).to_be_visible()
    page.evaluate(axe.read_text())
    for width, height in ((1440, 900), (1280, 860), (768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
        serious = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, (width, serious)
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"mailbox-{width}-{scheme}.png"))
