"""The language server, driven by an editor of the tests over stdin and stdout."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.editor import Editor, edited, offset, position, uri

ROOT = Path(__file__).parents[2]
REPLY = "templates/reply/message.html.j2"
HEADING = '<h1>{{ _("Our reply to your message") }}</h1>'


def _project(folder: Path, *themes: str, french: bool = False) -> Path:
    """A project with three kinds; by default with the theme plain alone."""
    for name in (
        "templates/reply",
        "templates/order_confirmation",
        "templates/_parts",
        *(f"themes/{theme}" for theme in themes or ("plain",)),
    ):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "templates/order_confirmation/samples/forty_items.json").unlink()
    (folder / "templates/locales").mkdir()
    if french:
        shutil.copy(ROOT / "templates/locales/fr.po", folder / "templates/locales")
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _project(tmp_path_factory.mktemp("session") / "my shop", french=True)


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two themes."""
    return _project(tmp_path_factory.mktemp("session") / "themed", "plain", "brand", french=True)


@pytest.fixture(scope="module")
def started(shop: Path) -> Iterator[Editor]:
    copies = set(Path(tempfile.gettempdir()).glob("franking-lsp-*"))
    before = _content(shop)
    editor = Editor(shop)
    try:
        yield editor
        assert editor.end() == 0
        assert editor.garbage == []  # nothing but the protocol on stdout
        assert editor.complaints == b""
        assert _content(shop) == before  # a check writes nothing
        assert set(Path(tempfile.gettempdir()).glob("franking-lsp-*")) <= copies
    finally:
        editor.kill()


@pytest.fixture
def editor(started: Editor) -> Iterator[Editor]:
    yield started
    for path in list(started.texts):
        started.close(path)
    started.until(lambda: not any(started.diagnostics.values()))


def _content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _line(text: str, part: str) -> int:
    assert text.count(part) == 1, (part, text.count(part))
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(("end", "before"), [("\n", ""), ("\r\n", "🎁 größer ")])
def test_a_finding_is_at_its_line_and_its_fix_restores_the_text(editor: Editor, shop: Path, end: str, before: str) -> None:
    path = shop / REPLY
    good = path.read_text("utf-8").replace(HEADING, f"<b>{before}</b>{HEADING}" if before else HEADING).replace("\n", end)
    bad = good.replace("<h1>", '<h1 style="text-align: center">')
    editor.open(path, good)
    editor.change(path, bad)
    line = _line(bad, "text-align: center")
    editor.until(lambda: "text-align" in editor.rules(path, line))
    found = next(d for d in editor.diagnostics[path] if d["code"] == "text-align")
    assert (found["severity"], found["source"]) == (1, "franking")
    start, stop = offset(bad, found["range"]["start"]), offset(bad, found["range"]["end"])
    assert bad[start:stop] == bad.split("\n")[line - 1].strip()
    (action,) = (one for one in editor.actions(path, line) if "text-align" in one["title"])
    assert action["kind"] == "quickfix"
    assert editor.apply(action) == {path}
    assert editor.texts[path] == good
    editor.until(lambda: "text-align" not in editor.rules(path))


