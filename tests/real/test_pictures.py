"""Every kind in every theme looks as it was approved. ``make approve`` takes the present look as the approved one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.pictures import APPROVED, SHARE, WIDTHS, approved, browser_page, chosen, difference, picture, render

pytestmark = pytest.mark.real


def test_messages_look_as_approved(tmp_path: Path) -> None:
    found: dict[str, float | str] = {}
    compared: set[Path] = set()
    with browser_page() as page:
        for name, file in chosen(render(tmp_path / "previews")):
            for width in WIDTHS:
                path = approved(name, width)
                compared.add(path)
                seen = difference(page, picture(page, file, width), path) if path.is_file() else "no approved picture"
                if isinstance(seen, str) or seen > SHARE:
                    found[path.name] = seen
    assert len(compared) >= 90
    assert found == {}, "look at the previews; `make approve` takes them as they are"
    assert set(APPROVED.glob("*.webp")) == compared


def test_a_changed_look_is_noticed(tmp_path: Path) -> None:
    name, file = next(chosen(render(tmp_path / "previews")))
    html = file.read_text("utf-8")
    with browser_page() as page:
        seen = difference(page, picture(page, file, 600), approved(name, 600))
        assert not isinstance(seen, str)
        assert seen <= SHARE  # as it is, it is as approved
        for change in (
            ("<h1", '<h1 class="x" dir="rtl"'),
            ("<h1", "<h1 hidden"),
            ("</h1>", "</h1><p>More</p>"),
        ):
            file.write_text(html.replace(change[0], change[1], 1), "utf-8")
            seen = difference(page, picture(page, file, 600), approved(name, 600))
            assert isinstance(seen, str) or seen > SHARE, change


BOXES = """() => [...document.querySelectorAll("h1, h2, p, .facts, .items, .label, .title, .action a")].map(e => {
  const r = e.getBoundingClientRect(); return [e.textContent.replace(/\\s+/g, "").slice(0, 20), r.left, r.width]; })"""


@pytest.mark.parametrize("width", WIDTHS)
def test_mjml_kinds_look_like_html_kinds(tmp_path: Path, width: int) -> None:
    previews = render(tmp_path / "previews")
    compared = 0
    with browser_page() as page:
        for folder in sorted(previews.glob("*-mjml/*/de")):
            twin = previews / folder.parts[-3].removesuffix("-mjml") / folder.parts[-2] / "de"
            for file in sorted(folder.glob("*.html")):
                picture(page, file, width)
                ours = page.evaluate(BOXES)
                picture(page, twin / file.name, width)
                theirs = page.evaluate(BOXES)
                assert [b[0] for b in ours] == [b[0] for b in theirs]
                for one, other in zip(ours, theirs, strict=True):
                    # MJML's column is as wide as its body, which no theme may make narrower: that would centre it.
                    assert abs(one[1] - other[1]) <= 4, (file, one, other)
                    assert abs(one[2] - other[2]) <= 12, (file, one, other)
                    compared += 1
    assert compared > 100
