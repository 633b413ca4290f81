"""The page of the live preview in Chromium: opening, address, search, thumbnails, zoom, comparison, colours, phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.real.npm import install
from tests.real.previewing import Preview

pytestmark = pytest.mark.real
TITLE = "Order confirmation · plain · {} · en – Franking preview"


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto(preview.url)
    expect(opened.locator("#verdict")).to_have_text("permitted")
    yield opened
    assert not problems
    opened.close()


def test_the_page_from_opening_to_a_phone(page: Page, preview: Preview) -> None:
    # Opens on the order confirmation, without X-ray until something has a place to draw.
    expect(page).to_have_title(TITLE.format("brand"))
    expect(page.locator("#xray")).to_have_attribute("aria-pressed", "false")
    # The address names message and options; back and forward go through the messages; a reload shows the same.
    page.keyboard.press("t")
    expect(page).to_have_title(TITLE.format("calm"))
    page.go_back()
    expect(page).to_have_title(TITLE.format("brand"))
    page.go_forward()
    expect(page).to_have_title(TITLE.format("calm"))
    page.keyboard.press("d")
    page.keyboard.press("3")
    page.keyboard.press("z")
    assert page.url.endswith("#order_confirmation/calm/en/plain?zoom=whole&dark=1&panel=Text")
    page.reload()
    expect(page.locator("#dark")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#tab-Text")).to_have_attribute("aria-selected", "true")
    # The whole message fits the stage.
    page.wait_for_function(
        "() => document.querySelector('#stage').scrollHeight <= document.querySelector('#stage').clientHeight + 1"
    )
    page.keyboard.press("z")
    # Two themes, widths and messages beside each other, without scrolling sideways.
    for value in ("theme:plain", "width:360", "language:de"):
        page.locator("#compare").select_option(value)
        expect(page.locator(".paper iframe")).to_have_count(2)
        assert f"compare={value}" in page.url
        page.wait_for_function(
            "() => document.querySelector('#stage').scrollWidth <= document.querySelector('#stage').clientWidth"
        )
    page.locator("#compare").select_option("message:order_confirmation/calm/en/plain")
    page.keyboard.press("j")
    expect(page.locator(".paper iframe")).to_have_count(2)
    # Search: theme and language are found; what nothing contains has an empty state that clears it.
    page.locator("#find").fill("review request theme:label language:german")
    expect(page.locator("#list .where").first).to_have_text("label · de")
    page.locator("#find").fill("zzzqq")
    expect(page.locator("#list .empty")).to_contain_text("No message contains “zzzqq”.")
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator("#list .empty")).to_have_count(0)
    expect(page.locator("#find")).to_be_focused()
    # Thumbnails of all kinds and themes; only those in sight are loaded.
    page.get_by_role("button", name="All designs").click()
    expect(page.locator(".thumbnail")).to_have_count(56)
    expect(page.locator(".small-paper iframe").first).to_be_attached()
    assert page.locator(".small-paper iframe").count() < 30
    page.locator(".design", has_text="Invoice").first.click()
    expect(page).to_have_title("Invoice · plain · brand · en – Franking preview")
    # The page's own colours, and the list on a phone.
    page.locator("#scheme").select_option("dark")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 28)"
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#messages")).not_to_be_visible()
    page.locator("#fold").click()
    page.locator("#list button").first.click()
    expect(page.locator("#messages")).not_to_be_visible()


def test_axe_finds_nothing_serious(page: Page) -> None:
    axe = (install("axe-core@4.11.0") / "axe-core" / "axe.min.js").read_text()
    page.evaluate(axe)
    for view in (False, True):
        if view:
            page.keyboard.press("a")
            expect(page.locator(".small-paper iframe").first).to_be_attached()
        for scheme in ("light", "dark"):
            page.locator("#scheme").select_option(scheme)
            for width in (1440, 1280, 768, 390):
                page.set_viewport_size({"width": width, "height": 900})
                found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
                told = [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found]
                assert not [v for v in told if v[1] in ("serious", "critical")], (view, scheme, width, told)


def test_axe_finds_nothing_serious_in_a_broken_message_and_the_list_of_keys(page: Page, preview: Preview) -> None:
    path = preview.file("templates/order_confirmation/message.html.j2")
    whole = path.read_text()
    try:
        path.write_text(whole.replace("<h1>", "{{ order_di }}<h1>", 1))
        expect(page.locator("#verdict")).to_have_text("broken")
        expect(page.get_by_text("did you mean 'order_id'?").first).to_be_visible()
        page.evaluate((install("axe-core@4.11.0") / "axe-core" / "axe.min.js").read_text())
        for keys in (False, True):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": 1440, "height": 900})
                page.locator("#scheme").select_option(scheme)
                if keys:
                    page.locator("#help-open").click()
                for width in (1440, 1280, 768, 390):
                    page.set_viewport_size({"width": width, "height": 900})
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
                    told = [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found]
                    assert not [v for v in told if v[1] in ("serious", "critical")], (keys, scheme, width, told)
                if keys:
                    page.get_by_role("button", name="Close").click()
    finally:
        path.write_text(whole)


DROP = """([where, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const target = where ? document.querySelector(where).contentDocument.body : document.body;
  for (const type of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data});
    target.dispatchEvent(event);
    if (!event.defaultPrevented) throw new Error(`${type} is left to the browser`);
  }
}"""
MUSTACHE = """<html><head><title>Order {{order_number}}</title></head><body><h1>Thank you, {{customer_name}}</h1>
<p>We have packed your order and it leaves our warehouse today.</p><ul>{{#items}}<li>{{quantity}} x {{title}}</li>{{/items}}</ul>
<p>Packed by {{packer}}.</p></body></html>"""


def test_a_dropped_template_becomes_a_message(page: Page, preview: Preview) -> None:
    dialog = page.get_by_role("dialog", name="Import a template")
    # Refused in one sentence, as text: here a name with markup.
    page.evaluate(DROP, ["", "<img src=x>.html", MUSTACHE])
    dialog.get_by_label("Brand").fill("Northwind")
    dialog.get_by_role("button", name="Show what it becomes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("found '<img src=x>.html', expected the name of a file")
    dialog.get_by_role("button", name="Close").click()
    # Over a message as well as beside it; nothing is written until it is asked for.
    page.evaluate(DROP, [".paper iframe", "packed-today.mustache", MUSTACHE])
    expect(dialog.get_by_label("Name of the new kind")).to_have_value("packed_today")
    dialog.get_by_label("Purpose and states of").select_option("order_confirmation")
    dialog.get_by_label("Brand").press("Enter")
    result = dialog.get_by_role("region", name="What the file becomes")
    expect(result).to_contain_text("sample message permitted")
    expect(result).to_contain_text("packed-today.mustache:3")
    expect(result.get_by_role("row", name="packer given")).to_be_attached()
    assert not preview.file("templates/packed_today").exists()
    page.evaluate((install("axe-core@4.11.0") / "axe-core" / "axe.min.js").read_text())
    for scheme in ("light", "dark"):
        page.evaluate("scheme => { document.documentElement.dataset.scheme = scheme; }", scheme)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate("async () => (await axe.run('#import', {iframes: false})).violations")
            told = [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found]
            assert not [v for v in told if v[1] in ("serious", "critical")], (scheme, width, told)
    dialog.get_by_role("button", name="Write the files").click()
    expect(page).to_have_title("Order confirmation · plain · packed_today · en – Franking preview")
    expect(page.locator("#verdict")).to_have_text("permitted")
    expect(result).to_contain_text("templates/packed_today/message.html.j2")
    assert preview.file("themes/packed_today/theme.toml").is_file()
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("#list button[aria-current]")).to_have_attribute("data-name", "packed_today/packed_today/en/plain")