ERRORS = [  # file to edit, text, its replacement, file and line of the error, what its message contains
    (REPLY, "greeting(buyer_name)", "greeting(buyer_nam)", REPLY, "buyer_nam)", "'buyer_nam'"),
    (REPLY, "asked_on|day", "asked_on|dai", REPLY, "asked_on|dai", "'dai'"),
    (REPLY, '"_parts/text.html.j2"', '"_parts/texts.html.j2"', REPLY, "texts.html.j2", "does not exist"),
    (REPLY, '{% extends "layout.html.j2" %}', '{% extends "layouts.html.j2" %}', REPLY, "layouts", "layouts.html.j2"),
    (REPLY, "{% endblock %}", "", REPLY, "", ""),
    (REPLY, "<h1>", "{% if %}<h1>", REPLY, "{% if %}", ""),
    ("templates/_parts/order.html.j2", "{% macro greeting(name) %}", "{% macro greeting(name %}", None, "greeting(name %}", ""),
    ("templates/order_confirmation/message.mjml.j2", "<h1>", "<mj-texts></mj-texts><h1>", None, "<mj-texts>", "mj-texts"),
    ("templates/reply/kind.toml", 'window = "none"', 'windows = "none"', None, "windows =", "windows"),
    ("templates/reply/kind.toml", "states = []", "states = [", None, "", ""),
    ("templates/reply/kind.toml", "order_id =", "orders_id =", None, "orders_id =", "orders_id"),
    ("templates/reply/subject.txt.j2", "{{", "{{ nothing_known }}{{", None, "nothing_known", "nothing_known"),
    ("themes/plain/theme.css", ".notice", "</b .notice", None, "</b .notice", "expected CSS only"),
    ("themes/plain/theme.toml", "[brand]", "[brands]", None, "[brands]", "brands"),
    ("templates/locales/fr.po", 'msgstr "Nous avons bien reçu votre commande"', 'msgstr "Nous', None, 'msgstr "Nous\n', ""),
    ("templates/locales/fr.po", 'msgstr "Bonjour %(name)s,"', 'msgstr "Bonjour %(nam)s,"', None, "%(nam)s", "%(nam)s"),
]


@pytest.mark.parametrize("file", list(dict.fromkeys(error[0] for error in ERRORS)))
def test_an_error_is_at_its_line_and_goes_when_mended(editor: Editor, shop: Path, file: str) -> None:
    path = shop / file
    text = editor.open(path)
    for _, old, new, at, marked, said in (error for error in ERRORS if error[0] == file):
        place = shop / (at or file)
        assert old in text
        editor.change(path, bad := text.replace(old, new, 1))
        line = _line(bad if place == path else place.read_text("utf-8"), marked) - 1 if marked else None

        def found(place: Path = place, said: str = said, line: int | None = line) -> bool:
            listed = [d for d in editor.diagnostics.get(place, []) if d["severity"] == 1]
            here = [d for d in listed if said in d["message"] and line in (None, d["range"]["start"]["line"])]
            return bool(here) and len(here) == len(listed)

        editor.until(found)
        assert "franking-lsp-" not in json.dumps(editor.diagnostics[place])  # the copy is not named
    editor.change(path, text)
    editor.until(lambda: not any(d["severity"] == 1 for listed in editor.diagnostics.values() for d in listed))


def test_every_error_of_a_catalogue_is_listed(editor: Editor, shop: Path) -> None:
    path = shop / "templates/locales/fr.po"
    bad = path.read_text("utf-8").replace("%(name)s,", "%(nom)s,").replace('%(brand)s"\n\n', '"\n\n')
    bad = bad.replace('msgid "Hello %(nom)s,"', 'msgid "Hello %(name)s,"')
    editor.open(path, bad)
    editor.until(lambda: bool(editor.diagnostics.get(path)))
    lines = bad.split("\n")
    marked = {lines[d["range"]["start"]["line"]] for d in editor.diagnostics[path]}
    assert 'msgstr "Bonjour %(nom)s,"' in marked
    assert len(marked) > 1


def test_another_file_gets_the_error_that_it_has_now_and_loses_it(editor: Editor, shop: Path) -> None:
    path, other = shop / "templates/reply/kind.toml", shop / REPLY
    text = editor.open(path)
    line = next(one for one in text.split("\n") if one.startswith("order_url ="))
    editor.change(path, text.replace(f"{line}\n", ""))
    editor.until(lambda: bool(editor.diagnostics.get(other)))
    assert _line(other.read_text("utf-8"), "order_url") - 1 == editor.diagnostics[other][0]["range"]["start"]["line"]
    editor.change(path, text)
    editor.until(lambda: editor.diagnostics[other] == [])


