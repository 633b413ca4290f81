"""The natural size of images whose bytes are in the message (``data:``, ``cid:``, theme assets)."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from franking.html.pictures import is_svg

_DATA_URL = re.compile(r"\s*data:([^,;]*)((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_SMALL = 1 << 18  # bytes, or characters of a URL
_DECIMAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"


def image_bytes(src: str, files: Mapping[str, bytes]) -> bytes | None:
    """The bytes of an image URL: inline data, or a file of the message by its exact URL (``cid:logo``)."""
    match = _DATA_URL.match(src)
    if match is None:
        return files.get(src.strip())
    return _remembered(src) if len(src) < _SMALL else _decoded(src)


@lru_cache(maxsize=16)
def _remembered(src: str) -> bytes | None:
    """The bytes of a small image, cached because several rules need them and logos recur."""
    return _decoded(src)


def _decoded(src: str) -> bytes | None:
    """The bytes of a ``data:`` URL."""
    match = _DATA_URL.match(src)
    assert match is not None
    if "base64" in match[2].lower():
        try:
            return base64.b64decode(re.sub(r"\s", "", unquote_to_bytes(match[3]).decode("ascii", "replace")) + "==")
        except (binascii.Error, ValueError):
            return None
    return unquote_to_bytes(match[3])


def intrinsic_size(data: bytes) -> tuple[float, float] | None:
    """Width and height in CSS px; None if the bytes are no readable image."""
    return _small_size(data) if len(data) < _SMALL else _size(data)


@lru_cache(maxsize=16)
def _small_size(data: bytes) -> tuple[float, float] | None:
    return _size(data)


def _size(data: bytes) -> tuple[float, float] | None:
    if is_svg(data):
        return _svg_size(data)
    try:
        import imagesize  # imported here because it loads an HTTP client, and most mails declare image sizes

        width, height = imagesize.get(io.BytesIO(data))
    except (ValueError, OSError, IndexError, KeyError, TypeError, AssertionError):
        return None
    return (float(width), float(height)) if width > 0 and height > 0 else None


def is_scalable(data: bytes | None) -> bool:
    """Whether an image has a ratio and no size: an SVG with a ``viewBox`` alone is as wide as there is room."""
    if data is None or not is_svg(data):
        return False
    tag = _svg_tag(data)
    return re.search(r"\bviewBox\b", tag) is not None and not any(_svg_lengths(tag))


def _svg_tag(data: bytes) -> str:
    tag = re.search(r"<svg\b[^>]*", data[:4096].decode("utf-8", "replace"), re.IGNORECASE)
    return tag.group() if tag else ""


def _svg_lengths(tag: str) -> list[re.Match[str] | None]:
    return [re.search(rf"\b{name}\s*=\s*[\"']\s*({_DECIMAL})(?:px)?\s*[\"']", tag) for name in ("width", "height")]


def _svg_size(data: bytes) -> tuple[float, float]:
    text = _svg_tag(data)
    sizes = _svg_lengths(text)
    box = re.search(rf"viewBox\s*=\s*[\"']\s*[\d.+-]+[\s,]+[\d.+-]+[\s,]+({_DECIMAL})[\s,]+({_DECIMAL})", text)
    if sizes[0] and sizes[1]:
        return float(sizes[0][1]), float(sizes[1][1])
    if box:
        ratio = float(box[2]) / float(box[1]) if float(box[1]) else 1.0
        if sizes[0]:
            return float(sizes[0][1]), float(sizes[0][1]) * ratio
        return (float(sizes[1][1]) / ratio, float(sizes[1][1])) if sizes[1] and ratio else (300.0, 300.0 * ratio)
    return (float(sizes[0][1]) if sizes[0] else 300.0), (float(sizes[1][1]) if sizes[1] else 150.0)
