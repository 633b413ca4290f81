"""The preview's page names the cause: the hatched block has the finding's measure, and the view stays where it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.real.previewing import Preview
from tests.real.test_live_preview import page  # noqa: F401 - a fixture

pytestmark = pytest.mark.real
SHOTS = os.environ.get("FRANKING_SHOTS", "")  # a folder for pictures of the page, to look at


def test_the_blamed_block_is_hatched_and_measured(page: Page, preview: Preview) -> None:  # noqa: F811
    css = preview.file("themes/plain/theme.css")
    css.write_text(css.read_text() + "\n.signature {\n  margin-left: 44.4%;\n}\n")
    line = 1 + css.read_text().split("\n").index("  margin-left: 44.4%;")
    expect(page.locator("#verdict")).to_have_text("rejected")
    page.get_by_role("button", name="Phone 360").click()
    card = page.locator(".finding.error")
    expect(card).to_contain_text("41.4 %")
    expect(card.locator(".cause")).to_have_text("margin-left: 44.4%;")
    card.get_by_role("button", name=f"theme.css:{line}").wait_for()
    width = int(card.locator("h3 span").inner_text().removeprefix("at ").removesuffix(" px"))
    page.keyboard.press("n")
    expect(page.locator("#width-out")).to_have_text(f"{width} px")
    expect(page.locator(".guilty .label").first).to_have_text("margin 41.4 %")
    if SHOTS:
        shots(page)
    card.get_by_role("button", name="Fix").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#verdict")).to_have_text("permitted")
    page.get_by_role("button", name="Undo the last fix").click()
    expect(page.locator("#verdict")).to_have_text("rejected")
    assert "margin-left: 44.4%" in css.read_text()


def test_a_host_is_allowed_with_a_reason_and_a_deleted_sample_stays_in_view(page: Page, preview: Preview) -> None:  # noqa: F811
    path = preview.file("templates/order_confirmation/message.html.j2")
    path.write_text(
        path.read_text().replace("{{ greeting", '<p><a href="https://track.ups.example/1">Track it</a></p>\n{{ greeting')
    )
    expect(page.locator("#verdict")).to_have_text("rejected")
    page.get_by_role("button", name="Allow this host").first.click()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#fix-error")).to_contain_text("a reason is needed")
    page.get_by_label("Reason").fill("the carrier's tracking page")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#verdict")).to_have_text("permitted")
    kind = preview.file("templates/order_confirmation/kind.toml").read_text()
    assert '"track.ups.example" = "the carrier\'s tracking page"' in kind
    preview.file("templates/order_confirmation/samples/plain.json").unlink()
    expect(page.locator("#verdict")).to_have_text("broken")
    expect(page.locator("#panel .trouble")).to_contain_text("samples/plain.json")
    assert page.url.endswith("#order_confirmation/plain/en/plain")


def shots(page: Page) -> None:  # noqa: F811
    for width, height in ((1440, 900), (390, 844)):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)
            page.screenshot(path=str(Path(SHOTS) / f"cause-{width}-{scheme}.png"), full_page=width < 700)
    page.set_viewport_size({"width": 1280, "height": 860})