NAMES = [  # file, text, its replacement, title of the fix, files that it changes
    (REPLY, "greeting(buyer_name)", "greeting(buyer_nam)", "Replace buyer_nam by buyer_name", REPLY),
    (REPLY, "{{ greeting(", "{{ greting(", "Replace greting by greeting", REPLY),
    (REPLY, "asked_on|day", "asked_on|dai", "Replace dai by day", REPLY),
    (REPLY, "_parts/text.html.j2", "_parts/texts.html.j2", "Replace _parts/texts.html.j2 by _parts/text.html.j2", REPLY),
    (REPLY, "<h1>", "<p>{{ carrier }}</p><h1>", "Declare carrier in kind.toml", "templates/reply/kind.toml"),
    ("templates/reply/kind.toml", "order_url =", "order_ur =", "Replace order_ur by order_url", "templates/reply/kind.toml"),
    ("templates/reply/kind.toml", "order_url =", 'ship_city = { about = "Town" }\norder_url =', "Remove the declaration of ship_city",
     "templates/reply/kind.toml"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "title", "changed"), NAMES, ids=[one[3] for one in NAMES])
def test_a_name_is_mended(editor: Editor, shop: Path, file: str, old: str, new: str, title: str, changed: str) -> None:
    path, other = shop / file, shop / changed
    text = path.read_text("utf-8")
    bad = text.replace(old, new, 1)
    if other != path:
        editor.open(other)
    editor.open(path, bad)
    editor.until(lambda: any(d["severity"] == 1 for d in editor.diagnostics.get(path, [])))
    line = editor.diagnostics[path][0]["range"]["start"]["line"] + 1
    (action,) = (one for one in editor.actions(path, line) if one["title"] == title)
    assert editor.apply(action) == {other}
    editor.until(lambda: not any(d["severity"] == 1 for d in editor.diagnostics[path]))
    assert other != path or title.startswith("Declare") or editor.texts[path] == text


def test_no_fix_is_offered_where_none_is_certain(editor: Editor, shop: Path) -> None:
    path = shop / REPLY
    text = path.read_text("utf-8")
    computed = text.replace("<h1>", "<p>Call +49 30 901820.</p>\n<h1 style=\"text-align: {{ 'cen' ~ 'ter' }}\">")
    editor.open(path, computed)
    editor.until(lambda: {"text-align", "phone-number"} <= editor.rules(path))
    assert editor.actions(path, _line(computed, "+49")) == []
    assert editor.actions(path, _line(computed, "'cen'")) == []
    editor.change(path, text.replace("greeting(buyer_name)", "greeting(zzzzzzzz)"))
    editor.until(lambda: "text-align" not in editor.rules(path) and bool(editor.diagnostics[path]))
    assert editor.actions(path, _line(editor.texts[path], "zzzzzzzz")) == []
    editor.change(path, text.replace("<h1>", "{{ order_id|dai }}<h1>"))  # "day" exists, and an order ID is no day
    editor.until(lambda: any("'dai'" in d["message"] for d in editor.diagnostics[path]))
    assert editor.actions(path, _line(editor.texts[path], "|dai")) == []


def _hover(editor: Editor, path: Path, part: str) -> str:
    found = editor.ask("textDocument/hover", editor.at(path, editor.texts[path].index(part) + 1))
    return str(found["contents"]["value"]) if found else ""


def test_hover_explains_rules_variables_and_macros(editor: Editor, shop: Path) -> None:
    path, kind = shop / REPLY, shop / "templates/reply/kind.toml"
    text = editor.open(path).replace("<h1>", '🎁<h1 style="text-align: center">')
    editor.change(path, text)
    editor.open(kind)
    editor.until(lambda: "text-align" in editor.rules(path))
    page = (ROOT / "docs/rules.md").read_text("utf-8").partition("\n## text-align\n")[2].partition("\n## ")[0]
    assert page.split("\n\n")[2] in _hover(editor, path, "text-align")
    assert page.rpartition("\n\nSource: ")[2].strip() in _hover(editor, path, "text-align")
    assert "The buyer's name as the report gives it" in _hover(editor, path, "buyer_name")
    assert "greeting(name)" in _hover(editor, path, "greeting(")
    assert "the salutation" in _hover(editor, path, "greeting(")
    assert "When the buyer wrote" in _hover(editor, kind, "asked_on")
    assert _hover(editor, path, "any more questions") == ""


