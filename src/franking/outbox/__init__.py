"""The outbox: a durable ledger of what was written to whom."""

from franking.outbox.allowances import Allowances, Limit
from franking.outbox.cancelling import Cancellation, Choice
from franking.outbox.caps import Cap
from franking.outbox.evidence import Recorded
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
    "Hire",
    "Leases",
    "Ledger",
    "Limit",
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
