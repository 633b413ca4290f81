"""Buyers' addresses: which are a marketplace's relay, whose, and what the others are.

Relay addresses are aliases such as ``token@marketplace.amazon.de`` (any length, also with a ``+`` part). Domains are compared
in any case (RFC 4343), and so are the aliases before the ``@``: the marketplace makes them without regard to case. The local
part of any other address is compared as written (RFC 5321, section 2.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from franking.model import Marketplace, is_address
from franking.policy import every_marketplace

AddressForm = Literal["missing", "several", "named", "invalid", "blacklisted", "relay", "look-alike", "private"]

_SEPARATORS = re.compile(r"[\s,;|/，；、]+")
# Shop systems put this before an address that the marketplace closed.
_BLACKLISTED = re.compile(r"['\"<(\s]*(?:mailto:)?blacklisted[-_.+]", re.IGNORECASE)
_NAMED = re.compile(r"[<>\"()\[\]]|^\s*mailto:", re.IGNORECASE)
_DISGUISES = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "-": "", "_": "", ".": ""})
_FAULTS: dict[AddressForm, str] = {
    "missing": "the order has no buyer address",
    "several": "the order names more than one buyer address",
    "named": "the buyer address is written with something around it",
    "invalid": "the buyer address is no valid email address",
    "blacklisted": "the buyer address is marked as blacklisted: it was closed",
    "look-alike": "the buyer address only resembles a marketplace's: its domain is no relay of any",
    "private": "the buyer address is a private one, not a relay address of a marketplace",
    "relay": "the buyer address is a relay address",
}


@dataclass(frozen=True, slots=True)
class BuyerAddress:
    """What a buyer's address is. ``places`` are the marketplaces that a relay address may belong to: the countries of one
    platform may share a relay."""

    form: AddressForm
    places: tuple[Marketplace, ...] = ()

    @property
    def marketplace(self) -> Marketplace | None:
        """The marketplace of a relay address, if that is one alone."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def fault(self) -> str:
        """What is wrong with every form but a relay address, without the address."""
        return _FAULTS[self.form]


@cache
def _relays() -> dict[str, tuple[Marketplace, ...]]:
    found: dict[str, tuple[Marketplace, ...]] = {}
    for place in every_marketplace():
        for domain in filter(None, place.relay_domains):
            found[domain] = (*found.get(domain, ()), place)
    return found


def read_address(text: str) -> BuyerAddress:
    """What the text of a buyer's address is, as a report or an API answer has it."""
    if not text.strip():
        return BuyerAddress("missing")
    if text.count("@") > 1 and sum("@" in part for part in _SEPARATORS.split(text)) > 1:
        return BuyerAddress("several")
    if _BLACKLISTED.match(text):
        return BuyerAddress("blacklisted")
    if _NAMED.search(text):
        return BuyerAddress("named")
    if not is_address(text, public=True):
        return BuyerAddress("invalid")
    domain = text.rpartition("@")[2].lower()
    places = _relays().get(domain)
    if places is not None:
        return BuyerAddress("relay", places)
    plain = domain.translate(_DISGUISES)
    disguised = any(word in plain for word in ("amazon", "marketplace", "verkopenbol")) or "xn--" in domain
    return BuyerAddress("look-alike" if disguised else "private")


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one mailbox."""
    if one == other:
        return True
    if read_address(one).form in ("relay", "blacklisted") and read_address(other).form in ("relay", "blacklisted"):
        return one.lower() == other.lower()
    (local, _, domain), (other_local, _, other_domain) = one.rpartition("@"), other.rpartition("@")
    return local == other_local and domain.lower() == other_domain.lower()