def _complete(editor: Editor, path: Path, text: str) -> tuple[str, list[str]]:
    """The labels offered at ``¦``, and the text with the first one inserted."""
    at = text.index("¦")
    text = text.replace("¦", "")
    editor.change(path, text)
    listed = editor.ask("textDocument/completion", editor.at(path, at))
    items = listed["items"] if listed else []
    return edited(text, [items[0]["textEdit"]]) if items else text, [item["label"] for item in items]


def test_completion_in_a_template(editor: Editor, themed: Path) -> None:
    path = themed / REPLY
    text = editor.open(path)

    def offered(code: str) -> set[str]:
        return set(_complete(editor, path, text.replace("<h1>", f"🎁{code}<h1>"))[1])

    assert {"order_id", "answer", "asked_on", "carrier", "greeting", "paragraphs", "theme", "lang"} <= offered("{{ ¦ }}")
    assert {"order_id", "greeting"} <= offered("{{ gre¦")
    assert "facts" not in offered("{{ ¦ }}")  # not imported
    assert {"facts", "item_table", "code"} <= offered('{% from "_parts/order.html.j2" import ¦ %}')
    assert "order_id" not in offered('{% from "_parts/order.html.j2" import ¦ %}')
    assert {"day", "money", "clock"} <= offered("{{ asked_on|¦ }}")
    assert {"brand", "about"} <= offered("{{ theme.¦ }}")
    assert {"title", "quantity", "price"} <= offered("{% for one in items %}{{ one.¦ }}{% endfor %}")
    assert {"one", "items"} <= offered("{% for one in items %}{{ ¦ }}{% endfor %}")
    assert {"code", "greeting"} <= offered('{% import "_parts/order.html.j2" as p %}{{ p.¦ }}')
    assert {"layout.html.j2", "_parts/text.html.j2", "_parts/order.html.j2"} <= offered('{% include "¦" %}')
    assert "logo" in offered('{{ image("¦") }}')
    assert {"extends", "for", "if"} <= offered("{% ¦ %}")
    assert offered("¦") == set()
    assert offered('{{ _("a ¦ b") }}') == set()
    assert offered("{# ¦ #}") == set()
    inserted, _ = _complete(editor, path, text.replace("<h1>", "🎁{{ order_¦ }}<h1>"))
    assert "🎁{{ order_id }}<h1>" in inserted


def test_completion_of_declarations(editor: Editor, shop: Path) -> None:
    path = shop / "templates/reply/kind.toml"
    text = editor.open(path)
    inserted, offered = _complete(editor, path, text.replace("[variables]\n", "[variables]\nca¦\n"))
    assert "carrier" in offered
    assert "order_id" not in offered  # declared already
    assert '[variables]\nrecipient_name = { about = "" }\n' in inserted
    assert _complete(editor, path, text.replace("[variables]", "¦[variables]"))[1] == []


DEFINITIONS = [  # file, text before and at the cursor, where it leads: files with a text on the line
    (REPLY, 'extends "lay', {"themes/plain/layout.html.j2": "{% from", "themes/brand/layout.html.j2": "{% from"}),
    (REPLY, 'from "_parts/te', {"templates/_parts/text.html.j2": "{#-"}),
    (REPLY, "import code, gree", {"templates/_parts/order.html.j2": "{% macro greeting("}),
    (REPLY, "{{ gree", {"templates/_parts/order.html.j2": "{% macro greeting("}),
    (REPLY, "block con", {"themes/plain/layout.html.j2": "{% block content", "themes/brand/layout.html.j2": "{% block content"}),
    (REPLY, "{{ greeting(buy", {"templates/reply/kind.toml": "buyer_name ="}),
    (REPLY, "{% if ask", {"templates/reply/kind.toml": "asked_on ="}),
    (REPLY, "sign_off(theme.bra", {"themes/plain/theme.toml": "name =", "themes/brand/theme.toml": "name ="}),
    ("templates/_parts/text.html.j2", '<table class="not', {"themes/plain/theme.css": ".notice", "themes/brand/theme.css": ".notice"}),
    ("themes/brand/layout.html.j2", 'image("lo', {"themes/brand/theme.toml": "logo."}),
    ("themes/plain/layout.html.j2", "import sig", {"templates/_parts/frame.html.j2": "{% macro signature"}),
    ("templates/reply/kind.toml", "asked_", {REPLY: "asked_on", REPLY.replace("html", "mjml"): "asked_on"}),
    ("templates/locales/fr.po", '"We have received your or', {
        "templates/_parts/message.html.j2": "We have received your order",
        "templates/order_confirmation/message.html.j2": "We have received your order",
        "templates/order_confirmation/message.mjml.j2": "We have received your order",
    }),
    (REPLY, "any more que", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "before", "leads"), DEFINITIONS, ids=[f"{d[0].split('/')[-1]}:{d[1][-14:]}" for d in DEFINITIONS]
)
def test_definitions(editor: Editor, themed: Path, file: str, before: str, leads: dict[str, str]) -> None:
    path = themed / file
    text = editor.open(path)
    found = editor.ask("textDocument/definition", editor.at(path, text.index(before) + len(before))) or []
    assert {one["uri"] for one in found} == {uri(themed / name) for name in leads}
    for one in found:
        target = next(themed / name for name in leads if uri(themed / name) == one["uri"])
        line = target.read_text("utf-8").split("\n")[one["range"]["start"]["line"]]
        assert leads[str(target.relative_to(themed))] in line


