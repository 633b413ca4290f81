"""The embedded inbox: a real SMTP server on loopback that stores what it receives."""

from franking.inbox.index import Head, heads
from franking.inbox.server import Inbox
from franking.inbox.store import Letter, stored

__all__ = ["Head", "Inbox", "Letter", "heads", "stored"]
