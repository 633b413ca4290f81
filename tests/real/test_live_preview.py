"""The live preview, driven in Chromium: edits show, findings lead to their lines, the X-ray agrees with the browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from franking.inbox import stored
from tests.real.npm import install
from tests.real.previewing import FRANKING, Preview

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
SHOTS = os.environ.get("FRANKING_SHOTS", "")  # a folder for pictures of the page, to look at
# For each drawn measure: its kind, element, drawn box, the checker's left and width, and the browser's box of the element.
BOXES = """() => {
  const all = [...document.querySelector("iframe").contentDocument.querySelectorAll("*:not([data-franking])")];
  return [...document.querySelectorAll(".overlay .text, .overlay .image")].map(node => {
    const element = all[node.dataset.index], content = node.classList.contains("text");
    const rect = element.getBoundingClientRect(), style = element.ownerDocument.defaultView.getComputedStyle(element);
    const px = name => content ? parseFloat(style[name]) : 0;
    // Of a collapsed border half is the cell's (CSS 2, section 17.6.2); its computed width is the whole.
    const part = style.borderCollapse === "collapse" && style.display === "table-cell" ? 0.5 : 1;
    const start = part * px("borderLeftWidth") + px("paddingLeft"), end = part * px("borderRightWidth") + px("paddingRight");
    return {
      kind: node.className.split(" ")[0], tag: element.tagName,
      drawn: [node.offsetLeft, node.offsetWidth, node.offsetTop, node.offsetHeight],
      measured: [Number(node.dataset.left), Number(node.dataset.width)],
      box: [rect.left + start, rect.width - start - end, rect.top, rect.height],
    };
  });
}"""


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="null")
    problems: list[str] = []
    requests: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(f"{preview.url}#order_confirmation/plain/en/plain")
    expect(opened.locator("#verdict")).to_have_text("permitted")
    yield opened
    assert not problems
    foreign = [url for url in requests if not url.startswith((preview.url, "data:", "about:"))]
    assert not foreign, "the page asked for something beyond this machine"
    opened.close()


def test_an_edit_shows_at_once(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    path.write_text(path.read_text().replace("We have received your order", "Your order is here"))
    expect(page.frame_locator(".paper iframe").locator("h1")).to_have_text("Your order is here")
    expect(page.locator("#status")).to_contain_text("message.html.j2 changed")


def test_a_finding_leads_to_its_template_line_and_is_mended_with_a_click(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    before = path.read_text()
    line = 1 + before.split("\n").index('<h1>{{ _("We have received your order") }}</h1>')
    path.write_text(before.replace("<h1>{{", '<h1 style="text-align: center">{{'))
    expect(page.locator("#verdict")).to_have_text("rejected")
    page.locator(".fault").first.click()
    card = page.locator(".finding.chosen")
    expect(card).to_contain_text("text-align")
    card.get_by_role("button", name=f"message.html.j2:{line}").click()
    expect(page.locator("#panel .here")).to_contain_text("text-align: center")
    expect(page.locator("#tab-Template")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("1")
    editor = page.locator(".finding a").first.get_attribute("href")
    assert editor == f"vscode://file{path}:{line}"
    page.locator(".finding").first.get_by_role("button", name="Fix").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#verdict")).to_have_text("permitted")
    assert "text-align" not in path.read_text()
    assert path.read_text().replace('<h1 style="">', "<h1>").replace("<h1 >", "<h1>") == before


def test_a_style_sheet_is_mended_with_a_click(page: Page, preview: Preview) -> None:
    path = preview.file("themes/plain/theme.css")
    before = path.read_text()
    path.write_text(before.replace("h1 { font-size: 22px;", "h1 { font-size: 22px; color: #333333;"))
    expect(page.locator("#verdict")).to_have_text("rejected")
    page.locator(".finding").first.get_by_role("button", name="Fix").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#verdict")).to_have_text("permitted")
    assert "#333333" not in path.read_text()


def test_a_fix_is_shown_as_a_diff_before_it_is_applied(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    before = path.read_text()
    written = before.replace("<h1>{{", '<h1 style="text-align: center">{{')
    path.write_text(written)
    dialog, button = page.get_by_role("dialog"), page.get_by_role("button", name="Fix text-align")
    expect(page.locator(".finding", has_text="text-align")).to_have_count(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name("Fix text-align")
    expect(page.get_by_role("button", name="Apply")).to_be_focused()
    expect(dialog.locator("h3")).to_have_text("templates/order_confirmation/message.html.j2")
    line = 1 + before.split("\n").index('<h1>{{ _("We have received your order") }}</h1>')
    expect(dialog.locator("del.line")).to_contain_text(f"{line} removed: ")
    expect(dialog.locator("del.line mark")).to_have_text(' style="text-align: center"')
    expect(dialog.locator("ins.line code")).to_have_text('<h1>{{ _("We have received your order") }}</h1>')
    assert path.read_text() == written
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Cancel
    expect(dialog).not_to_be_visible()
    assert path.read_text() == written
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_text("permitted")
    expect(page.locator("#panel")).to_be_focused()
    assert path.read_text() == before


def test_a_diff_that_no_longer_holds_is_not_applied(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    written = path.read_text().replace("<h1>{{", '<h1 style="text-align: center">{{')
    path.write_text(written)
    page.get_by_role("button", name="Fix text-align").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    path.write_text(written + "\n")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("not what the diff shows any more")
    assert path.read_text() == written + "\n"


def test_what_has_no_fix_has_no_button(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    path.write_text(path.read_text().replace("<h1>{{", '<p>Call +49 30 901820.</p><h1 style="text-align: center">{{'))
    expect(page.get_by_role("button", name="Fix text-align")).to_have_count(1)  # then all answers are there
    for rule in ("phone-number", "brand"):
        card = page.locator(".finding", has=page.locator("code", has_text=rule))
        expect(card.first).to_be_visible()
        expect(card.get_by_role("button", name="Fix")).to_have_count(0)


@pytest.mark.parametrize("preview", [["--browser"]], indirect=True)
def test_the_installed_browser_decides_what_is_undecided(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    before = path.read_text()
    skewed = '<h1 style="margin-left: calc({} * sign(1px))">{{{{'
    path.write_text(before.replace("<h1>{{", skewed.format("10px")))
    expect(page.locator("#verdict")).to_have_text("permitted")
    expect(page.locator("#status")).to_contain_text("permitted only because the browser was asked")
    path.write_text(before.replace("<h1>{{", skewed.format("300px")))
    card = page.locator(".finding", has_text="margin-width").first
    expect(card).to_contain_text("Decided by Chromium")
    expect(page.locator("#verdict")).to_have_text("rejected")


@pytest.mark.parametrize("size", [(1280, 860), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_diff(
    page: Page, preview: Preview, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    axe = install("axe-core@4.11.0") / "axe-core" / "axe.min.js"
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    path = preview.file("themes/plain/theme.css")
    path.write_text(path.read_text().replace("h1 { font-size: 22px;", "h1 { font-size: 22px; color: #333333;"))
    page.get_by_role("button", name="Fix font-color").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/diff-{scheme}-{size[0]}.png")
    page.evaluate(axe.read_text())
    found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
    told = [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found]
    assert not [v for v in told if v[1] in ("serious", "critical", "moderate")], told


def test_a_broken_template_is_a_readable_page(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    good = path.read_text()
    path.write_text(good.replace("{% block content %}", "{% block content %}\n{% if %}"))
    error = page.locator("#stage .trouble")
    expect(error).to_contain_text("This message cannot be made")
    line = 2 + good.split("\n").index("{% block content %}")
    error.get_by_role("button", name=f"message.html.j2, line {line}").click()
    expect(page.locator("#panel .here")).to_have_text("{% if %}")
    path.write_text(good)
    expect(page.locator("#verdict")).to_have_text("permitted")
    preview.file("templates/order_confirmation/kind.toml").write_text("title = \n")
    expect(page.locator("#stage .trouble")).to_contain_text("kind.toml, line 1")


@pytest.mark.parametrize("width", [360, 600])
def test_the_x_ray_lies_on_the_browser_s_boxes(page: Page, preview: Preview, width: int) -> None:
    listing = json.load(urllib.request.urlopen(f"{preview.url}api/list"))
    first = {c[0]: c[3] for c in reversed(listing["choices"]) if c[3] not in ("hard", "forty_items")}
    names = ["/".join(c) for c in listing["choices"] if c[2] == "de" and c[3] == first[c[0]]]
    assert len(names) >= 48
    page.keyboard.press("w") if page.locator("#width-out").inner_text() != f"{width} px" else None
    compared = 0
    for name in names:
        page.goto(f"{preview.url}?{compared}#{name}?xray=1")
        expect(page.locator("#subject")).not_to_be_empty()
        page.get_by_role("button", name=f" {width}").click()
        expect(page.locator(".overlay .text").first).to_be_attached()
        for found in page.evaluate(BOXES):
            assert all(abs(a - b) <= 1 for a, b in zip(found["drawn"], found["box"], strict=True)), (name, found)
            # Columns of tables and buttons hang on the widths of words, which differ by kerning.
            tolerance = 0.04 * width if found["tag"] in ("TD", "TH", "A") else 0.6
            assert all(abs(a - b) <= tolerance for a, b in zip(found["measured"], found["box"], strict=False)), (name, found)
            compared += 1
    assert compared > 100


def test_findings_lie_on_their_elements(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    path.write_text(path.read_text().replace("<h1>{{", '<h1 style="margin-left: 50%; color: red">{{'))
    expect(page.locator(".fault").first).to_be_attached()
    heading = page.frame_locator(".paper iframe").locator("h1").bounding_box()
    for fault in page.locator(".fault").all():
        box = fault.bounding_box()
        assert box is not None
        assert heading is not None
        assert all(abs(box[side] - heading[side]) <= 1 for side in ("x", "y", "width", "height")), (box, heading)


def test_sample_data_is_edited_in_place(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/samples/plain.json")
    page.keyboard.press("6")
    area = page.locator("#panel textarea")
    area.fill(area.input_value().replace("Anna Berger", "Zoë <b>Quint</b>"))
    expect(page.frame_locator(".paper iframe").locator("body")).to_contain_text("Hello Zoë <b>Quint</b>,")
    assert "Quint" not in path.read_text()
    area.fill("{ broken")
    expect(page.locator("#stage .trouble")).to_contain_text("no valid JSON")
    area.fill(path.read_text().replace("Anna Berger", "Zoë Quint"))
    expect(page.frame_locator(".paper iframe").locator("body")).to_contain_text("Zoë Quint")
    page.get_by_role("button", name="Save to the sample file").click()
    expect(page.locator("#status")).to_contain_text("plain.json changed")
    assert "Zoë Quint" in path.read_text()


def test_themes_stand_side_by_side_and_a_mailbox_s_modes_are_shown(page: Page, preview: Preview) -> None:
    page.locator("#compare").select_option("brand")
    expect(page.locator(".paper iframe")).to_have_count(2)
    page.locator("#compare").select_option("")
    expect(page.locator(".paper iframe")).to_have_count(1)
    page.keyboard.press("d")
    page.wait_for_function("() => document.querySelector('.paper.dark iframe')?.contentDocument?.readyState === 'complete'")
    dark = "() => document.querySelector('iframe').contentWindow.matchMedia('(prefers-color-scheme: dark)').matches"
    page.wait_for_function(dark)
    page.keyboard.press("d")
    page.locator("#theme").select_option("brand")
    page.keyboard.press("i")
    page.wait_for_function("() => !document.querySelector('iframe').contentDocument.querySelector('img[src]')")


def test_a_test_message_arrives(page: Page, preview: Preview) -> None:
    page.keyboard.press("2")
    page.get_by_label("Send a test to").fill("designer@example.com")
    page.get_by_role("button", name="Send test").click()
    expect(page.locator("#status")).to_contain_text("test sent: 250")
    (letter,) = stored(preview.inbox)
    assert letter.recipient == "designer@example.com"
    assert "302-4410982-1175338" in letter.subject


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    title = page.locator("#title").inner_text()
    page.keyboard.press("j")
    expect(page.locator("#title")).not_to_have_text(title)
    page.keyboard.press("k")
    expect(page.locator("#title")).to_have_text(title)
    page.keyboard.press("t")
    page.keyboard.press("l")
    page.keyboard.press("x")
    expect(page.locator("#xray")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("3")
    expect(page.locator("#panel")).to_contain_text("302-4410982-1175338")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("kind:review")
    expect(page.locator("#find")).to_have_value("kind:review")
    expect(page.locator("#list h2")).to_have_count(1)
    # Tab reaches a message in the list, and Enter opens it.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_contain_text("Review request")
    expect(page.locator("#list [aria-current]")).to_be_focused()


@pytest.mark.parametrize("size", [(1280, 860), (390, 844)])
def test_axe_finds_nothing(page: Page, preview: Preview, size: tuple[int, int]) -> None:
    axe = install("axe-core@4.11.0") / "axe-core" / "axe.min.js"
    page.set_viewport_size({"width": size[0], "height": size[1]})
    path = preview.file("templates/order_confirmation/message.html.j2")
    path.write_text(path.read_text().replace("<h1>{{", '<h1 style="text-align: center">{{'))
    expect(page.locator(".finding", has_text="text-align").first).to_be_visible()
    for panel in "1234567":
        page.keyboard.press(panel)
        page.evaluate(axe.read_text())
        found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
        told = [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found]
        assert not [v for v in told if v[1] in ("serious", "critical", "moderate")], told


def test_only_the_page_itself_may_ask(page: Page, preview: Preview) -> None:
    def status(path: str, body: bytes | None = None, **headers: str) -> int:
        request = urllib.request.Request(preview.url + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        try:
            return int(urllib.request.urlopen(request).status)
        except urllib.error.HTTPError as error:
            return error.code

    assert status("api/list") == 200
    assert status("api/list", Host="evil.example") == 400
    assert status("api/show", b"{}") == 403
    assert status("api/show", b"{}", X_Franking="preview") == 400
    assert status("api/show", b"[", X_Franking="preview") == 400
    assert status("api/source?file=/etc/passwd") == 422
    assert status("api/source?file=templates/../themes/../../x.css") == 422
    where = {"kind": "../x", "theme": "plain", "language": "en", "sample": "plain"}
    shown = urllib.request.Request(preview.url + "api/show", json.dumps(where).encode(), {"X-Franking": "preview"})
    assert "unknown kind" in json.load(urllib.request.urlopen(shown))["error"]["message"]


def test_a_taken_port_and_missing_folders_are_one_line(preview: Preview, tmp_path: Path) -> None:
    port = preview.url.rsplit(":", 1)[1].strip("/")
    taken = subprocess.run([FRANKING, "preview", "--port", port], cwd=preview.folder, capture_output=True, text=True)
    assert taken.returncode == 2
    assert f"port {port}" in taken.stderr
    assert "Traceback" not in taken.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    lost = subprocess.run([FRANKING, "preview"], cwd=empty, capture_output=True, text=True)
    assert (lost.returncode, lost.stderr.count("\n")) == (2, 1)


def test_a_preview_without_a_browser_to_ask_is_one_line(preview: Preview) -> None:
    environment = {**os.environ, "FRANKING_CHROMIUM": "/nowhere/chromium"}
    lost = subprocess.run(
        [FRANKING, "preview", "--browser", "--port", "1"], cwd=preview.folder, capture_output=True, text=True, env=environment
    )
    assert lost.returncode == 2
    assert "/nowhere/chromium" in lost.stderr
    assert "Traceback" not in lost.stderr


def test_a_save_is_shown_within_300_ms(page: Page, preview: Preview) -> None:
    """Told, and held to ten times the aim: a loaded machine is not a slow preview."""
    path = preview.file("templates/order_confirmation/message.html.j2")
    text = path.read_text()
    taken = []
    for number in range(5):
        wanted = f"Round {number} of your order"
        path.write_text(text.replace("We have received your order", wanted))
        began = time.perf_counter()
        page.wait_for_function(
            "t => document.querySelector('iframe')?.contentDocument?.querySelector('h1')?.textContent === t",
            arg=wanted,
            polling=5,
        )
        taken.append((time.perf_counter() - began) * 1000)
    sys.stderr.write(f"\nshown after {sorted(taken)[2]:.0f} ms (median of {len(taken)})\n")
    assert sorted(taken)[2] < 3000
