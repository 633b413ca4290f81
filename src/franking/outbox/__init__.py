"""The outbox: a durable ledger of all messages and their states."""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.outbox.allowances import Allowances as Allowances
    from franking.outbox.allowances import Limit as Limit
    from franking.outbox.cancelling import Cancellation as Cancellation
    from franking.outbox.cancelling import Choice as Choice
    from franking.outbox.caps import Cap as Cap
    from franking.outbox.evidence import Recorded as Recorded
    from franking.outbox.feeds import Feeds as Feeds
    from franking.outbox.feeds import NewFeed as NewFeed
    from franking.outbox.held import ACCOUNT as ACCOUNT
    from franking.outbox.held import Stop as Stop
    from franking.outbox.leases import Chunk as Chunk
    from franking.outbox.leases import Hire as Hire
    from franking.outbox.leases import Leases as Leases
    from franking.outbox.ledger import Ledger as Ledger
    from franking.outbox.queueing import Queued as Queued
    from franking.outbox.stops import Stops as Stops
    from franking.outbox.suppressed import digest as digest
    from franking.outbox.suppressions import Suppressions as Suppressions
    from franking.outbox.timetable import Opens as Opens
    from franking.outbox.timetable import Reviewed as Reviewed
    from franking.outbox.upkeep import Doubt as Doubt
    from franking.outbox.upkeep import Upkeep as Upkeep
    from franking.outbox.view import LedgerView as LedgerView
    from franking.outbox.view import open_view as open_view
else:  # loaded on first use: reading an SQLite ledger needs no SQLAlchemy
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "franking.outbox.allowances": "Allowances Limit",
            "franking.outbox.cancelling": "Cancellation Choice",
            "franking.outbox.caps": "Cap",
            "franking.outbox.evidence": "Recorded",
            "franking.outbox.feeds": "Feeds NewFeed",
            "franking.outbox.held": "ACCOUNT Stop",
            "franking.outbox.leases": "Chunk Hire Leases",
            "franking.outbox.ledger": "Ledger",
            "franking.outbox.queueing": "Queued",
            "franking.outbox.stops": "Stops",
            "franking.outbox.suppressed": "digest",
            "franking.outbox.suppressions": "Suppressions",
            "franking.outbox.timetable": "Opens Reviewed",
            "franking.outbox.upkeep": "Doubt Upkeep",
            "franking.outbox.view": "LedgerView open_view",
        },
    )
