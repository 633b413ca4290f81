"""The outbox: a durable ledger of what was written to whom."""

from franking.outbox.ledger import Ledger

__all__ = ["Ledger"]
