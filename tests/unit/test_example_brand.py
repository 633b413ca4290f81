"""The example's brand: where it is found, that no message leaves with it, and what the demo may do."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.catalog.example_brand import carries, example_brand
from franking.catalog.pofile import read_entries
from franking.policy import load
from franking.preview.session import Choice, PreviewSession
from tests.brand import rebrand
from tests.unit.test_design_commands import NOW, REPORT, ROOT, house, run

__all__ = ["house"]

SEND = ("send", str(REPORT), "--kind", "order_confirmation", *NOW, "--format", "json")


@pytest.mark.parametrize(
    "text",
    ["Fjord & Pine", "FJORD &amp; PINE", "fjord and pine", "Fjord&Pine", "Fjord\u00a0&#38;\u00a0Pine", "<b>Fjord</b> &amp; <i>Pine</i>", "Fj\u00adord + Pine",
     "Fjord und Pine", "x\nfjord-and-pine.example", "Ｆｊｏｒｄ ＆ Ｐｉｎｅ", "FjordAndPine", "Fjord_Pine", "Furniture and things  for the HOME\nmade to last",
     "Möbel und Dinge für zu Hause, gemacht, um zu bleiben", "<img alt='Fjord & Pine' src=x>", '<a href="https://fjord-and-pine.example/">Shop</a>',
     '<p title="Fjord &amp; Pine">x</p>', "<b>Fj</b>ord &amp; Pine", "Fjord%20%26%20Pine", "Fjord &amp;amp; Pine", "Fjord<br>&<br>Pine"],
)  # fmt: skip
def test_the_brand_is_found_however_it_is_written(text: str) -> None:
    about = next(e.strings[0][1] for e in read_entries(ROOT / "templates/locales/de.po") if e.id.startswith("Furniture and"))
    assert carries(about if text.startswith("Möbel") else text)


@pytest.mark.parametrize(
    "text", ["Fjord", "Pine", "Pine & Fjord", "Fjords & Pines", "Fjord Lamp, pine", "Furniture and things", ""]
)
def test_other_brands(text: str) -> None:
    assert not carries(text)


def test_the_facts_are_those_of_the_themes_that_come_along() -> None:
    data = tomllib.loads((ROOT / "src/franking/policy/example_brand.toml").read_text("utf-8"))
    catalog = Catalog(ROOT / "templates", ROOT / "themes")
    for name in catalog.theme_names():
        theme = catalog.theme(name)
        assert theme.brand == data["name"]
        assert theme.about in data["abouts"]
        assert {asset.sha256 for asset in theme.assets if asset.purpose == "logo"} <= set(data["logos"])
    translated = [
        e.strings[0][1] for p in (ROOT / "templates/locales").glob("*.po") for e in read_entries(p) if e.id == data["abouts"][0]
    ]
    assert len(translated) == len(catalog.languages()) - 1
    assert set(translated) < set(data["abouts"])  # which also holds the wording of before


def found(house: Path, theme: str = "brand") -> list[tuple[str, int]]:
    catalog = Catalog(house / "templates", house / "themes")
    places = example_brand(catalog.theme(theme), house / "templates/order_confirmation", house / "templates")
    return [(p.path.relative_to(house).as_posix(), p.line) for p in places]


def test_places_have_a_file_and_a_line(house: Path) -> None:
    assert found(house) == [("themes/brand/theme.toml", line) for line in (5, 6, 12, 10)]
    rebrand(house / "themes")
    assert found(house) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("themes/brand/theme.css", '\n.x::before { content: "Fjord \\26 Pine" }\n'),
        ("themes/brand/layout.html.j2", "\nFjord &amp; Pine\n"),
        ("themes/brand/layout.mjml.j2", "\nFjord <b>&amp; Pine</b>\n"),
        ("templates/order_confirmation/subject.txt.j2", "\nFjord and Pine\n"),
        ("templates/order_confirmation/message.html.j2", "\nhttps://fjord-and-pine.example/\n"),
        ("templates/_parts/frame.html.j2", "\nFurniture and things for the home, made to last.\n"),
        ("templates/_parts/frame.html.j2", "\nFurniture and homeware, made to last.\n"),
        ("templates/locales/de.po", '\nmsgid "x"\nmsgstr "Ihr Haus Fjord & Pine"\n'),
    ],
)
def test_a_rest_of_the_brand_anywhere(house: Path, file: str, text: str) -> None:
    rebrand(house / "themes")
    path = house / file
    lines = len(path.read_text("utf-8").split("\n"))
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    ((name, line),) = found(house)
    assert name == file
    assert lines < line <= lines + 2


def test_comments_are_no_message(house: Path) -> None:
    rebrand(house / "themes")
    for file, text in (
        ("templates/_parts/frame.html.j2", "{# Fjord & Pine #}"),
        ("templates/locales/de.po", "\n# Fjord & Pine\n"),
    ):
        path = house / file
        path.write_text(path.read_text("utf-8") + text, "utf-8")
    assert found(house) == []


def test_a_logo_is_known_by_its_bytes(house: Path) -> None:
    rebrand(house / "themes")
    logo = house / "themes/brand/assets/logo.png"
    theirs = (ROOT / "themes/brand/assets/logo.png").read_bytes()
    toml = house / "themes/brand/theme.toml"
    before = hashlib.sha256(logo.read_bytes()).hexdigest()
    logo.write_bytes(theirs)
    toml.write_text(toml.read_text("utf-8").replace(before, hashlib.sha256(theirs).hexdigest()), "utf-8")
    assert [file for file, _ in found(house)] == ["themes/brand/theme.toml"]


def test_send_and_plan_refuse_it_and_doctor_names_it(house: Path) -> None:
    done = run(house, *SEND, "--sender", "shop@example.com", "--transport", "dir:out", code=2)
    counts = json.loads(done.stdout)
    assert (counts["sent"], counts["queued"], counts["rejected"]) == (0, 0, 0)
    assert counts["refused"]["brand"] == 7
    assert done.stderr.count("\n") == 1
    assert "themes/plain/theme.toml:5: the brand's name is the example's" in done.stderr
    assert not list((house / "out").glob("*.eml"))
    plan = run(house, "plan", *SEND[1:])
    assert json.loads(plan.stdout)["refused"]["brand"] == 7
    assert "themes/plain/theme.toml:5" in plan.stderr
    doctor = json.loads(run(house, "doctor", "--format", "json", code=2).stdout)["findings"]
    told = {(f["state"], f["seen"].partition(": ")[0]) for f in doctor if f["what"] == "brand"}
    assert ("problem", "themes/plain/theme.toml:5") in told
    assert ("warning", "themes/calm/theme.toml:5") in told
    rebrand(house / "themes")
    done = run(house, *SEND, "--sender", "Fjord & Pine <shop@example.com>", "--transport", "dir:out", code=2)
    assert "setting 'sender': the brand is the example's" in done.stderr
    done = run(house, *SEND, "--sender", "shop@mail.fjord-and-pine.example", "--transport", "dir:out", code=2)
    assert "setting 'sender'" in done.stderr
    assert json.loads(run(house, *SEND, "--sender", "shop@example.com", "--transport", "dir:out", code=1).stdout)["sent"] == 6


@pytest.mark.parametrize(
    "url", ["smtp://mail.example.com:587", "smtps://192.0.2.1", "smtp+plain://localhost.example.com:25", "smtp://user@10.0.0.1"]
)
def test_the_demo_does_not_leave_this_machine(house: Path, url: str) -> None:
    for account in (("--demo",), ("--seller", "demo")):
        done = run(house, *SEND, "--sender", "shop@fjord-and-pine.example", "--transport", url, *account, code=2)
        assert "on this machine (127.0.0.1) only" in done.stderr
        assert done.stderr.count("\n") == 1


def test_the_demo_sends_into_a_folder_and_stays_apart(house: Path) -> None:
    arguments = (*SEND, "--transport", "dir:out", "--limit", "2")
    assert json.loads(run(house, *arguments, "--sender", "shop@fjord-and-pine.example", "--demo").stdout)["sent"] == 2
    rebrand(house / "themes")
    # What was tried does not count as sent.
    assert json.loads(run(house, *arguments, "--sender", "shop@example.com").stdout)["sent"] == 2


def test_previews_warn(house: Path) -> None:
    shown = PreviewSession(Catalog(house / "templates", house / "themes"), load()).show(Choice("reply", "plain", "en", "plain"))
    (finding,) = [f for f in shown["findings"] if f["rule"] == "brand"]
    assert (finding["severity"], shown["verdict"]) == ("warning", "permitted")
    assert finding["template"]["file"].endswith("themes/plain/theme.toml")
    assert finding["template"]["line"] == 5


def test_a_new_theme_asks_for_its_brand(house: Path) -> None:
    assert 'expected --brand "Your brand"' in run(house, "new", "theme", "winter", code=2).stderr
    assert "found the example's brand" in run(house, "new", "theme", "winter", "--brand", "FJORD and Pine", code=2).stderr
    assert not (house / "themes/winter").exists()
    run(house, "new", "theme", "winter", "--brand", 'Kiefer "Nord" \\ Söhne')
    assert Catalog(house / "templates", house / "themes").theme("winter").brand == 'Kiefer "Nord" \\ Söhne'
    assert found(house, "winter") == []
    shutil.rmtree(house / "themes/winter")
