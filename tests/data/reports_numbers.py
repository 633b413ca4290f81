"""Reports whose amounts, quantities and dates are written in every form that was met."""

from __future__ import annotations

from tests.data.report_rows import report, row


def _prices(market: str, *prices: str, tax: str = "", **cells: str) -> bytes:
    return report(*(row(n, market, item_price=price, item_tax=tax, **cells) for n, price in enumerate(prices, 1)))


def _quantities(*quantities: str) -> bytes:
    return report(*(row(n, quantity_purchased=quantity) for n, quantity in enumerate(quantities, 1)))


def _dates(market: str, *dates: str) -> bytes:
    return report(*(row(n, market, purchase_date=date, payments_date="") for n, date in enumerate(dates, 1)))


FILES: dict[str, bytes] = {
    "amount-de-thousands.txt": _prices("de", "1.089,90", "119.80", "249.00", tax="0.00"),
    "amount-de-forms.txt": _prices(
        "de", "1.089,90", "1 089,90", "1\u00a0089,90", "1\u202f089,90", "1'089.90", "1\u2019089.90", "1.234.089,90",
        "1,234,089.90", "1089,9", "1089", "1\u00a0089", "\u20ac 1.089,90", "1.089,90 \u20ac", "EUR 1089.90", "1089,90 EUR",
    ),
    "amount-de-alone.txt": _prices("de", "1.089", "1,089", "12.800", "19"),
    "amount-de-fraction.txt": _prices("de", "0,125", "0,120", "1234.500"),
    "amount-de-comma-shown.txt": _prices("de", "12.800", "1.089", "19,90", tax="0,00"),
    "amount-de-point-shown.txt": _prices("de", "1,089", "1.089", "12.800", "19.90", tax="0.00"),
    "amount-de-both-shown.txt": _prices("de", "1.089", "1,089", "19,90", "19.90", "1.089,90"),
    "amount-com-forms.txt": _prices("com", "1,089.90", "$1,089.90", "US$ 1089.90", "1,089", "12.800", "1.089", ".50", "1,089,000"),
    "amount-com-comma-shown.txt": _prices("com", "19,90", "12.800", "1,089"),
    "amount-fr-forms.txt": _prices("fr", "1\u202f089,90", "1 089,90 \u20ac", "1.089"),
    "amount-se-forms.txt": _prices("se", "1\u00a0089,90 kr", "1089:90", "49,-"),
    "amount-jp-forms.txt": _prices("co.jp", "\u00a512,800", "\uffe512,800", "\uff11\uff12\uff0c\uff18\uff10\uff10", "12,800\u5186",
                                   "12800.00", "12.800", "12,50", "JPY 12800"),
    "amount-in-forms.txt": _prices("in", "1,00,000.00", "\u20b91,00,000", "10,00,00,000.50", "1,00,00.00"),
    "amount-eg-forms.txt": _prices("eg", "\u0661\u066c\u0660\u0668\u0669\u066b\u0669\u0660", "\u0661\u0662\u066b\u0665\u0660",
                                   "\u0661\u0662\u0663", "1\u0662\u0663", "\u06f1\u06f2\u066b\u06f5\u06f0"),
    "amount-kwd-three-decimals.txt": _prices("ae", "1.089", "12.5", "1.08945", currency="KWD"),
    "amount-none.txt": _prices("de", "-", "", "\u2013", "\u2014", " "),
    "amount-not.txt": _prices("de", "1.0.0", "five", "--", "1 08", "N/A", "12.34,5,6", "1 089.900,50", "NaN", "1\u00b2", "12%"),
    "amount-shortened.txt": _prices("com", "1E3", "1.09E+03", "1,09E+03"),
    "amount-below-zero.txt": _prices("com", "-5.00", "(5.00)", "5.00-", "\u22125.00", "$-5.00", "-$5.00", "-0.00"),
    "amount-other-currency.txt": _prices("de", "$12.00", "\u00a312.00", "USD 12.00", "12.00 CHF", "\u20ac 12.00"),
    "amount-currencies.txt": report(
        row(1, currency="eur"), row(2, currency="\u20ac"), row(3), row(3, order_item_id="99", currency="GBP"), row(4, currency="")
    ),
    "amount-too-many-decimals.txt": _prices("com", "19.995", "19.990", "19.9900", "59.849999999999994"),
    "quantity-forms.txt": _quantities("2", "2.0", "2,0", "\uff12", "\u0662", "1 000", "2.00"),
    "quantity-not.txt": _quantities("1.000", "1,000", "-1", "1.5", "", "2x", "1E3", "two"),
    "date-us-slashes.txt": _dates("com", "11/20/2026 8:15", "11/9/2026 08:15 PM", "11/12/2026"),
    "date-slashes-unknown.txt": _dates("com", "11/12/2026 08:15", "11/11/2026 08:15"),
    "date-saved-abroad.txt": _dates("com", "20/11/2026 08:15", "11/12/2026 08:15", "10/11/2026"),
    "date-slashes-mixed.txt": _dates("co.uk", "20/11/2026", "11/20/2026", "10/11/2026"),
    "date-serial.txt": _dates("de", "46346.344", "46346", "46346,344"),
    "date-midnight.txt": _dates("de", "2026-11-20T24:00:00+00:00", "20.11.2026 24:00", "2026-11-20T24:00:01+00:00", "2026-11-20 25:00"),
    "date-zones.txt": _dates("co.uk", "20/11/2026 08:15 GMT", "20/11/2026 08:15 BST", "20/11/2026 08:15 IST", "20/11/2026 08:15 CST"),
    "date-jp.txt": _dates("co.jp", "2026/11/20 8:15:42 JST", "2026\u5e7411\u670820\u65e5 8:15", "\uff12\uff10\uff12\uff16/11/20", "26/11/20"),
    "date-de.txt": _dates("de", "20.11.2026 08:15:42 MEZ", "20.11.26", "2026-11-20", "2026-11-20T08:15:42.123456Z", "20.11.2026 8:15"),
    "date-short-years.txt": _dates("com", "11/20/26 8:15 AM", "11/12/26"),
    "date-not.txt": _dates("de", "", "yesterday", "2026-13-01", "2026-02-30", "1900-01-00", "0026-11-20", "1/2", "20.20.2026"),
}  # fmt: skip
