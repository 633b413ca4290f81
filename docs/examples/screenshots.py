"""Takes the pictures of docs/images. Run it from the project's folder, with Chromium installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PORT = 8137
URL = f"http://127.0.0.1:{PORT}/"
IMAGES = Path("docs/images").resolve()
FRANKING = str(Path(sys.executable).with_name("franking"))


def shoot(page: Page, name: str, width: int, height: int, *, whole: bool = False) -> None:
    """One picture, when the message is laid out."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_selector(".overlay .text", state="attached")
    page.wait_for_timeout(600)
    page.screenshot(path=str(IMAGES / name), full_page=whole)


def preview(page: Page, folder: Path) -> None:
    """The live preview: with measured boxes, on a phone, with a finding, and its editor."""
    page.goto(f"{URL}#order_confirmation/brand/en/forty_items?xray=1")
    shoot(page, "preview.png", 1280, 860)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{URL}#shipping_confirmation/calm/de/plain?xray=1")
    page.reload()
    shoot(page, "preview-phone.png", 390, 844, whole=True)
    template = folder / "templates/review_request/message.html.j2"
    template.write_text(template.read_text().replace("<h1>", '<h1 style="text-align: center; margin-left: 30%">'))
    page.goto(f"{URL}#review_request/label/en/plain")
    page.set_viewport_size({"width": 1280, "height": 860})
    page.reload()
    page.wait_for_selector(".fault")
    page.locator(".fault").first.click()
    page.get_by_role("button", name="Fix").first.wait_for()
    shoot(page, "preview-finding.png", 1280, 720)
    page.get_by_role("button", name="Edit", exact=True).first.click()
    page.wait_for_selector(".cm-lint-marker-error")
    shoot(page, "preview-editor.png", 1440, 860)


def views(page: Page) -> None:
    """As buyers see it, and two themes beside each other."""
    page.goto(f"{URL}#order_confirmation/brand/en/plain?xray=0&client=outlook-windows&panel=Mailboxes")
    page.reload()
    page.set_viewport_size({"width": 1280, "height": 860})
    page.wait_for_selector(".client-card")
    page.wait_for_timeout(600)
    page.screenshot(path=str(IMAGES / "preview-outlook.png"))
    page.goto(f"{URL}#order_confirmation/brand/en/plain?xray=0")
    page.reload()
    page.set_viewport_size({"width": 1440, "height": 860})
    page.locator("#compare").select_option("theme:calm")
    page.locator(".sheet iframe").nth(1).wait_for(state="attached")
    page.wait_for_timeout(800)
    page.screenshot(path=str(IMAGES / "preview-compare.png"))


def inbox(page: Page) -> None:
    """A message that was sent to the embedded inbox."""
    page.get_by_role("button", name="Send to inbox").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="in the inbox").click()
    opened.value.set_viewport_size({"width": 1280, "height": 860})
    opened.value.wait_for_selector("iframe")
    opened.value.wait_for_timeout(800)
    opened.value.screenshot(path=str(IMAGES / "inbox.png"))
    opened.value.close()


def gallery(page: Page, folder: Path) -> None:
    """The gallery of some kinds, on a phone, and as a mail program shows them."""
    kinds = ("shipping_confirmation", "order_confirmation", "review_request")
    subprocess.run([FRANKING, "render", *kinds, "--out", str(folder)], check=True, capture_output=True)
    address = (folder / "index.html").as_uri()
    for name, width, height in (("gallery.png", 1280, 900), ("gallery-phone.png", 390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}#language=de&theme=brand,calm,label&q=plain")
        page.reload()
        page.wait_for_timeout(1500)
        page.screenshot(path=str(IMAGES / name))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}#kind=order_confirmation&language=en&client=outlook-windows&dark=1")
    page.reload()
    page.wait_for_timeout(1500)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=str(IMAGES / "gallery-outlook.png"))


def main() -> None:
    """A copy of the templates, a preview of it, and a browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name in ("templates", "themes"):
            shutil.copytree(name, Path(folder) / name)
        process = subprocess.Popen([FRANKING, "preview", "--port", str(PORT)], cwd=folder, stderr=subprocess.PIPE)
        try:
            assert process.stderr is not None
            process.stderr.readline()
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(120_000)
            preview(page, Path(folder))
            views(page)
            inbox(page)
            gallery(page, Path(folder) / "gallery")
            browser.close()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
