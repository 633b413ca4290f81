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
