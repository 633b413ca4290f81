"""The outbox: a durable ledger of what was written to whom."""

from franking.outbox.ledger import Ledger
from franking.outbox.suppressions import Suppressions

__all__ = ["Ledger", "Suppressions"]
