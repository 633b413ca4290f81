"""The file of a finished fetch: written completely or not at all, readable by its owner only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from franking.batch.fetch_store import FetchStore, canonical
from franking.errors import ConfigurationError
from franking.files.private import private_file, unfinished
from franking.model import BrokenOrder
from franking.orders import open_orders
from franking.orders.newest import newest

_SHOWN = 3
_EMPTY = b'{"orders":[]}\n'

Found = tuple[int, int, tuple[str, ...]]  # orders, those that cannot be read, and why (the first ones)


def write_orders(path: Path, store: FetchStore, wish: str, way: str, advance: Callable[[int], None]) -> Found:
    """One order a line, as an answer with it alone, in the order in which they were placed; of an order's copies the one that
    was updated last. If that is unknown, all copies stay, and reading the file reports them."""

    def write(file: BinaryIO) -> None:
        number = 0
        for copies in store.orders(wish):
            for raw in newest(copies, lambda copy: copy):
                order_id = raw.get("AmazonOrderId")
                if way == "v0" and isinstance(order_id, str):
                    pages, _, items = store.items(wish, order_id)
                    raw = raw | {"OrderItems": items} if pages else raw
                answer = {"payload": {"Orders": [raw]}} if way == "v0" else {"orders": [raw]}
                file.write(f"{canonical(answer)}\n".encode())
            number += 1
            advance(1)
        if not number:
            file.write(_EMPTY)

    return _written(path, write)


def write_report(path: Path, download: Callable[[BinaryIO], object] | None) -> Found:
    """A report as it was downloaded; without one, a file with no orders. Raises ``InputError`` for one that cannot be read as
    an order report; then there is no file."""
    return _written(path, download or (lambda file: file.write(_EMPTY)))


def _written(path: Path, write: Callable[[BinaryIO], object]) -> Found:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with private_file(path) as file:
            write(file)
            file.flush()
            return _read(unfinished(path))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {(error.strerror or 'an error').lower()}") from None


def _read(path: Path) -> Found:
    """What a reader finds in a file."""
    source = open_orders(path)
    try:
        broken = [entry.problem for entry in source if isinstance(entry, BrokenOrder)]
        return source.count, len(broken), tuple(broken[:_SHOWN])
    finally:
        source.close()
