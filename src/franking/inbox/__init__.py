"""The embedded inbox: a real SMTP server on loopback that stores what it receives."""

from pathlib import Path

from franking.inbox.index import Head, heads
from franking.inbox.server import Inbox
from franking.inbox.store import Letter, stored

STORE = Path("build/inbox")  # where the commands keep messages unless they are given another folder

__all__ = ["STORE", "Head", "Inbox", "Letter", "heads", "stored"]
