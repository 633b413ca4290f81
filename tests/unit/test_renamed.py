"""Renamed options, settings and values: the old spelling does the same, and one line on stderr names the new one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from franking.config.settings import load_settings
from franking.errors import RenamedSetting

FRANKING = str(Path(sys.executable).with_name("franking"))
ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("FRANKING_")} | environment
    return subprocess.run([FRANKING, *arguments], cwd=folder, capture_output=True, text=True, env=env, check=False)


@pytest.mark.parametrize("old", [("--from", "shop@kiefer.example"), ("--from=shop@kiefer.example",)])
def test_the_old_name_of_an_option_works_and_names_the_new_one(tmp_path: Path, old: tuple[str, ...]) -> None:
    done = run(tmp_path, "init", "shop", "--brand", "Kiefer", *old)
    assert (done.returncode, "shop@kiefer.example" in (tmp_path / "shop/franking.toml").read_text()) == (0, True)
    (line,) = done.stderr.splitlines()
    assert "--from is now --sender" in line
    assert run(tmp_path, "init", "other", "--brand", "Kiefer", "--sender", "shop@kiefer.example").stderr == ""


def test_the_old_name_of_the_language_works(tmp_path: Path) -> None:
    first, second = run(tmp_path, "render", "--locale", "de").stderr.splitlines()
    assert "--locale is now --language" in first
    assert "No such option" not in second
    assert "No such option" in run(tmp_path, "check", "x.html", "--locale", "de").stderr  # no option of check, old or new


def test_what_follows_two_dashes_is_no_option(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "--brand", "Kiefer", "--sender", "shop@kiefer.example", "--", "--from")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "--from/franking.toml").is_file()


@pytest.mark.parametrize(
    ("file", "environment", "new"),
    [
        ('password_file = "secret"\n', {}, "smtp_password_file"),
        ("", {"FRANKING_PASSWORD_FILE": "secret"}, "FRANKING_SMTP_PASSWORD_FILE"),
        ('token_file = "secret"\n', {}, "smtp_token_file"),
        ("", {"FRANKING_TOKEN_FILE": "secret"}, "FRANKING_SMTP_TOKEN_FILE"),
        ('channel = "other"\n', {}, "relay_only = false"),
        ("", {"FRANKING_CHANNEL": "marketplace"}, '"email"'),
    ],
)
def test_an_old_setting_works_and_names_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, environment: dict[str, str], new: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("franking.toml").write_text(file)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.warns(RenamedSetting, match=new):
        settings = load_settings()
    assert Path("secret") in (settings.smtp_password_file, settings.smtp_token_file) or settings.by == "email"


def test_a_command_prints_the_warning_as_one_line(tmp_path: Path) -> None:
    (tmp_path / "franking.toml").write_text('channel = "other"\n')
    first, second = run(tmp_path, "status").stderr.splitlines()
    assert first.startswith('franking: channel "other" works until the next release')
    assert "no ledger" in second


def folders() -> tuple[str, ...]:
    return ("--templates", str(ROOT / "templates"), "--themes", str(ROOT / "themes"), "--demo")


def test_the_new_setting_wins_and_the_value_of_the_old_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("franking.toml").write_text('password_file = "old"\ntoken_file = "token"\nsmtp_password_file = "new"\n')
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        settings = load_settings()
    assert (settings.smtp_password_file, settings.smtp_token_file) == (Path("new"), Path("token"))
    assert {w.category for w in heard} == {RenamedSetting}


@pytest.mark.filterwarnings("ignore::franking.errors.RenamedSetting")
def test_private_addresses_pass_by_the_old_channel_as_by_a_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = tmp_path / "report.txt"
    text = (ROOT / "docs/examples/amazon.com-unshipped.txt").read_text()
    report.write_text(text.replace("@marketplace.amazon.com", "@private.example"))
    (tmp_path / "own.toml").write_text(
        'title = "Own"\nextends = "amazon-2023"\n[sources]\nown = "we decide"\n'
        '[settings]\nrelay_only = { value = false, source = "own", effective = 2026-01-01 }\n'
    )
    arguments = ("plan", str(report), "--kind", "order_confirmation", *folders(), "--as-of", "2026-11-24T12:00:00Z")
    found = [
        json.loads(CliRunner().invoke(app, [*arguments, "--format", "json", *more]).stdout)
        for more in ((), ("--channel", "other"), ("--policy", "own.toml"))
    ]
    assert found[0]["permitted"] == []
    assert found[1]["permitted"] == found[2]["permitted"] != []


def test_commands_that_change_the_ledger_report_as_json(tmp_path: Path) -> None:
    def told(*arguments: str) -> dict[str, object]:
        done = CliRunner().invoke(app, [*arguments, "--outbox", f"sqlite:///{tmp_path / 'own.db'}", "--format", "json"])
        answer: dict[str, object] = json.loads(done.stdout)
        assert answer.pop("schema") == 1
        return answer

    (tmp_path / "list.txt").write_text("a@marketplace.amazon.de\nb@marketplace.amazon.de\n")
    assert told("suppress", "add", "a@marketplace.amazon.de") == {"read": 1, "added": 1}
    assert told("suppress", "import", str(tmp_path / "list.txt")) == {"read": 2, "added": 1}
    assert told("suppress", "remove", "b@marketplace.amazon.de") == {"removed": 1}
    assert told("suppress", "remove", "b@marketplace.amazon.de") == {"removed": 0}
    assert told("erase") == {"erased": 0}
    assert told("resolve", "--all", "--as", "sent") == {"as": "sent", "settled": 0}
    assert told("resume") == {"stops": []}
    assert told("resume", "--account") == {"lifted": 0}
