"""``resolve``, ``retry`` and ``erase`` as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from franking.cli.main import app
from franking.dispatch.retry import Retries
from franking.model import Envelope, Outcome, State
from franking.outbox import Ledger
from tests.brand import own_themes
from tests.contract.ledger_contract import outgoing
from tests.unit.test_dispatch import server


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


def run(ledger: Ledger, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--outbox", ledger.url])


def order(number: int) -> str:
    return outgoing(number).key.order_id


def test_doubts_are_listed_and_settled(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(n, seller="default") for n in range(3)])
    ledger.settle([(e, Outcome(State.AMBIGUOUS, "reply lost after DATA: reset")) for e in ledger.claim("b", 3)])
    listed = run(ledger, "resolve")
    assert order(1) in listed.stdout
    assert "<1.reply@example.com>" in listed.stdout
    assert "marketplace.amazon.de" not in listed.output  # no buyer's address
    assert len(json.loads(run(ledger, "resolve", "--format", "json").stdout)["ambiguous"]) == 3
    assert run(ledger, "resolve", order(0), "--as", "sent").exit_code == 0
    assert run(ledger, "resolve", order(0), "--as", "sent").exit_code == 1
    assert "name their orders, or pass --all" in str(run(ledger, "resolve", "--as", "failed").exception)
    assert "expected 3-7-7" in str(run(ledger, "resolve", "1", "--as", "failed").exception)
    assert run(ledger, "resolve", "--all", "--as", "queued").exit_code == 0
    assert ledger.counts()[State.QUEUED] == 2


def test_greylisting_survives(ledger: Ledger) -> None:
    """The server puts every first try off; the retry, made due, gets through, and nobody is written to twice."""
    ledger.queue("b", [outgoing(n, seller="default") for n in range(4)])
    seen: set[str] = set()

    def greylist(address: str) -> str:
        if address in seen:
            return "250 ok"
        seen.add(address)
        return "450 4.7.1 greylisted, come back later"

    with server(pipelining=True, rcpt=greylist) as (url, handler):
        first = run(ledger, "retry", "--transport", url)
        assert first.exit_code == 3
        assert "the next due" in first.stdout
        assert ledger.counts()[State.DEFERRED] == 4
        assert run(ledger, "retry", "--transport", url).exit_code == 3  # nothing is due yet
        assert handler.received == []
        second = run(ledger, "retry", "--now", "--transport", url, "--format", "json")
    assert second.exit_code == 0, second.output
    assert json.loads(second.stdout)["sent"] == 4
    assert len({r for r, _ in handler.received}) == len(handler.received) == 4


def test_delays_grow_and_end(ledger: Ledger) -> None:
    from datetime import UTC, datetime, timedelta

    retries = Retries(timedelta(minutes=5), timedelta(hours=4), timedelta(hours=48))
    now = datetime.now(UTC)
    delays = []
    for attempt in range(1, 12):
        outcome = retries.settle(Envelope(1, "s", "r", attempt=attempt, queued_at=now), Outcome(State.DEFERRED, "450"))
        assert outcome.due_at is not None
        delays.append((outcome.due_at - now) / timedelta(minutes=1))
    assert 3.9 <= delays[0] <= 6.1
    assert max(delays) <= 240 * 1.2 + 0.1
    assert delays[5] > delays[0] * 10
    old = Envelope(1, "s", "r", attempt=9, queued_at=now - timedelta(hours=47))
    given_up = retries.settle(old, Outcome(State.DEFERRED, "450 later"))
    assert given_up.state is State.FAILED
    assert given_up.detail == "given up after 9 tries: 450 later"
    assert retries.settle(old, Outcome(State.SENT)).state is State.SENT


def test_erasing_by_age(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(1, seller="default")])
    assert "of 0 messages" in run(ledger, "erase", "--older-than", "30d").stderr
    assert "of 1 message erased" in run(ledger, "erase", "--older-than", "0h").stderr
    assert ledger.state_of(outgoing(1, seller="default").key) is State.FAILED
    assert "expected for example 30d" in str(run(ledger, "erase", "--older-than", "soon").exception)


def test_suppressed_buyers_are_not_written_to(tmp_path: Path) -> None:
    """End to end: one of the sample report's buyers opts out."""
    root = Path(__file__).parents[2]
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    report = root / "docs" / "examples" / "amazon.com-unshipped.txt"
    rows = [line.split("\t") for line in report.read_text().splitlines()]
    address = rows[1][rows[0].index("buyer-email")]
    runner = CliRunner()
    arguments = ["plan", str(report), "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z", "--outbox", url, "--format", "json",
                 "--templates", str(root / "templates"), "--themes", own_themes()]  # fmt: skip
    before = json.loads(runner.invoke(app, arguments).stdout)
    assert runner.invoke(app, ["suppress", "add", address, "--outbox", url]).exit_code == 0
    after = json.loads(runner.invoke(app, arguments).stdout)
    assert after["refused"]["suppressed"] == 1
    assert len(after["permitted"]) == len(before["permitted"]) - 1
    listed = runner.invoke(app, ["suppress", "list", "--outbox", url])
    assert address not in listed.output
    (tmp_path / "list.txt").write_text(f"# opted out\n{address}\nother@marketplace.amazon.com\n")
    imported = runner.invoke(app, ["suppress", "import", str(tmp_path / "list.txt"), "--outbox", url])
    assert "2 addresses read, 1 newly suppressed" in imported.stderr
    assert runner.invoke(app, ["suppress", "remove", address, "--outbox", url]).exit_code == 0
    assert json.loads(runner.invoke(app, arguments).stdout) == before
    (tmp_path / "list.txt").write_text("no address\n")
    broken = runner.invoke(app, ["suppress", "import", str(tmp_path / "list.txt"), "--outbox", url])
    assert "list.txt:1: no mail address" in str(broken.exception)


def test_who_opts_out_while_a_message_waits_is_not_written_to(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(n, seller="default") for n in range(3)])
    ledger.settle([(e, Outcome(State.DEFERRED, "450 later")) for e in ledger.claim("b", 3)])
    assert run(ledger, "suppress", "add", outgoing(1).recipient).exit_code == 0
    with server(pipelining=True) as (url, handler):
        done = run(ledger, "retry", "--now", "--transport", url)
    assert "1 will not be sent: their buyers opted out or their addresses bounced" in done.stderr
    assert sorted(recipient for recipient, _ in handler.received) == [outgoing(0).recipient, outgoing(2).recipient]
    assert ledger.state_of(outgoing(1, seller="default").key) is State.FAILED
