"""``franking --help`` for a newcomer, and completion in the shell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from franking.cli.groups import BY_USER
from franking.cli.main import app

FRANKING = str(Path(sys.executable).with_name("franking"))


def test_every_command_stands_in_one_section_for_its_user() -> None:
    listed = [name for names in BY_USER.values() for name in names]
    assert sorted(listed) == sorted(get_command(app).commands)  # type: ignore[attr-defined]


def test_help_cuts_no_sentence() -> None:
    shown = subprocess.run([FRANKING, "--help"], capture_output=True, text=True, check=True).stdout
    assert "..." not in shown.partition("\nOptions:")[2]
    for title, names in BY_USER.items():
        assert f"\n{title}:\n" in shown
        assert all(f"\n  {name}  " in shown for name in names)


@pytest.mark.parametrize(
    ("words", "expected"), [("franking se", "send"), ("franking send --tra", "--transport"), ("franking suppress a", "add")]
)
def test_bash_completes(words: str, expected: str) -> None:
    asked = {"_FRANKING_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run([FRANKING], capture_output=True, text=True, check=True, env={**os.environ, **asked})
    assert expected in done.stdout.split()
    assert done.stderr == ""


def test_make_names_an_interpreter_that_is_too_old(tmp_path: Path) -> None:
    """Asked with a Python that calls itself 3.10, as one of another system does."""
    root = Path(__file__).parents[2]
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((root / name).read_bytes())
    old = tmp_path / "python3.10"
    old.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'import sys; sys.version_info=(3, 10); sys.version=\"3.10.1\"; exec(sys.argv[1])' \"$2\"\n"
    )
    old.chmod(0o755)
    done = subprocess.run(["make", "setup", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "franking needs Python 3.11 or newer, and this is 3.10.1: make PYTHON=python3.12"
    assert not (tmp_path / ".venv").exists()


def test_the_table_of_commands_says_the_first_sentence_of_each_ones_help() -> None:
    """It is written down, so that help loads no command."""
    for names in BY_USER.values():
        for name, told in names.items():
            text = " ".join((get_command(app).commands[name].help or "").partition("\n\n")[0].split())  # type: ignore[attr-defined]
            assert told == text.partition(". ")[0].removesuffix("."), name


def test_options_typed_as_they_are_used_are_what_typer_makes_of_them(tmp_path: Path) -> None:
    """Each parameter of each command, with values of every kind: what is taken without typer's converter equals its result."""
    import copy

    from typer._coercion import build_runtime_param

    shut = tmp_path / "shut"
    shut.write_text("x")
    shut.chmod(0)
    values: list[object] = [None, "", "a", "text", "json", "TEXT", "email", " text", "-1", "0", "7", "1.5", "true", "a\0b", str(tmp_path),
                            str(shut), "nosuch/x", (), ("a", "b"), ["text"], True, 3, b"a", Path("x")]  # fmt: skip
    seen = 0

    def every(command: object) -> list[object]:
        inner = getattr(command, "commands", None)
        return [command] if inner is None else [command, *(c for one in inner.values() for c in every(one))]

    def outcome(make: object, param: object, ctx: object, value: object) -> object:
        try:
            found = make.coerce(value, param=param, ctx=ctx)  # type: ignore[attr-defined]
        except Exception as error:
            return type(error), str(error)
        return type(found), found

    for command in every(get_command(app)):
        ctx = command.context_class(command, info_name="x")  # type: ignore[attr-defined]
        for param in command.get_params(ctx):  # type: ignore[attr-defined]
            plain = param._runtime_param
            theirs = build_runtime_param(param.type_descriptor)
            for value in values:
                seen += 1
                assert outcome(plain, copy.copy(param), ctx, value) == outcome(theirs, param, ctx, value), (
                    command,
                    param,
                    value,
                )
    assert seen > 3000
