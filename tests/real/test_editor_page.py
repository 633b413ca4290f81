"""The preview's editor, and what takes a message out of the page, driven in Chromium."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.real.bundle import LICENSES, NAME, PAGE, build
from tests.real.npm import install
from tests.real.previewing import previewing

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
SHOTS = os.environ.get("FRANKING_SHOTS", "")  # a folder for pictures of the page, to look at
KIND = "order_confirmation"
SIZES = ((1440, 900), (1280, 860), (768, 1024), (390, 844))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The designers' folders: one kind in two themes."""
    made = tmp_path_factory.mktemp("preview")
    for name in ("templates/_parts", f"templates/{KIND}", "themes/plain", "themes/brand"):
        shutil.copytree(ROOT / name, made / name)
    (made / "templates/locales").mkdir()
    shutil.copy(ROOT / "templates/locales/de.po", made / "templates/locales")
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with previewing(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser, url: str, folder: Path) -> Iterator[Page]:
    """The page on a message that is permitted; the folders are as before afterwards."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "build" not in path.parts}
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    problems: list[str] = []
    requests: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto(f"{url}#{KIND}/brand/en/plain")
    expect(opened.locator("#verdict")).to_have_text("permitted")
    yield opened
    assert not problems
    assert not [one for one in requests if not one.startswith((url, "data:", "about:", "blob:"))]
    context.close()
    for path, content in before.items():
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def edit(page: Page, name: str) -> None:
    """Open a file by its name."""
    if page.locator("#editor").is_hidden():
        page.get_by_role("button", name="Edit", exact=True).click()
    page.locator("#editor-find").fill(name)
    page.locator(".files-list details button", has_text=name.rsplit("/", 1)[-1]).first.click()
    expect(page.locator(".editor-name")).to_have_text(name)
    expect(page.locator(".cm-content")).to_be_focused()


def type_after(page: Page, text: str, typed: str) -> None:
    """Put the cursor behind a text, by the editor's own search, and type."""
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    page.locator(".cm-search input[name=search]").fill(text)
    page.locator(".cm-search input[name=search]").dispatch_event("change")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.insert_text(typed)


def heading(page: Page) -> str:
    return page.frame_locator(".paper iframe").locator("h1").inner_text()


def test_the_committed_editor_is_what_its_sources_give(tmp_path: Path) -> None:
    build(tmp_path)
    assert (tmp_path / LICENSES).read_bytes() == (PAGE / LICENSES).read_bytes()
    assert (tmp_path / NAME).read_bytes() == (PAGE / NAME).read_bytes()


def test_a_file_is_edited_saved_and_taken_back(page: Page, folder: Path) -> None:
    path = folder / f"templates/{KIND}/message.html.j2"
    windows = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(windows)
    expect(page.locator("#status")).to_contain_text("changed")
    edit(page, f"templates/{KIND}/message.html.j2")
    assert f"?edit=templates/{KIND}/message.html.j2#{KIND}/brand/en/plain" in page.url
    expect(page.locator(".tok-keyword").first).to_be_visible()
    type_after(page, "<h1>{{ _(", "'Here it is: ' ~ _(")
    type_after(page, 'received your order")', ")")
    page.keyboard.press("Backspace")
    expect(page.locator(".editor-mark")).to_be_visible()
    assert path.read_bytes() == windows, "nothing is written before it is saved"
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    while page.locator(".editor-mark").is_visible():
        page.keyboard.press("Control+z")
    type_after(page, "<h1>", "Hello: ")
    page.keyboard.press("Control+s")
    expect(page.frame_locator(".paper iframe").locator("h1")).to_contain_text("Hello: We have received")
    assert path.read_bytes() == windows.replace(b"<h1>", b"<h1>Hello: ", 1)
    expect(page.locator(".editor-mark")).to_be_hidden()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".editor-mark")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.frame_locator(".paper iframe").locator("h1")).not_to_contain_text("Hello")
    assert path.read_bytes() == windows
    page.reload()
    expect(page.locator(".editor-name")).to_have_text(f"templates/{KIND}/message.html.j2")


