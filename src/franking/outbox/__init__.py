"""The outbox: a durable ledger of all messages and their states."""

from franking.outbox.allowances import Allowances, Limit
from franking.outbox.cancelling import Cancellation, Choice
from franking.outbox.evidence import Recorded
from franking.outbox.feeds import Feeds, NewFeed
from franking.outbox.leases import Chunk, Hire, Leases
from franking.outbox.ledger import Ledger
from franking.outbox.queueing import Queued
from franking.outbox.stops import ACCOUNT, Stop, Stops
from franking.outbox.suppressions import Suppressions, digest
from franking.outbox.upkeep import Doubt, Upkeep

__all__ = [
    "ACCOUNT",
    "Allowances",
    "Cancellation",
    "Choice",
    "Chunk",
    "Doubt",
    "Feeds",
    "Hire",
    "Leases",
    "Ledger",
    "Limit",
    "NewFeed",
    "Queued",
    "Recorded",
    "Stop",
    "Stops",
    "Suppressions",
    "Upkeep",
    "digest",
]
