"""Which encoding an order report is in: UTF-8 with or without BOM, Windows-1252 (older EU exports), cp932 (Japan)."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from franking.errors import FrankingError

_CHUNK = 1 << 20
_FULL_WIDTH = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f\u3000-\u303f\uff01-\uff5e]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _high_lines(path: Path, limit: int = 2000) -> bytes:
    """The lines that hold bytes beyond ASCII, up to ``limit`` of them: all that tells cp932 and cp1252 apart."""
    lines: list[bytes] = []
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                lines.append(line)
                if len(lines) == limit:
                    break
    return b"".join(lines)


def _looks_japanese(data: bytes) -> bool:
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return False
    beyond = sum(1 for c in text if not c.isascii())
    if _PRIVATE.search(text) or not beyond:
        return False
    # Umlauts misread as cp932 stand alone between Latin letters; Japanese comes in runs.
    in_runs = sum(len(run) for run in re.findall(rf"{_FULL_WIDTH.pattern}{{2,}}", text))
    return in_runs * 2 > beyond


def detect(path: Path) -> str:
    """The encoding of a report as a Python codec name. Raises ``FrankingError`` for a binary file."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head:
        line = head[: head.index(b"\x00")].count(b"\n") + 1
        raise FrankingError(f"{path}:{line}: found binary data, expected a tab-separated report or API JSON")
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _looks_japanese(_high_lines(path)) and _decodes(path, "cp932"):
        return "cp932"
    return "cp1252" if _decodes(path, "cp1252") else "latin-1"
