"""The files of the preview's editor: what can be read and written, what is refused, and what stays as it is in a file."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.errors import FrankingError
from franking.mail import Mailbox, Sender
from franking.policy import load
from franking.preview.files import LARGEST, Conflict, DesignFiles
from franking.preview.live import Live
from franking.preview.sample_lines import line_of_field
from franking.preview.serving import make_app
from franking.preview.session import Choice, PreviewSession
from franking.preview.share import file_name

ROOT = Path(__file__).parents[2]
KIND = "order_confirmation"
CHOICE = {"kind": KIND, "theme": "plain", "language": "en", "sample": "plain"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("templates/_parts", f"templates/{KIND}", "themes/plain", "templates/locales"):
        shutil.copytree(ROOT / name, tmp_path / "own" / name)
    return tmp_path / "own"


@pytest.fixture
def files(folder: Path) -> DesignFiles:
    return DesignFiles(Catalog(folder / "templates", folder / "themes"))


def asked(folder: Path, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request to the preview's application, without its watcher."""
    session = PreviewSession(Catalog(folder / "templates", folder / "themes"), load())
    app = make_app(Live(session, lambda: (Sender("x", Mailbox("x@example.com")), None)))
    where, _, query = path.partition("?")
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"host": "127.0.0.1:8000", "x-franking": headers.pop("page", "preview"), **headers}
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET" if body is None else "POST",
             "scheme": "http", "path": where, "raw_path": where.encode(), "query_string": query.encode(), "root_path": "",
             "headers": [(k.encode(), v.encode()) for k, v in given.items() if v],
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000)}  # fmt: skip
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}  # type: ignore[attr-defined]
    return int(str(sent[0]["status"])), found, b"".join(m.get("body", b"") for m in sent[1:])  # type: ignore[misc]


@pytest.mark.parametrize("name", [
    "", "templates", "templates/", "themes/..", "/etc/passwd", "../secret.css", "templates/../../secret.css", "themes/plain/../../../secret.css",
    "templates\\..\\..\\secret.css", "themes/plain/theme.css\x00.css", "themes/plain", "themes/plain/theme.toml/x.css", "themes/none/theme.css",
    "themes/plain/out.css", "themes/linked/secret.css", "themes/plain/round.css", "themes/plain/script.py", "x" * 5000 + ".css",
    "templates/%2e%2e/%2e%2e/secret.css",
])  # fmt: skip
def test_what_is_no_file_of_the_folders_is_refused(folder: Path, files: DesignFiles, name: str) -> None:
    secret = folder.parent / "secret.css"
    secret.write_text("h1 { }")
    (folder / "themes/plain/out.css").symlink_to(secret)
    (folder / "themes/linked").symlink_to(folder.parent)
    (folder / "themes/plain/round.css").symlink_to("round.css")
    (folder / "themes/plain/script.py").write_text("")
    with pytest.raises(FrankingError, match="no such file"):
        files.read(name)
    with pytest.raises(FrankingError, match="no such file"):
        files.write(name, "h2 { }", files_version(secret))
    assert secret.read_text() == "h1 { }"
    assert not {"themes/plain/out.css", "themes/linked/secret.css", "themes/plain/script.py"} & set(files.names())


def files_version(path: Path) -> str:
    from hashlib import sha256

    return sha256(path.read_bytes()).hexdigest()


def test_a_file_has_one_name_however_it_is_called(folder: Path, files: DesignFiles) -> None:
    path = folder / "themes/plain/theme.css"
    (folder / "themes/plain/alias.css").symlink_to("theme.css")
    names = ["themes/plain/theme.css", "themes/plain/alias.css", "templates/../themes/plain/theme.css", str(path)]
    assert {files.read(name).name for name in names} == {"themes/plain/theme.css"}
    assert {"themes/plain/theme.css", f"templates/{KIND}/samples/plain.json", "templates/locales/de.po"} <= set(files.names())
    assert all(files.read(name).name for name in files.names())


