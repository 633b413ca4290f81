"""Who ships an order, and to which country, as reports and answers write it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

Fulfilment = Literal["AFN", "MFN", ""]

_WRITTEN: Final[dict[str, Fulfilment]] = {
    "afn": "AFN",
    "amazon": "AFN",
    "fbb": "AFN",
    "mfn": "MFN",
    "merchant": "MFN",
    "seller": "MFN",
    "fbr": "MFN",
}
_OTHER = {"UK": "GB"}  # common, and not of ISO 3166-1


def fulfilment_of(text: str) -> Fulfilment:
    """``AFN`` (by the marketplace) or ``MFN`` (by the seller), "" for anything else: Amazon writes ``AFN``, ``Amazon``,
    ``MFN`` or ``Merchant``, its region (``AMAZON_EU``) too, bol ``FBB`` or ``FBR``."""
    word = text.strip().lower()
    return _WRITTEN.get(word) or _WRITTEN.get(word.partition("_")[0], "")


def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2, "" for anything else."""
    code = text.strip().upper()
    return _OTHER.get(code, code) if re.fullmatch("[A-Z]{2}", code) else ""


def one_fulfilment(texts: Iterable[str]) -> Fulfilment:
    """What all rows of an order agree on, "" where they do not or one does not say."""
    found = {fulfilment_of(text) for text in texts}
    return found.pop() if len(found) == 1 else ""