def test_a_change_on_disk_is_never_overwritten_unasked(page: Page, folder: Path) -> None:
    path = folder / "themes/brand/theme.css"
    before = path.read_text()
    edit(page, "themes/brand/theme.css")
    path.write_text(before + "/* one */\n")
    expect(page.locator(".cm-content")).to_contain_text("/* one */")  # nothing was unsaved: it follows
    page.locator(".cm-content").focus()
    type_after(page, "h1 { ", "margin-top: 1px; ")
    path.write_text(before + "/* two */\n")
    alert = page.locator(".editor-bar")
    expect(alert).to_contain_text("was changed on disk, and you have unsaved changes")
    assert "margin-top: 1px; font-size" in page.locator(".cm-content").inner_text()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+s")
    expect(alert.get_by_role("button", name="Compare")).to_be_focused()
    assert path.read_text() == before + "/* two */\n"
    page.keyboard.press("Enter")
    expect(page.locator(".cm-deletedChunk").first).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/conflict.png")
    alert.get_by_role("button", name="Overwrite with mine").click()
    expect(alert).to_be_hidden()
    assert path.read_text() == before.replace("h1 { ", "h1 { margin-top: 1px; ") + "/* one */\n"
    page.locator(".cm-content").focus()
    type_after(page, "h1 { ", "margin-bottom: 2px; ")
    path.write_text(before + "/* three */\n")
    alert.get_by_role("button", name="Take the version on disk").click()
    expect(page.locator(".cm-content")).to_contain_text("/* three */")
    expect(page.locator(".editor-mark")).to_be_hidden()
    page.keyboard.press("Control+z")  # what was mine is still there
    expect(page.locator(".cm-content")).to_contain_text("margin-bottom: 2px")


def test_unsaved_changes_stay_when_another_file_changes_and_when_one_is_deleted(page: Page, folder: Path) -> None:
    path, other = folder / "themes/brand/theme.css", folder / f"templates/{KIND}/message.html.j2"
    edit(page, "themes/brand/theme.css")
    type_after(page, "h1 { ", "margin-top: 3px; ")
    other.write_text(other.read_text().replace("<h1>", "<h1>Anew: "))
    expect(page.frame_locator(".paper iframe").locator("h1")).to_contain_text("Anew:")
    edit(page, f"templates/{KIND}/subject.txt.j2")
    page.locator("#editor-find").fill("")
    expect(page.locator(".files-list button.unsaved").first).to_contain_text("theme.css")
    edit(page, "themes/brand/theme.css")
    expect(page.locator(".cm-content")).to_contain_text("margin-top: 3px")
    path.unlink()
    alert = page.locator(".editor-bar")
    expect(alert).to_contain_text("was deleted on disk")
    alert.get_by_role("button", name="Write it again").click()
    expect(alert).to_be_hidden()
    assert "margin-top: 3px" in path.read_text()