@pytest.mark.parametrize(("before", "text", "after"), [
    (b"a\r\nb\r\n", "a\nx\nb\n", b"a\r\nx\r\nb\r\n"),
    (b"a\nb\n", "a\nx\nb\n", b"a\nx\nb\n"),
    (b"\xef\xbb\xbfa\r\nb", "a\nb\nc", b"\xef\xbb\xbfa\r\nb\r\nc"),
    (b"a\r\nb\nc\rd\r\n", "a\nb\nc\nd\nx\n", b"a\r\nb\nc\rd\r\nx\r\n"),  # each line that stays keeps its own
    (b"a\r\nb\nc\rd\r\n", "x\na\nb\nc\nd\n", b"x\r\na\r\nb\nc\rd\r\n"),
    (b"a\r\nb\nc\r\n", "a\nc\n", b"a\r\nc\r\n"),
    (b"a\r\n", "", b""),
    (b"", "a\nb", b"a\nb"),
    ("ä€😀\u2028x\r\n".encode(), "ä€😀\u2028y\n", "ä€😀\u2028y\r\n".encode()),
])  # fmt: skip
def test_line_endings_and_the_mark_stay(folder: Path, files: DesignFiles, before: bytes, text: str, after: bytes) -> None:
    path = folder / "themes/plain/theme.css"
    path.write_bytes(before)
    path.chmod(0o640)
    opened = files.read("themes/plain/theme.css")
    assert "\r" not in opened.text
    assert files.write(opened.name, opened.text, opened.version).version == opened.version
    assert path.read_bytes() == before, "what is not changed stays byte for byte"
    written = files.write(opened.name, text, opened.version)
    assert path.read_bytes() == after
    assert path.stat().st_mode & 0o777 == 0o640
    assert (written.text, [p.name for p in path.parent.iterdir() if p.name.endswith("~")]) == (text, [])


def test_another_version_is_never_overwritten(folder: Path, files: DesignFiles) -> None:
    path = folder / "themes/plain/theme.css"
    opened = files.read("themes/plain/theme.css")
    path.write_text("h1 { }\n")
    with pytest.raises(Conflict) as told:
        files.write(opened.name, "mine", opened.version)
    assert (path.read_text(), told.value.found.text) == ("h1 { }\n", "h1 { }\n")
    with pytest.raises(Conflict):
        files.write(opened.name, "mine", "")
    files.write(opened.name, "mine", told.value.found.version)
    path.unlink()
    with pytest.raises(Conflict, match="was deleted") as gone:
        files.write(opened.name, "mine", told.value.found.version)
    assert not path.exists()
    files.write(opened.name, "mine again", gone.value.found.version)
    assert path.read_text() == "mine again"


