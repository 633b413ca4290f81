"""What is asked of the queue's tables, which stand in the ledger's own database: the one place that names them.

They are Procrastinate's, and no part of what it promises: its schema is of a version. ``message`` is the ledger's table.
"""

from __future__ import annotations

# Whether there is a queue in the database.
QUEUE = "SELECT to_regclass('procrastinate_jobs')"
# Whether a message's job runs or will run.
ANSWERED_FOR = "EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = message.lease AND j.status IN ('todo', 'doing'))"
# Whether it runs, by a worker that gave a sign of life within ``:dead`` seconds.
SENT_BY_THE_LIVING = """EXISTS (
    SELECT 1 FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.id = message.lease AND j.status = 'doing' AND w.last_heartbeat > now() - make_interval(secs => :dead))"""
# The most urgent waiting job's place, and the next one of an account; takes the account and the task's name.
PLACES = """SELECT coalesce(min(-priority), 0), coalesce(max(-priority) FILTER (WHERE args ->> 'seller' = %s) + 1, 0)
    FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s"""