def test_fast_typing_is_checked_once(editor: Editor, shop: Path) -> None:
    path = shop / REPLY
    text = editor.open(path)
    editor.published.clear()
    for number in range(12):
        editor.change(path, text.replace("greeting(buyer_name)", f"greeting(nobody_{number})"))
    editor.until(lambda: any("nobody_11" in d["message"] for d in editor.diagnostics.get(path, [])))
    assert {version for file, version in editor.published if file == path} == {editor.versions[path]}


def test_requests_are_answered_during_a_check_and_old_work_is_dropped(editor: Editor, shop: Path) -> None:
    path = shop / "templates/_parts/order.html.j2"
    text = editor.open(path)
    for number in range(3):
        editor.change(path, text.replace("{{ name }}", f"{{{{ name }}}}{'!' * number}"))
        time.sleep(0.4)  # the check has begun
        begun = time.monotonic()
        assert editor.ask("textDocument/hover", editor.at(path, text.index("{{ value") + 4)) is None
        assert time.monotonic() - begun < 5
    number = editor.request("textDocument/codeAction", {
        "textDocument": {"uri": uri(path)}, "range": {"start": position(text, 0), "end": position(text, len(text))},
        "context": {"diagnostics": []},
    })  # fmt: skip
    editor.tell("$/cancelRequest", {"id": number})
    answer = editor.answer(number)
    assert answer.get("result") == [] or answer["error"]["code"] == -32800


def test_the_nearest_project_and_no_project(editor: Editor, shop: Path, tmp_path: Path) -> None:
    inner = _project(tmp_path / "outer/inner")
    (tmp_path / "outer/franking.toml").write_text('theme = "plain"\n')
    path, alone = inner / REPLY, tmp_path / "alone/page.html.j2"
    bad = path.read_text("utf-8").replace("<h1>", "<h1>{{ order_idd }}")
    alone.parent.mkdir()
    alone.write_text("{{ anything }}")
    editor.messages.clear()
    editor.open(path, bad)
    editor.open(alone)
    editor.open(shop / REPLY)
    editor.until(lambda: bool(editor.diagnostics.get(path)) and bool(editor.messages))
    assert "templates/reply/kind.toml" in editor.diagnostics[path][0]["message"]
    (shown,) = (m["params"] for m in editor.messages if m["method"] == "window/showMessage")
    assert "`franking init`" in shown["message"]
    assert alone not in editor.diagnostics
    assert editor.ask("textDocument/hover", editor.at(alone, 4)) is None
    assert not editor.diagnostics.get(shop / REPLY)


