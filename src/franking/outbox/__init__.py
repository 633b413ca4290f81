"""The outbox: a durable ledger of what was written to whom."""

from franking.outbox.ledger import Ledger
from franking.outbox.suppressions import Suppressions, digest
from franking.outbox.upkeep import Doubt, Upkeep

__all__ = ["Doubt", "Ledger", "Suppressions", "Upkeep", "digest"]
