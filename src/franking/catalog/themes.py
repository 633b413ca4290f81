"""Reads ``themes/<name>/``: brand, style sheet, layout and registered images. Themes contain no code."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from franking.catalog.kinds import folder_names
from franking.catalog.toml import line_of, read_text, read_theme_file
from franking.catalog.wording import placeholders
from franking.errors import TemplateError
from franking.model import Asset, Theme

if TYPE_CHECKING:
    from franking.catalog.form_data import AssetData

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}


def read_theme(folder: Path) -> Theme:
    """Read one theme. Raises ``TemplateError`` with file, line and the expected value."""
    path = folder / "theme.toml"
    data = read_theme_file(path)
    for needed in ("theme.css", "layout.html.j2"):
        if not (folder / needed).is_file():
            raise TemplateError(f"{folder / needed}: no such file; a theme has theme.toml, theme.css and layout.html.j2")
    try:
        given = placeholders(data["brand"]["about"])
    except ValueError as error:
        raise TemplateError(f"{path}:{line_of(path, 'brand', 'about')}: about is a text to translate: {error}") from None
    if given:
        raise TemplateError(
            f"{path}:{line_of(path, 'brand', 'about')}: about has no values to put in; found {next(iter(given.values()))}"
        )
    css = read_text(folder / "theme.css")
    if "</" in css:
        line = css[: css.index("</")].count("\n") + 1
        raise TemplateError(f"{folder / 'theme.css'}:{line}: found '</', expected CSS only")
    return Theme(
        folder.name,
        str(folder),
        data["brand"]["name"],
        data["brand"]["about"],
        css,
        tuple(_asset(path, folder, number, entry) for number, entry in enumerate(data["assets"])),
        frozenset(data["vocabulary"]),
        tuple((component, name, value) for component, given in data["mjml"].items() for name, value in given.items()),
    )


def _asset(path: Path, folder: Path, number: int, entry: AssetData) -> Asset:
    file = (folder / "assets" / entry["file"]).resolve()
    line = line_of(path, "assets", number, "file")
    if not file.is_relative_to((folder / "assets").resolve()):
        raise TemplateError(f"{path}:{line}: asset {entry['file']!r} is outside the theme's assets folder")
    media_type = _TYPES.get(file.suffix.lower())
    if media_type is None:
        raise TemplateError(f"{path}:{line}: asset {entry['file']!r}: expected one of {', '.join(_TYPES)}")
    if not file.is_file():
        raise TemplateError(f"{path}:{line}: asset {entry['file']!r}: no such file in {folder / 'assets'}")
    content = file.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if actual != entry["sha256"]:
        raise TemplateError(
            f"{path}:{line_of(path, 'assets', number, 'sha256')}: asset {entry['file']!r} has sha256 {actual}, "
            "not the registered one"
        )
    return Asset(entry["file"], entry["alt"], entry["purpose"], entry["sha256"], content, media_type)


def theme_names(themes: Path) -> list[str]:
    """The themes in a folder. Raises ``TemplateError`` if there is no such folder."""
    return folder_names(themes, "theme.toml", "--themes")
