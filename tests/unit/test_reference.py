"""The reference pages say what the program does, and README's commands are commands."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from franking.cli.main import app
from franking.cli.reference import EXIT_CODES, PAGES
from franking.config.settings import Settings, kinds_of_settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_current(name: str) -> None:
    """`make docs` writes it."""
    assert (ROOT / "docs" / f"{name}.md").read_text("utf-8") == PAGES[name]()


def commands(group: Any, name: str) -> list[str]:
    """The names of all commands below one, in words."""
    inner = getattr(group, "commands", None)
    return [name] if inner is None else [word for key, one in inner.items() for word in commands(one, f"{name} {key}".strip())]


def test_every_command_and_every_option_of_its_help_is_in_the_reference() -> None:
    """What ``--help`` prints is read as text here, not by the program's own means."""
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    for name in commands(get_command(app), ""):
        part = page.partition(f"### franking {name}\n")[2].partition("\n### ")[0]
        shown = CliRunner().invoke(app, [*name.split(), "--help"]).stdout
        options = set(re.findall(r"^ {2,6}(?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
        assert options == set(re.findall(r"^\| `(--[a-z-]+)`", part, re.MULTILINE)), name
        for sentence in re.findall(r"^[A-Z][^\n]{20,60}\. ", shown, re.MULTILINE):
            assert sentence.strip() in " ".join(part.split())


def test_every_setting_says_what_it_means() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.*) \|$", (ROOT / "docs/configuration.md").read_text("utf-8"), re.MULTILINE
    )
    assert [name for name, *_ in rows] == list(kinds_of_settings())
    assert [name for name, _, _, meaning in rows if len(meaning) < 10] == []
    assert {"0", "1", "2", "3", "130"} == {str(code) for code in EXIT_CODES}


def blocks(kind: str) -> list[tuple[str, str]]:
    """The code blocks of a language, with the document that each is in."""
    found: list[tuple[str, str]] = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        found += [(name, match[1]) for match in re.finditer(rf"^ *```{kind}\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)]
    return found


def test_every_franking_command_of_the_documents_is_one(tmp_path: Path) -> None:
    """Command, subcommand and options of each line exist."""
    lines = [
        (name, line.strip())
        for name, block in blocks("sh")
        for line in block.replace("\\\n", " ").splitlines()
        if re.match(r"\s*(?:\w+=\S+ )?(?:\.venv/bin/)?franking ", line)
    ]
    assert len(lines) > 20
    for name, line in lines:
        words = shlex.split(line, comments=True)
        words = words[next(i for i, word in enumerate(words) if word.endswith("franking")) + 1 :]
        command: Any = get_command(app)
        while words and getattr(command, "commands", None) is not None and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert getattr(command, "commands", None) is None, f"{name}: {line}"
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= known, f"{name}: {line}"


def test_every_toml_of_the_readme_is_a_configuration() -> None:
    for name, block in blocks("toml"):
        table = tomllib.loads(re.sub(r"^ {3}", "", block, flags=re.MULTILINE))
        if name == "README.md":
            Settings(**table)