def test_what_cannot_be_kept_is_refused_and_the_file_stays(folder: Path, files: DesignFiles) -> None:
    path = folder / "themes/plain/theme.css"
    opened = files.read("themes/plain/theme.css")
    for text, reason in (("x" * (LARGEST + 1), "bytes"), ("\ud800", "surrogate")):
        with pytest.raises(FrankingError, match=reason):
            files.write(opened.name, text, opened.version)
    assert files.read(opened.name).version == opened.version
    for content, reason in ((b"a\n\xff\n", "theme.css:2: is not UTF-8"), (b"x" * (LARGEST + 1), "larger than 1 MB")):
        path.write_bytes(content)
        with pytest.raises(FrankingError, match=reason):
            files.read(opened.name)
    path.write_bytes(b"y" * LARGEST)
    assert len(files.read(opened.name).text) == LARGEST


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_read_only_file_is_one_line(folder: Path, files: DesignFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = files.read("themes/plain/theme.css")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(FrankingError, match="cannot be written: the file is read-only"):
        files.write(opened.name, "mine", opened.version)
    assert files.read(opened.name).version == opened.version


def test_only_the_page_may_write_and_a_conflict_is_an_answer(folder: Path) -> None:
    status, _, body = asked(folder, "/api/file?name=themes/plain/theme.css")
    opened = json.loads(body)
    assert (status, opened["name"]) == (200, "themes/plain/theme.css")
    wanted = {"name": opened["name"], "text": "h1 { }\n", "version": opened["version"]}
    assert asked(folder, "/api/write", wanted, page="")[0] == 403
    assert asked(folder, "/api/write", wanted, host="evil.example")[0] == 400
    assert asked(folder, "/api/file?name=themes/plain/theme.css", host="evil.example")[0] == 400
    odd: list[object] = [{**wanted, "text": 1}, {"name": "x"}, [], b"{"]
    for bad in odd:
        assert asked(folder, "/api/write", bad)[0] == 400
    assert asked(folder, "/api/write", {**wanted, "name": "../x.css"})[0] == 422
    assert asked(folder, "/api/write", {**wanted, "text": "x" * 9_000_000})[0] == 413
    status, _, body = asked(folder, "/api/write", {**wanted, "version": "0"})
    assert (status, json.loads(body)["found"]["version"]) == (409, opened["version"])
    assert asked(folder, "/api/write", {**wanted, "text": "\\u0001" * 300_000})[0] == 422, "escaped larger than the file may be"
    assert asked(folder, "/api/write", wanted)[0] == 200
    assert (folder / "themes/plain/theme.css").read_text() == "h1 { }\n"


def test_a_sample_that_is_none_is_not_written_and_its_line_is_named(folder: Path) -> None:
    name = f"templates/{KIND}/samples/plain.json"
    path = folder / name
    opened = json.loads(asked(folder, f"/api/file?name={name}")[2])
    lines = opened["text"].split("\n")
    cut = "\n".join([*lines[:3], "!", *lines[3:]])
    status, _, body = asked(folder, "/api/write", {"name": name, "text": cut, "version": opened["version"]})
    assert (status, json.loads(body)["error"]["line"]) == (422, 4)
    status, _, body = asked(
        folder, "/api/write", {"name": name, "text": '{\n"title": "x",\n"order": 3}', "version": opened["version"]}
    )
    assert (status, json.loads(body)["error"]["line"]) == (422, 3)
    assert path.read_text() == opened["text"]
    shown = PreviewSession(Catalog(folder / "templates", folder / "themes"), load())
    late = opened["text"].replace('"purchased_at": "', '"purchased_at": "not ')
    error = shown.show(Choice(KIND, "plain", "en", "plain"), late)["error"]
    assert error["line"] == 1 + next(i for i, line in enumerate(late.split("\n")) if "purchased_at" in line)
    assert error["open"] == str(path.resolve())


@pytest.mark.parametrize(("path", "line"), [
    ("order", 3), ("order.id", 4), ("order.items", 5), ("order.items[0]", 6), ("order.items[0].price", 7), ("order.items[1]", 8),
    ("order.items[1].sku", 9), ("order.items[1].price", 10), ("order.items[7].sku", 5), ("order.details.a[1][1]", 14),
    ("order.details.b.c", 14), ("order.purchased_at", 3), ("nothing", 1), ("title", 2),
])  # fmt: skip
def test_the_line_of_a_field(path: str, line: int) -> None:
    text = """{
  "title": "x",
  "order": {
    "id": "3",
    "items": [
      {"sku": "a",
       "price": 3},
      {
       "sku": "b: [,\\" {",
       "price": "x"
      }
    ],
    "details": {"a": [1, [2,
      3]], "b": {"c": 1}}
  }
}"""
    assert line_of_field(text, path) == line


def test_a_share_file_loads_nothing_and_a_rejected_message_has_no_eml(folder: Path) -> None:
    status, headers, body = asked(folder, "/api/share", CHOICE)
    page = body.decode()
    assert (status, headers["content-disposition"]) == (200, f'attachment; filename="{KIND}-plain-en-plain.html"')
    assert page.count("<iframe") == 2
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not [part for part in page.split('="')[1:] if part.startswith(("http:", "//"))]
    status, headers, body = asked(folder, "/api/eml", CHOICE)
    assert (status, headers["content-type"]) == (200, "message/rfc822")
    assert body.startswith(b"From: ") or b"\r\nFrom: " in body
    path = folder / f"templates/{KIND}/message.html.j2"
    path.write_text(path.read_text().replace("<h1>", '<h1 style="color: red"><script>'))
    for route in ("/api/eml", "/api/deliver"):
        status, _, body = asked(folder, route, CHOICE)
        assert (status, "is rejected" in json.loads(body)["error"]["message"]) == (422, True)
    page = asked(folder, "/api/share", CHOICE)[2].decode()
    assert 'class="badge rejected"' in page
    assert page.count("<script>") == 1, "the message's own stands escaped in an attribute"
    path.write_text("{% if %}")
    assert asked(folder, "/api/share", CHOICE)[0] == 422
    assert asked(folder, "/api/share", CHOICE, page="")[0] == 403


def test_a_download_has_a_harmless_name() -> None:
    assert file_name(Choice('a:mjml"\r\n/..\\', "thème", "pt-BR", "x" * 300), ".eml").startswith("a-mjml----..--th-me-pt-BR-xx")
    assert len(file_name(Choice("a", "b", "c", "x" * 300), ".eml")) == 124
