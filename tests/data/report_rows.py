"""Rows of made-up order reports, and what files are packed in; every byte is fixed (no clock, no compression library)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

COLUMNS = (
    "order-id order-item-id purchase-date payments-date buyer-email buyer-name buyer-phone-number sku product-name "
    "quantity-purchased quantity-to-ship recipient-name ship-city ship-country currency item-price item-tax sales-channel"
).split()
_MARKETS = {  # currency and country by domain
    "com": ("USD", "US"), "de": ("EUR", "DE"), "co.jp": ("JPY", "JP"), "in": ("INR", "IN"), "eg": ("EGP", "EG"), "ae": ("AED", "AE"),
    "co.uk": ("GBP", "GB"), "pl": ("PLN", "PL"), "com.tr": ("TRY", "TR"), "fr": ("EUR", "FR"), "se": ("SEK", "SE"),
}  # fmt: skip


def order_id(number: int) -> str:
    return f"302-{1000000 + number}-{2000000 + number}"


def row(number: int, market: str = "de", **cells: str) -> dict[str, str]:
    """The cells of one order's one item; ``buyer_name`` is the column ``buyer-name``."""
    currency, country = _MARKETS[market]
    name = cells.get("buyer_name", "Anna Abel")
    made = {
        "order-id": order_id(number), "order-item-id": f"612004500988{number:02d}", "purchase-date": "2026-11-20T08:15:42+00:00",
        "payments-date": "2026-11-20T08:16:00+00:00", "buyer-email": f"b{number}x7k2@marketplace.amazon.{market}", "buyer-name": name,
        "buyer-phone-number": "", "sku": f"FP-{number}", "product-name": "Desk lamp", "quantity-purchased": "1",
        "quantity-to-ship": "1", "recipient-name": name, "ship-city": "Springfield", "ship-country": country, "currency": currency,
        "item-price": "0" if market == "co.jp" else "19.90", "item-tax": "", "sales-channel": f"Amazon.{market}",
    }  # fmt: skip
    return made | {name.replace("_", "-"): value for name, value in cells.items()}


def cells(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> list[list[str]]:
    return [list(columns), *([entry[column] for column in columns] for entry in rows)]


def text(rows: Iterable[Mapping[str, str]], *, end: str = "\n", columns: Sequence[str] = COLUMNS) -> str:
    """A tab-separated report."""
    return "".join("\t".join(line) + end for line in cells(rows, columns))


def report(*rows: Mapping[str, str], encoding: str = "utf-8", end: str = "\n") -> bytes:
    return text(rows, end=end).encode(encoding)


def saved(rows: Iterable[Mapping[str, str]], delimiter: str = "\t", end: str = "\r\n", quoted: str = ',"\n') -> str:
    """As a spreadsheet saves it: quotes around cells that hold one of ``quoted`` or the delimiter, quotes inside doubled."""

    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if any(sign in value for sign in quoted + delimiter) else value

    return "".join(delimiter.join(map(cell, line)) + end for line in cells(rows))


def gzipped(data: bytes) -> bytes:
    """RFC 1952 with stored blocks (RFC 1951 section 3.2.4)."""
    blocks = [data[at : at + 65535] for at in range(0, len(data), 65535)]
    made = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    for place, block in enumerate(blocks):
        made += struct.pack("<BHH", place == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
    return made + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def zipped(members: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (2026, 11, 20, 8, 0, 0))
            entry.create_system = 3
            archive.writestr(entry, data)
    return target.getvalue()


Cell = str | int | float | tuple[str, float | str]  # the tuple: ("date", serial number) or ("error", "#REF!")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """An Office Open XML workbook (ECMA-376) with the given sheets; strings stand in the cells."""
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1))
    links = "".join(f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id="rId99" '
        f'Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for number, rows in zip(numbers, sheets.values(), strict=True):
        lines = "".join(
            f'<row r="{r}">{"".join(_cell(c, r, value) for c, value in enumerate(line))}</row>'
            for r, line in enumerate(rows, start=1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return zipped({name: (head + part).encode() for name, part in parts.items()})


def _cell(column: int, line: int, value: Cell) -> str:
    letters = chr(65 + column) if column < 26 else f"A{chr(65 + column - 26)}"
    if isinstance(value, tuple) and value[0] == "error":
        return f'<c r="{letters}{line}" t="e"><v>{value[1]}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{letters}{line}" s="1"><v>{value[1]}</v></c>'
    if isinstance(value, str):
        escaped = value.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{letters}{line}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>' if value else ""
    return f'<c r="{letters}{line}"><v>{value}</v></c>'
