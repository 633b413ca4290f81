"""The outbox: a durable ledger of all messages and their states."""

from franking.outbox.allowances import Allowances, Limit
from franking.outbox.cancelling import Cancellation, Choice
from franking.outbox.caps import Cap
from franking.outbox.evidence import Recorded
from franking.outbox.feeds import Feeds, NewFeed
from franking.outbox.leases import Chunk, Hire, Leases
from franking.outbox.ledger import Ledger
from franking.outbox.queueing import Queued
from franking.outbox.stops import ACCOUNT, Stop, Stops
from franking.outbox.suppressions import Suppressions, digest
from franking.outbox.timetable import Opens, Reviewed
from franking.outbox.upkeep import Doubt, Upkeep

__all__ = [
    "ACCOUNT",
    "Allowances",
    "Cancellation",
    "Cap",
    "Choice",
    "Chunk",
    "Doubt",
    "Feeds",
    "Hire",
    "Leases",
    "Ledger",
    "Limit",
    "NewFeed",
    "Opens",
    "Queued",
    "Recorded",
    "Reviewed",
    "Stop",
    "Stops",
    "Suppressions",
    "Upkeep",
    "digest",
]
