"""What ``send``, ``retry``, ``status`` tell of messages that are ambiguous, deferred or failed, until somebody settles them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from franking.batch.tally import Tally
from franking.batch.tally import count as count_up
from franking.cli.main import app
from franking.model import Standing, State
from franking.outbox import Ledger, Queued
from tests.brand import own_themes
from tests.unit.reports import fresh
from tests.unit.test_commands import adds_up
from tests.unit.test_dispatch import server


class House:
    """One seller's folder, report and ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.report = fresh(folder / "report.txt")
        self.url = f"sqlite:///{folder / 'ledger.db'}"

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--outbox", self.url])

    def send_text(self, transport: str, *more: str, report: Path | None = None, kind: str = "order_confirmation") -> Result:
        return self.run("send", str(report or self.report), "--kind", kind, "--sender", "shop@fjord.example", "--transport",
                        transport, "--connections", "1", "--themes", own_themes(), *more)  # fmt: skip

    def send(self, transport: str, *more: str, **how: Any) -> tuple[int, dict[str, Any]]:
        result = self.send_text(transport, "--format", "json", *more, **how)
        counts = json.loads(result.stdout)
        assert adds_up(counts), counts
        return result.exit_code, counts

    def told(self, command: str, *more: str) -> tuple[int, dict[str, Any]]:
        result = self.run(command, "--format", "json", *more)
        return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def troubled(house: House) -> Iterator[tuple[House, dict[str, Any]]]:
    """After a run in which one message was refused, one put off, and the reply to one was lost."""
    number = count()

    def rcpt(_address: str) -> str:
        return {1: "550 no such user", 2: "450 come back later"}.get(next(number), "250 ok")

    data = count()
    with server(rcpt=rcpt, data=lambda _a: "cut" if next(data) == 1 else "250 ok") as (url, _):
        code, counts = house.send(url)
    assert code == 3
    assert (counts["sent"], counts["failed"], counts["deferred"], counts["ambiguous"]) == (3, 1, 1, 1)
    assert counts["earlier"] == {"deferred": 0, "failed": 0, "ambiguous": 0}
    yield house, counts


def test_the_same_report_again_still_tells(troubled: tuple[House, dict[str, Any]]) -> None:
    house, _ = troubled
    with server() as (url, _handler):
        dry_code, dry = house.send(url, "--dry-run")
        assert (dry_code, dry["queued"], dry["deferred"], dry["failed"], dry["ambiguous"]) == (3, 0, 1, 1, 1)
        code, second = house.send(url)  # what was put off is tried again
        assert (code, second["sent"], second["deferred"], second["failed"], second["ambiguous"]) == (3, 1, 0, 1, 1)
        assert second["refused"]["once-per-order"] == 3
        assert second["earlier"] == {"deferred": 0, "failed": 1, "ambiguous": 1}
        assert second["outstanding"] == {"queued": 0, "scheduled": 0, "deferred": 0, "failed": 0, "ambiguous": 0}
        code, third = house.send(url)
        assert (code, third["sent"], third["failed"], third["ambiguous"]) == (3, 0, 1, 1)
        assert third["refused"]["once-per-order"] == 4
        text = house.send_text(url)
        assert text.exit_code == 3
        assert "1 ambiguous, the reply was lost, 1 of them by an earlier run: franking resolve" in " ".join(text.stdout.split())
        assert "may have been sent: the server's reply was lost" in " ".join(text.stdout.split())
        assert f"batch {third['batch']}" not in text.stdout
        assert "\nbatch " in text.stdout
        # Nothing is due: it is told all the same.
        result = house.run("retry", "--transport", url, "--format", "json")
        retried = json.loads(result.stdout)
        assert (result.exit_code, retried["tried"], retried["failed"], retried["ambiguous"]) == (3, 0, 1, 1)
        assert "1 ambiguous (franking resolve), 1 failed (franking status)" in house.run("retry", "--transport", url).stdout
        # Settled by a person: only what failed is left.
        assert house.run("resolve", "--all", "--as", "sent").exit_code == 0
        code, settled = house.send(url)
        assert (code, settled["ambiguous"], settled["failed"]) == (3, 0, 1)


