"""The configured sender of messages."""

from __future__ import annotations

from franking.config.settings import Settings, init_hint
from franking.dispatch import private_text
from franking.errors import FrankingError
from franking.mail import Mailbox, Sender, Signer, open_signer


def configured_sender(settings: Settings) -> Sender:
    """The seller account with its mailboxes and, if a key is set, its DKIM signer. Raises ``FrankingError``."""
    if not settings.sender:
        raise FrankingError(
            f"no sender: pass --sender, or set sender in franking.toml, to an address of the seller account"
            f"{init_hint(settings)}"
        )
    mailbox = Mailbox.parse(settings.sender)
    reply_to = Mailbox.parse(settings.reply_to) if settings.reply_to else None
    return Sender(settings.seller, mailbox, reply_to, configured_signer(settings, mailbox))


def configured_signer(settings: Settings, mailbox: Mailbox) -> Signer | None:
    """The DKIM signer for messages from a mailbox; None if no key is configured. Raises ``FrankingError``."""
    path = settings.dkim_key_file
    if path is None and not settings.dkim_selector:
        return None
    if path is None or not settings.dkim_selector:
        raise FrankingError("DKIM needs both settings: dkim_selector and dkim_key_file")
    return open_signer(settings.dkim_domain, settings.dkim_selector, private_text(path, "DKIM key"), path, mailbox.domain)
