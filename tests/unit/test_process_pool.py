"""Messages made in processes come back in order, and the same as made here; the ways of making them are compared and told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from bench import reports
from typer.testing import CliRunner

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.batch.process_pool import Task, Work, make_in_processes, make_messages
from franking.catalog import sample_order
from franking.cli.main import app
from franking.config.parts import open_pipeline
from franking.config.settings import load_settings
from franking.errors import FrankingError
from franking.mail import Mailbox, Sender
from franking.model import OutgoingMessage, Stats
from tests.brand import own_themes
from tests.unit.shapes import read

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENDER = Sender("default", Mailbox("shop@example.com"))
REPORT = "docs/examples/amazon.com-unshipped.txt"
SEND = ["send", REPORT, "--kind", "order_confirmation", "--theme", "brand", "--themes", own_themes(), "--sender", "shop@example.com",
        "--as-of", "2026-11-20T12:00:00+00:00", "--format", "json"]  # fmt: skip


def making() -> Pipeline:
    return open_pipeline(load_settings(theme="brand"), "order_confirmation")


def tasks(number: int) -> list[Task]:
    kind = making().kind
    order = sample_order(kind.samples[0], locale_marketplace("en"), kind)
    names = ["Anna Berger", "a@b.example", "Carla <b>", "", "two\nlines"]
    return [Task(replace(order, id=f"302-1234567-{n:07d}", buyer_name=names[n % len(names)]), NOW) for n in range(number)]


def told(results: Iterator[OutgoingMessage | Rejected]) -> list[object]:
    """What was made, messages as they are read: where lines are broken softly depends on which of the two ways made them."""
    return [
        (r.order_id, r.findings) if isinstance(r, Rejected) else (r.key, r.message_id, read(r.content)) for r in results
    ]  # fmt: skip


def test_processes_make_the_same_in_the_same_order() -> None:
    here, there = Stats(), Stats()
    expected = told(make_messages(tasks(230), making(), SENDER, here))
    assert told(make_in_processes(tasks(230), Work(making, SENDER), there, 2)) == expected
    assert len(expected) == 230
    assert any(isinstance(entry, tuple) and len(entry) == 2 for entry in expected), "some are rejected"
    assert here.fast + here.slow.total() == there.fast + there.slow.total() == 230
    assert here.fast > 100


def test_orders_are_taken_as_they_are_needed() -> None:
    taken = 0

    def endless() -> Iterator[Task]:
        nonlocal taken
        while True:
            yield from tasks(10)
            taken += 10

    results = make_in_processes(endless(), Work(making, SENDER), Stats(), 2)
    for _ in range(10):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken <= 400


def die(order: Task) -> Pipeline:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError(order)


def test_a_process_that_dies_is_told_in_one_line() -> None:
    with pytest.raises(FrankingError, match="has died"):
        list(make_in_processes(tasks(10), Work(partial(die, tasks(1)[0]), SENDER), Stats(), 2))


def test_send_says_the_same_with_any_number_of_jobs(tmp_path: Path) -> None:
    results = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        done = CliRunner().invoke(app, [*SEND, "--jobs", jobs, "--transport", f"dir:{out}", "--outbox", f"sqlite:///{out}.db"])
        assert done.exit_code == 0, done.output
        told = {k: v for k, v in json.loads(done.stdout).items() if k not in ("batch", "seconds")}
        mails = sorted(re.sub(rb"\r\nDate: [^\r]*", b"", file.read_bytes()) for file in out.glob("*.eml"))
        results.append((told, mails))
    assert results[0] == results[1]
    assert results[0][1]


def test_stats_and_paranoid(tmp_path: Path) -> None:
    where = ["--transport", f"dir:{tmp_path}", "--outbox", f"sqlite:///{tmp_path}/x.db", "--dry-run"]
    done = CliRunner().invoke(app, [*SEND, *where, "--stats", "--paranoid"])
    assert done.exit_code == 0, done.output
    assert "made from a shape: " in done.stderr
    assert "the first message of its shape" in done.stderr
    json.loads(done.stdout)


def test_paranoid_stops_where_the_ways_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    made = open_pipeline(load_settings(theme="brand"), "order_confirmation", paranoid=True)
    results = make_messages(tasks(6), made, SENDER, Stats())
    next(results)
    inline = made._inline
    monkeypatch.setattr(made, "_inline", lambda draft: replace(inline(draft), html=inline(draft).html.replace("<h1", "<h1 ")))
    with pytest.raises(FrankingError, match=r"the HTML part made from the shape differs.*nothing is sent"):
        list(results)


def test_interrupting_processes_says_one_line(tmp_path: Path) -> None:
    report, ledger = tmp_path / "report.txt", tmp_path / "x.db"
    reports.write(report, 40_000)
    command = [str(Path(sys.executable).with_name("franking")), "send", str(report), *SEND[2:], "--jobs", "2",
               "--transport", f"dir:{tmp_path}/out", "--outbox", f"sqlite:///{ledger}"]  # fmt: skip
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    begun = time.monotonic()
    while not ledger.exists() and time.monotonic() - begun < 60:
        time.sleep(0.1)
    time.sleep(1.5)  # the processes are starting or at work
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "franking: interrupted"
