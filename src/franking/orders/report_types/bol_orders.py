"""bol: *Orders*, a CSV with lines of headings above its header."""

from __future__ import annotations

from franking.orders.report_type import ReportType

TYPE = ReportType(
    "bol-orders",
    "bol orders (CSV)",
    {
        "id": "bestelnummer",
        "purchased": "besteldatum",
        "sku": "referentie",
        "title": "producttitel",
        "quantity": "aantal",
        "price": "prijs",
        "email": "emailadres",
        "buyer": "voornaam-verzending",
        "surname": "achternaam-verzending",
        "city": "woonplaats-verzending",
        "country": "land-verzending",
        "to": "uiterste-leverdatum",
        "delivered": "uiterste-leverdatum",
        "cancel": "annuleringsverzoek",
        "status": "status",
    },
    ("bestelnummer", "referentie", "producttitel", "aantal", "besteldatum", "emailadres"),
    "",
    order_id="[0-9A-Z]{9,10}",
    order_id_words="9 or 10 digits and capital letters",
    headings=True,
    unsure_price=True,
    places={"nederland": "bol-nl", "nl": "bol-nl", "belgië": "bol-be", "belgie": "bol-be", "be": "bol-be"},
)
