"""A new kind or theme that passes the checker, as a starting point."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

from franking.catalog.example_brand import carries
from franking.catalog.kinds import NAME
from franking.errors import FrankingError, InputError
from franking.project.starter import start


def make_kind(templates: Path, name: str) -> Path:
    """Create ``templates/NAME``; returns the folder. Raises ``FrankingError`` for an unusable name, or one that exists."""
    return _make("kind", templates, name)


def lacks_parts(templates: Path) -> Path | None:
    """The folder of the parts that a new kind includes, if they are missing; else None."""
    parts = templates / "_parts"
    return None if (parts / "text.html.j2").is_file() else parts


def make_theme(themes: Path, name: str, brand: str | None) -> Path:
    """Create ``themes/NAME`` for a brand; returns the folder.

    Raises ``FrankingError`` for an unusable name, one that exists, a missing brand, and the brand of the example.
    """
    brand = (brand or "").strip()
    if not brand or not brand.isprintable():
        raise InputError('new theme: brand name missing; expected --brand "Your brand", the name as buyers see it')
    if carries(brand):
        raise InputError("--brand: found the example's brand, expected your own")
    folder = _make("theme", themes, name, brand.replace("\\", "\\\\").replace('"', '\\"'))
    (folder / "assets").mkdir()
    return folder


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