def test_a_finding_and_an_error_are_marked_on_their_lines(page: Page, folder: Path) -> None:
    css, message = folder / "themes/brand/theme.css", folder / f"templates/{KIND}/message.html.j2"
    css.write_text(css.read_text().replace("h1 { font-size", "h1 { color: #333333; font-size"))
    expect(page.locator("#verdict")).to_have_text("rejected")
    line = 1 + next(i for i, text in enumerate(css.read_text().split("\n")) if "#333333" in text)
    page.get_by_role("button", name=re.compile(f"^Edit .*theme.css, line {line}$")).first.click()
    expect(page.locator(".editor-name")).to_have_text("themes/brand/theme.css")
    expect(page.locator(".cm-activeLine")).to_contain_text("#333333")
    expect(page.locator(".cm-lintRange-error")).to_contain_text("color")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    expect(page.locator(".editor-foot")).to_contain_text("font-color")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")  # the mark moves with its line
    expect(page.locator(".cm-lintRange-error")).to_contain_text("color")
    page.keyboard.press("Control+z")
    type_after(page, "#333333;", "")
    for _ in "color: #333333; ":
        page.keyboard.press("Backspace")
    page.keyboard.press("Control+s")
    expect(page.locator("#verdict")).to_have_text("permitted")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)
    text = message.read_text()
    broken = text.replace("{% block content %}", "{% block content %}\n{% if %}")
    message.write_text(broken)
    expect(page.locator("#stage .trouble")).to_be_visible()
    page.locator("#stage .trouble").get_by_role("button", name="Edit").click()
    expect(page.locator(".cm-activeLine")).to_have_text("{% if %}")
    expect(page.locator(".cm-lintRange-error")).to_contain_text("{% if %}")


def test_a_sample_is_edited_at_full_size(page: Page, folder: Path) -> None:
    path = folder / f"templates/{KIND}/samples/plain.json"
    before = path.read_text()
    page.keyboard.press("6")
    page.get_by_role("button", name="Open in the editor").click()
    expect(page.locator(".editor-name")).to_have_text(f"templates/{KIND}/samples/plain.json")
    expect(page.locator(".cm-content")).to_be_focused()
    type_after(page, "Anna Berger", " <b>Quint</b>")
    expect(page.frame_locator(".paper iframe").locator("body")).to_contain_text("Anna Berger <b>Quint</b>,")
    assert path.read_text() == before
    type_after(page, '"purchased_at": "', "not a day ")
    line = 1 + next(i for i, text in enumerate(before.split("\n")) if '"purchased_at"' in text)
    expect(page.locator("#stage .trouble")).to_contain_text(f"plain.json, line {line}")
    expect(page.locator(".cm-lintRange-error")).to_contain_text("purchased_at")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("{")
    page.keyboard.press("Control+s")
    expect(page.locator("#status")).to_contain_text("not saved: no valid JSON")
    assert path.read_text() == before
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")
    expect(page.locator("#status")).to_contain_text("plain.json")
    expect(page.locator(".editor-mark")).to_be_hidden()
    assert path.read_text() == before.replace("Anna Berger", "Anna Berger <b>Quint</b>", 1)


def test_a_message_is_copied_downloaded_and_shared(page: Page, browser: Browser, tmp_path: Path) -> None:
    page.get_by_role("button", name="Copy HTML").click()
    expect(page.locator("#status")).to_contain_text("copied the HTML part")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert 'src="data:image/' in copied
    assert "cid:" not in copied
    assert "302-4410982-1175338" in copied
    with page.expect_download() as started:
        page.get_by_role("button", name="Download .eml").click()
    assert started.value.suggested_filename == f"{KIND}-brand-en-plain.eml"
    mail = message_from_bytes(Path(started.value.path()).read_bytes(), policy=default_policy)
    assert isinstance(mail, EmailMessage)
    assert "302-4410982-1175338" in mail["Subject"]
    body = mail.get_body(("html",))
    assert body is not None
    assert "302-4410982-1175338" in body.get_content()
    assert [part.get_content_type() for part in mail.walk() if part.get_content_maintype() == "image"]
    with page.expect_download() as started:
        page.get_by_role("button", name="Share as a file").click()
    assert started.value.suggested_filename == f"{KIND}-brand-en-plain.html"
    file = tmp_path / "shared.html"
    started.value.save_as(file)
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    shared, problems = context.new_page(), list[str]()
    shared.on("pageerror", lambda error: problems.append(str(error)))
    shared.on("console", lambda line: problems.append(line.text))
    shared.on(
        "request",
        lambda request: problems.append(request.url) if not request.url.startswith(("file:", "data:", "about:")) else None,
    )
    shared.goto(file.as_uri())
    expect(shared.locator("h1")).to_contain_text("302-4410982-1175338")
    expect(shared.locator(".badge")).to_have_text("permitted")
    assert [frame.bounding_box()["width"] for frame in shared.locator("iframe").all()] == [360, 600]  # type: ignore[index]
    for frame in shared.locator("iframe").all():
        assert frame.evaluate("f => f.clientHeight >= f.contentDocument.body.scrollHeight")
        assert frame.evaluate("f => [...f.contentDocument.images].every(i => i.complete && i.naturalWidth > 0)")
    check(shared, "share", ((1280, 860), (390, 844)))
    assert not problems
    context.close()


