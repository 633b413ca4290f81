"""The brand of a new project: its name, the sender, the logo and the mail server, checked before any file is written."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from franking.catalog.example_brand import carries, example_logos
from franking.dispatch import Credentials, open_transport
from franking.errors import InputError
from franking.files.bounded import read_at_most
from franking.mail import Mailbox

FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
"""File name extension of each image format that a logo may have."""
_LARGEST_LOGO = 1  # MiB


@dataclass(frozen=True, slots=True)
class Brand:
    """The name that buyers know, the mailbox of the seller account, the logo file, and the URL of the mail server."""

    name: str
    sender: str
    logo: Path | None = None
    transport: str = ""


def brand_name(text: str) -> str:
    """The name of a brand. Raises ``InputError`` for an empty text, control characters, and the name of the example."""
    if not text:
        raise InputError("--brand: found nothing, expected a name")
    if carries(text):
        raise InputError("--brand: found the example's brand, expected your own")
    if not text.isprintable():
        raise InputError("--brand: found a control character, expected one line of text")
    return text


def sender_mailbox(brand: str, text: str) -> str:
    """A mailbox with the brand as display name if ``text`` is a bare address (RFC 5322, section 3.4).

    Raises ``FrankingError`` for an invalid mailbox, and ``InputError`` for the address of the example.
    """
    text = text if "<" in text else f"{_quoted(brand)} <{text}>"
    if carries(Mailbox.parse(text).address):
        raise InputError("--sender: found the example's address, expected your own")
    return text


def transport_url(url: str) -> str:
    """A transport URL, which may be empty. Raises ``FrankingError`` for one that no transport accepts."""
    if not url.isprintable():
        raise InputError("--transport: found a control character, expected a URL")
    if url:
        open_transport(url, Credentials())
    return url


def read_logo(file: Path) -> bytes:
    """The bytes of a logo. Raises ``InputError`` for a file that is too large or in a format that mail programs do not show."""
    content = read_at_most(file, _LARGEST_LOGO, "a logo as mails carry one")
    if hashlib.sha256(content).hexdigest() in example_logos():
        raise InputError(f"{file}: the example's logo, expected your own")
    if image_format(content) not in FORMATS:
        raise InputError(f"{file}: no picture, expected PNG, JPEG, GIF or WebP")
    return content


def image_format(content: bytes) -> str:
    """The format of an image by Pillow's name, such as ``PNG``; an empty string if Pillow cannot open it."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or ""
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return ""


def _quoted(name: str) -> str:
    """A display name, as a quoted string if needed (RFC 5322, section 3.2.4)."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search(r"[^\w &.-]", name) else name
