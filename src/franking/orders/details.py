"""What the seller adds to orders: a table of details, and a folder of files to attach.

The table is CSV (RFC 4180; comma, semicolon or tab) in UTF-8 with a header row: ``order-id`` and the variables that the kind
takes from the seller; for kinds that answer a buyer also the buyer's thread
(see ``threads``). The folder holds a folder for each order, named by its ID, or files whose names begin with it.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from franking.errors import FrankingError, InputError
from franking.model import Order, Thread, Variable
from franking.model.counted import counted
from franking.model.details import parse_detail
from franking.model.mojibake import repaired
from franking.orders.attachments import read_attachment
from franking.orders.threads import THREAD_COLUMNS, ThreadProblem, parse_thread

_KEY = "order-id"


class Details:
    """The details of orders, by order ID."""

    def __init__(self, rows: Mapping[str, tuple[Mapping[str, object], Thread | None]], folder: Path | None = None) -> None:
        self._rows = rows
        self._folder = folder

    def add(self, order: Order) -> Order:
        """The order with what the seller adds to it. Raises ``FrankingError`` for a file that cannot be read."""
        if order.id not in self._rows and self._folder is None:
            return order
        files = tuple(read_attachment(path) for path in self._files(order.id))
        details, thread = self._rows.get(order.id, ({}, None))
        return dataclasses.replace(order, details=details, files=files, thread=thread)

    def _files(self, order_id: str) -> Iterator[Path]:
        if self._folder is None or not order_id.replace("-", "").isdigit():
            return
        own = self._folder / order_id
        if own.is_dir() and not own.is_symlink():
            yield from sorted(p for p in own.iterdir() if not p.name.startswith("."))
        # A link under the order's own name is reported like one under any other, where it is read.
        names = self._names
        for at in range(bisect_left(names, order_id), len(names)):
            name = names[at]
            if not name.startswith(order_id):
                return
            if name[len(order_id) :][:1].isdigit():  # another order's, mistyped
                raise InputError(f"{name[:80]!r}: expected an order ID, without another digit after it")
            path = self._folder / name
            if path != own or path.is_symlink():
                yield path

    @cached_property
    def _names(self) -> list[str]:
        """What lies in the folder, sorted: listed once for all orders."""
        return sorted(path.name for path in self._folder.iterdir()) if self._folder is not None else []


def open_details(table: Path | None, folder: Path | None, wanted: Sequence[Variable], *, threads: bool = False) -> Details:
    """Read a table and look at a folder; either may be None. ``wanted`` are the kind's variables that the seller gives;
    ``threads`` is whether its messages may answer a buyer's mail.

    Raises ``FrankingError`` naming file, line, what was found and what was expected.
    """
    if folder is not None and not folder.is_dir():
        raise FrankingError(f"{folder}: no such folder; expected one with a folder or files for each order")
    return Details(_rows(table, wanted, threads) if table is not None else {}, folder)


def _rows(path: Path, wanted: Sequence[Variable], threads: bool) -> dict[str, tuple[Mapping[str, object], Thread | None]]:
    text = _text(path)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max("\t;,", key=head.count), strict=True)
    found: dict[str, tuple[Mapping[str, object], Thread | None]] = {}
    columns: list[str] = []
    start = 1
    try:
        for row in reader:
            line, start = start, reader.line_num + 1
            if not columns:
                columns = _columns(path, [name.strip() for name in row], wanted)
                if not threads and (odd := next((name for name in columns if name in THREAD_COLUMNS), None)):
                    raise InputError(f"{path}:1: column {odd!r}: messages of this kind do not answer a buyer's mail")
                continue
            if not any(row):
                continue
            values = _cells(path, line, columns, row)
            order_id = values.get(_KEY, "").strip()
            if order_id in found:
                raise FrankingError(f"{path}:{line}: a second row for an order; expected one row per order")
            try:
                found[order_id] = _parsed(path, line, values, wanted), parse_thread(values, order_id)
            except ThreadProblem as problem:
                raise InputError(f"{path}:{line}: {problem}") from None
    except csv.Error as error:
        raise FrankingError(f"{path}:{reader.line_num}: {error}") from None
    if not columns:
        raise FrankingError(f"{path}:1: the file is empty; expected a header row with {_KEY}")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise FrankingError(f"{path}: no such file; expected a CSV table of details") from None
    except UnicodeDecodeError as error:
        line, byte = error.object.count(b"\n", 0, error.start) + 1, error.object[error.start]
        found = f"byte 0x{byte:02x} is not UTF-8"
        raise FrankingError(f"{path}:{line}: {found}; expected a CSV table of details in UTF-8") from None
    except OSError as error:
        raise FrankingError(f"{path}: cannot be read: {error.strerror}") from None


def _cells(path: Path, line: int, columns: list[str], row: list[str]) -> dict[str, str]:
    """The cells of a row by their columns."""
    if any(cell.strip() for cell in row[len(columns) :]):  # an unquoted comma: half an answer is another answer
        raise InputError(
            f"{path}:{line}: {counted(len(row), 'cell')} in the row, {counted(len(columns), 'column')} in the header; "
            'expected a cell with the separator in it in double quotes ("…")'
        )
    return dict(zip(columns, row, strict=False))


def _columns(path: Path, names: list[str], wanted: Sequence[Variable]) -> list[str]:
    needed = [_KEY, *(v.name for v in wanted if not v.optional)]
    lacking = [name for name in needed if name not in names]
    if lacking:
        raise FrankingError(f"{path}:1: column {lacking[0]!r} is missing; expected {', '.join(needed)}")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{path}:1: column {twice!r} occurs twice; expected once")
    return names


def _parsed(path: Path, line: int, values: Mapping[str, str], wanted: Sequence[Variable]) -> dict[str, object]:
    parsed: dict[str, object] = {}
    for variable in wanted:
        written = values.get(variable.name, "")
        if not written.strip():
            continue  # the order is refused where it is needed
        try:
            parsed[variable.name] = parse_detail(variable, repaired(written))
        except ValueError as error:
            raise FrankingError(f"{path}:{line}: column {variable.name!r}: {error}") from None
    return parsed