def test_a_message_arrives_in_the_inbox_whose_page_shows_its_verdict(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Send to inbox").click()
    link = page.get_by_role("link", name="Open message 1 in the inbox")
    expect(link).to_be_visible()
    assert (folder / "build/inbox/000001.eml").read_bytes().startswith(b"Return-Path: <preview@example.com>")
    with page.context.expect_page() as opened:
        link.click()
    inbox = opened.value
    expect(inbox.locator(".badge")).to_have_text("permitted")
    expect(inbox.locator("h2")).to_contain_text("302-4410982-1175338")
    for width in (320, 360, 414, 600, 800):
        inbox.get_by_role("link", name=f"{width} px").click()
        expect(inbox.locator("iframe")).to_have_css("width", f"{width}px")
        assert f"width={width}" in inbox.url
    inbox.get_by_role("link", name="Desktop").click()
    assert inbox.locator("iframe").bounding_box()["width"] > 800  # type: ignore[index]
    expect(inbox.frame_locator("iframe").locator("h1")).to_contain_text("We have received your order")
    inbox.get_by_role("link", name="Source", exact=True).click()
    expect(inbox.locator("pre")).to_contain_text("<h1")
    inbox.get_by_role("link", name="Headers").click()
    expect(inbox.locator("pre")).to_contain_text("Message-ID: <")
    inbox.get_by_role("link", name="Text", exact=True).click()
    expect(inbox.locator("pre")).to_contain_text("Anna Berger")
    inbox.get_by_role("link", name="Findings").click()
    expect(inbox.locator("main")).to_contain_text("No findings.")
    inbox.get_by_role("link", name="Message", exact=True).click()
    check(inbox, "inbox", SIZES)
    inbox.set_viewport_size({"width": 390, "height": 844})
    expect(inbox.locator(".columns > nav")).to_be_hidden()
    inbox.get_by_role("link", name="All messages").click()
    expect(inbox.locator(".columns > nav a").first).to_be_visible()
    check(inbox, "inbox-list", ((390, 844),))
    assert inbox.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_in_the_editor(page: Page, folder: Path) -> None:
    css = folder / "themes/brand/theme.css"
    css.write_text(css.read_text().replace("h1 { font-size", "h1 { color: #333333; font-size"))
    expect(page.locator("#verdict")).to_have_text("rejected")
    edit(page, "themes/brand/theme.css")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    check(page, "editor", SIZES)
    page.set_viewport_size({"width": 1440, "height": 900})
    edit(page, f"templates/{KIND}/message.html.j2")
    check(page, "editor-html", ((1440, 900),))
    edit(page, "templates/locales/de.po")
    check(page, "editor-po", ((1280, 860),))


def check(page: Page, name: str, sizes: tuple[tuple[int, int], ...]) -> None:
    """Axe on the page in light and dark; a picture of each, where a folder for them is named."""
    axe = (install("axe-core@4.11.0") / "axe-core" / "axe.min.js").read_text()
    page.evaluate(axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{scheme}-{width}.png")
            found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
            told = [(v["id"], v["impact"], v["nodes"][0]["html"][:160]) for v in found]
            assert not [v for v in told if v[1] in ("serious", "critical", "moderate")], (name, scheme, width, told)
    page.emulate_media(color_scheme="null")
