"""The order's data are not damaged.

The buyer sees data of the report or API answer: the names, the titles, the city, the carrier, the tracking number, and
what ``--details`` adds. The rule refuses a lost character (U+FFFD, or a name of question marks), control characters (C0
and C1), private-use characters, noncharacters and half characters, direction controls left open (U+202A to U+202E, U+2066
to U+2069; balanced ones pass), HTML entities (``&amp;``, ``&#39;``, also cut at the end) and tags (``<br>``), what a
spreadsheet writes for an error (``#N/A``, ``#####``) or a program for a missing value (``nan``, ``null``), escape
sequences (``\\u00fc``), floods of invisible characters or combining marks, and double-encoded text (``MÃ¼ller``).

Double-encoded text is repaired when it is read, if that is certain: the whole value, taken for Windows-1252, ISO-8859-1 or
cp932, is UTF-8 and reads as people write; anything less is refused. Entities are refused and never decoded: a title may name
one on purpose. ``AT&T``, ``JOÃO``, emoji, variation selectors and the joiners of Persian and Hindi pass.

Permitted::

    buyer: JOÃO CONCEIÇÃO

Permitted::

    title: AT&T phone, R&D edition

Refused::

    buyer: M\N{REPLACEMENT CHARACTER}ller

Refused::

    title: R&amp;D edition

Refused::

    title: SÃO PAULO cafÃ© mug

To fix it: download the report again and keep it out of spreadsheets and editors, or correct the text in the listing.
"""

from collections.abc import Iterator

from franking.model import Kind, Order, Refusal, Rule
from franking.model.damage import A_TAG, damage, lost_name, missing
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("garbled", "error", "the order's data are damaged", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse for the first damaged text, without quoting it."""
    for name, text in _texts(order):
        reason = damage(text)
        if reason == A_TAG and name.startswith("detail "):
            reason = ""  # what the seller writes is text, and is shown as it is written
        if not reason and name in ("buyer name", "recipient name", "city") and lost_name(text):
            reason = "question marks in place of letters"
        if not reason and missing(text):
            reason = "a program's word for a missing value"
        if reason:
            return refusal(RULE, order, f"the {name} holds {reason}", "Download the report again, or correct the text.")
    return None


def _texts(order: Order) -> Iterator[tuple[str, str]]:
    """Every text that a template can show, with its name."""
    yield "buyer name", order.buyer_name
    yield "recipient name", order.recipient_name
    yield "city", order.ship_city
    yield "carrier", order.carrier
    yield "tracking number", order.tracking_number
    yield "currency", order.currency
    for number, item in enumerate(order.items, start=1):
        yield f"title of item {number}", item.title
        yield f"SKU of item {number}", item.sku
    for name, value in order.details.items():
        if isinstance(value, str):
            yield f"detail {name}", value


CHECK = PermitRule(RULE, check)
