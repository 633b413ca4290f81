"""No option of any command silently uses the last of several values: it takes all of them, or the command refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from franking.cli.main import app


def options(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every option, with the command that has it."""
    for option in group.params:
        if option.param_type_name == "option" and option.name != "help":
            yield name, option
    for key, command in getattr(group, "commands", {}).items():
        yield from options(command, f"{name} {key}".strip())


OPTIONS = list(options(get_command(app)))


def twice(option: Any) -> list[str]:
    if option.is_flag:
        return [option.opts[0], (option.secondary_opts or option.opts)[0]]
    return [option.opts[-1], "1", option.opts[-1], "2"]


def test_every_option_of_one_value_is_refused_if_it_is_given_twice() -> None:
    assert len(OPTIONS) > 200
    for name, option in OPTIONS:
        if option.multiple or (option.is_flag and not option.secondary_opts):
            continue
        done = CliRunner().invoke(app, [*name.split(), *twice(option)])
        assert done.exit_code == 2, (name, option.name)
        assert f"'{option.opts[0]}" in " ".join(done.output.split()), (name, option.name)
        assert "it is given more than once, but takes one value" in " ".join(done.output.split()), (name, option.name)


def test_options_of_several_values_say_so() -> None:
    several = [(name, option) for name, option in OPTIONS if option.multiple]
    assert several
    for name, option in several:
        assert any(word in option.help for word in ("repeated", "again", "any one --not")), (name, option.name)


def test_a_renamed_option_beside_its_new_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    done = CliRunner().invoke(
        app, ["send", "report.txt", "--kind", "reply", "--from", "a@b.example", "--sender", "c@d.example"]
    )
    assert done.exit_code == 2
    assert "it is given more than once" in " ".join(done.output.split())


def test_previews_of_several_languages_and_themes(tmp_path: Path) -> None:
    for name in ("templates", "themes"):
        (tmp_path / name).symlink_to(Path(__file__).parents[2] / name)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, [
        "render", "reply", "--language", "de", "--language", "fr", "--theme", "plain", "--theme", "calm", "--out", str(out),
        "--templates", str(tmp_path / "templates"), "--themes", str(tmp_path / "themes"), "--jobs", "1",
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert {path.parts[-2:] for path in out.glob("reply/*/*")} == {(t, la) for t in ("plain", "calm") for la in ("de", "fr")}
