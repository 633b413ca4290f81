"""A ledger that is only read, without SQLAlchemy: it says what the whole ledger says, and leaves the rest to that."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from franking.config.ledgers import existing_view
from franking.config.settings import Settings
from franking.errors import FrankingError
from franking.model import _TOKEN, Outcome, State
from franking.model.feeds import FeedState, LineState
from franking.outbox import Ledger, LedgerView, NewFeed, open_view
from franking.outbox.feeds import Outcome as FeedOutcome
from franking.outbox.view import plain_file
from tests.contract.ledger_contract import outgoing

REPLIES = ("550 no such user", "451 [later]", "it's “gone”", "")


def filled(path: Path, seed: int) -> Ledger:
    """A ledger with messages of two accounts and three kinds in every state."""
    ledger, draw = Ledger(f"sqlite:///{path}"), random.Random(seed)
    now = datetime.now(UTC)
    for seller in ("acme", "it's", "held"):
        for kind in ("reply", "invoice", "shipping"):
            dues = [None, None, now - timedelta(hours=1), now + timedelta(days=draw.randint(1, 9))]
            ledger.queue(
                "b",
                [
                    replace(outgoing(n, seller, kind), due_at=draw.choice(dues), token=_TOKEN)
                    for n in range(draw.randint(20, 40))
                ],
            )
        ledger.suppressions(seller).add([f"b{n}@marketplace.amazon.de" for n in range(0, 30, draw.randint(2, 5))], "opt-out")
        ledger.suppressions(seller).add([f"b{n}@marketplace.amazon.de" for n in range(0, 30, 7)], "bounce")
        ledger.stops(seller).add(
            "" if seller == "held" else draw.choice(["shipping", "invoice"]), "the marketplace's notice", f"<{seed}>"
        )
    orders = ["302-1234567-0000001", "302-1234567-0000002"]
    for seller, subject in (("acme", "cancel:1"), ("acme", "ship:1:T"), ("it's", "refund:1")):
        entries = [(place, order, (subject,)) for place, order in enumerate(orders, 1)]
        (number,) = ledger.feeds(seller).add([NewFeed("T", "M", "text/xml", "d", b"x", entries)])
        ended = FeedOutcome(draw.choice([LineState.ACCEPTED, LineState.REJECTED]))
        ledger.feeds(seller).settle(
            number, (FeedState.READY,), FeedState.DONE, "", {1: ended}, FeedOutcome(LineState.AMBIGUOUS)
        )
    for state in (State.SENT, State.DEFERRED, State.FAILED, State.AMBIGUOUS, None):
        claimed = ledger.claim("b", draw.randint(2, 9))
        due = now + timedelta(minutes=draw.randint(-9, 90)) if state is State.DEFERRED else None
        if state is not None:
            ledger.settle([(one, Outcome(state, draw.choice(REPLIES), due_at=due)) for one in claimed])
    return ledger


def said(ledger: LedgerView) -> list[Any]:
    """Everything that can be asked of it."""
    ids = [f"302-1234567-{n:07d}" for n in range(40)]
    found: list[Any] = []
    for seller in (None, "acme", "it's", "held", "nobody"):
        overview = ledger.overview(seller)
        found += [ledger.standing(seller, done=done) for done in (True, False)]
        found += [ledger.standing(seller, "b"), ledger.standing(seller, "other"), ledger.stopped(seller)]
        found += [overview.problems(), overview.problems(3), overview.by_kind(), overview.sent_in(timedelta(hours=1))]
        found += [
            overview.sent_in(timedelta(0)),
            overview.next_due(),
            overview.reasons(),
            overview.reasons(2),
            overview.waiting_since(),
        ]
        for kind in ("reply", "invoice", "x"):
            found.append(overview.next_of(kind))
            if seller is not None:
                found += [ledger.known(seller, kind, ids), ledger.known(seller, kind, []), ledger.states(seller, kind, ids[:3])]
                found += [
                    ledger.state_of(outgoing(1, seller, kind).key),
                    ledger.stops(seller).of(kind),
                    ledger.stops(seller).by_kind(),
                ]
        if seller is not None:
            found.append(ledger.suppressions(seller).reasons([f"B{n}@marketplace.amazon.de" for n in range(35)]))
            found += [sorted(ledger.buyers(seller)), ledger.feeds(seller).of_orders(ids)]
            found += [
                ledger.feeds(seller).adjusted(ids),
                ledger.feeds(seller).dispatched(ids[:2]),
                ledger.feeds(seller).adjusted([]),
            ]
            found += [ledger.suppressions(seller).reasons([]), ledger.suppressions(seller).reason("b7@marketplace.amazon.de")]
    return found


@pytest.mark.parametrize("seed", range(5))
def test_it_says_what_the_ledger_says(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "franking.db"
    ledger = filled(path, seed)
    view = open_view(path)
    assert view is not None
    assert not isinstance(view, Ledger)
    answers = said(view)
    assert answers == said(ledger)
    assert len([answer for answer in answers if answer]) > 60
    states = [state for _, state, _ in view.overview().by_kind()]
    assert {State.QUEUED, State.SENT, State.DEFERRED, State.FAILED, State.AMBIGUOUS, State.SENDING} <= set(states)
    assert view.standing().stranded == ledger.standing().stranded > 0
    view.close()


def test_a_file_without_the_schema_of_this_version_is_the_ledgers(tmp_path: Path) -> None:
    """It is made, brought up to date, or refused as before."""
    fresh, older, foreign = (tmp_path / name for name in ("fresh.db", "older.db", "foreign.db"))
    fresh.touch()
    assert open_view(fresh) is None
    assert isinstance(existing_view(Settings(None, outbox=f"sqlite:///{fresh}")), Ledger)
    Ledger(f"sqlite:///{older}").close()
    with sqlite3.connect(older) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert open_view(older) is None
    with pytest.raises(FrankingError, match="use the newer Franking"):
        existing_view(Settings(None, outbox=f"sqlite:///{older}"))
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    assert open_view(foreign) is None
    with pytest.raises(FrankingError, match="something else"):
        existing_view(Settings(None, outbox=f"sqlite:///{foreign}"))


def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"no database at all " * 500)
    folder = tmp_path / "folder.db"
    folder.mkdir()
    for path in (noise, folder):
        with pytest.raises(FrankingError) as error:
            open_view(path)
        assert str(error.value).startswith(f"the ledger {path}")
        assert "\n" not in str(error.value)
    assert existing_view(Settings(None, outbox=f"sqlite:///{tmp_path / 'nosuch.db'}")) is None
    assert not (tmp_path / "nosuch.db").exists()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///franking.db", "franking.db"), ("sqlite:////var/a b.db", "/var/a b.db"), ("sqlite:///:memory:", None), ("sqlite://", None),
        ("sqlite:///a.db?mode=ro", None), ("sqlite:///a%20b.db", None), ("postgresql://host/db", None), ("sqlite:///", None),
        ("sqlite+pysqlite:///a.db", None), ("SQLITE:///a.db", None), ("sqlite://host/a.db", None),
    ],
)  # fmt: skip
def test_only_a_url_that_plainly_names_a_file_is_read_so(url: str, file: str | None) -> None:
    from franking.outbox.engines import file_of, parsed

    found = plain_file(url)
    assert (str(found) if found is not None else None) == file
    if found is not None:
        assert file_of(parsed(url)) == found
