"""Files that are no order reports: what they are, and the report to download instead."""

from __future__ import annotations

import re

ORDER_REPORTS = "expected an order report (Unshipped, New orders, FBA fulfilled shipments or All orders)"
_AS_TEXT = "expected the report as downloaded: tab-separated text (.txt)"

_MAGIC = (
    (b"%PDF-", f"a PDF document; {_AS_TEXT}"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Excel workbook (.xls) or one with a password; "
        "expected the report as downloaded, or saved as .xlsx without a password",
    ),
    (b"\x89PNG", f"an image; {_AS_TEXT}"),
    (b"\xff\xd8\xff", f"an image; {_AS_TEXT}"),
    (b"GIF8", f"an image; {_AS_TEXT}"),
    (b"Rar!", f"a RAR archive; unpack it first; {_AS_TEXT}"),
    (b"7z\xbc\xaf\x27\x1c", f"a 7-Zip archive; unpack it first; {_AS_TEXT}"),
    (b"BZh", f"a bzip2 archive; unpack it first; {_AS_TEXT}"),
    (b"\xfd7zXZ\x00", f"an xz archive; unpack it first; {_AS_TEXT}"),
    (b"\x28\xb5\x2f\xfd", f"a Zstandard archive; unpack it first; {_AS_TEXT}"),
    (b"SQLite format 3\x00", f"an SQLite database; {_AS_TEXT}"),
    (b"{\\rtf", f"a rich text document; {_AS_TEXT}"),
    (b"PAR1", f"a Parquet file; {_AS_TEXT}"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|\?xml[^>]*>\s*<html)", re.IGNORECASE)

# Columns that only the named report has; each set stands for a report.
_REPORTS: tuple[tuple[frozenset[str], str, str], ...] = tuple(
    (frozenset(columns.split()), title, instead)
    for columns, title, instead in (
        ("settlement-id total-amount", "a settlement report (payments)", ORDER_REPORTS),
        ("settlement-id type", "a payments transaction report", ORDER_REPORTS),
        ("date/time settlement-id", "a payments date range report", ORDER_REPORTS),
        ("return-date order-id", "an FBA returns report", ORDER_REPORTS),
        ("return-request-date order-id", "a returns report", ORDER_REPORTS),
        ("return-request-status order-id", "a returns report", ORDER_REPORTS),
        ("reimbursement-id", "an FBA reimbursements report", ORDER_REPORTS),
        ("removal-order-type", "an FBA removal report", ORDER_REPORTS),
        ("seller-sku quantity-available", "an FBA inventory report", ORDER_REPORTS),
        ("fnsku afn-fulfillable-quantity", "an FBA inventory report", ORDER_REPORTS),
        ("fnsku available", "an FBA inventory report", ORDER_REPORTS),
        ("fnsku disposition", "an FBA inventory report", ORDER_REPORTS),
        ("fnsku msku", "an FBA inventory ledger", ORDER_REPORTS),
        ("seller-sku item-name", "a listings (inventory) report", ORDER_REPORTS),
        ("seller-sku listing-id", "a listings (inventory) report", ORDER_REPORTS),
        ("sku asin price quantity", "an inventory report", ORDER_REPORTS),
        ("(parent)-asin sessions", "a business report", ORDER_REPORTS),
        ("(child)-asin sessions", "a business report", ORDER_REPORTS),
        ("ordered-product-sales units-ordered", "a business report", ORDER_REPORTS),
        ("campaign-name impressions", "an advertising report", ORDER_REPORTS),
        ("campaign impressions", "an advertising report", ORDER_REPORTS),
        ("rating comments rater-email", "a feedback report", ORDER_REPORTS),
        ("unique-account-identifier transaction-type", "a VAT transactions report", ORDER_REPORTS),
        (
            "fnsku amazon-order-id",
            "an FBA customer shipment sales report",
            "expected FBA fulfilled shipments (GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL), "
            "which has the buyer's relay address",
        ),
        ("order-id order-item-id error-code", "a feed processing report", ORDER_REPORTS),
        ("bestelnummer", "an order list of bol", ORDER_REPORTS),
        ("order-number sale-date", "an order report of another marketplace", ORDER_REPORTS),
    )
)


FOREIGN = frozenset(name for columns, _, _ in _REPORTS for name in columns)


def other_report(names: set[str]) -> str | None:
    """What a header's report is, and what to download instead; None for one that is not known."""
    if any(name.startswith("includes-amazon") for name in names):  # the lines that explain a date range report
        return f"found a payments date range report, {ORDER_REPORTS}"
    for columns, title, instead in _REPORTS:
        if columns <= names:
            return f"found {title}, {instead}"
    return None


def other_file(head: bytes) -> str | None:
    """What a file is by its first bytes, if it is no text of rows; None if it may be."""
    for magic, description in _MAGIC:
        if head.startswith(magic):
            return f"found {description}"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2000]
    if _HTML.match(start):
        return "found an HTML page, perhaps a log-in or error page under the report's name; expected the report as downloaded"
    if start.startswith(b"<?xml") or re.match(rb"<[A-Za-z]+[ >]", start):
        return "found XML; expected the flat-file (tab-separated) form of the report"
    return None


def zip_member(names: list[str]) -> str | None:
    """What a ZIP archive is by the names in it, if it is a document other than .xlsx; None for a plain archive."""
    found = set(names)
    if "xl/workbook.bin" in found:
        return "found a binary Excel workbook (.xlsb); expected the report as downloaded, or saved as .xlsx"
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in found) or "Index.zip" in found:
        return "found a Numbers document; expected the report as downloaded, or exported as CSV"
    if "mimetype" in found and "content.xml" in found:
        return "found an OpenDocument file (.ods); expected the report as downloaded, or saved as .xlsx"
    if "word/document.xml" in found:
        return f"found a Word document; {_AS_TEXT}"
    return None
