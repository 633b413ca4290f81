"""A seller's file of parcels to be confirmed: CSV, tab-separated text, a workbook or JSON; one row an item, or a parcel.

Columns, by any of their names: the order, its item, the quantity, the carrier (a code of the marketplace or a name), a name for
another carrier, the tracking number, the moment or day of dispatch, the shipping method. JSON is a list of objects (or
``{"shipments": […]}``) with the same names; ``items`` may be a list of objects with item and quantity.

The whole file is refused where a row cannot be read: file, line, what was found, what was expected.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from franking.errors import FrankingError, InputError
from franking.model.counted import counted
from franking.orders.containers import open_source
from franking.orders.dialect import header_name
from franking.orders.report_type import ReportType
from franking.orders.table import TextTable
from franking.orders.values import SHORTENED
from franking.orders.workbook import Workbook

NAMES = {
    "id": ("order-id", "amazon-order-id", "order"),
    "item": ("order-item-id", "amazon-order-item-id", "order-item-code", "item"),
    "quantity": ("quantity", "quantity-shipped", "qty"),
    "carrier": ("carrier-code", "carrier"),
    "carrier-name": ("carrier-name",),
    "tracking": ("tracking-number", "tracking", "tracking-id"),
    "date": ("ship-date", "shipment-date", "dispatch-date", "date"),
    "method": ("ship-method", "shipping-method", "method"),
}
NEEDED = ("id", "carrier", "tracking", "date")
_ROLE = {name: role for role, names in NAMES.items() for name in names}
_ORDER_ID = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}")
_SPACE = re.compile(r"\s*")
_MOST_JSON = 64 << 20  # bytes


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A row: where it is (``FILE:LINE``), and its cells by role; a role that it does not have is empty."""

    where: str
    cells: Mapping[str, str]

    def fail(self, role: str, reason: str) -> InputError:
        """An error about a cell."""
        return InputError(f"{self.where}: {NAMES[role][0]}: {reason}")


def read_parcels(path: Path, encoding: str | None = None) -> list[ParcelRow]:
    """Every row of a file. Raises ``InputError``."""
    if not path.exists():
        raise InputError(f"{path}: no such file; expected a table of parcels as CSV, tab-separated text or JSON")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected a table of parcels")
    if path.is_file() and not path.stat().st_size:
        raise InputError(f"{path}:1: the file is empty; expected a header with {_expected()}")
    try:
        source = open_source(path, encoding)
        try:
            source.stream.seek(0)
            json_like = source.stream.read(1 << 12).removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")
            if json_like and not source.workbook:
                source.stream.seek(0)
                rows = list(_of_json(path, source.stream.read(_MOST_JSON + 1)))
            else:
                table = Workbook(source, _recognized) if source.workbook else TextTable(source, encoding, _recognized)
                rows = list(_of_table(path, table))
        finally:
            source.close()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte 0x{error.object[error.start]:02x} is not {encoding or 'UTF-8'}; pass --encoding"
        ) from None
    except LookupError:
        raise InputError(f"unknown encoding {str(encoding)[:30]!r}; expected for example utf-8, cp1252, cp932") from None
    except OSError as error:
        raise FrankingError(f"{path}: cannot be read: {error.strerror}") from None
    if not rows:
        raise InputError(f"{path}:1: found no rows below the header, expected a parcel in each")
    return rows


def _expected() -> str:
    return ", ".join(NAMES[role][0] for role in NEEDED)


def _recognized(file: str, header: list[str]) -> ReportType:
    """The file's own type, by the names that its header has."""
    columns: dict[str, str] = {}
    for name in header:
        role = _ROLE.get(name)
        if role is None:
            continue
        if role in columns:
            raise InputError(f"{file}:1: the columns {columns[role]} and {name} mean the same, expected one of them")
        columns[role] = name
    missing = [NAMES[role][0] for role in NEEDED if role not in columns]
    if missing:
        raise InputError(f"{file}:1: the column {missing[0]} is missing; expected {_expected()}")
    return ReportType("parcels", "parcels", columns, tuple(columns[role] for role in NEEDED), "")


