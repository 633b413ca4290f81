"""Order files that sellers hold, read into ``Order`` values: flat-file reports and API answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from franking.errors import FrankingError, InputError
from franking.model import Marketplace
from franking.orders.api import ApiFile
from franking.orders.encoding import detect
from franking.orders.reports import Report

OrderFile = Report | ApiFile


def open_orders(
    path: Path, *, encoding: str | None = None, marketplace: Marketplace | None = None, items: Sequence[Path] = ()
) -> OrderFile:
    """Open an order file, whatever its shape. Memory stays flat however long it is.

    ``encoding`` is a Python codec name (detected otherwise); ``marketplace`` overrides what the rows say; ``items`` are
    files of ``getOrderItems`` answers for the orders of a ``getOrders`` answer. Raises ``FrankingError`` that names file,
    line, what was found and what was expected.
    """
    if not path.exists():
        raise FrankingError(f"{path}: no such file; expected an order report or API JSON")
    if path.is_dir():
        raise FrankingError(f"{path}: is a folder; expected an order report or API JSON")
    try:
        if path.stat().st_size == 0:
            raise FrankingError(f"{path}:1: the file is empty; expected an order report or API JSON")
        codec = encoding or detect(path)
        with path.open(encoding=codec, errors="replace") as file:
            start = file.read(4096).lstrip("\ufeff \t\r\n")
        if start.startswith(("{", "[")):
            return ApiFile(path, codec, marketplace, items, chosen=encoding is not None)
        if items:
            raise InputError(f"{path}: a report holds its items itself; --items goes with a getOrders answer as JSON")
        return Report(path, codec, marketplace)
    except UnicodeDecodeError as error:
        raise FrankingError(
            f"{path}: byte 0x{error.object[error.start]:02x} is not {encoding}; pass another --encoding"
        ) from None
    except LookupError:
        raise FrankingError(f"unknown encoding {encoding!r}; expected such as utf-8, cp1252, cp932") from None
    except OSError as error:
        raise FrankingError(f"{path}: cannot be read: {error.strerror}") from None


__all__ = ["OrderFile", "open_orders"]
