"""Where no project is: every command that needs one says how to get one, in one line, and leaves nothing behind."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from franking.cli.main import app
from franking.cli.project import asked
from franking.config.settings import load_settings
from franking.errors import FrankingError
from franking.project.folder import make_project

REPORT = ("report.txt", "--kind", "reply")


@pytest.mark.parametrize(
    "command",
    [
        ("render",), ("plan", *REPORT), ("send", *REPORT), ("send", *REPORT, "--sender", "a@seller.example"),
        ("send", *REPORT, "--sender", "a@seller.example", "--transport", "dir:out"), ("status",), ("retry",), ("resolve",),
        ("cancel", "--all"), ("bounces", "mails"), ("suppress", "list"), ("suppress", "add", "a@marketplace.amazon.de"),
        ("suppress", "remove", "a@marketplace.amazon.de"), ("erase", "--older-than", "3d"), ("new", "kind", "x"),
        ("new", "theme", "x", "--brand", "Kiefer"), ("i18n",), ("preview",), ("worker",),
        ("worker", "--outbox", "postgresql://127.0.0.1/none"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_commands_name_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Sequence[str]) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FrankingError) as told:
        app([*command], standalone_mode=False)
    assert "`franking init`" in str(told.value)
    assert len(str(told.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_doctor_names_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert app(["doctor"], standalone_mode=False) == 2
    first, hint = capsys.readouterr().out.splitlines()[:2]
    assert first.startswith("problem  project:") and "`franking init`" in hint


def test_a_ledger_of_ones_choice_needs_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app(["suppress", "add", "a@marketplace.amazon.de", "--outbox", "sqlite:///own.db"], standalone_mode=False)
    assert (tmp_path / "own.db").is_file()


def test_a_mail_server_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_project(Path(), asked("Kiefer Nord", "shop@kiefer-nord.example", None, "smtp://kiefer@mail.kiefer-nord.example:587"))
    settings = load_settings()
    assert settings.transport == "smtp://kiefer@mail.kiefer-nord.example:587"
    assert settings.sender == "Kiefer Nord <shop@kiefer-nord.example>"


@pytest.mark.parametrize(
    "url", ["smtp://kiefer:secret@mail.example", "ftp://mail.example", "smtp+plain://mail.example", "dir:a\nb"]
)
def test_a_mail_server_that_cannot_be_used_changes_nothing(tmp_path: Path, url: str) -> None:
    with pytest.raises(FrankingError) as told:
        make_project(tmp_path / "shop", asked("Kiefer Nord", "shop@kiefer-nord.example", None, url))
    assert "secret" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_it_asks_at_a_terminal_and_again_after_a_wrong_answer(tmp_path: Path) -> None:
    person, terminal = pty.openpty()
    try:
        os.write(person, b"Kiefer Nord\nnobody\nshop@kiefer-nord.example\nsmtp://a:b@mail.example\nsmtps://mail.example\n")
        done = subprocess.run(
            [str(Path(sys.executable).with_name("franking")), "init", "shop"],
            cwd=tmp_path, stdin=terminal, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(terminal)
        os.close(person)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Address registered") == done.stderr.count("Mail server") == 2
    made = (tmp_path / "shop" / "franking.toml").read_text("utf-8")
    assert 'transport = "smtps://mail.example"' in made
    assert 'sender = "Kiefer Nord <shop@kiefer-nord.example>"' in made
