"""Order reports as they were saved, packed or cut, and files that are something else."""

from __future__ import annotations

from tests.data.report_rows import COLUMNS, Cell, cells, gzipped, order_id, report, row, saved, text, workbook, zipped

_SHELF = 'Wall shelf "Skagen" 55" x 9.5", pine'
_TWO = (row(1, product_name="Desk lamp, solid oak"), row(2, product_name=_SHELF))
_PLAIN = (row(1), row(2, product_name=_SHELF), row(3))


def _typed(entry: dict[str, str], **values: Cell) -> list[Cell]:
    made: dict[str, Cell] = dict(entry)
    made["quantity-purchased"] = made["quantity-to-ship"] = 1
    made["item-price"] = float(entry["item-price"])
    made |= {name.replace("_", "-"): value for name, value in values.items()}
    return [made[column] for column in COLUMNS]


def _sheet(*rows: list[Cell]) -> list[list[Cell]]:
    return [list(COLUMNS), *rows]


def _table(*lines: str, delimiter: str = "\t") -> bytes:
    return "".join(delimiter.join(line.split("|")) + "\n" for line in lines).encode()


_WITHOUT_TAIL = "".join(
    "\t".join(line[:-2]) + "\n" if n == 2 else "\t".join(line) + "\n" for n, line in enumerate(cells(_PLAIN), 1)
)
_CR_IN_CELL = report(*_PLAIN).replace(b"Springfield", b"Spring\rfield", 1)
_HEADER_TWICE = text(_PLAIN).replace("buyer-phone-number", "sku", 1).encode()

