"""The hooks for pre-commit: which files they see, as pre-commit chooses them, and what they say of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from franking.catalog import Catalog
from franking.catalog.affected import Selection, selected
from franking.cli.main import app
from franking.cli.project import asked
from franking.errors import FrankingError
from franking.project.folder import make_project

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def seen(hook: dict[str, Any], file: str) -> bool:
    """Whether a hook gets a file: pre-commit searches its path (https://pre-commit.com, "files"). No hook asks for a type, of
    which there is none for .eml, nor for templates."""
    assert not {"types", "types_or", "exclude", "exclude_types"} & set(hook)
    return re.search(hook["files"], file) is not None


@pytest.mark.parametrize(
    ("file", "hooks"),
    [
        ("mails/a.html", {"franking-check", "franking-fix"}),
        ("mails/a.htm", {"franking-check", "franking-fix"}),
        ("mails/a.eml", {"franking-check"}),
        ("templates/reply/message.html.j2", {"franking-templates"}),
        ("templates/reply/message.mjml.j2", {"franking-templates"}),
        ("templates/reply/samples/plain.json", {"franking-templates"}),
        ("templates/locales/de.po", {"franking-templates"}),
        ("themes/plain/theme.css", {"franking-templates"}),
        ("src/templates.py", set()),
        ("docs/html.md", set()),
    ],
)
def test_which_hooks_see_a_file(file: str, hooks: set[str]) -> None:
    assert {name for name, hook in HOOKS.items() if seen(hook, file)} == hooks


def run(hook: str, *files: str) -> int:
    """The exit code of a hook's command."""
    program, *words = HOOKS[hook]["entry"].split()
    assert program == "franking"
    return int(app([*words, *files], standalone_mode=False) or 0)


def test_hooks_judge_mails_and_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    make_project(Path(), asked("Kiefer Nord", "shop@kiefer-nord.example", None))
    for number in (1, 5):
        mail = f'Content-Type: text/html; charset=utf-8\n\n<!doctype html><p style="margin:0 {number * 9}%">Hello</p>\n'
        Path(f"{number}.eml").write_text(mail, "utf-8")
    assert (run("franking-check", "1.eml"), run("franking-check", "5.eml")) == (0, 1)
    for catalogue in Path("templates/locales").iterdir():
        if catalogue.stem not in ("de", "ja"):
            catalogue.unlink()
    template = Path("templates/warranty/message.html.j2")
    assert run("franking-templates", str(template)) == 0
    assert "warranty" in {path.name for path in Path("build/previews").iterdir()}
    assert "reply" not in {path.name for path in Path("build/previews").iterdir()}
    whole = template.read_text("utf-8")
    template.write_text(
        whole.replace("{% block", '<p style="font-size:7px">Buy more!</p>{% block', 1) + "{% if x %}\n", "utf-8"
    )
    capsys.readouterr()
    assert run("franking-templates", str(template)) == 2
    assert "warranty/message.html.j2:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], Selection()),
        (["warranty", "reply:mjml"], Selection(("warranty", "reply:mjml"))),
        (["templates/reply/message.html.j2"], Selection(("reply",))),
        (["templates/reply/message.mjml.j2"], Selection(("reply:mjml",))),
        (["templates/reply/subject.txt.j2"], Selection(("reply", "reply:mjml"))),
        (["templates/warranty/samples/plain.json", "templates/warranty/kind.toml"], Selection(("warranty",))),
        (["templates/warranty/kind.toml", "invoice"], Selection(("warranty", "invoice"))),
        (["themes/plain/theme.css", "themes/calm/layout.html.j2"], Selection(themes=("plain", "calm"))),
        (["templates/locales/de.po"], Selection(languages=("de",))),
        (["templates/_parts/order.html.j2"], Selection()),
        (["templates/warranty/kind.toml", "themes/plain/theme.css"], Selection()),
        (["templates/warranty/kind.toml", "templates/_parts/order.html.j2"], Selection()),
    ],
)
def test_what_a_file_has_a_part_in(monkeypatch: pytest.MonkeyPatch, words: list[str], expected: Selection) -> None:
    monkeypatch.chdir(ROOT)
    assert selected(Catalog(Path("templates"), Path("themes")), words) == expected


def test_a_file_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(FrankingError, match=r"README\.md: expected a kind, or a file in templates or themes"):
        selected(Catalog(Path("templates"), Path("themes")), ["README.md"])
