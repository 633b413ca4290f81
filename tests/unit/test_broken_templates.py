"""Whatever is wrong with a template is told with file, line and what; no message of before stands for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.session import Choice, PreviewSession

ROOT = Path(__file__).parents[2]
KIND = "order_confirmation"
CHOICE = Choice(KIND, "plain", "de", "plain")
MESSAGE = f"templates/{KIND}/message.html.j2"
MARK = "{% block content %}"
Edit = Callable[[Path], object]


def inserted(text: str, file: str = MESSAGE) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / file
        path.write_text(path.read_text().replace(MARK, f"{MARK}\n{text}", 1))

    return edit


def written(content: bytes, file: str) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return edit


def lost(file: str) -> Edit:
    return lambda folder: (folder / file).unlink()


def folder_instead(file: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return edit


def both(*edits: Edit) -> Edit:
    return lambda folder: [edit(folder) for edit in edits]


# What is done to the folders; the file that is to be named; what is to be said of it.
BROKEN: dict[str, tuple[Edit, str, str]] = {
    "an unknown filter": (inserted("{{ order_id|nonsense }}"), "message.html.j2:", "nonsense"),
    "a block defined twice": (inserted("{% block content %}{% endblock %}"), "message.html.j2:", "defined twice"),
    "an extends inside a block": (inserted("{% extends 'layout.html.j2' %}"), "message.html.j2:", "non top-level"),
    "a loop over its own variable": (inserted("{% for loop in items %}{% endfor %}"), "message.html.j2:", "special loop variable"),
    "an unknown filter in a branch not taken": (inserted("{% if false %}{{ order_id|nonsense }}{% endif %}"), "message.html.j2:", "nonsense"),
    "an unknown test": (inserted("{% if order_id is nonsense %}x{% endif %}"), "message.html.j2:", "nonsense"),
    "an unknown tag": (inserted("{% nonsense %}"), "message.html.j2:", "nonsense"),
    "a tag that is not closed": (inserted("{% if order_id %}"), "message.html.j2:", "if"),
    "an undefined variable": (inserted("{{ nonsense }}"), "message.html.j2:", "nonsense"),
    "an undefined attribute": (inserted("{{ theme.nonsense }}"), "message.html.j2:", "nonsense"),
    "a division by zero": (inserted("{{ 1 / 0 }}"), "message.html.j2:", "a division by zero in this expression"),
    "a division by zero later": (inserted("{% set n = 1 - 1 %}{{ 1 // n }}"), "message.html.j2:", "a division by zero in this expression"),
    "a filter on what does not fit": (inserted("{{ order_id|money('EUR') }}"), "message.html.j2:", ""),
    "a filter without its argument": (inserted("{{ order_id|replace }}"), "message.html.j2:", "values that do not go together in this expression"),
    "a call of what is no function": (inserted("{{ order_id() }}"), "message.html.j2:", ""),
    "a private attribute": (inserted("{{ order_id.__class__.__mro__ }}"), "message.html.j2:", ""),
    "a number too long to be written": (inserted("{{ 10 ** 5000 }}"), "message.html.j2:", ""),
    "a missing include": (inserted('{% include "nowhere.html.j2" %}'), "message.html.j2:", "nowhere.html.j2"),
    "an include out of the folders": (inserted('{% include "../../etc/passwd" %}'), "message.html.j2:", "passwd"),
    "an include of a folder": (inserted('{% include "samples" %}'), "message.html.j2:", "samples"),
    "an include of itself": (inserted('{% include "message.html.j2" %}'), ".html.j2:", "itself"),
    "includes in a circle": (
        both(written(b'{% include "b.html.j2" %}', f"templates/{KIND}/a.html.j2"),
             written(b'{% include "a.html.j2" %}', f"templates/{KIND}/b.html.j2"), inserted('{% include "a.html.j2" %}')),
        ".html.j2:", "itself"),
    "a layout that extends itself": (written(b'{% extends "layout.html.j2" %}', "themes/plain/layout.html.j2"), "layout.html.j2:", ""),
    "a macro that calls itself": (
        inserted("{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(0) }}"), "message.html.j2:", ""),
    "a deep expression": (inserted("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}"), "message.html.j2", ""),
    "a binary template": (written(b"\x89PNG\r\n\x1a\n\xff\xfe", MESSAGE), "message.html.j2:1", "UTF-8"),
    "a Latin-1 template": (written("{% extends 'layout.html.j2' %}\nGrüße".encode("latin-1"), MESSAGE), "message.html.j2:2", "UTF-8"),
    "a Latin-1 subject": (written("Grüße".encode("latin-1"), f"templates/{KIND}/subject.txt.j2"), "subject.txt.j2:1", "UTF-8"),
    "a Latin-1 part": (both(written("x\ny\nGrüße".encode("latin-1"), f"templates/{KIND}/part.html.j2"),
                            inserted('{% include "part.html.j2" %}')), "part.html.j2:3", "UTF-8"),
    "a folder for a template": (folder_instead(f"templates/{KIND}/subject.txt.j2"), "subject.txt.j2", ""),
    "a folder for the style sheet": (folder_instead("themes/plain/theme.css"), "theme.css", ""),
    "a lost subject": (lost(f"templates/{KIND}/subject.txt.j2"), "subject.txt.j2", ""),
    "a lost layout": (lost("themes/plain/layout.html.j2"), "layout.html.j2", ""),
    "a lost theme.toml": (lost("themes/plain/theme.toml"), "theme", "plain"),
    "a Latin-1 style sheet": (written("p { }\n/* Größe */".encode("latin-1"), "themes/plain/theme.css"), "theme.css:2", "UTF-8"),
    "a style sheet with markup": (written(b"p { }\n</style>", "themes/plain/theme.css"), "theme.css:2", "</"),
    "a broken theme.toml": (written(b"[brand]\nname = \n", "themes/plain/theme.toml"), "theme.toml:2", ""),
    "a binary theme.toml": (written(b"\xff\xfe\x00", "themes/plain/theme.toml"), "theme.toml", "UTF-8"),
    "a broken kind.toml": (written(b"title = \n", f"templates/{KIND}/kind.toml"), "kind.toml:1", ""),
    "a misspelt key in kind.toml": (written(b'titel = "x"\n', f"templates/{KIND}/kind.toml"), "kind.toml:1", "titel"),
    "a broken sample": (written(b'{"title":\n', f"templates/{KIND}/samples/plain.json"), "plain.json:", "JSON"),
    "a Latin-1 sample": (written('{"title": "Größe"}'.encode("latin-1"), f"templates/{KIND}/samples/plain.json"), "plain.json", "UTF-8"),
    "a sample of another form": (written(b"[]", f"templates/{KIND}/samples/plain.json"), "plain.json:1", "expected"),
    "a sample without its order": (written(b'{"title": "x", "order": {}}', f"templates/{KIND}/samples/plain.json"), "plain.json", "order"),
    "a lost sample": (lost(f"templates/{KIND}/samples/plain.json"), "plain.json", ""),
    "a sample nested without end": (written(b'{"title": ' + b"[" * 100000, f"templates/{KIND}/samples/plain.json"), "plain.json", ""),
    "a broken catalogue": (written(b'msgid "x"\nnonsense\n', "templates/locales/de.po"), "de.po:", ""),
    "a binary catalogue": (written(b"\x89PNG\xff\xfe\x00", "templates/locales/de.po"), "de.po", ""),
    "a lost catalogue": (lost("templates/locales/de.po"), "de.po", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine")
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, folder / name)
    for kind in (folder / "templates").iterdir():
        if kind.name not in (KIND, "_parts", "locales"):
            shutil.rmtree(kind)
    for theme in (folder / "themes").iterdir():
        if theme.name not in ("plain", "calm"):
            shutil.rmtree(theme)
    return folder


@pytest.fixture
def house(pristine: Path, tmp_path: Path) -> Path:
    shutil.copytree(pristine, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize("name", BROKEN)
def test_the_preview_tells_it_and_forgets_it_once_mended(name: str, house: Path, pristine: Path) -> None:
    edit, file, what = BROKEN[name]
    session = PreviewSession(Catalog(house / "templates", house / "themes"), load())
    assert session.show(CHOICE)["verdict"] == "permitted"
    edit(house)
    session.forget()
    shown = session.show(CHOICE)
    error = shown["error"]
    place = f"{error['file']}:{error['line']}" if error["line"] else error["file"] + error["message"]
    assert shown["verdict"] == "broken"
    assert file in place, error
    assert what in error["message"], error
    assert "\n" not in error["message"]
    assert not {"html", "source", "text", "findings"} & shown.keys()
    assert session.judged(CHOICE)[0] == "broken"
    list(session.choices()), session.titles()  # the list is still there
    shutil.rmtree(house / "templates")
    shutil.rmtree(house / "themes")
    shutil.copytree(pristine, house, dirs_exist_ok=True)
    session.forget()
    assert session.show(CHOICE)["verdict"] == session.judged(CHOICE)[0] == "permitted"
