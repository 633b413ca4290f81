"""The header and rows of an order file, whatever it was saved as: rows of cells, or why a row cannot be read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from franking.errors import InputError
from franking.orders.containers import Source
from franking.orders.decoding import Decoder, Undecodable
from franking.orders.dialect import Quoting, cells_of, delimiter_of, header_name, joined, quoting_of
from franking.orders.encoding import detect, survey
from franking.orders.foreign import FOREIGN
from franking.orders.lines import LONGEST, physical_lines
from franking.orders.recognition import is_headed, known, recognize
from franking.orders.report_type import ReportType

_BOM = b"\xef\xbb\xbf"
_SEP = re.compile(rb'"?sep=(.)"?', re.IGNORECASE)
_HEADINGS = 4  # lines, in which a header may stand below headings


Recognized = Callable[[str, list[str]], ReportType]  # of a file's name and its header


class TableRow(NamedTuple):
    """A row: its line, its cells joined by tabs, and what prevents it ("" if nothing; then there may be no cells)."""

    line: int
    cells: str
    problem: str = ""
    order_id: str = ""  # of a row with a problem, as far as it can be read


class TextTable:
    """A file of delimited text.

    ``recognized`` tells the type by the header. Raises ``InputError`` for what is no order report, and
    ``LookupError`` for an unknown ``encoding``.
    """

    def __init__(self, source: Source, encoding: str | None, recognized: Recognized = recognize) -> None:
        self._name, self._stream = source.name, source.stream
        seen = survey(source.stream)
        source.stream.seek(0)
        marked = source.stream.read(3) == _BOM
        self.encoding = source.encoding or encoding or ("utf-8-sig" if marked else detect(self._name, self._stream, seen))
        codec = "utf-8" if source.encoding else codecs.lookup(self.encoding).name.removesuffix("-sig")
        line, header = self._find_header()
        self._skip = line
        named = {"shown": source.encoding} if source.encoding else {}
        self._decoder = Decoder(codec, b"\t", certain=encoding is not None or marked, controls=seen.controls, **named)
        try:
            text = self._decoder(line, header)
        except Undecodable as error:
            raise InputError(f"{self._name}:{line}: the header does not decode: {error}; pass another --encoding") from None
        if any(sign in text for sign in "\u2028\u2029"):
            raise InputError(f"{self._name}:{line}: the lines end with U+2028 or U+2029, expected LF or CRLF")
        self._delimiter = self._forced or delimiter_of(text, known() | FOREIGN)
        self._ascii = self._delimiter.encode("ascii", "replace")
        self._decoder = Decoder(codec, self._ascii, certain=encoding is not None or marked, controls=seen.controls, **named)
        self._quoting = Quoting.DATA if self._delimiter == "\t" else Quoting.QUOTES
        if self._delimiter == "\t" and seen.quotes:
            self._quoting = quoting_of(joined(self._body(), self._ascii))
        try:
            self.header = [header_name(cell) for cell in self._split(text)]
        except ValueError as error:
            raise InputError(f"{self._name}:{line}: the header has {error}; expected the report as downloaded") from None
        self.report_type: ReportType = recognized(self._name, self.header)
        self._decoder.columns = self.header
        self._id = self.header.index(self.report_type.columns["id"])
        self._last = max(self.header.index(name) for name in self.report_type.required)
        self._cut = self._unended(line)

    def _unended(self, line: int) -> bytes | None:
        """The last row of a file that ends without a line end: its last cell may be cut. None where all rows end.

        Raises ``InputError`` where that is the header itself.
        """
        self._stream.seek(0, 2)
        self._stream.seek(-min(LONGEST, self._stream.tell()), 2)
        last = re.split(rb"[\r\n]", self._stream.read())[-1]
        if last and next(self._body(skip_header=True), None) is None:
            raise InputError(
                f"{self._name}:{line}: the file ends in its header, without a line end; expected a whole report, "
                "download it again"
            )
        return last or None

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header. Blank lines, and a header that stands there again, are no rows."""
        lines = self._body(skip_header=True)
        quoted = self._quoting is Quoting.QUOTES
        unsure = self._quoting is Quoting.UNSURE
        plain = self._delimiter == "\t" and not quoted
        decode = self._decoder
        offset = self._skip
        for number, raw in joined(lines, self._ascii) if quoted or unsure else enumerate(lines, start=1):
            line = number + offset
            if not raw.strip() or raw == b"\x1a":
                continue
            try:
                text = decode(line, raw)
                if plain and "\r" in text:
                    raise Undecodable(f"line {line}: a line ending (0x0d) at byte {raw.index(13) + 1}, inside a cell")
                if plain and not (unsure and b'"' in raw):
                    cells = text
                elif unsure and any(cell[:1] == b'"' or b'""' in cell for cell in raw.split(b"\t")):
                    raise Undecodable(
                        f"line {line}: quotes around a cell may be a spreadsheet's or the cell's own; "
                        "expected a report in which all rows are written alike"
                    )
                else:
                    cells = "\t".join(self._split(text)) if not plain else text
            except (Undecodable, ValueError) as error:
                reason = str(error) if isinstance(error, Undecodable) else f"line {line}: {error}"
                yield TableRow(line, "", reason, self._order_id(raw))
                continue
            if cells[:40].find("order-id") >= 0 and self._is_header(line, cells):
                continue
            if raw == self._cut and self._last <= cells.count("\t") < len(self.header) - 1:
                reason = f"line {line}: the file ends in this row, without a line end: its last cell may be cut"
                yield TableRow(line, "", reason, self._order_id(raw))
                continue
            yield TableRow(line, cells)

    def _split(self, text: str) -> list[str]:
        """The cells of a row. Raises ``ValueError`` for quotes that do not close or, in a spreadsheet's file, stand bare."""
        if self._quoting is not Quoting.QUOTES:
            return text.split(self._delimiter)
        return cells_of(text, self._delimiter, strict=self._delimiter == "\t")

    def _find_header(self) -> tuple[int, bytes]:
        """The header's line number and bytes: the first line, below ``sep=``, blank lines and a report's own headings."""
        self._forced = ""
        first: tuple[int, bytes] | None = None
        for number, line in enumerate(self._physical(), start=1):
            if number == 1 and (match := _SEP.fullmatch(line)) is not None:
                self._forced = match[1].decode("ascii", "replace")
                continue
            if not line.strip():
                continue
            if is_headed({header_name(cell) for cell in line[:LONGEST].decode("latin-1").split(self._forced or ";")}):
                return number, line
            first = first or (number, line)
            if number >= first[0] + _HEADINGS:
                break
        if first is not None:
            return first
        raise InputError(f"{self._name}:1: the file is empty; expected an order report or API JSON")

    def _physical(self) -> Iterator[bytes]:
        """Lines without the mark at the file's start; a line parted by CRs is parted where each part is a whole row."""
        for number, line in enumerate(physical_lines(self._name, self._stream)):
            if number == 0:
                yield from line.removeprefix(_BOM).split(b"\r")
            elif b"\r" in line:
                yield from self._parted(line)
            else:
                yield line

    def _parted(self, line: bytes) -> list[bytes]:
        parts = line.split(b"\r")
        last = getattr(self, "_last", None)
        if last is not None and all(part.count(self._ascii) >= last for part in parts if part.strip()):
            return parts
        return [line]

    def _body(self, *, skip_header: bool = False) -> Iterator[bytes]:
        lines = self._physical()
        for _ in range(self._skip - (0 if skip_header else 1)):
            next(lines, None)
        return lines

    def _order_id(self, raw: bytes) -> str:
        """The order ID of a row that cannot be read, "" where it has none."""
        cells = raw.split(self._ascii, self._id + 1)
        cell = cells[self._id].strip(b' "') if len(cells) > self._id else b""
        known = re.fullmatch(self.report_type.order_id.encode("ascii"), cell)
        return cell.decode("ascii") if known else ""

    def _is_header(self, line: int, cells: str) -> bool:
        names = [header_name(cell) for cell in cells.split("\t")]
        if len(names) <= self._id or names[self._id] != self.header[self._id]:
            return False
        if names != self.header:
            raise InputError(f"{self._name}:{line}: a second header with other columns; expected one report in a file")
        return True
