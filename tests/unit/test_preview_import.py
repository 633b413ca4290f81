"""The page's import: what it answers, what it refuses, and that it writes what ``franking import`` writes."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from franking.catalog import Catalog
from franking.cli.main import app as command
from franking.config.importing import page_importer
from franking.config.settings import load_settings
from franking.importing.detect import NAMES
from franking.mail import Mailbox, Sender
from franking.policy import load
from franking.preview.live import Live
from franking.preview.serving import make_app
from franking.preview.session import PreviewSession

ROOT = Path(__file__).parents[2]
LIQUID = b"""<html><head><title>Order {{ order_name }}</title></head><body><h1>Thank you, {{ customer.first_name }}</h1>
<p>We have packed your order and it leaves our warehouse today.</p>
<ul>{% for line in line_items %}<li>{{ line.quantity }} x {{ line.title }}</li>{% endfor %}</ul>
<p>Packed by {{ packer }}.</p></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("templates/_parts", "templates/order_confirmation", "themes/plain", "templates/locales"):
        shutil.copytree(ROOT / name, tmp_path / "own" / name)
    return tmp_path / "own"


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def asked(
    folder: Path, content: bytes = LIQUID, page: str = "preview", host: str = "127.0.0.1", **body: Any
) -> tuple[int, Any]:
    """The answer to a request of the page, from the application without its watcher."""
    settings = load_settings(templates=folder / "templates", themes=folder / "themes")
    session = PreviewSession(Catalog(settings.templates, settings.themes), load())
    live = Live(session, lambda: (Sender("x", Mailbox("x@example.com")), None), importer=page_importer(settings))
    body = {
        "name": "packed.liquid",
        "content": base64.b64encode(content).decode(),
        "kind": "packed",
        "brand": "Northwind",
    } | body

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(make_app(live))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}:8000") as client:
            return await client.post("/api/import", content=json.dumps(body), headers={"x-franking": page})

    answer = asyncio.run(request())
    return answer.status_code, answer.json() if answer.headers["content-type"] == "application/json" else answer.text


def test_it_shows_and_writes_what_the_command_does(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(folder)
    status, shown = asked(folder)
    assert status == 200
    assert files(folder) == before
    assert (shown["dialect"], shown["verdict"], shown["dry_run"]) == ("liquid", "permitted", True)
    assert shown["fields"]["packer"] == "given"
    assert any(d["file"] == "packed.liquid" and not d["note"] and "packer" in d["message"] for d in shown["decisions"])
    status, written = asked(folder, dry_run=False)
    assert (status, written["dry_run"]) == (200, False)
    other = tmp_path / "other" / "own"
    for name in before:
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(before[name])
    (tmp_path / "other" / "packed.liquid").write_bytes(LIQUID)
    options = [
        "--kind",
        "packed",
        "--brand",
        "Northwind",
        "--format",
        "json",
        "--templates",
        "own/templates",
        "--themes",
        "own/themes",
    ]
    monkeypatch.chdir(tmp_path / "other")
    printed = CliRunner().invoke(command, ["import", "packed.liquid", *options])
    assert printed.exit_code == 0, printed.output
    same = json.dumps({key: value for key, value in written.items() if key != "fields"}).replace(str(folder), "own")
    assert json.loads(same) == json.loads(printed.stdout)
    assert {n: c.replace(str(folder).encode(), b"own") for n, c in files(folder).items()} == files(other)


def test_what_exists_stays_unless_it_was_imported(folder: Path) -> None:
    before = files(folder)
    for name in ("order_confirmation", "plain"):
        for replace in (False, True):
            status, answer = asked(folder, kind=name, replace=replace, dry_run=False)
            assert status == 422
            assert "exists already; nothing was changed" in answer["error"]["message"]
    assert files(folder) == before
    assert asked(folder, dry_run=False)[0] == 200
    changed = LIQUID.replace(b"today", b"tomorrow")
    assert asked(folder, changed, dry_run=False)[0] == 422
    assert b"today" in files(folder)["templates/packed/message.html.j2"]
    assert asked(folder, changed, replace=True, dry_run=False)[0] == 200
    assert b"tomorrow" in files(folder)["templates/packed/message.html.j2"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "../../evil.liquid"}, "found '../../evil.liquid', expected the name of a file without folders"),
        ({"name": "/etc/passwd"}, "expected the name of a file without folders"),
        ({"name": "..\\evil.liquid"}, "expected the name of a file without folders"),
        ({"name": ".."}, "expected the name of a file without folders"),
        ({"name": "a\0b"}, "expected the name of a file without folders"),
        ({"name": "ä" * 121}, "expected the name of a file without folders"),
        ({"name": ""}, "expected the name of a file without folders"),
        ({"kind": "../evil"}, "--kind '../evil': expected lower-case letters"),
        ({"kind": ""}, "--kind '': expected lower-case letters"),
        ({"theme": "a/b"}, "--theme 'a/b': expected lower-case letters"),
        ({"like": "../order_confirmation"}, "unknown kind '../order_confirmation'; expected one of: order_confirmation"),
        ({"dialect": "cobol"}, "--from cobol: expected one of: "),
        ({"brand": ""}, "brand name missing"),
        ({"content": b"a" * (1 << 20) + b"b"}, "packed.liquid: over 1 MB, expected a template"),
        ({"content": b"a" * 1_600_000}, "the file is over 1 MB, expected a template"),
        ({"content": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"}, "packed.liquid: "),
    ],
)  # fmt: skip
def test_what_is_refused_is_one_sentence(folder: Path, tmp_path: Path, given: dict[str, Any], told: str) -> None:
    before = files(tmp_path)
    status, answer = asked(folder, **given, dry_run=False)
    assert status == 422, answer
    error = answer["error"]
    assert told in f"{error['file']}: {error['message']}"
    assert "\n" not in error["message"]
    assert "/tmp" not in error["message"].replace(str(tmp_path), "")
    assert files(tmp_path) == before


def test_only_the_page_may_ask(folder: Path) -> None:
    before = files(folder)
    assert asked(folder, page="", dry_run=False) == (403, "only the preview's own page may request this")
    assert asked(folder, host="evil.example", dry_run=False)[0] == 400
    assert asked(folder, kind=["packed"], dry_run=False)[0] == 400
    assert files(folder) == before


def test_the_page_offers_the_languages_of_the_command() -> None:
    script = resources.files("franking.preview").joinpath("page", "incoming.js").read_text("utf-8")
    offered = re.search(r"const LANGUAGES = (\[.*?\]);", script)
    assert offered is not None
    assert set(json.loads(offered[1])) == set(NAMES)
