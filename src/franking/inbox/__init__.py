"""The embedded inbox: a real SMTP server on loopback that keeps what it gets."""

from franking.inbox.server import Inbox
from franking.inbox.store import Letter, stored

__all__ = ["Inbox", "Letter", "stored"]
