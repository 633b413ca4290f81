"""Lookups of suppressed addresses. The ledger stores digests, not addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Literal, cast

from franking.outbox.reader import Question, Reader

Reason = Literal["opt-out", "bounce"]
_REASONS = "SELECT digest, reason FROM suppression WHERE seller = :seller AND digest IN (:digest)"


def digest(address: str) -> str:
    """SHA-256 of an address in lower case: domains are case-insensitive and, in practice, so are local parts."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


class Suppressed:
    """The suppressed addresses of one seller account."""

    def __init__(self, reader: Reader, seller: str) -> None:
        self._reader = reader
        self._seller = seller

    def reason(self, address: str) -> Reason | None:
        """The reason for which an address is suppressed; None if it is not."""
        return self.reasons([address]).get(address)

    def reasons(self, addresses: Collection[str]) -> dict[str, Reason]:
        """The reasons of several addresses; addresses that are not suppressed are left out."""
        digests = {address: digest(address) for address in addresses}
        asked = Question(_REASONS, seller=self._seller).among("digest", sorted({*digests.values()}))
        found = {one: cast("Reason", why) for one, why in self._reader.rows(asked)}
        return {address: found[digested] for address, digested in digests.items() if digested in found}
