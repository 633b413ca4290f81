"""Whether a template contains wording that also occurs in the order's data.

The wording rules ignore words inside names, product titles, places and carriers of the order. So a template with "Your
coupon is enclosed" would pass for a buyer called Coupon. For such orders the message is rendered again with other letters
in the data: findings in it are the template's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from franking.check.engine import as_message, inspect
from franking.model import Finding, Inlined, Order
from franking.policy import Policy, frames
from franking.policy.words import lists_in
from franking.policy.words.reading import as_read

WORDING = ("cancel-request", "offensive-language", "opt-out-link", "promotion", "review-manipulation")


def without_own_words(order: Order) -> Order | None:
    """The order with other letters in each text that contains an entry of a word list; None if there is none."""
    if not any(map(_listed, (order.buyer_name, order.recipient_name, order.ship_city, order.carrier))) and not any(
        _listed(item.title) or _listed(item.sku) for item in order.items
    ):
        return None
    return replace(
        order,
        buyer_name=_other(order.buyer_name),
        recipient_name=_other(order.recipient_name),
        ship_city=_other(order.ship_city),
        carrier=_other(order.carrier),
        items=tuple(replace(item, title=_other(item.title), sku=_other(item.sku)) for item in order.items),
    )


def said_by_template(inlined: Inlined, policy: Policy) -> list[Finding]:
    """The errors of the wording rules in a message without ignored texts. ``inlined`` is rendered from
    ``without_own_words``."""
    message = replace(as_message(inlined), facts=(), names=())
    rules = [slug for slug in WORDING if slug not in policy.rules_off]
    return [f for f in inspect(message, policy, select=rules) if f.severity == "error"] if rules else []


@lru_cache(maxsize=8192)
def _listed(fact: str) -> bool:
    """Whether a text contains an entry of any list, in any language. Cached, because products and places recur."""
    read = as_read(fact)[0]
    return bool(lists_in(read) or frames.lists_in(read))


def _other(fact: str) -> str:
    """A text with an entry, its letters replaced by one that makes no word; other texts unchanged."""
    if not _listed(fact):
        return fact
    return "".join(("Q" if c.isupper() else "q") if c.isalpha() else c for c in fact)
