"""Workers on many machines, one ledger: chunks of messages are Procrastinate jobs in the ledger's PostgreSQL database."""

from franking.worker.jobs import hire, open_queue, prepare
from franking.worker.run import Worker, WorkerOptions
from franking.worker.starting import once_it_is_up

__all__ = ["Worker", "WorkerOptions", "hire", "once_it_is_up", "open_queue", "prepare"]
