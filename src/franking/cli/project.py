"""``franking init``: a folder to work in, from what the package carries: templates, themes, a configuration, sample reports."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from franking.catalog.example_brand import carries, example_logos
from franking.cli.carried import carried, start
from franking.cli.terminal import out, say
from franking.dispatch import Credentials, open_transport
from franking.errors import FrankingError, InputError, install_hint
from franking.mail import Mailbox

_MADE = ("templates", "themes", "samples", "franking.toml", "campaigns.toml", "Makefile")
_SERVER = "smtp://user@mail.example.com:587"
_ADDRESS = "shop@your-brand.example"
_LARGEST_LOGO = 1 << 20  # bytes
_FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Brand:
    """Who writes: the name that buyers know, the mailbox of the seller account, a logo's file, the URL of the mail server."""

    name: str
    sender: str
    logo: Path | None = None
    transport: str = ""


def asked(name: str | None, sender: str | None, logo: Path | None, transport: str | None = None) -> Brand:
    """The brand as given, and asked for at a terminal, there again after an answer that cannot be used. Raises
    ``FrankingError`` for options that cannot be used, and for a name or sender that is neither given nor asked for."""
    asking = name is None or sender is None
    name = _given(name, "brand", "The brand's name, as buyers know it", '"Your brand"', _name)
    sender = _given(sender, "from", "Address registered with the seller account", _ADDRESS, partial(_sender, name))
    if transport is None and asking and sys.stdin.isatty():
        transport = _ask(f"Mail server, such as {_SERVER} (Enter: set it later)", _transport, "")
    return Brand(name, sender, logo, _transport(transport or ""))


def _given(value: str | None, option: str, question: str, example: str, judged: Callable[[str], str]) -> str:
    if value is None and sys.stdin.isatty():
        return _ask(question, judged)
    if value is None or not value.strip():
        raise InputError(f"init: no --{option} is given; expected for example --{option} {example}")
    return judged(value.strip())


def _ask(question: str, judged: Callable[[str], str], otherwise: str | None = None) -> str:
    while True:
        try:
            return judged(str(typer.prompt(question, default=otherwise, show_default=False, err=True)).strip())
        except FrankingError as error:
            say(str(error))


def _name(text: str) -> str:
    if not text:
        raise InputError("--brand: found nothing, expected a name")
    if carries(text):
        raise InputError("--brand: found the example's brand, expected your own")
    if not text.isprintable():
        raise InputError("--brand: found a control character, expected one line of text")
    return text


def _sender(brand: str, text: str) -> str:
    text = text if "<" in text else f"{_quoted(brand)} <{text}>"
    if carries(Mailbox.parse(text).address):
        raise InputError("--from: found the example's address, expected your own")
    return text


def _transport(url: str) -> str:
    if not url.isprintable():
        raise InputError("--transport: found a control character, expected a URL")
    if url:
        open_transport(url, Credentials())
    return url


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
    with carried() as source:
        shutil.copytree(source.templates, folder / "templates")
        (folder / "themes").mkdir()
        for theme in sorted(source.themes.iterdir()):
            if (theme / "theme.toml").is_file() and (logo is not None or not (theme / "assets").is_dir()):
                _theme(theme, folder / "themes" / theme.name, brand, logo)
        (folder / "samples").mkdir()
        for sample in source.samples:
            shutil.copyfile(sample, folder / "samples" / sample.name)
    files = start("project")
    transport = f"transport = {_toml(brand.transport)}" if brand.transport else f'# transport = "{_SERVER}"'
    values = {"SENDER": _toml(brand.sender), "THEME": "brand" if logo is not None else "plain", "TRANSPORT": transport}
    for name in ("franking.toml", "campaigns.toml", "Makefile"):
        text = files.joinpath(name).read_text("utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        (folder / name).write_text(text, "utf-8", newline="\n")
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(files.joinpath("gitignore").read_text("utf-8"), "utf-8", newline="\n")
    _tell(folder, brand, logo is not None)


def _tell(folder: Path, brand: Brand, with_logo: bool) -> None:
    out(f"{folder}: templates, themes, franking.toml, campaigns.toml, sample reports and a Makefile")
    if not with_logo:
        out("themes: plain; with --logo FILE there are three more, which show a logo")
    out("next:")
    if folder != Path():
        out(f"  cd {folder}")
    out("  make plan         who of a sample report would be written to")
    out("  make try          their messages as files, in build/outbox")
    out(f"  franking preview  the designs, live; needs: {install_hint('preview')}")
    out("  franking doctor   what is ready to send, what is not, and what to do")
    out("without make: the Makefile shows the commands; with uvx: make FRANKING='uvx franking' plan")
    if not brand.transport:
        out("to send: set transport in franking.toml")


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