def _of_table(path: Path, table: TextTable | Workbook) -> Iterator[ParcelRow]:
    columns = table.report_type.columns
    places = {role: table.header.index(name) for role, name in columns.items()}
    for row in table.rows():
        if row.problem:
            line, _, reason = row.problem.partition(": ")
            raise InputError(f"{path}:{line.removeprefix('line ')}: {reason}")
        cells = row.cells.split("\t")
        if len(cells) > len(table.header) and any(cell.strip() for cell in cells[len(table.header) :]):
            raise InputError(
                f"{path}:{row.line}: found {counted(len(cells), 'cell')}, the header has {counted(len(table.header), 'column')}"
            )
        short = [name for role, name in columns.items() if role in NEEDED and places[role] >= len(cells)]
        if short:
            raise InputError(
                f"{path}:{row.line}: found {counted(len(cells), 'cell')}, expected {len(table.header)}; nothing for {short[0]}"
            )
        yield _judged(
            ParcelRow(f"{path}:{row.line}", {role: cells[at].strip() for role, at in places.items() if at < len(cells)})
        )


def _judged(row: ParcelRow) -> ParcelRow:
    """A row whose needed cells are there, and whose codes kept their digits."""
    cells = row.cells
    for role in NEEDED:
        if not cells.get(role):
            raise row.fail(role, "is empty, expected one in each row")
    if not _ORDER_ID.fullmatch(cells["id"]):
        raise row.fail("id", "is no order ID, expected 3-7-7 digits")
    for role in ("tracking", "item"):
        if SHORTENED.fullmatch(cells.get(role, "")):
            raise row.fail(role, "is a spreadsheet's short form of a number, its digits are lost; expected all of them")
    if cells.get("item") and not (cells["item"].isascii() and cells["item"].isdigit()):
        raise row.fail("item", "is no item number, expected digits")
    for role, text in cells.items():
        if any(c < " " or c == "\x7f" or "\x80" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" for c in text):
            raise row.fail(role, "found a control character, expected text in one line")
    return row


def _of_json(path: Path, content: bytes) -> Iterator[ParcelRow]:
    if len(content) > _MOST_JSON:
        raise InputError(f"{path}: over 64 MB of JSON, expected a table of parcels")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: byte 0x{error.object[error.start]:02x} is not UTF-8, as JSON is") from None
    for line, entry in _entries(path, text):
        where = f"{path}:{line}"
        if not isinstance(entry, dict):
            raise InputError(f"{where}: found {_kind(entry)}, expected an object for each parcel")
        items = entry.get("items")
        if items is not None and not (isinstance(items, list) and items and all(isinstance(one, dict) for one in items)):
            raise InputError(f"{where}: items: found {_kind(items)}, expected a list of objects with item and quantity")
        for one in items if items is not None else [{}]:
            cells: dict[str, str] = {}
            for name, value in (pair for part in (entry, one) for pair in part.items()):
                role = _ROLE.get(header_name(str(name)))
                if role is None or value is None:
                    continue
                if isinstance(value, bool) or not isinstance(value, str | int):
                    raise InputError(f"{where}: {NAMES[role][0]}: found {_kind(value)}, expected a text")
                if role in cells:
                    raise InputError(f"{where}: {NAMES[role][0]} is given twice, expected once")
                cells[role] = str(value).strip()
            yield _judged(ParcelRow(where, cells))


def _entries(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """The objects of the list, each with its line."""
    decoder = json.JSONDecoder()
    try:
        at = _skip(text, 0)
        if text[at : at + 1] == "{":
            found = re.match(r'\{\s*"shipments"\s*:\s*', text[at:])
            if found is None:
                yield text.count("\n", 0, at) + 1, json.loads(text)
                return
            json.loads(text)  # that it ends as it should
            at += found.end()
        else:
            json.loads(text)
        if text[at : at + 1] != "[":
            raise InputError(f"{path}:{text.count(chr(10), 0, at) + 1}: expected a list of parcels")
        at = _skip(text, at + 1)
        while text[at] != "]":
            line = text.count("\n", 0, at) + 1
            value, at = decoder.raw_decode(text, at)
            yield line, value
            at = _skip(text, at)
            if text[at] == ",":
                at = _skip(text, at + 1)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: no valid JSON: {error.msg.lower()}") from None
    except (RecursionError, ValueError):
        raise InputError(f"{path}:1: JSON that cannot be read: nested too deep, or a number that is too long") from None


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _kind(value: object) -> str:
    names = {bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
