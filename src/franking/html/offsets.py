"""Source offsets of decoded text."""

from __future__ import annotations

import re
from html import unescape

_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")


def decode_to(source: str, decoded: int, offset: int, index: int) -> tuple[int, int]:
    """Advance from decoded character ``decoded`` at a source offset to character ``index``; returns the number of decoded
    characters and the source offset."""
    while decoded < index and offset < len(source):
        end = min(len(source), offset + index - decoded)
        entity = source.find("&", offset, end)
        if entity < 0:
            return decoded + end - offset, end
        decoded += entity - offset
        match = _ENTITY.match(source, entity)
        text = unescape(match.group()) if match else ""
        if match and text != match.group():
            decoded += len(text)
            offset = match.end()
        else:
            decoded += 1
            offset = entity + 1
    return decoded, offset
