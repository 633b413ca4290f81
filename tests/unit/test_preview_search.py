"""The search of the live preview, and which verdicts a change of files touches."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.preview.changes import affected_by
from franking.preview.searching import Words, found
from franking.preview.session import Choice

ROOT = Path(__file__).parents[2]
CHOICES = [
    Choice("order_confirmation", "plain", "de", "many_items"),
    Choice("order_confirmation", "brand", "en", "plain"),
    Choice("shipping", "plain", "sv", "plain"),
]
TITLES = {"order_confirmation": "Order confirmation", "shipping": "On its way"}
VERDICTS = {CHOICES[0].name: "permitted", CHOICES[1].name: "rejected"}
WORDS = {
    CHOICES[0].name: Words("ihre bestellung 302-4410982", "guten tag frau straße, vielen dank: gruß"),
    CHOICES[1].name: Words("your order", "hello mr. plain, see https://example.com/x"),
}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [0, 1, 2]),
        ("   ", [0, 1, 2]),
        ("order", [0, 1]),  # the title, and the kind's name
        ("ORDER confirmation", [0, 1]),
        ('"on its way"', [2]),
        ('"its on way"', []),
        ('"on its', [2]),  # a quotation that is still being typed
        ("kind:order_confirmation", [0, 1]),
        ("theme:plain", [0, 2]),
        ("theme:lain", []),  # from the start of the name on
        ("plain", [0, 1, 2]),
        ("sample:many", [0]),
        ("language:german", [0]),
        ("language:deutsch", [0]),
        ("language:sv", [2]),
        ("verdict:rejected", [1]),
        ("verdict:unchecked", [2]),
        ("subject:4410982", [0]),
        ("text:order", []),
        ("STRASSE", [0]),
        ("GRUSS theme:plain", [0]),
        ("https://example.com/x", [1]),  # no field of ours
        ("nowhere:order", []),
        ("subject:order text:mr.", [1]),
    ],
)
def test_messages_are_found_by_every_word(query: str, numbers: list[int]) -> None:
    words = {name: Words(read.subject.casefold(), read.text.casefold()) for name, read in WORDS.items()}
    assert list(found(query, CHOICES, TITLES, VERDICTS, words)) == [CHOICES[number] for number in numbers]


def test_a_language_that_has_no_name_is_found_by_its_tag() -> None:
    choice = Choice("shipping", "plain", "qqq-x-y", "plain")
    assert list(found("language:qqq", [choice], {}, {}, {})) == [choice]
    assert not list(found("language:german", [choice], {}, {}, {}))


@pytest.fixture
def folders(tmp_path: Path) -> Catalog:
    for kind in ("order_confirmation", "_parts", "locales"):
        shutil.copytree(ROOT / "templates" / kind, tmp_path / "templates" / kind)
    other = tmp_path / "templates" / "other"
    shutil.copytree(tmp_path / "templates" / "order_confirmation", other)
    for theme in ("plain", "brand"):
        shutil.copytree(ROOT / "themes" / theme, tmp_path / "themes" / theme)
    return Catalog(tmp_path / "templates", tmp_path / "themes")


NAMES = ["order_confirmation/plain/de/a", "order_confirmation/brand/en/a", "other/plain/de/a", "other/brand/en/a"]


def affected(catalog: Catalog, *files: Path) -> list[str]:
    touches = affected_by(catalog, [str(file) for file in files])
    return [name for name in NAMES if touches(name)]


def test_a_change_touches_what_its_file_is_part_of(folders: Catalog) -> None:
    templates, themes = folders.templates, folders.themes
    assert affected(folders, templates / "other/message.html.j2") == NAMES[2:]
    assert affected(folders, templates / "other/samples/new.json") == NAMES[2:]  # one that is gone, too
    assert affected(folders, themes / "brand/theme.css") == [NAMES[1], NAMES[3]]
    assert affected(folders, templates / "locales/de.po") == [NAMES[0], NAMES[2]]
    assert affected(folders, templates / "other/message.html.j2", templates / "locales/de.po") == [NAMES[0], *NAMES[2:]]


def test_what_is_shared_or_unknown_touches_all(folders: Catalog, tmp_path: Path) -> None:
    templates, themes = folders.templates, folders.themes
    assert affected(folders, templates / "_parts/parts.html.j2") == NAMES
    assert affected(folders, themes / "gone/theme.css") == NAMES
    assert affected(folders, templates / "locales/xx.po") == NAMES
    assert affected(folders, tmp_path / "elsewhere.j2") == NAMES
    assert affected(folders, templates / "other/message.html.j2", themes / "gone/theme.css") == NAMES


@pytest.mark.parametrize("user", ["templates/order_confirmation/subject.txt.j2", "themes/plain/layout.html.j2"])
def test_a_kind_that_another_template_includes_touches_all(folders: Catalog, user: str) -> None:
    path = folders.templates.parent / user
    path.write_text(path.read_text("utf-8") + '{% include "other/message.html.j2" %}', "utf-8")
    assert affected(folders, folders.templates / "other/message.html.j2") == NAMES
    assert affected(folders, folders.templates / "order_confirmation/message.html.j2") == NAMES[:2]
    path.write_bytes(b"\xff\xfe")  # not to be read: not certain
    assert affected(folders, folders.templates / "other/message.html.j2") == NAMES
