"""Queries on the tables of the job queue, which are in the ledger's database. Only this module names them.

The tables belong to Procrastinate and are no public API: they can change with its version. ``message`` is the ledger's
table.
"""

from __future__ import annotations

# Whether the database contains a queue.
QUEUE = "SELECT to_regclass('procrastinate_jobs')"
# Whether a message's job runs or will run.
ANSWERED_FOR = "EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = message.lease AND j.status IN ('todo', 'doing'))"
# Whether it runs on a worker with a heartbeat within the last ``:dead`` seconds.
SENT_BY_THE_LIVING = """EXISTS (
    SELECT 1 FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.id = message.lease AND j.status = 'doing' AND w.last_heartbeat > now() - make_interval(secs => :dead))"""
# The priority of the most urgent waiting job, and the next one of a seller account. Parameters: account and task name.
PLACES = """SELECT coalesce(min(-priority), 0), coalesce(max(-priority) FILTER (WHERE args ->> 'seller' = %s) + 1, 0)
    FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s"""
