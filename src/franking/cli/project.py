"""``franking init``: a folder to work in, from what the package carries: templates, themes, a configuration, sample reports."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import typer

from franking.catalog.example_brand import carries, example_logos
from franking.cli.terminal import out
from franking.errors import ConfigurationError, InputError
from franking.mail import Mailbox

_MADE = ("templates", "themes", "samples", "franking.toml", "Makefile")
_LARGEST_LOGO = 1 << 20  # bytes
_FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Brand:
    """Who writes: the name that buyers know, the mailbox of the seller account, a logo's file."""

    name: str
    sender: str
    logo: Path | None = None


def asked(name: str | None, sender: str | None, logo: Path | None) -> Brand:
    """The brand as given, and asked for at a terminal. Raises ``InputError`` for what cannot be one."""
    name = _given(name, "brand", "The brand's name, as buyers know it", '"Your brand"')
    if carries(name):
        raise InputError("--brand: found the example's brand, expected your own")
    if not name.isprintable():
        raise InputError("--brand: found a control character, expected one line of text")
    sender = _given(sender, "from", "Address registered with the seller account", "shop@your-brand.example")
    sender = sender if "<" in sender else f"{_quoted(name)} <{sender}>"
    if carries(Mailbox.parse(sender).address):
        raise InputError("--from: found the example's address, expected your own")
    return Brand(name, sender, logo)


def _given(value: str | None, option: str, question: str, example: str) -> str:
    if value is None and sys.stdin.isatty():
        value = str(typer.prompt(question, err=True))
    if value is None or not value.strip():
        raise InputError(f"init: no --{option} is given; expected for example --{option} {example}")
    return value.strip()


def make_project(folder: Path, brand: Brand) -> None:
    """Lay out ``folder``, which is made where it does not exist.

    Raises ``InputError`` where something of it exists already, and for a logo that is no picture; nothing is changed then.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: a file, expected a folder or a new name")
    for name in _MADE:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise InputError(f"{folder / name} exists already; nothing was changed")
    logo = _logo(brand.logo) if brand.logo is not None else None
    folder.mkdir(parents=True, exist_ok=True)
    with _carried() as (templates, themes, samples):
        shutil.copytree(templates, folder / "templates")
        (folder / "themes").mkdir()
        for theme in sorted(themes.iterdir()):
            if (theme / "theme.toml").is_file() and (logo is not None or not (theme / "assets").is_dir()):
                _theme(theme, folder / "themes" / theme.name, brand, logo)
        (folder / "samples").mkdir()
        for sample in sorted(samples.iterdir()):
            if sample.suffix in {".txt", ".json"}:
                shutil.copyfile(sample, folder / "samples" / sample.name)
    start = resources.files("franking.cli").joinpath("starts", "project")
    values = {"SENDER": _toml(brand.sender), "THEME": "brand" if logo is not None else "plain"}
    for name in ("franking.toml", "Makefile"):
        text = start.joinpath(name).read_text("utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        (folder / name).write_text(text, "utf-8", newline="\n")
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(start.joinpath("gitignore").read_text("utf-8"), "utf-8", newline="\n")
    _tell(folder, logo is not None)


def _tell(folder: Path, with_logo: bool) -> None:
    inside = "" if folder == Path() else f"cd {folder} && "
    out(f"{folder}: templates, themes, franking.toml, sample reports and a Makefile")
    if not with_logo:
        out("themes: plain; with --logo FILE there are three more, which show a logo")
    out(f"next: {inside}franking preview    (designs, live; extra: preview)")
    out(f"      {inside}make plan           (who of a sample report would be written to)")
    out(f"      {inside}make try            (the same, into build/outbox)")
    out("      set transport in franking.toml, then: franking doctor")


@contextmanager
def _carried() -> Iterator[tuple[Path, Path, Path]]:
    """The templates, themes and samples that the package carries. In a checkout they lie beside ``src``."""
    with resources.as_file(resources.files("franking").joinpath("starter")) as packed:
        if packed.is_dir():
            yield packed / "templates", packed / "themes", packed / "samples"
            return
    root = Path(__file__).resolve().parents[3]
    if not (root / "templates").is_dir():
        raise ConfigurationError("this installation carries no templates; install franking again")
    yield root / "templates", root / "themes", root / "docs" / "examples"


def _theme(source: Path, folder: Path, brand: Brand, logo: bytes | None) -> None:
    """Copy a theme and write its ``theme.toml`` for the brand."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("assets", "theme.toml"))
    before = (source / "theme.toml").read_text("utf-8")
    lines = [line for line in before.splitlines() if line.startswith("#")]
    lines += [f"vocabulary = [{', '.join(map(_toml, _WORD.findall(brand.name)))}]  # words that no dictionary knows", ""]
    lines += ["[brand]", f"name = {_toml(brand.name)}"]
    lines += ['# about = "…"  # a line below each message; translate it then: franking i18n collects it']
    if logo is not None and (source / "assets").is_dir():
        file = f"logo.{_FORMATS[_format(logo)]}"
        (folder / "assets").mkdir()
        (folder / "assets" / file).write_bytes(logo)
        lines += ["", "[[assets]]", f'file = "{file}"', f"alt = {_toml(brand.name)}", 'purpose = "logo"']
        lines += [f'sha256 = "{hashlib.sha256(logo).hexdigest()}"']
    (folder / "theme.toml").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _logo(file: Path) -> bytes:
    """The bytes of a logo. Raises ``InputError`` for what no mail program shows."""
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_LOGO + 1)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST_LOGO:
        raise InputError(f"{file}: over 1 MB, expected a logo as mails carry one")
    if hashlib.sha256(content).hexdigest() in example_logos():
        raise InputError(f"{file}: the example's logo, expected your own")
    if _format(content) not in _FORMATS:
        raise InputError(f"{file}: no picture, expected PNG, JPEG, GIF or WebP")
    return content


def _format(content: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or ""
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return ""


def _quoted(name: str) -> str:
    """A display name as a mailbox has it (RFC 5322, section 3.2.4)."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search(r"[^\w &.-]", name) else name


def _toml(text: str) -> str:
    """A basic string of TOML 1.0; ``text`` has no control characters."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
