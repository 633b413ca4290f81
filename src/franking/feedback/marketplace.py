"""Notices of the marketplace: a buyer opted out, a message is refused, an account is restricted.

Anyone can write such a mail, and mails of buyers are signed by the marketplace's relay. So a notice is accepted only if the
marketplace itself is the sender, and it is *verified* only by an authentication result (see ``authentication``) or because
the operator trusts the mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from franking.feedback.authentication import in_domains, is_authenticated
from franking.feedback.mime import Fields, Part
from franking.feedback.report import Report
from franking.feedback.signs import subject_of
from franking.feedback.structured import sender, sender_domain
from franking.feedback.texts import words_of
from franking.feedback.wordings import event_of
from franking.policy import marketplaces

_ORDER = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])")
# Local parts of a relay's own programs; other local parts belong to buyers.
_SERVICE = re.compile(
    r"(?i)(?:mailer-daemon|postmaster|(?:do-?not|no)-?reply|auto-communication|messaging-?(?:support|service))@"
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the operator trusts: the authserv-id of the own server ("" for none), or the whole mailbox."""

    authserv_id: str = ""
    vouched: bool = False


@cache
def _domains() -> frozenset[str]:
    return frozenset(m.domain for m in marketplaces())


@cache
def _relays() -> frozenset[str]:
    return frozenset(m.relay_domain for m in marketplaces())


def is_from_marketplace(fields: Fields) -> bool:
    """Whether the From address is the marketplace's, not that of a buyer at its relay."""
    senders = fields.every("from")
    domain = sender_domain(senders)
    if not in_domains(domain, _domains()):
        return False
    relayed = in_domains(domain, _relays()) or "marketplace" in domain.split(".")
    return not relayed or _SERVICE.match(sender(senders)) is not None


def notice(mail: Part, leaves: Sequence[Part], identity: str, trust: Trust) -> Report | None:
    """The notice in a mail of the marketplace; None if there is none."""
    if not is_from_marketplace(mail.fields):
        return None
    text = f"{subject_of(mail.fields)}\n{words_of(leaves)}"
    event = event_of(text)
    if event is None:
        return None
    orders = dict.fromkeys(_ORDER.findall(text))
    verified = trust.vouched or is_authenticated(mail.fields, trust.authserv_id, _domains())
    if event != "account-restricted" and not identity and len(orders) != 1:
        what = "several orders" if orders else "no order"
        return Report("not-understood", problem=f"a notice of the marketplace that names {what}", verified=verified)
    return Report(event, identity, next(iter(orders)) if len(orders) == 1 else "", verified=verified)
