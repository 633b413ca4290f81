"""Text in images: descriptions in the file, the text of an SVG, and, with the extra ``ocr``, text in the pixels.

Pixels are read by Tesseract through pytesseract, if both are installed. Results are cached, because a logo recurs in every
message.
"""

from __future__ import annotations

import io
import math
import shutil
import threading
import warnings
from functools import cache, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

from franking.html import parser

if TYPE_CHECKING:
    from PIL.Image import Image

# Fields in which people describe an image (PNG keywords, EXIF tags), without those that programs write about themselves.
_FIELDS = frozenset(["title", "description", "comment", "author", "copyright", "source", "url", "disclaimer", "warning"])
_EXIF = (0x010E, 0x013B, 0x8298, 0x9286)  # ImageDescription, Artist, Copyright, UserComment
_SVG_TEXT = frozenset(["title", "desc", "text"])
_LARGEST = 12_000_000  # limit of decoded pixels
_LONGEST = 10_000  # limit of a side in px
_WIDTHS = (400, 1200)  # px of a side for OCR: Tesseract needs letters of about thirty pixels
_ENLARGED = 6.0  # maximum enlargement
_READ = 4_000_000  # limit of pixels for OCR
_GAP = 40  # px
_SURE = 60  # per cent; words with less confidence are noise
_SECONDS = 20  # that it may take


class Unread(Exception):
    """OCR failed: Tesseract did not start, failed, or took too long. Never cached."""


def is_svg(data: bytes) -> bool:
    """Whether a file is a vector image."""
    return data.lstrip()[:256].lower().find(b"<svg") >= 0


@lru_cache(maxsize=16)
def described(data: bytes) -> tuple[str, ...]:
    """The texts in an image file: descriptions, comments, the text of an SVG. Empty for other files."""
    if is_svg(data):
        return _svg_texts(data.decode("utf-8", "replace"))
    picture = _opened(data)
    if picture is None:
        return ()
    # Pillow uses the file's names: texts of a PNG, ``comment`` of a GIF or JPEG.
    found = [value for name, value in picture.info.items() if isinstance(name, str) and name.lower() in _FIELDS]
    try:
        exif = picture.getexif()
        found += [value for tag in _EXIF if (value := exif.get(tag) or exif.get_ifd(0x8769).get(tag)) is not None]
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):  # Pillow's errors for damaged files
        pass
    return tuple(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in found)


def _svg_texts(source: str) -> tuple[str, ...]:
    """The texts of the elements that show or name something, with their content."""
    found: list[list[str]] = []
    stack: list[tuple[parser.Node, list[str] | None]] = [(parser.parse(source), None)]
    while stack:
        node, text = stack.pop()
        if isinstance(node, parser.TEXTS):
            if text is not None:
                text.append(node.data)
            continue
        if text is None and isinstance(node, parser.Element) and node.tag in _SVG_TEXT:
            found.append(text := [])
        stack += [(child, text) for child in reversed(node.children)]
    return tuple("".join(parts) for parts in found)


def reader() -> str:
    """The OCR program, such as ``tesseract 5.3.0``; empty if the extra ``ocr`` or the program is not installed or does not
    respond."""
    try:
        return _version()
    except Unread:
        return ""


@cache
def _version() -> str:
    """The same. Raises ``Unread`` if the program is installed and does not respond."""
    try:
        import pytesseract
    except ImportError:
        return ""
    if shutil.which(pytesseract.pytesseract.tesseract_cmd) is None:
        return ""
    try:
        return f"tesseract {pytesseract.get_tesseract_version()}"
    except (OSError, SystemExit) as error:  # it cannot be started, or its output is no version
        raise Unread(f"tesseract does not start ({type(error).__name__})") from None


@lru_cache(maxsize=16)
def shown(data: bytes) -> str:
    """The words in the pixels of an image, if there is a ``reader``; empty if there are none, or if the bytes are no image.
    Raises ``Unread``."""
    picture = None if is_svg(data) or not _version() else _opened(data)
    sheet = _sheet(picture) if picture is not None else None
    if sheet is None:
        return ""
    import pytesseract

    try:
        # Sparse text: a logo is no page with columns and lines.
        read = pytesseract.image_to_data(sheet, config="--psm 11", timeout=_SECONDS, output_type=pytesseract.Output.DICT)
    except pytesseract.TesseractError:
        raise Unread("tesseract failed on it") from None
    except RuntimeError:
        raise Unread(f"tesseract took more than {_SECONDS} s") from None
    except OSError:
        raise Unread("tesseract does not start") from None
    return " ".join(word for word, sure in zip(read["text"], read["conf"], strict=True) if word.strip() and sure >= _SURE)


_preparing = threading.Lock()


@cache
def _pillow() -> ModuleType:
    """``PIL.Image`` with all its formats. Pillow loads rare formats on first use, during which another thread would not
    find them."""
    with _preparing:
        from PIL import Image

        Image.init()
        # Sizes are limited here, not by ``catch_warnings``, which changes global state.
        warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    return Image


def _opened(data: bytes) -> Image | None:
    """A raster image, not yet decoded; None if the bytes are none, or too large."""
    pillow = _pillow()
    try:
        picture: Image = pillow.open(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        return None
    width, height = picture.size
    return picture if width * height <= _LARGEST and max(width, height) <= _LONGEST else None


def _sheet(picture: Image) -> Image | None:
    """The image on white and, if it is transparent, on black, with dark text on light, in sizes in which letters are
    readable. All variants are in one image, because starting Tesseract takes longest. None if decoding fails."""
    from PIL import Image, ImageOps

    try:
        whole = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        return None
    grounds = ["white"] if whole.getchannel("A").getextrema() == (255, 255) else ["white", "black"]
    most = math.sqrt(_READ / (whole.width * whole.height))
    parts = []
    for factor in (min(most, width / whole.width) for width in _WIDTHS if width / whole.width <= _ENLARGED):
        size = (max(1, round(whole.width * factor)), max(1, round(whole.height * factor)))
        sized = whole.resize(size, Image.Resampling.LANCZOS)
        for ground in grounds:
            flat = Image.alpha_composite(Image.new("RGBA", size, ground), sized).convert("L")
            parts.append(ImageOps.invert(flat) if ground == "black" else flat)
    if not parts:
        return None
    sheet = Image.new("L", (max(part.width for part in parts), sum(part.height + _GAP for part in parts)), "white")
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height + _GAP
    return sheet
