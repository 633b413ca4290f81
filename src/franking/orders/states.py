"""Words of reports and API answers that permissions depend on: the order's state, and whether the buyer asked to cancel.

States are those of Orders v0 (``OrderStatus``), Orders 2026-01-01 (``FulfillmentStatus``) and the All orders report, which
adds what became of a shipment (``Shipped - Returned to Seller``).
"""

from __future__ import annotations

import re

from franking.model import NotUnderstood
from franking.orders.values import masked

_STATES = {
    "pending": "pending",
    "pendingavailability": "pendingavailability",
    "pendingwaitingforpickup": "pending",
    "unshipped": "unshipped",
    "partiallyshipped": "partiallyshipped",
    "shipped": "shipped",
    "invoiceunconfirmed": "invoiceunconfirmed",
    "canceled": "canceled",
    "cancelled": "canceled",
    "unfulfillable": "unfulfillable",
    "returned": "returned",
    "refunded": "refunded",
    "shippeddeliveredtobuyer": "shipped",
    "shippedoutfordelivery": "shipped",
    "shippedpickedup": "shipped",
    "shippedreturnedtoseller": "returned",
    "shippedreturningtoseller": "returned",
    "shippedrejectedbybuyer": "returned",
    "shippedlostintransit": "undelivered",
    "shippeddamaged": "undelivered",
    "shippedundeliverable": "undelivered",
}
# Truth values as the marketplace writes them, as people do, and as spreadsheets save them in their language.
_TRUE = frozenset("true yes wahr ja vrai oui verdadero sí verdadeiro sim vero sì waar sant prawda tak doğru".split())
_FALSE = frozenset("false no falsch nein faux non falso não onwaar nee falskt fałsz nie yanlış".split())
_NO_REASON = frozenset(["", "-", "–", "—", "n/a", "none", "null"])
_PLAIN = re.compile(r"[^\W\d_](?:[^\W\d]|[ /()-]){0,39}")


def parse_state(text: str, where: str) -> str | NotUnderstood:
    """A state in lower case without spaces (``unshipped``, ``canceled``), "" for an empty text."""
    plain = re.sub(r"[\s_-]+", "", text.strip().lower())
    if not plain:
        return ""
    return _STATES.get(plain) or NotUnderstood(where, shown(text))


def parse_flag(value: object, where: str, *, saved: bool = False) -> bool | NotUnderstood | None:
    """A truth value, as JSON's or as a word (Orders v0 writes ``"true"``); None if there is none. ``saved`` takes the
    words of people and spreadsheets too: saved in German, ``false`` is ``FALSCH`` in every row of a report."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if not word:
            return None
        if word in ("true", "false") or (saved and (word in _TRUE or word in _FALSE)):
            return word in _TRUE
        return NotUnderstood(where, shown(value))
    return NotUnderstood(where, type(value).__name__)


def cancel_wish(flag: bool | NotUnderstood | None, reason: str, where: str) -> bool | NotUnderstood:
    """Whether the buyer asked to cancel. A reason without a flag is a wish; a reason beside ``false`` is not understood."""
    if isinstance(flag, NotUnderstood):
        return flag
    if reason.strip().lower() not in _NO_REASON:
        return True if flag is not False else NotUnderstood(where, "false, with a reason")
    return bool(flag)


def any_wish(wishes: list[bool | NotUnderstood]) -> bool | NotUnderstood:
    """The wish over all items: one item's is the order's, and one that is not understood is not overheard."""
    if any(wish is True for wish in wishes):
        return True
    return next((wish for wish in wishes if isinstance(wish, NotUnderstood)), False)


def shown(text: str) -> str:
    """What may be printed of a word that is not known: a few plain words, of anything else only its form."""
    text = text.strip()
    return text if _PLAIN.fullmatch(text) else masked(text)
