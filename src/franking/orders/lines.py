"""Lines of a file of bytes, in flat memory: LF, CR LF or CR, also where one file mixes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from franking.errors import InputError

LONGEST = 1 << 20  # bytes of a line
_CHUNK = 1 << 20


def physical_lines(name: str, stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends. A CR inside a line that ends with LF stays: it may be data. A file without LF has CR ends.

    Raises ``InputError`` for a line of over a mebibyte.
    """
    stream.seek(0)
    rest = b""
    end = b""
    number = 0
    while chunk := stream.read(_CHUNK):
        if not end:
            end = b"\n" if b"\n" in chunk or b"\r" not in chunk else b"\r"
        parts = (rest + chunk).split(end)
        rest = parts.pop()
        for line in parts:
            yield line.rstrip(b"\r") if end == b"\n" else line.strip(b"\n")
        number += len(parts)
        if len(rest) > LONGEST:
            raise InputError(f"{name}:{number + 1}: a line of over a megabyte; expected an order report with a row per line")
    if rest:
        yield rest.rstrip(b"\r\n")
