"""Mailboxes for header fields. A value that could break its header field cannot be constructed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import getaddresses

from franking.errors import FrankingError
from franking.mail.words import phrase
from franking.model import is_address

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with an optional display name. Raises ``FrankingError`` for anything but a single mailbox."""

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if not is_address(self.address):
            raise FrankingError("sender or reply address: found no mail address; expected for example shop@example.com")
        if _CONTROL.search(self.name):
            raise FrankingError("the display name contains a control character; expected one line of text")

    @classmethod
    def parse(cls, text: str) -> Mailbox:
        """A mailbox from ``Name <local@domain>`` or ``local@domain`` (RFC 5322, section 3.4)."""
        if _CONTROL.search(text):
            raise FrankingError("the mail address contains a control character; expected for example Shop <shop@example.com>")
        found = getaddresses([text])
        if len(found) != 1 or text.count("<") != text.count(">"):
            raise FrankingError("sender or reply address: not one mail address; expected for example Shop <shop@example.com>")
        name, address = found[0]
        return cls(address, name)

    @property
    def domain(self) -> str:
        """The domain, after the @."""
        return self.address.rpartition("@")[2]

    def header(self) -> str:
        """The mailbox as a header value, its name quoted or encoded if it must be (RFC 2047)."""
        return f"{phrase(self.name)}<{self.address}>" if self.name else self.address
