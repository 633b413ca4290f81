"""When messages leave: the first ones while others are made; with --strict none before everything is in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from franking.batch.job import Job
from franking.batch.send import Sent
from franking.batch.watch import Advance
from franking.config.batches import open_batch, run_batch
from franking.config.ledgers import open_ledger
from franking.config.settings import Settings, load_settings
from franking.errors import FrankingError
from franking.model import State
from tests.unit.test_dispatch import server

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs/examples/amazon.com-unshipped.txt"
MESSAGES = 6


class Watching:
    """Notes what is in the folder as each order is looked at, and the progress of each kind of work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.there: list[int] = []
        self.done: dict[str, int] = {}
        self.totals: dict[str, int | None] = {}

    @contextmanager
    def progress(self, what: str, total: int | None) -> Iterator[Advance]:
        self.totals[what], self.done[what] = total, 0

        def advance(number: int, _known: int | None = None) -> None:
            self.done[what] += number
            if what == "checking":
                self.there.append(len(list(self.folder.glob("*.eml"))))

        yield advance

    def say(self, text: str) -> None: ...


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the sample report were long."""
    monkeypatch.setattr("franking.batch.send.FIRST", 1)
    monkeypatch.setattr("franking.batch.send.GROUP", 2)
    monkeypatch.setattr("franking.batch.leaving._LEAST", 2)


def settings(tmp_path: Path, transport: str) -> Settings:
    return load_settings(
        demo=True, sender="shop@your-brand.example", transport=transport, outbox=f"sqlite:///{tmp_path / 'franking.db'}",
        templates=ROOT / "templates", themes=ROOT / "themes",
    )  # fmt: skip


def send(tmp_path: Path, transport: str = "", **options: Any) -> tuple[Sent, Watching]:
    chosen = settings(tmp_path, transport or f"dir:{tmp_path / 'out'}")
    job = Job(REPORT, "order_confirmation", as_of="2026-11-24T12:00:00Z", **options)
    watching = Watching(tmp_path / "out")
    return run_batch(chosen, job, open_batch(chosen, job, watching)), watching


def test_the_first_messages_leave_while_others_are_made(tmp_path: Path) -> None:
    sent, watching = send(tmp_path)
    assert sent.counts.sent == MESSAGES
    assert not sent.stopped
    assert watching.there[0] == 0
    assert 0 < watching.there[-1] < MESSAGES
    assert watching.totals["sending"] == watching.done["sending"] == MESSAGES


def test_with_strict_nothing_leaves_before_everything_is_queued(tmp_path: Path) -> None:
    report = tmp_path / "clean.txt"
    rows = REPORT.read_text("utf-8").splitlines(keepends=True)
    report.write_text("".join(rows[:4]), "utf-8")
    chosen = settings(tmp_path, f"dir:{tmp_path / 'out'}")
    job = Job(report, "order_confirmation", as_of="2026-11-24T12:00:00Z", strict=True)
    watching = Watching(tmp_path / "out")
    sent = run_batch(chosen, job, open_batch(chosen, job, watching))
    assert sent.counts.sent > 1
    assert set(watching.there) == {0}


def test_a_server_that_is_away_keeps_nothing_from_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("franking.dispatch.run._BACKOFF", 0.0)
    sent, _ = send(tmp_path, "smtp+plain://127.0.0.1:9")
    assert "cannot be reached" in sent.stopped
    assert (sent.counts.sent, sent.counts.queued) == (0, MESSAGES)


def test_an_error_of_a_turn_is_raised_when_all_is_queued(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("no folder", "utf-8")
    with pytest.raises(FrankingError, match="nothing is lost: what is not sent stays queued"):
        send(tmp_path)
    with closing(open_ledger(settings(tmp_path, ""))) as ledger:
        assert ledger.counts()[State.QUEUED] == MESSAGES


def test_messages_over_several_turns_are_sent_once_each(tmp_path: Path) -> None:
    with server() as (url, heard):
        send(tmp_path, url)
        again, _ = send(tmp_path, url)
    assert again.counts.sent == 0
    assert len(heard.received) == MESSAGES
