"""``franking render``: one kind that fails does not keep the others from being made, and leaves nothing green behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))
ARGUMENTS = [FRANKING, "render", "--theme", "plain", "--language", "en"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in (
        "templates/locales",
        "templates/_parts",
        "templates/invoice",
        "templates/warranty",
        "themes/plain",
        "themes/calm",
    ):
        shutil.copytree(ROOT / name, tmp_path / name)
    assert subprocess.run(ARGUMENTS, cwd=tmp_path, capture_output=True).returncode == 0
    return tmp_path


def _left(house: Path, kind: str, suffix: str) -> list[Path]:
    return list((house / "build" / "previews" / kind).rglob(f"*.{suffix}"))


def test_a_template_that_fails_is_rejected_and_leaves_no_message(house: Path) -> None:
    path = house / "templates" / "invoice" / "message.html.j2"
    path.write_text(path.read_text().replace("{% block content %}", "{% block content %}{{ 1 / 0 }}"))
    done = subprocess.run(ARGUMENTS, cwd=house, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "a division by zero" in done.stdout
    for suffix in ("html", "txt", "eml"):
        assert not _left(house, "invoice", suffix)
        assert _left(house, "warranty", suffix)
    assert {json.loads(p.read_text())["verdict"] for p in _left(house, "invoice", "json")} == {"rejected"}
    assert "all permitted" not in (house / "build" / "previews" / "index.html").read_text()


@pytest.mark.parametrize(("file", "content"), [
    ("templates/invoice/kind.toml", b"title = \n"),
    ("templates/invoice/message.html.j2", b"\xff\xfe\x00"),
    ("templates/invoice/message.html.j2", b"{{ 1|nonsense }}"),
    ("templates/invoice/message.html.j2", b"{% if %}"),
    ("templates/invoice/samples/plain.json", b"{"),
])  # fmt: skip
def test_a_kind_that_cannot_be_read_is_one_line_and_the_others_are_made(house: Path, file: str, content: bytes) -> None:
    if file.endswith(".json"):
        file = str(next((house / "templates" / "invoice" / "samples").glob("*.json")).relative_to(house))
    (house / file).write_bytes(content)
    shutil.rmtree(house / "build" / "previews" / "warranty")
    done = subprocess.run(ARGUMENTS, cwd=house, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"{file}:1" in done.stderr
    assert not _left(house, "invoice", "*")
    assert _left(house, "warranty", "eml")
    page = (house / "build" / "previews" / "index.html").read_text()
    assert Path(file).name in page
    assert "all permitted" not in page


def test_a_theme_that_cannot_be_read_does_not_stop_the_others(house: Path) -> None:
    (house / "themes" / "plain" / "theme.css").write_bytes(b"/* \xfc */")
    done = subprocess.run([FRANKING, "render", "invoice", "--language", "en"], cwd=house, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "theme.css:1: not UTF-8" in done.stderr
    assert not (house / "build" / "previews" / "invoice" / "plain").exists()
    assert (house / "build" / "previews" / "invoice" / "calm").exists()
