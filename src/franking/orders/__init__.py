"""Order files that sellers hold, read into ``Order`` values: flat-file reports and API answers."""

from __future__ import annotations

import codecs
from pathlib import Path

from franking.errors import FrankingError, InputError
from franking.model import Marketplace
from franking.orders.api import ApiFile
from franking.orders.containers import Source, open_source
from franking.orders.foreign import error_answer
from franking.orders.reports import Report

OrderFile = Report | ApiFile
_NO_TEXT = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")


def open_orders(path: Path, *, encoding: str | None = None, marketplace: Marketplace | None = None) -> OrderFile:
    """Open an order file, whatever it is saved as. Memory stays flat however long it is.

    ``encoding`` is a Python codec name (detected otherwise); ``marketplace`` overrides what the rows say. Raises
    ``InputError`` that names file, line, what was found and what was expected.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; expected an order report or API JSON")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected an order report or API JSON")
    if encoding is not None:
        _judge(encoding)
    try:
        source = open_source(path, encoding)
        try:
            if not source.workbook and _head(source).removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"["):
                return _answers(path, source, encoding, marketplace)
            return Report(source, encoding, marketplace)
        finally:
            source.close()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte 0x{error.object[error.start]:02x} is not {encoding or 'UTF-8'}; pass another --encoding"
        ) from None
    except OSError as error:
        raise FrankingError(f"{path}: cannot be read: {error.strerror}") from None


def _judge(encoding: str) -> None:
    try:
        known = "é".encode(encoding, "replace") is not None and codecs.lookup(encoding).name not in _NO_TEXT
    except (LookupError, ValueError, TypeError):
        known = False
    if not known:
        raise InputError(f"unknown encoding {encoding[:30]!r}; expected such as utf-8, cp1252, cp932")


def _head(source: Source) -> bytes:
    source.stream.seek(0)
    return source.stream.read(1 << 16)


def _answers(path: Path, source: Source, encoding: str | None, marketplace: Marketplace | None) -> ApiFile:
    if source.packed:
        raise InputError(f"{path}: API JSON in an archive or a pipe; expected the file itself")
    head = _head(source)
    told = error_answer(head)
    if told is not None:
        raise InputError(f"{path}:1: {told}")
    return ApiFile(
        path, encoding or source.encoding or ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"), marketplace
    )


__all__ = ["OrderFile", "open_orders"]
