"""``send`` and ``worker`` on one PostgreSQL ledger: rate, fairness, schedule, logs without personal data, metrics."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
import urllib.request
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from franking.model import _TOKEN, State
from franking.outbox import Ledger
from franking.worker import hire, open_queue, prepare
from tests.brand import own_themes
from tests.contract.ledger_contract import outgoing
from tests.ports import free_port
from tests.real.postgres import Postgres
from tests.real.sink import server, taken
from tests.real.workers import FRANKING, Fleet, busiest, drained, fill, work_off

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
REPORT = "docs/examples/amazon.de-fba-shipments.txt"


def days_later(report: Path, days: int, copy: Path) -> str:
    """The report with each of its days so many days later: what a clock that cannot be set (a worker's) still finds due."""
    moved = re.sub(
        rb"\d{4}-\d\d-\d\d(?=T)",
        lambda day: (date.fromisoformat(day[0].decode()) + timedelta(days)).isoformat().encode(),
        report.read_bytes(),
    )
    copy.write_bytes(moved)
    return str(copy)


def send(postgres: Postgres, *more: str, report: str = REPORT) -> dict[str, object]:
    result = subprocess.run(
        [FRANKING, "send", report, "--themes", own_themes(), "--kind", "review_request", "--theme", "brand", "--sender", "shop@fjord.example",
         "--outbox", postgres.url, "--format", "json", *more],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert result.returncode in (0, 1), result.stderr.decode()
    counts: dict[str, object] = json.loads(result.stdout)
    return counts


def test_the_rate_holds_over_all_workers_and_nobody_is_written_to_twice(postgres: Postgres, tmp_path: Path) -> None:
    ledger, log, _, _ = work_off(postgres, tmp_path, 6000, 4, None, "--rate", "400/s")
    moments = [moment for _, moment in taken(log)]
    assert len({address for address, _ in taken(log)}) == len(moments) == 6000
    assert ledger.counts()[State.SENT] == 6000
    assert busiest(moments, 10.0) <= 400 * 1.05


def test_accounts_take_turns(postgres: Postgres, tmp_path: Path) -> None:
    fill(postgres, 4000, seller="large")
    ledger = fill(postgres, 200, seller="small", start=9000)
    log = tmp_path / "received"
    with server(log, ("none", 0.0)) as port:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", tmp_path, "--chunks", "1")
        fleet.start(1)
        assert drained(ledger, 60)
        fleet.end()
    order = [int(address[1:].partition("@")[0]) for address, _ in taken(log)]
    last = max(place for place, number in enumerate(order) if number >= 9000)
    assert last < 1000, "the account that came later waited for all of the other's messages"


def test_scheduled_messages_leave_when_they_are_due(postgres: Postgres, tmp_path: Path) -> None:
    due = datetime.now(UTC) + timedelta(seconds=20)
    report = days_later(ROOT / REPORT, (due.date() - date(2026, 11, 24)).days, tmp_path / "report.txt")
    counts = send(postgres, "--at", due.isoformat(), report=report)
    assert counts["queued"] == 2
    log = tmp_path / "received"
    with server(log, ("none", 0.0)) as port:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", tmp_path)
        fleet.start(2)
        assert drained(Ledger(postgres.url), 90)
        fleet.end()
    assert len(taken(log)) == 2
    assert min(moment for _, moment in taken(log)) >= due.timestamp()


def wait_for_a_chunk(fleet: Fleet) -> None:
    patience = time.monotonic() + 60
    while '"chunk done"' not in fleet.text() and time.monotonic() < patience:
        time.sleep(0.3)


def test_who_opts_out_while_a_message_waits_for_a_worker_gets_none(postgres: Postgres, tmp_path: Path) -> None:
    ledger = fill(postgres, 40)
    ledger.suppressions("default").add([outgoing(n).recipient for n in range(5)], "opt-out")
    log = tmp_path / "received"
    with server(log, ("none", 0.0)) as port:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", tmp_path)
        fleet.start(1)
        wait_for_a_chunk(fleet)
        fleet.end()
    assert {address for address, _ in taken(log)} == {outgoing(n).recipient for n in range(5, 40)}
    assert ledger.counts()[State.FAILED] == 5
    assert '"withdrawn": 5' in fleet.text()


def test_what_a_worker_defers_waits_with_a_new_job(postgres: Postgres, tmp_path: Path) -> None:
    ledger = fill(postgres, 40)
    with server(tmp_path / "received", ("reply", 1.0)) as smtp:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{smtp}", tmp_path)
        fleet.start(1)
        wait_for_a_chunk(fleet)
        fleet.end()
    assert "chunk failed" not in fleet.text()
    counts = ledger.counts()
    assert counts[State.DEFERRED] > 0
    assert counts[State.DEFERRED] + counts[State.FAILED] == 40
    alive = "SELECT count(*) FROM message m JOIN procrastinate_jobs j ON j.id = m.lease WHERE j.status = 'todo'"
    waiting = "SELECT min(scheduled_at) > now() FROM procrastinate_jobs"
    with closing(psycopg.connect(postgres.url)) as connection:
        assert connection.execute(alive).fetchone() == (counts[State.DEFERRED],)
        assert connection.execute(waiting).fetchone() == (True,)


def test_logs_and_metrics_tell_numbers_and_nobody_s_data(postgres: Postgres, tmp_path: Path) -> None:
    counts = send(postgres, "--as-of", "2026-11-24T12:00:00+00:00")
    log, port = tmp_path / "received", free_port()
    with server(log, ("reply", 0.2)) as smtp:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{smtp}", tmp_path, "--metrics", f"127.0.0.1:{port}")
        fleet.start(1)
        shown, patience = "", time.monotonic() + 60
        while "franking_chunks_total 1.0" not in shown and time.monotonic() < patience:
            time.sleep(0.5)
            with contextlib.suppress(OSError):
                shown = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
        fleet.end()
    states = [line for line in shown.splitlines() if line.startswith("franking_ledger_messages{")]
    assert sum(float(line.split()[1]) for line in states) == counts["queued"]
    assert "franking_chunks_total 1.0" in shown, fleet.text()
    lines = [json.loads(line) for line in fleet.text().splitlines()]
    assert any(line["message"] == "chunk done" for line in lines)
    report = (ROOT / REPORT).read_text("cp1252").splitlines()
    personal = {
        "buyer-email",
        "buyer-name",
        "recipient-name",
        "ship-address-1",
        "ship-city",
        "buyer-phone-number",
        "amazon-order-id",
    }
    header = report[0].split("\t")
    seeded = {row.split("\t")[i] for row in report[1:] for i, name in enumerate(header) if name in personal} - {""}
    assert len(seeded) > 10
    for value in seeded:
        assert value not in fleet.text()
        assert value not in shown


def test_what_is_due_at_once_does_not_wait_for_what_is_scheduled(postgres: Postgres) -> None:
    app = open_queue(postgres.url)
    ledger = Ledger(postgres.url)
    prepare(app, postgres.url)
    later = datetime.now(UTC) + timedelta(hours=1)
    ledger.queue("b", [outgoing(1), replace(outgoing(2), due_at=later, token=_TOKEN)], hire(app))
    with ledger._engine.connect() as connection:
        assert connection.execute(text("SELECT scheduled_at FROM procrastinate_jobs")).scalars().all() == [None]


def test_a_transport_that_cannot_be_used_is_one_line_and_loses_nothing(postgres: Postgres, tmp_path: Path) -> None:
    ledger = fill(postgres, 300)
    with server(tmp_path / "received", ("none", 0.0)) as port:  # it offers no STARTTLS
        result = subprocess.run(
            [FRANKING, "worker", "--outbox", postgres.url, "--transport", f"smtp://127.0.0.1:{port}"],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    assert result.returncode == 2
    *logged, told = result.stderr.decode().splitlines()
    assert told.startswith("franking: transport smtp://127.0.0.1:") and "offers no STARTTLS" in told
    assert all(json.loads(line)["message"] for line in logged)
    assert ledger.counts()[State.QUEUED] == 300


def test_a_worker_waits_for_a_database_that_is_starting(postgres: Postgres, tmp_path: Path) -> None:
    ledger = fill(postgres, 30)
    postgres.stop()
    postgres.start_unready()
    try:
        with server(tmp_path / "received", ("none", 0.0)) as port:
            fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", tmp_path, "--until-idle")
            fleet.start(1)
            until = time.monotonic() + 60
            while "database not ready" not in fleet.text():
                assert fleet.processes[0].poll() is None, fleet.text()
                assert time.monotonic() < until, fleet.text()
                time.sleep(0.1)
            postgres.start_ready()
            assert drained(ledger, 60), fleet.text()
            assert fleet.processes[0].wait(timeout=60) == 0, fleet.text()
    finally:
        if (tmp_path / "data" / "standby.signal").exists():
            postgres.start_ready()
    assert ledger.counts()[State.SENT] == 30


_FULL = """CREATE FUNCTION full_disk() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER full_disk BEFORE UPDATE ON message FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION full_disk()"""


def test_a_result_that_cannot_be_written_leaves_no_message_to_nobody(postgres: Postgres, tmp_path: Path) -> None:
    """The disk is full when the first results are written, and has room again: what left is in doubt, the others have a job."""
    ledger = fill(postgres, 60)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(_FULL)
    with server(tmp_path / "received", ("none", 0.0)) as port:
        fleet = Fleet(postgres, f"smtp+plain://127.0.0.1:{port}", tmp_path, "--until-idle")
        fleet.start(1)
        assert fleet.processes[0].wait(timeout=60) == 2, fleet.text()
        assert "No space left" in fleet.text().splitlines()[-1]
        counts = ledger.counts()
        assert counts[State.SENDING] == 0
        assert counts[State.AMBIGUOUS] == len(set(taken(tmp_path / "received"))) > 0
    with psycopg.connect(postgres.url) as connection:
        answered = connection.execute(
            "SELECT count(*) FROM message m JOIN procrastinate_jobs j ON j.id = m.lease WHERE m.state = 'queued' AND j.status = 'todo'"
        ).fetchone()
    assert answered == (60 - counts[State.AMBIGUOUS],)
