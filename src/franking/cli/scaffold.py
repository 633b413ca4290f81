"""``franking new``: a kind or a theme that passes the checker, to start from."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

from franking.catalog.example_brand import carries
from franking.catalog.kinds import NAME
from franking.cli.carried import start
from franking.cli.terminal import out, say
from franking.errors import FrankingError, InputError


def make_kind(templates: Path, name: str) -> None:
    """Make ``templates/NAME``. Raises ``FrankingError`` for an unusable or a taken name."""
    folder = _make("kind", templates, name)
    if not (templates / "_parts" / "text.html.j2").is_file():
        say(f"{folder} uses the parts in {templates / '_parts'}, which are not there; copy them from another project")
    out(f"{folder}: edit message.html.j2 while `franking preview` runs; `franking i18n` collects new texts")


def make_theme(themes: Path, name: str, brand: str | None) -> None:
    """Make ``themes/NAME`` for a brand. Raises ``FrankingError`` for an unusable or a taken name, and without a brand of
    one's own."""
    brand = (brand or "").strip()
    if not brand or not brand.isprintable():
        raise InputError('new theme: brand name missing; expected --brand "Your brand", the name that buyers know')
    if carries(brand):
        raise InputError("--brand: found the example's brand, expected your own")
    folder = _make("theme", themes, name, brand.replace("\\", "\\\\").replace('"', '\\"'))
    (folder / "assets").mkdir()
    out(f"{folder}: edit theme.css and layout.html.j2 while `franking preview` runs")


def _make(what: str, parent: Path, name: str, title: str = "") -> Path:
    if not NAME.fullmatch(name):
        raise FrankingError(f"{what} {name[:60]!r}: expected lower-case letters, digits and _, beginning with a letter")
    if not parent.is_dir():
        raise FrankingError(
            f"{parent}: no such folder; create a project with `franking init`, run franking in the project folder, "
            f"or pass --{parent.name}"
        )
    folder = parent / name
    if folder.exists():
        raise FrankingError(f"{folder} exists already; nothing was changed")
    _copy(start(what), folder, title or name.replace("_", " ").capitalize())
    return folder


def _copy(source: Traversable, target: Path, title: str) -> None:
    target.mkdir()
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name, title)
        else:
            (target / entry.name).write_text(entry.read_text("utf-8").replace("TITLE", title), "utf-8", newline="\n")
