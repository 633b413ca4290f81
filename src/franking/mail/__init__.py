"""MIME: franked messages as the bytes that go over the wire."""

from franking.mail.address import Mailbox
from franking.mail.message import Sender, message_id, seal

__all__ = ["Mailbox", "Sender", "message_id", "seal"]
