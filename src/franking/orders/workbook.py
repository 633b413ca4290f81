"""Excel workbooks (.xlsx), read with python-calamine (extra ``xlsx``). A typed cell is written so that it has one reading.

A number becomes digits with a point and six decimals, or none; a date becomes ISO 8601 without offset (marketplace time).
What a spreadsheet takes from text is not got back: an order ID that became a number or a date, a tracking number that became
a number (leading zeros and digits beyond the fifteenth are lost), a text that became a date. Such rows are refused.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, TYPE_CHECKING

from franking.errors import ConfigurationError, InputError, install_hint
from franking.model.counted import counted
from franking.orders.containers import Source
from franking.orders.dialect import header_name
from franking.orders.recognition import recognize
from franking.orders.report_type import ReportType
from franking.orders.table import Recognized, TableRow

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_LARGEST = 512 << 20  # bytes of all sheets and strings, unpacked: a sheet is held in memory
_RATIO = 400
_DIGITS = 10**15  # a spreadsheet keeps fifteen
_TEXTS = ("id", "sku", "title", "buyer", "recipient", "email", "city", "carrier", "tracking", "channel")
_CODES = ("id", "tracking", "email")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]*\st=[\"']e[\"'][^<>]*>")
_PLACE = re.compile(rb"\sr=[\"']([A-Z]+[0-9]+)")
_ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])


class Workbook:
    """The one sheet of a workbook whose header is an order report.

    Raises ``InputError`` for a workbook without such a sheet or with several, ``ConfigurationError`` without the extra.
    """

    encoding = "xlsx"

    def __init__(self, source: Source, recognized: Recognized = recognize) -> None:
        self._recognized = recognized
        try:
            from python_calamine import CalamineError, CalamineWorkbook
        except ImportError:
            raise ConfigurationError(
                f"{source.name}: an Excel workbook; expected the report as downloaded, or: {install_hint('xlsx')}"
            ) from None
        _judge(source)
        source.stream.seek(0)
        try:
            with CalamineWorkbook.from_filelike(source.stream) as book:
                self._name = source.name
                self._choose({name: book.get_sheet_by_name(name) for name in book.sheet_names})
        except CalamineError as error:
            kind = type(error).__name__.removesuffix("Error")
            raise InputError(f"{source.name}: a workbook that cannot be read ({kind}); download the report again") from None
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # how pyo3 tells that the reader itself gave up; no Exception
                raise
            raise InputError(f"{source.name}: a workbook that cannot be read; download the report again") from None

    def _choose(self, sheets: dict[str, CalamineSheet]) -> None:
        found: list[tuple[CalamineSheet, list[str], ReportType]] = []
        problem: InputError | None = None
        for sheet in sheets.values():
            first = next(iter(sheet.iter_rows()), None) if sheet.height else None
            if first is None:
                continue
            header = [header_name(str(cell)) for cell in first]
            try:
                found.append((sheet, header, self._recognized(self._name, header)))
            except InputError as error:
                problem = problem or error
        if len(found) > 1:
            raise InputError(f"{self._name}: {len(found)} sheets contain order reports, expected one")
        if not found:
            raise problem or InputError(f"{self._name}:1: the workbook is empty; expected an order report")
        self._sheet, self.header, self.report_type = found[0]
        role = {name: role for role, name in self.report_type.columns.items()}
        self._roles = [role.get(name, "") for name in self.header]
        self._id = self.header.index(self.report_type.columns["id"])

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header, by the sheet's own row numbers."""
        start = self._sheet.start
        above = start[0] if start is not None else 0
        rows = self._sheet.iter_rows()
        next(rows, None)
        for line, row in enumerate(rows, start=above + 2):
            problem = ""
            cells: list[str] = []
            for place, value in enumerate(row):
                role = self._roles[place] if place < len(self._roles) else ""
                text = _text(value)
                reason = _problem(value, text, role)
                if reason and not problem:
                    problem = f"line {line}: column {self.header[place]}: {reason}"
                cells.append(text)
            if not any(cells):
                continue
            if problem:
                order_id = cells[self._id] if isinstance(row[self._id], str) else ""
                yield TableRow(line, "", problem, order_id)
            else:
                yield TableRow(line, "\t".join(cells))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _DIGITS else f"{value:.6f}"
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split()) if isinstance(value, str) else str(value)


def _problem(value: object, text: str, role: str) -> str:
    """Why a cell cannot be taken for what its column holds, "" if it can."""
    if isinstance(value, str):
        return "an error of the spreadsheet; expected the report as downloaded" if role and text in _ERRORS else ""
    if role in _CODES and not isinstance(value, str):
        return "the spreadsheet turned it into a number or a date; expected the report as downloaded"
    if role in _TEXTS and not isinstance(value, int | float | bool):
        return "the spreadsheet turned it into a date; expected the report as downloaded"
    if role == "sku" and isinstance(value, int | float) and abs(value) >= _DIGITS:
        return "the spreadsheet turned it into a number, digits are lost; expected the report as downloaded"
    return ""


def _judge(source: Source) -> None:
    """Refuse a workbook that unpacks to more than memory should hold, and one with error cells: they would read as empty."""
    source.stream.seek(0)
    try:
        with zipfile.ZipFile(source.stream) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            packed = sum(entry.compress_size for entry in archive.infolist())
            if size > _LARGEST or (size > 64 << 20 and size > packed * _RATIO):
                raise InputError(
                    f"{source.name}: a workbook of {size >> 20} MB unpacked; expected the report as downloaded, as text"
                )
            sheets = [entry for entry in archive.infolist() if entry.filename.startswith("xl/worksheets/")]
            errors = [cell for entry in sheets if not entry.is_dir() for cell in _errors(archive.open(entry))]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, zlib.error, RuntimeError):
        raise InputError(f"{source.name}: a damaged or incomplete workbook; download it again") from None
    if errors:
        raise InputError(
            f"{source.name}: {counted(len(errors), 'cell contains', 'cells contain')} a spreadsheet error, the first is "
            f"{errors[0]}; expected the report as downloaded"
        )


def _errors(sheet: IO[bytes]) -> Iterator[str]:
    """The places of the cells of type "e" (ECMA-376 Part 1, 18.18.11)."""
    rest = b""
    with sheet:
        while chunk := sheet.read(1 << 20):
            text = rest + chunk
            end = text.rfind(b"<") + 1 or len(text)
            for tag in _ERROR_CELL.findall(text, 0, end - 1):
                place = _PLACE.search(tag)
                yield place[1].decode("ascii", "replace")[:10] if place is not None else "without a place"
            rest = text[end - 1 :][-4096:]
