"""Settings: what files, the environment and flags may say, and what they are told where it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from franking.config.settings import load_settings
from franking.errors import ConfigurationError


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("franking.toml").write_text('theme = "a"\nseller = "x"\nrate = "1/s"\n')
    monkeypatch.delenv("FRANKING_CACHE")  # of all tests
    monkeypatch.setenv("FRANKING_THEME", "b")
    monkeypatch.setenv("franking_seller", "y")
    settings = load_settings(theme="c", policy=None)
    assert (settings.theme, settings.seller, settings.rate, settings.policy) == ("c", "y", "1/s", "amazon")
    assert settings.given == {"theme", "seller", "rate"}
    assert load_settings(None).rate == ""


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("connections", "7", 7), ("timeout", "1.5", 1.5), ("timeout", "3", 3.0), ("allow_plain", "Yes", True), ("allow_plain", "0", False),
        ("ca_file", "a b", Path("a b")), ("daily_caps", "[1, 20]", [1, 20]), ("vouched_mailboxes", '["a"]', ["a"]),
        ("channel", "auto", "auto"), ("connections", "7.0", 7), ("sender", "", ""), ("amazon_marketplaces", '["Amazon.de"]', ["Amazon.de"]),
        ("fetched", "a b", Path("a b")), ("time_zone", "Europe/Berlin", "Europe/Berlin"), ("sender", "é <x@y.example>", "é <x@y.example>"),
    ],
)  # fmt: skip
def test_the_environment_is_read_by_the_type_of_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str, value: object
) -> None:
    monkeypatch.setenv(f"FRANKING_{name.upper()}", written)
    assert getattr(load_settings(None), name) == value


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("theme = 1", "setting 'theme': expected a text"),
        ("connections = true", "setting 'connections': expected a whole number"),
        ("connections = inf", "setting 'connections': expected a whole number"),
        ('amazon_marketplaces = "Amazon.de"', "setting 'amazon_marketplaces': expected a list"),
        ('time_zone = "Berlin/Mitte"', "setting 'time_zone': 'Berlin/Mitte' is no time zone"),
        ("connections = 1.5", "setting 'connections': expected a whole number"),
        ("connections = 0", "setting 'connections': found 0, expected 1 to 100"),
        ("timeout = 0", "setting 'timeout': expected a number greater than 0"),
        ("timeout = nan", "setting 'timeout': expected a number greater than 0"),
        ("timeout = []", "setting 'timeout': expected a number"),
        ('allow_plain = "perhaps"', "setting 'allow_plain': expected true or false"),
        ("templates = 3", "setting 'templates': expected a path"),
        ('daily_caps = "x"', "setting 'daily_caps': expected a list"),
        ("daily_caps = [1, -1]", "setting 'daily_caps.1': expected a number greater than 0"),
        ('inliner = "x"', "setting 'inliner': expected 'css-inline' or 'premailer'"),
        ("smtp_password = 5", "setting 'smtp_password': expected a text"),
        ("colour = 1", "setting 'colour': no such setting"),
        ("\n[theme]\na = 1", "setting 'theme': expected a text"),
        ("a b", "franking.toml:1: "), ('\ntheme = "a"\ntheme = "b"', "franking.toml:3: "), ("theme = '\\xff'", "franking.toml: no TOML"),
        ("x = " + "[" * 100_000, "franking.toml: no TOML"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("franking.toml").write_bytes(line.replace("\\xff", "\udcff").encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_DAILY_CAPS", "1,2")
    with pytest.raises(ConfigurationError, match=r"found no JSON in FRANKING_DAILY_CAPS; expected for example \[1, 2\]"):
        load_settings(None)
    monkeypatch.setenv("FRANKING_DAILY_CAPS", "1")
    with pytest.raises(ConfigurationError, match="setting 'daily_caps': expected a list"):
        load_settings(None)


def test_a_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_SMTP_PASSWORD", "hunter2")
    settings = load_settings(None)
    assert settings.smtp_password.get_secret_value() == "hunter2"
    assert "hunter2" not in f"{settings.smtp_password}{settings.smtp_password!r}{vars(settings)}"


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load_settings(tmp_path / "other.toml")
