"""Order files that sellers hold, read into ``Order`` values: flat-file reports and API answers."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from franking.errors import FrankingError, InputError
from franking.model import Marketplace
from franking.orders.answers import NOT_UTF8, json_encoding
from franking.orders.containers import Source, open_source
from franking.orders.reports import Report

if TYPE_CHECKING:
    from franking.orders.api import ApiFile

OrderFile: TypeAlias = "Report | ApiFile"
_NO_TEXT = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")


def open_orders(
    path: Path,
    *,
    encoding: str | None = None,
    marketplace: Marketplace | None = None,
    items: Sequence[Path] = (),
    charges: bool = False,
) -> OrderFile:
    """Open an order file, whatever it is saved as. Memory stays flat however long it is.

    ``encoding`` is a Python codec name (detected otherwise); ``marketplace`` overrides what the rows state; ``items`` are
    files of ``getOrderItems`` answers for the orders of a ``getOrders`` answer; ``charges`` reads of a report what adjustments
    need as well: the items' numbers, dispatched pieces and other amounts. Raises ``InputError`` that names file,
    line, what was found and what was expected.
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
                return _answers(path, source, encoding, marketplace, items)
            if items:
                raise InputError(f"{path}: a report contains its items; use --items only with a getOrders answer as JSON")
            return Report(source, encoding, marketplace, charges=charges)
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
        raise InputError(f"unknown encoding {encoding[:30]!r}; expected for example utf-8, cp1252, cp932")


def _head(source: Source) -> bytes:
    source.stream.seek(0)
    return source.stream.read(1 << 16)


def _answers(
    path: Path, source: Source, encoding: str | None, marketplace: Marketplace | None, items: Sequence[Path]
) -> ApiFile:
    if source.packed:
        raise InputError(f"{path}: API JSON in an archive or a pipe; expected the file itself")
    found = encoding or source.encoding or json_encoding(path)
    from franking.orders.api import ApiFile  # pydantic comes with it, which a report needs none of

    try:
        return ApiFile(path, found, marketplace, items, chosen=encoding is not None)
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise
        raise InputError(f"{path}: byte 0x{error.object[error.start]:02x}: {NOT_UTF8}") from None


__all__ = ["OrderFile", "open_orders"]
