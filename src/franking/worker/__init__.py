"""Many machines, one ledger: chunks of messages as Procrastinate jobs in the ledger's own PostgreSQL database."""

from franking.worker.jobs import hire, open_queue, prepare
from franking.worker.run import Worker, WorkerOptions

__all__ = ["Worker", "WorkerOptions", "hire", "open_queue", "prepare"]
