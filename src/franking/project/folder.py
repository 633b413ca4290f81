"""A new project folder: templates, themes, configuration, sample reports, a Makefile."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from franking.errors import InputError
from franking.project.brand import FORMATS, Brand, image_format, read_logo
from franking.project.starter import start, starter

EXAMPLE_SERVER = "smtp://user@mail.example.com:587"
_CREATED = ("templates", "themes", "samples", "franking.toml", "campaigns.toml", "Makefile")
_WORD = re.compile(r"[^\W\d_]{2,}")


def make_project(folder: Path, brand: Brand) -> None:
    """Create a project in ``folder``, which is created if it does not exist. Themes with images need a logo.

    Raises ``InputError`` if one of the project's files exists already, and for an unusable logo; nothing is changed then.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: a file, expected a folder or a new name")
    for name in _CREATED:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise InputError(f"{folder / name} exists already; nothing was changed")
    logo = read_logo(brand.logo) if brand.logo is not None else None
    folder.mkdir(parents=True, exist_ok=True)
    with starter() as source:
        shutil.copytree(source.templates, folder / "templates")
        (folder / "themes").mkdir()
        for theme in sorted(source.themes.iterdir()):
            if (theme / "theme.toml").is_file() and (logo is not None or not (theme / "assets").is_dir()):
                _theme(theme, folder / "themes" / theme.name, brand, logo)
        (folder / "samples").mkdir()
        for sample in source.samples:
            shutil.copyfile(sample, folder / "samples" / sample.name)
    files = start("project")
    transport = f"transport = {_toml(brand.transport)}" if brand.transport else f'# transport = "{EXAMPLE_SERVER}"'
    values = {"SENDER": _toml(brand.sender), "THEME": "brand" if logo is not None else "plain", "TRANSPORT": transport}
    for name in ("franking.toml", "campaigns.toml", "Makefile"):
        text = files.joinpath(name).read_text("utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        (folder / name).write_text(text, "utf-8", newline="\n")
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(files.joinpath("gitignore").read_text("utf-8"), "utf-8", newline="\n")


def _theme(source: Path, folder: Path, brand: Brand, logo: bytes | None) -> None:
    """Copy a theme and write its ``theme.toml`` for the brand."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("assets", "theme.toml"))
    before = (source / "theme.toml").read_text("utf-8")
    lines = [line for line in before.splitlines() if line.startswith("#")]
    lines += [f"vocabulary = [{', '.join(map(_toml, _WORD.findall(brand.name)))}]  # words that are in no dictionary", ""]
    lines += ["[brand]", f"name = {_toml(brand.name)}"]
    lines += ['# about = "…"  # a line below each message; translate it then: franking i18n collects it']
    if logo is not None and (source / "assets").is_dir():
        file = f"logo.{FORMATS[image_format(logo)]}"
        (folder / "assets").mkdir()
        (folder / "assets" / file).write_bytes(logo)
        lines += ["", "[[assets]]", f'file = "{file}"', f"alt = {_toml(brand.name)}", 'purpose = "logo"']
        lines += [f'sha256 = "{hashlib.sha256(logo).hexdigest()}"']
    (folder / "theme.toml").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _toml(text: str) -> str:
    """A basic string of TOML 1.0; ``text`` has no control characters."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
