"""Codes of carriers, as the marketplace writes them; every other carrier is ``Other`` and has a name.

Source: the CarrierCode values that sellers' tools publish, as of 2026. The marketplace adds codes; one that is missing here is
sent as ``Other`` with its name, which it accepts as well.
"""

from __future__ import annotations

OTHER = "Other"
_CODES = (
    "AFL/Fedex", "Aramex", "Australia Post", "Blue Package", "BlueDart", "Canada Post", "Chronopost", "City Link", "Correos",
    "DHL", "DHL Global Mail", "DPD", "DTDC", "Delhivery", "Deutsche Post", "FEDEX_JP", "Fastway", "FedEx", "FedEx SmartPost",
    "First Flight", "GLS", "GO!", "Hermes Logistik Gruppe", "India Post", "JP_EXPRESS", "La Poste", "Lasership", "NITTSU",
    "Newgistics", "NipponExpress", "OSM", "OnTrac", "Overnite Express", "Parcelforce", "Parcelnet", "Poste Italiane",
    "Professional", "Royal Mail", "SAGAWA", "SDA", "SagawaExpress", "Smartmail", "Streamlite", "TNT", "Target", "UPS", "UPSMI",
    "UPS Mail Innovations", "USPS", "YAMATO", "YamatoTransport", "Yodel",
)  # fmt: skip
CARRIER_CODES = frozenset((*_CODES, OTHER))
_BY_WORDS = {" ".join(code.casefold().split()): code for code in CARRIER_CODES}


def carrier_code(written: str) -> str | None:
    """The code of a carrier, in the marketplace's own spelling; None for one that has none."""
    return _BY_WORDS.get(" ".join(written.casefold().split()))
