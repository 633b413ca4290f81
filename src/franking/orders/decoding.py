"""Rows of bytes to text, strictly, one by one: a row that does not decode is refused with the byte and where it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from franking.html.encodings import is_utf8
from franking.orders.encoding import looks_western

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uf8f0-\uf8f3]")  # the last are cp932's 0xa0 and 0xfd-0xff
UNFINISHED = "\udfff"  # stands for a character that the file ends in


class Undecodable(Exception):
    """A row that is not read; the text names line, byte and column, and no content."""


class Decoder:
    """Decodes rows of a file. ``certain`` says that the user named the encoding: what decodes is then believed."""

    def __init__(self, encoding: str, delimiter: bytes, *, certain: bool, controls: bool, shown: str = "") -> None:
        self.encoding = encoding
        self.columns: Sequence[str] = ()
        self._delimiter = delimiter
        self._controls = controls
        self._utf8 = encoding == "utf-8"
        self._wide = bool(shown)
        self._shown = shown or ("UTF-8" if encoding == "utf-8" else encoding)
        self._likely: Callable[[bytes], bool] | None = None
        if not certain and encoding == "cp1252":
            self._likely = lambda row: not is_utf8(row) and looks_western(row)
        elif not certain and encoding == "cp932":
            self._likely = lambda row: not is_utf8(row)

    def __call__(self, line: int, row: bytes) -> str:
        """The row as text. Raises ``Undecodable``."""
        try:
            text = row.decode(self.encoding)
        except UnicodeDecodeError as error:
            if self._wide:
                raise Undecodable(self._located_unit(line, row, error.start)) from None
            raise Undecodable(self._located(line, row, error.start, f"is not {self._shown}")) from None
        if (self._controls or not (self._utf8 or row.isascii())) and (found := _CONTROL.search(text)) is not None:
            before = text[: found.start()].encode(self.encoding)
            raise Undecodable(self._located(line, row, len(before), f"is no character of a text (U+{ord(found.group()):04X})"))
        if self._likely is not None and not row.isascii() and not self._likely(row):
            at = next(n for n, byte in enumerate(row) if byte > 127)
            raise Undecodable(self._located(line, row, at, f"begins text of another encoding than the file's {self._shown}"))
        return text

    def _located_unit(self, line: int, row: bytes, at: int) -> str:
        """Half a pair of UTF-16, which became three bytes."""
        unit = row[at : at + 3].decode("utf-8", "surrogatepass")
        place = len(row[:at].decode("utf-8", "surrogatepass")) + 1
        column = self._column(row, at)
        if unit == UNFINISHED:
            return f"line {line}: column {column}: the file ends inside character {place} of the line"
        what = f"0x{ord(unit):04x} at character {place} of the line is half a {self._shown} character"
        return f"line {line}: column {column}: {what}"

    def _column(self, row: bytes, at: int) -> str:
        place = row[:at].count(self._delimiter)
        return self.columns[place] if place < len(self.columns) and self.columns[place] else f"number {place + 1}"

    def _located(self, line: int, row: bytes, at: int, what: str) -> str:
        return f"line {line}: column {self._column(row, at)}: byte 0x{row[at]:02x} at byte {at + 1} of the line {what}"