FILES: dict[str, bytes] = {
    "saved-quoted.txt": saved([*_TWO, row(3)]).encode(),
    "saved-all-quoted.txt": saved(_TWO, quoted="abcdefghijklmnopqrstuvwxyz0123456789").encode(),
    "saved-line-end-in-cell.txt": saved([row(1, product_name='Lamp "Oak"\nwarm white'), row(2), row(3)]).encode(),
    "saved-quote-never-closed.txt": saved([*_TWO, row(3), row(4)]).replace('pine"', "pine").encode(),
    "saved-commas-only.txt": saved([row(1, product_name="Lamp, oak"), row(2), row(3)]).encode(),
    "quotes-are-data.txt": report(*_PLAIN, row(4, product_name='"Skagen" shelf'), row(5, product_name='Pipe 5"')),
    "quotes-around-one-name.txt": report(row(1, buyer_name='"Bob"'), row(2)),
    "quotes-unsure.txt": report(row(1, product_name='"Shelf ""Skagen"", pine"'), row(2, product_name='Shelf 55"'), row(3)),
    "line-ends-cr.txt": report(*_PLAIN, end="\r"),
    "line-ends-crlf.txt": report(*_PLAIN, end="\r\n"),
    "line-ends-crcrlf.txt": report(*_PLAIN, end="\r\r\n"),
    "line-ends-mixed.txt": report(*_PLAIN, row(4)).replace(b"\n", b"\r", 1).replace(b"\n", b"\r\n", 1).replace(b"Amazon.de\n", b"Amazon.de\r", 1),
    "line-end-inside-a-cell.txt": _CR_IN_CELL,
    "line-ends-none-at-the-end.txt": report(*_PLAIN)[:-1],
    "rows-without-empty-tail.txt": _WITHOUT_TAIL.encode(),
    "rows-blank-between.txt": report(*_PLAIN).replace(b"\n", b"\n\n\t\t\n"),
    "row-cut-short.txt": report(*_PLAIN)[:-120],
    "row-too-long.txt": report(*_PLAIN).replace(b"Desk lamp", b"Desk\tlamp", 1),
    "packed.txt.gz": gzipped(report(*_PLAIN)),
    "packed-cut.txt.gz": gzipped(report(*_PLAIN))[:-40],
    "packed-one.zip": zipped({"report.txt": report(*_PLAIN), "__MACOSX/._report.txt": b"\x00\x05", "folder/": b""}),
    "packed-two.zip": zipped({"a.txt": report(row(1)), "b.txt": report(row(2))}),
    "packed-cut.zip": zipped({"report.txt": report(*_PLAIN)})[:-30],
    "packed-twice.gz": gzipped(gzipped(report(*_PLAIN))),
    "comma.csv": saved(_TWO, ",").encode(),
    "comma-bom.csv": b"\xef\xbb\xbf" + saved([*_TWO, row(3, product_name="Lampe, weiß")], ",").encode(),
    "comma-unquoted.csv": text([row(1), row(2, product_name="Lamp, oak")]).replace("\t", ",").encode(),
    "semicolon.csv": saved([row(1, product_name="Lampe; weiß", item_price="1.089,90"), row(2)], ";").encode("cp1252"),
    "semicolon-sep.csv": b"sep=;\r\n" + saved(_TWO, ";").encode(),
    "workbook.xlsx": workbook({"Orders": _sheet(
        _typed(row(1, buyer_name="Zoë Lefèvre"), item_price=1089.9), _typed(row(2), item_price=12.8, quantity_purchased=3),
        _typed(row(3), purchase_date=("date", 46346.25)), _typed(row(4), item_price="1.089,90"))}),
    "workbook-spoiled.xlsx": workbook({"Orders": _sheet(
        _typed(row(1)), _typed(row(2), order_id=3021000002200.0), _typed(row(3), order_id=("date", 46346.0)),
        _typed(row(4), sku=("date", 46346.0)), _typed(row(5), product_name="#REF!"), _typed(row(6), item_price=("date", 46346.0)),
        _typed(row(7), quantity_purchased=1.5), _typed(row(8), item_price="1.089"))}),
    "workbook-error-cell.xlsx": workbook({"Orders": _sheet(_typed(row(1)), _typed(row(2), item_price=("error", "#REF!")))}),
    "workbook-second-sheet.xlsx": workbook({"Notes": [["to do"], ["call Anna"]], "Orders": _sheet(_typed(row(1)))}),
    "workbook-two-reports.xlsx": workbook({"One": _sheet(_typed(row(1))), "Two": _sheet(_typed(row(2)))}),
    "workbook-none.xlsx": workbook({"Notes": [["to do"], ["call Anna"]]}),
    "workbook-empty.xlsx": workbook({"Orders": [list(COLUMNS)]}),
    "header-other-case.txt": text(_PLAIN).replace("order-id", "Order_ID", 1).replace("buyer-email", "BUYER EMAIL", 1)
    .replace("sku", " SKU ", 1).encode(),
    "header-twice.txt": _HEADER_TWICE,
    "header-translated.txt": _table("Bestell-ID|Kaufdatum|E-Mail|Artikel", f"{order_id(1)}|2026-11-20|a@marketplace.amazon.de|Lampe"),
    "header-missing-column.txt": text(_PLAIN).replace("buyer-email", "mail", 1).encode(),
    "header-again.txt": report(*_PLAIN) + report(row(4)),
    "header-of-another-report.txt": report(*_PLAIN) + _table(f"order-id|sku|price\n{order_id(4)}|FP|1.00"),
    "header-only.txt": report(),
    "header-and-blank-lines.txt": report() + b"\r\n\t\t\r\n\n",
    "empty.txt": b"",
    "only-white-space.txt": b" \r\n\t\n",
    "saved-unicode-text.txt": saved([*_TWO, row(3, buyer_name="Łukasz Żak")]).encode("utf-16-be").join([b"\xfe\xff", b""]),
    "other-date-range.csv": _table('"Includes Amazon Marketplace, Fulfillment by Amazon (FBA)"', "date/time,settlement id,type", delimiter=","),
    "other-settlement.txt": _table("settlement-id|settlement-start-date|deposit-date|total-amount|currency|order-id|sku", "1|x|x|9.90|EUR||"),
    "other-inventory.txt": _table("sku|asin|price|quantity", "FP-1|B0FPLAMP01|19.90|4"),
    "other-listings.txt": _table("item-name|item-description|listing-id|seller-sku|price|quantity", "Lamp|||FP-1|19.90|4"),
    "other-returns.txt": _table("return-date|order-id|sku|asin|fnsku|product-name|quantity|reason", f"2026-11-20|{order_id(1)}|F|B|X|Lamp|1|NO"),
    "other-fba-inventory.txt": _table("seller-sku|fulfillment-channel-sku|asin|condition-type|Warehouse-Condition-code|Quantity Available", "F|X|B|N|S|4"),
    "other-business.csv": _table("(Parent) ASIN|(Child) ASIN|Title|Sessions|Page Views", "B0|B1|Lamp|12|20", delimiter=","),
    "other-advertising.csv": _table("Campaign Name|Ad Group Name|Impressions|Clicks|Spend", "Lamps|All|900|12|3.40", delimiter=","),
    "other-page.txt": b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Session expired</body></html>\n",
    "other-xml.xml": b'<?xml version="1.0"?>\n<AmazonEnvelope><Message/></AmazonEnvelope>\n',
    "other-error.json": b'{"errors": [{"code": "Unauthorized", "message": "Access to requested resource is denied."}]}\n',
    "other-document.pdf": b"%PDF-1.7\n1 0 obj\n",
    "other-old-workbook.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "other-open-document.ods": zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "other-numbers.numbers": zipped({"Index/Document.iwa": b"\x00", "Index/Metadata.iwa": b"\x00"}),
    "other-binary-workbook.xlsb": zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"\x00"}),
    "other-picture.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "other-binary.bin": bytes(range(256)),
    "other-prose.txt": b"Dear team,\nplease find the orders below.\n",
}  # fmt: skip