def test_a_configuration_that_cannot_be_read(editor: Editor, tmp_path: Path) -> None:
    inner = _project(tmp_path / "shop")
    settings = inner / "franking.toml"
    settings.write_text('theme = "plain"\ninliner = \n')
    editor.open(inner / REPLY)
    editor.until(lambda: bool(editor.diagnostics.get(settings)))
    assert editor.diagnostics[settings][0]["range"]["start"]["line"] == 1
    settings.write_text('theme = "plain"\n')
    editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(settings), "type": 2}]})
    editor.until(lambda: editor.diagnostics[settings] == [])
    settings.write_text('theme = "plain"\ntemplates = "/nowhere/at/all"\n')
    editor.tell("textDocument/didSave", {"textDocument": {"uri": uri(inner / REPLY)}})
    editor.until(lambda: any("no such folder" in d["message"] for listed in editor.diagnostics.values() for d in listed))


def test_the_server_survives_what_no_editor_sends(editor: Editor, shop: Path) -> None:
    path = shop / REPLY
    text = editor.open(path)
    nowhere: dict[str, Any] = {"textDocument": {"uri": "untitled:Untitled-1"}, "position": {"line": 900, "character": 7}}
    assert editor.ask("textDocument/hover", nowhere) is None
    assert not editor.ask("textDocument/definition", {**nowhere, "textDocument": {"uri": uri(path)}})
    assert editor.ask("textDocument/hover", {**nowhere, "textDocument": {"uri": f"{uri(shop)}/%00/Jane%20Doe.html.j2"}}) is None
    editor.request("textDocument/hover", {"nothing": "Jane Doe"})
    assert "error" in editor.answer(editor.request("workspace/nothing", None))
    editor.change(path, text.replace("<h1>", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}<h1>"))
    editor.until(lambda: any("nested too deep" in d["message"] for d in editor.diagnostics.get(path, [])))
    editor.change(path, text.replace("<h1>", f'{{% include "{Path(REPLY).name}" %}}<h1>'))
    editor.until(lambda: any("without end" in d["message"] for d in editor.diagnostics.get(path, [])))
    editor.change(path, text)
    editor.until(lambda: not editor.diagnostics[path])
    assert b"Jane Doe" not in editor.complaints
    assert [line.partition(b": ")[0] for line in editor.complaints.splitlines()] == [b"franking lsp"] * 2
    editor.complaints = b""


def test_a_simple_client_and_changes_on_disk(tmp_path: Path) -> None:
    shop = _project(tmp_path / "shop")
    editor = Editor(shop, capabilities={"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
    try:
        path = shop / REPLY
        text = editor.open(path)
        editor.until(lambda: bool(editor.registered))
        assert [r["method"] for r in editor.registered] == ["workspace/didChangeWatchedFiles"]
        css = shop / "themes/plain/theme.css"
        style = css.read_text("utf-8")
        css.write_text(f"{style}\nh1 {{ text-align: center; }}\n")
        editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(css), "type": 2}]})
        editor.until(lambda: any("text-align" in editor.rules(file) for file in editor.diagnostics))
        file, line = next(
            (file, d["range"]["start"]["line"] + 1)
            for file, listed in editor.diagnostics.items() for d in listed if d["code"] == "text-align"
        )  # fmt: skip
        if file not in editor.texts:
            editor.open(file)
        action = next(one for one in editor.actions(file, line) if "text-align" in one["title"])
        assert set(action["edit"]) == {"changes"}
        editor.apply(action)
        assert "text-align: center" not in editor.texts.get(css, css.read_text("utf-8"))
        editor.until(lambda: not any("text-align" in editor.rules(file) for file in editor.diagnostics))
        assert editor.texts[path] == text
        assert editor.end() == 0
        assert editor.complaints == b""
    finally:
        editor.kill()


def test_positions_count_utf16_code_units() -> None:
    from pygls.workspace import PositionCodec

    from franking.lsp.positions import Positions

    chance = random.Random(7)
    for _ in range(200):
        text = "".join(chance.choice(["a", "é", "語", "🎁", "\n", "\u2028", "{"]) for _ in range(chance.randrange(30)))
        positions = Positions(text, PositionCodec())
        for at in range(len(text) + 1):
            found = positions.at(at)
            assert {"line": found.line, "character": found.character} == position(text, at)
            assert positions.offset(found) == at
