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
    """One picture, once the message stands."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_selector(".overlay .text")
    page.wait_for_timeout(600)
    page.screenshot(path=str(IMAGES / name), full_page=whole)


def main() -> None:
    """A copy of the templates, a preview of it, and a browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name in ("templates", "themes"):
            shutil.copytree(name, Path(folder) / name)
        process = subprocess.Popen([FRANKING, "preview", "--port", str(PORT)], cwd=folder, stderr=subprocess.PIPE)
        assert process.stderr is not None
        process.stderr.readline()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{URL}#order_confirmation/brand/en/many_items?xray=1")
        shoot(page, "preview.png", 1280, 860)
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{URL}#shipping_confirmation/calm/de/plain?xray=1")
        page.reload()
        shoot(page, "preview-phone.png", 390, 844, whole=True)
        template = Path(folder) / "templates/review_request/message.html.j2"
        template.write_text(template.read_text().replace("<h1>", '<h1 style="text-align: center; margin-left: 30%">'))
        page.goto(f"{URL}#review_request/label/en/plain")
        page.set_viewport_size({"width": 1280, "height": 860})
        page.reload()
        page.wait_for_selector(".fault")
        page.locator(".fault").first.click()
        shoot(page, "preview-finding.png", 1280, 720)
        gallery = Path(folder) / "gallery"
        kinds = ("shipping_confirmation", "order_confirmation", "review_request")
        subprocess.run([FRANKING, "render", *kinds, "--out", str(gallery)], check=True, capture_output=True)
        for name, width, height in (("gallery.png", 1280, 900), ("gallery-phone.png", 390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto((gallery / "index.html").as_uri())
            page.get_by_role("button", name="brand", exact=True).click()
            page.get_by_role("button", name="de", exact=True).click()
            page.wait_for_timeout(1500)
            page.screenshot(path=str(IMAGES / name))
        browser.close()
        process.terminate()


if __name__ == "__main__":
    main()
