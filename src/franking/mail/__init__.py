"""MIME: franked messages as the bytes that go over the wire."""

from franking.mail.address import Mailbox
from franking.mail.message import Sender, message_id, seal
from franking.mail.signing import Signer, open_signer

__all__ = ["Mailbox", "Sender", "Signer", "message_id", "open_signer", "seal"]
