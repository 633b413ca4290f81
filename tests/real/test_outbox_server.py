"""A PostgreSQL outbox that refuses, goes away or is shared with workers: what is told, and by which class."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from franking.errors import FrankingError, OutboxError, OutboxUnavailable
from franking.model import State
from franking.outbox import Choice, Ledger
from franking.outbox.access import one_line
from franking.worker import hire, open_queue, prepare
from tests.brand import own_themes
from tests.contract.ledger_contract import outgoing
from tests.real.postgres import Postgres
from tests.real.workers import FRANKING, fill
from tests.unit.reports import fresh
from tests.unit.test_commands import adds_up

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]


def franking(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FRANKING, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **(environment or {})}
    )  # fmt: skip


def send(postgres: Postgres, report: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = franking("send", str(report), "--kind", "order_confirmation", "--sender", "shop@fjord.example", "--outbox", postgres.url,
                    "--themes", own_themes(), "--format", "json", *more)  # fmt: skip
    assert done.stdout, done.stderr
    counts = json.loads(done.stdout)
    assert adds_up(counts), counts
    return done.returncode, counts


def test_what_refuses_and_what_is_away(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.url
    with psycopg.connect(url, autocommit=True) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()
        connection.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
        connection.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0")
        connection.execute("CREATE ROLE reader LOGIN")
        assert folder is not None
        rules = Path(folder[0]) / "pg_hba.conf"
        rules.write_text("host all locked 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        connection.execute("SELECT pg_reload_conf()")
    host = url.partition("@")[2]
    for name, kind, words in (
        (f"postgresql://locked:wrong@{host}", OutboxError, "password authentication failed"),
        (f"postgresql://nobody@{host}", OutboxError, 'role "nobody" does not exist'),
        (f"{url}_not_there", OutboxError, "does not exist"),
        (f"postgresql://reader@{host}", OutboxError, "no schema has been selected to create in"),
        (f"postgresql://narrow@{host}", OutboxUnavailable, "too many connections"),
        (f"{url}?options=-cdefault_transaction_read_only%3Don", OutboxError, "read-only transaction"),
        ("postgresql://user@127.0.0.1:1/x", OutboxUnavailable, "Connection refused"),
    ):
        with pytest.raises(FrankingError, match=words) as error:
            Ledger(name)
        assert type(error.value) is kind, name
        assert "wrong" not in str(error.value)
        for command in (["status"], ["worker", "--transport", f"dir:{tmp_path}"]):
            told = CliRunner().invoke(app, [*command, "--outbox", name]).exception
            assert type(told) is kind
            assert words in str(told)
            assert "\n" not in str(told)


def test_a_connection_that_is_lost_in_the_middle(postgres: Postgres) -> None:
    ledger = Ledger(postgres.url)
    ledger.queue("b", [outgoing(1)])
    with (
        psycopg.connect(postgres.url, autocommit=True) as other, pytest.raises(OutboxUnavailable),
        ledger._engine.connect() as held, one_line(ledger._engine),
    ):  # fmt: skip
        own = held.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        other.execute("SELECT pg_terminate_backend(%s)", (own,))
        held.exec_driver_sql("SELECT pg_sleep(0.2)")
    assert ledger.state_of(outgoing(1).key) is State.QUEUED  # and the next call finds another
    postgres.stop()
    try:
        with pytest.raises(OutboxUnavailable):
            ledger.standing()
        with pytest.raises(OutboxUnavailable):
            ledger.lock()
    finally:
        postgres.start()
    assert ledger.standing().queued == 1


def test_a_report_for_workers_is_told_each_time(postgres: Postgres, tmp_path: Path) -> None:
    report = fresh(tmp_path / "report.txt")
    code, first = send(postgres, report)
    assert (code, first["queued"], first["ambiguous"]) == (1, 6, 0)
    ledger = Ledger(postgres.url)
    taken = ledger.exchange((), None, 4)
    ledger.settle(list(zip(taken[:3], [_outcome(s) for s in (State.AMBIGUOUS, State.FAILED, State.SENT)], strict=True)))
    # One is in the hands of a worker that is no more: it is in doubt.
    code, second = send(postgres, report)
    assert (code, second["queued"], second["ambiguous"], second["failed"]) == (3, 2, 2, 1)
    assert second["refused"]["once-per-order"] == 1
    assert second["outstanding"]["ambiguous"] == 0
    status = franking("status", "--outbox", postgres.url, "--format", "json")
    assert (status.returncode, json.loads(status.stdout)["stranded"]) == (3, 1)
    retried = franking("retry", "--outbox", postgres.url, "--format", "json")
    assert (retried.returncode, json.loads(retried.stdout)["ambiguous"]) == (3, 2)


def _outcome(state: State) -> Any:
    from franking.model import Outcome

    return Outcome(state, "told")


def test_scheduled_for_workers_stays_scheduled(postgres: Postgres, tmp_path: Path) -> None:
    report = fresh(tmp_path / "report.txt")
    later = (datetime.now(UTC) + timedelta(hours=5)).replace(microsecond=0)
    code, counts = send(postgres, report, "--at", later.isoformat())
    assert (code, counts["queued"], counts["scheduled"]) == (1, 6, 6)
    assert send(postgres, report)[1]["scheduled"] == 6
    retried = json.loads(franking("retry", "--now", "--outbox", postgres.url, "--format", "json").stdout)
    assert (retried["queued"], retried["scheduled"]) == (0, 6)
    cancelled = json.loads(franking("cancel", "--scheduled", "--outbox", postgres.url, "--format", "json").stdout)
    assert cancelled["cancelled"] == 6
    assert send(postgres, report)[1]["revived"] == 6


def test_workers_and_a_cancellation_share_the_messages(postgres: Postgres, tmp_path: Path) -> None:
    from tests.real.sink import server, taken
    from tests.real.workers import Fleet, drained

    ledger = fill(postgres, 1000)
    log = tmp_path / "received"
    with server(log, ("none", 0.0)) as port:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", tmp_path, "--rate", "150/s")
        fleet.start(2)
        while not taken(log):
            threading.Event().wait(0.05)
        done = ledger.cancel("default", Choice())
        assert drained(ledger, 60)
        fleet.end()
    counts = ledger.counts()
    assert counts[State.CANCELLED] == done.cancelled.total() > 0
    assert counts[State.SENT] == len(taken(log)) == 1000 - counts[State.CANCELLED]


def test_a_queue_without_its_tables_is_told(postgres: Postgres) -> None:
    app = open_queue(postgres.url)
    ledger = Ledger(postgres.url)
    prepare(app, postgres.url)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("DROP TABLE procrastinate_jobs CASCADE")
    with pytest.raises(OutboxError, match="the queue: "):
        ledger.queue("b", [outgoing(1)], hire(app))
    assert ledger.state_of(outgoing(1).key) is None