def test_another_report_kind_or_seller(troubled: tuple[House, dict[str, Any]]) -> None:
    house, first = troubled
    nothing = {"queued": 0, "scheduled": 0, "deferred": 0, "failed": 0, "ambiguous": 0}
    with server() as (url, _handler):
        # Other kinds: the doubt is of the account, not of this report, and does not go unsaid.
        code, other = house.send(url, kind="review_request")
        assert other["orders"] == first["orders"]
        assert (other["ambiguous"], other["failed"]) == (0, 0)
        assert other["outstanding"] == nothing | {"deferred": 1, "failed": 1, "ambiguous": 1}
        assert code == 3
        text = house.send_text(url, kind="review_request").stdout
        assert "other messages of this seller account: 1 ambiguous (franking resolve), 1 deferred (franking retry)" in text
        # A part of the report: what is not in it is told as outstanding.
        code, part = house.send(url, report=fresh(house.folder / "part.txt", 2))
        assert code == 3
        assert part["ambiguous"] + part["outstanding"]["ambiguous"] == 1
        assert part["failed"] + part["outstanding"]["failed"] == 1
        # A limit stops reading: the rest is outstanding as well.
        code, limited = house.send(url, "--limit", "1", "--dry-run")
        assert limited["ambiguous"] + limited["outstanding"]["ambiguous"] == 1
        assert code == 3
        # Another seller has nothing to do with it.
        code, stranger = house.send(url, "--seller", "other")
        assert (code, stranger["sent"], stranger["outstanding"]) == (1, 6, nothing)


def test_status_of_one_seller_and_of_all(troubled: tuple[House, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    house, _ = troubled
    assert house.send(f"dir:{house.folder / 'out'}", "--seller", "other")[0] == 1
    code, every = house.told("status")
    assert (code, every["seller"], every["states"]["sent"], every["states"]["ambiguous"]) == (3, None, 9, 1)
    code, one = house.told("status", "--seller", "default")
    assert (code, one["seller"], one["states"]["sent"], one["states"]["failed"]) == (3, "default", 3, 1)
    code, other = house.told("status", "--seller", "other")
    assert (code, other["states"]["sent"], other["problems"], other["reasons"]) == (0, 6, [], [])
    monkeypatch.setenv("FRANKING_SELLER", "other")
    assert house.told("status")[0] == 0
    monkeypatch.delenv("FRANKING_SELLER")
    text = house.run("status")
    assert text.exit_code == 3
    assert (
        "to be looked at: 1 ambiguous (franking resolve), 1 deferred (franking retry), 1 failed (franking status)"
        in text.stdout
    )


def test_what_a_dead_sender_had_in_hand_is_told_before_anybody_sends_again(house: House) -> None:
    ledger = Ledger(house.url)
    assert house.send("smtp+plain://127.0.0.1:9", "--dry-run")[1]["queued"] == 6
    with server(data=lambda _a: "451 later") as (url, _handler):
        house.send(url)
    ledger.upkeep("default").due_now()
    taken = ledger.exchange((), None, 2)
    assert len(taken) == 2
    with ledger.lock():  # a sender at work
        code, alive = house.told("status")
        assert (alive["states"]["sending"], alive["stranded"]) == (2, 0)
    code, dead = house.told("status")
    assert (code, dead["stranded"]) == (3, 2)
    assert "2 were being sent when their sender ended" in house.run("status").stdout
    code, dry = house.send("smtp+plain://127.0.0.1:9", "--dry-run")  # changes nothing, and does not say that it would send them
    assert (code, dry["ambiguous"], dry["queued"], dry["deferred"], dry["outstanding"]["ambiguous"]) == (3, 2, 0, 4, 0)
    with server() as (url, _handler):
        code, after = house.send(url)
    assert (code, after["ambiguous"], after["sent"], after["earlier"]["ambiguous"]) == (3, 2, 4, 2)


def test_the_numbers_add_up_whatever_others_do_meanwhile() -> None:
    """Rows that another send, a worker or a person changed between the look at them and the end of the batch."""
    tally = Tally(orders=20, refused=Counter(recipient=1), rejected=1, kept=1)
    tally.left[State.AMBIGUOUS] += 1
    tally.queue(16, Queued([], Counter({State.SENT: 1, State.SENDING: 1, State.FAILED: 1}), scheduled=1, repeated=2))
    # Of the ten left, two are in another send's batch by now.
    batch = Standing(queued=1, scheduled=1, sending=2, stranded=1, sent=1, deferred=1, failed=1, cancelled=1)
    counts = count_up(tally, batch, Standing(queued=1, scheduled=3, sending=3, stranded=1, deferred=2, failed=2, ambiguous=1))
    assert counts.refused == {"recipient": 1, "once-per-order": 1, "repeated-order": 2, "cancelled": 1}
    numbers = {
        name: getattr(counts, name) for name in ("refused", "rejected", "queued", "sent", "deferred", "failed", "ambiguous")
    }
    assert adds_up(numbers | {"orders": 20})
    assert (counts.ambiguous, counts.failed, counts.deferred, counts.sent) == (2, 2, 1, 1)
    assert counts.elsewhere == Standing(deferred=1)
