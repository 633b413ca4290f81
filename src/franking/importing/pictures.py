"""The images of a template: local files and ``data:`` URIs become assets of the theme; others are replaced by their words."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from franking.importing.decisions import Decisions

_FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_LARGEST = 1 << 20  # bytes
_DATA = re.compile(r"data:[^,;]*((?:;[^,;]*)*),(.*)\Z", re.DOTALL | re.IGNORECASE)
_WIDEST = 288  # CSS px: 80 % of the narrowest width


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that becomes an asset. ``name`` has no extension; ``width`` is in CSS px."""

    name: str
    file: str
    alt: str
    purpose: str
    content: bytes = field(repr=False)
    width: int = 0

    @property
    def sha256(self) -> str:
        """The digest that ``theme.toml`` registers."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Pictures:
    """The images of one template; ``root`` is the folder whose files may be read."""

    folder: Path
    root: Path
    decisions: Decisions
    found: dict[str, Picture] = field(default_factory=dict)  # by name

    def take(self, src: str, alt: str | None, where: tuple[str, int]) -> Picture | None:
        """The asset of an image; None if it cannot be one, which is reported."""
        url = html.unescape(src).strip()
        content = self._content(url, where)
        if content is None:
            return None
        format_, width = _format(content)
        if format_ not in _FORMATS or len(content) > _LARGEST:
            what = "over 1 MB" if format_ in _FORMATS else "no PNG, JPEG, GIF or WebP"
            self.decisions.add("image", where, f"the image {_short(url)} is {what}: it is replaced by its text")
            return None
        for picture in self.found.values():
            if picture.content == content:
                return picture
        stem = "image" if url[:5].lower() == "data:" else Path(url.partition("?")[0]).stem
        name = self._free(re.sub(r"[^a-z0-9_-]+", "-", stem.lower()).strip("-_")[:40] or "image")
        words = " ".join(html.unescape(alt or "").split())
        if not words or not words.isprintable() or "\ue000" in words:
            words = name.replace("-", " ").replace("_", " ").capitalize()
            self.decisions.add(
                "image", where, f"the image {_short(url)} has no text: write its alt in theme.toml (now {words!r})"
            )
        purpose = "logo" if "logo" in f"{name} {words}".lower() else "decoration"
        self.found[name] = Picture(name, f"{name}.{_FORMATS[format_]}", words, purpose, content, min(width, _WIDEST))
        return self.found[name]

    def _free(self, name: str) -> str:
        number, one = 2, name
        while one in self.found:
            one, number = f"{name}-{number}", number + 1
        return one

    def _content(self, url: str, where: tuple[str, int]) -> bytes | None:
        if url[:5].lower() == "data:":
            content = _data(url)
            if content is None:
                self.decisions.add("image", where, "the data: image cannot be read: it is replaced by its text")
            return content
        if re.match(r"[a-z][a-z0-9+.-]*:|//", url, re.IGNORECASE):
            self.decisions.add(
                "image",
                where,
                f"the image {_short(url)} is remote: it is replaced by its text; save it beside the template, write its file "
                "name as src, and import again",
            )
            return None
        file = (self.folder / unquote(url.partition("?")[0].partition("#")[0]).lstrip("/")).resolve()
        if not url or not file.is_relative_to(self.root.resolve()) or not file.is_file():
            self.decisions.add(
                "image", where, f"the image {_short(url)} is no file below {self.root}: it is replaced by its text"
            )
            return None
        return file.read_bytes()


def _data(url: str) -> bytes | None:
    match = _DATA.match(url)
    if match is None:
        return None
    try:
        return (
            base64.b64decode(re.sub(r"\s", "", unquote(match[2])), validate=True)
            if ";base64" in match[1].lower()
            else unquote_to_bytes(match[2])
        )
    except (binascii.Error, ValueError):
        return None


def _format(content: bytes) -> tuple[str, int]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or "", image.width
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return "", 0


def _short(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:77]}…"
