"""Small messages whose used boxes Chromium was asked for: the cases of ``used_boxes/*.yml``.

A case has elements with an ``id``; ``used_boxes/chromium.json`` holds the left edge and the width of each one's border box,
as ``getBoundingClientRect`` gave them, at 360 and 600 CSS px. ``python -m tests.real.used_boxes`` remakes that file. A ``@``
in a case's HTML stands for each of its ``styles`` in turn, and ``src=400x200`` for a picture of that size.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "used_boxes"
EXPECTED = FOLDER / "chromium.json"
WIDTHS = (360, 600)
_PICTURE = re.compile(r"src=(\d+)x(\d+)")


@dataclass(frozen=True)
class Case:
    """One message. ``told`` says that the checker leaves its boxes undecided; ``within`` is how far they may be off, in px."""

    name: str
    html: str
    told: bool
    within: float


@cache
def picture(width: int, height: int) -> str:
    """A black PNG as a ``data:`` URL."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes((width + 7) // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def cases() -> list[Case]:
    """All cases, in the order of their files."""
    found: list[Case] = []
    for path in sorted(FOLDER.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            found += _expanded(path.stem, entry)
    return found


def _expanded(group: str, entry: dict[str, Any]) -> list[Case]:
    told, within = entry.get("told", False), entry.get("within", 0.05)
    doctype = "<!DOCTYPE html>" if entry.get("doctype", True) else ""
    made = []
    for style in entry.get("styles", [""]):
        html = _PICTURE.sub(lambda m: f'src="{picture(int(m[1]), int(m[2]))}"', entry["html"].replace("@", str(style)))
        name = f"{group}: {entry['name']}" + (f": {style}" if style else "")
        made.append(Case(name, doctype + html, told, within))
    return made


def expected() -> dict[str, dict[str, dict[str, list[float]]]]:
    """By case and width: the left edge and width of each element with an ``id``."""
    found: dict[str, dict[str, dict[str, list[float]]]] = json.loads(EXPECTED.read_text("utf-8"))
    return found
