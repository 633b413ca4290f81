"""What every ledger must do, whatever database is below. Run for SQLite here, for PostgreSQL under tests/real."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from franking.errors import FrankingError
from franking.model import _TOKEN, Envelope, Key, Outcome, OutgoingMessage, State
from franking.outbox import Ledger
from franking.outbox.access import writing
from franking.outbox.schema import attempts, messages
from franking.outbox.transitions import claim, settle
from franking.outbox.upkeep import Upkeep

Open = Callable[[], Ledger]


def outgoing(
    number: int, seller: str = "acme", kind: str = "reply", content: bytes = b"hello", recipient: str | None = None
) -> OutgoingMessage:
    key = Key(seller, f"302-1234567-{number:07d}", kind)
    recipient = recipient or f"b{number}@marketplace.amazon.de"
    return OutgoingMessage(key, "shop@example.com", recipient, f"<{number}.{kind}@example.com>", content, _TOKEN)


def holds_content(ledger: Ledger, key: Key) -> bool:
    c = messages.c
    query = select(c.block, c.recipient).where(c.seller == key.seller, c.order_id == key.order_id, c.kind == key.kind)
    with ledger._engine.connect() as connection:
        row = connection.execute(query).one()
    return row.block is not None or row.recipient is not None


def _digest_of(upkeep: Upkeep, message_id: str) -> str | None:
    known = upkeep.about(message_id)
    return known.digest if known is not None else None


class OpensLedger:
    """Subclasses give ``open_ledger``, which opens the same empty ledger each time it is called, and ``earlier``, a connection to
    its database, for contracts that need one before a ledger is opened there."""

    @pytest.fixture
    def open_ledger(self) -> Open:
        raise NotImplementedError

    @pytest.fixture
    def earlier(self) -> Connection:
        raise NotImplementedError


class LedgerContract(OpensLedger):
    def test_the_next_of_a_kind_and_the_buyers_of_an_account(self, open_ledger: Open) -> None:
        ledger, now = open_ledger(), datetime.now(UTC)
        later = [
            replace(outgoing(n, "acme", kind), due_at=now + timedelta(days=n), token=_TOKEN)
            for n, kind in ((3, "reply"), (2, "invoice"))
        ]
        ledger.queue("b", [*later, outgoing(1, "acme", "reply"), outgoing(9, "globex", "reply")])
        overview = ledger.overview("acme")
        assert [overview.next_of(kind) for kind in ("reply", "invoice", "x")] == [later[0].due_at, later[1].due_at, None]
        assert overview.next_due() == later[1].due_at
        assert ledger.overview("globex").next_of("reply") is None
        assert sorted(order for _, order in ledger.buyers("acme")) == sorted(outgoing(n).key.order_id for n in (1, 2, 3))
        assert {buyer for buyer, _ in ledger.buyers("globex")} == {hashlib.sha256(b"b9@marketplace.amazon.de").hexdigest()}

    def test_a_message_goes_its_way(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        assert ledger.state_of(outgoing(1).key) is None
        ledger.queue("b", [outgoing(1, content=b"\r\nbytes\x00\xff")])
        assert ledger.state_of(outgoing(1).key) is State.QUEUED
        own = outgoing(1).key
        assert ledger.states(own.seller, own.kind, [own.order_id, "302-0000000-0000000"]) == {own.order_id: State.QUEUED}
        assert ledger.states("other", own.kind, [own.order_id]) == ledger.states(own.seller, "other", [own.order_id]) == {}
        (envelope,) = ledger.claim("b", 10)
        assert (envelope.sender, envelope.recipient) == ("shop@example.com", "b1@marketplace.amazon.de")
        assert (envelope.message_id, envelope.content) == ("<1.reply@example.com>", b"\r\nbytes\x00\xff")
        assert ledger.state_of(outgoing(1).key) is State.SENDING
        ledger.settle([(envelope, Outcome(State.SENT, "250 ok"))])
        assert ledger.state_of(outgoing(1).key) is State.SENT
        assert ledger.claim("b", 10) == []
        ledger.close()
        assert open_ledger().state_of(outgoing(1).key) is State.SENT

    def test_a_key_is_unique(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(1, seller="other"), outgoing(1, kind="invoice")])
        ledger.queue("b", [outgoing(1)])
        assert ledger.counts()[State.QUEUED] == 3

    @pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.AMBIGUOUS])
    def test_what_is_done_or_in_doubt_is_never_queued_again(self, open_ledger: Open, state: State) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1)])
        ledger.settle([(e, Outcome(state)) for e in ledger.claim("b", 1)])
        ledger.queue("c", [outgoing(1)])
        assert ledger.state_of(outgoing(1).key) is state
        assert ledger.claim("c", 10) == []

    def test_what_is_being_sent_is_not_queued_again(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1)])
        ledger.claim("b", 1)
        ledger.queue("c", [outgoing(1)])
        assert ledger.claim("c", 10) == []
        assert ledger.state_of(outgoing(1).key) is State.SENDING

    @pytest.mark.parametrize("state", [State.QUEUED, State.DEFERRED])
    def test_what_waits_joins_the_next_batch_with_its_new_content(self, open_ledger: Open, state: State) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1, content=b"old")])
        if state is State.DEFERRED:
            ledger.settle([(e, Outcome(state, "450 later")) for e in ledger.claim("b", 1)])
        ledger.queue("c", [outgoing(1, content=b"new")])
        assert ledger.claim("b", 10) == []
        assert [e.content for e in ledger.claim("c", 10)] == [b"new"]

    def test_claims_never_overlap_and_keep_the_order(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(25)])
        ledger.queue("other", [outgoing(99)])
        taken: list[Envelope] = []
        while claimed := ledger.claim("b", 4):
            taken += claimed
        assert [e.recipient for e in taken] == [f"b{n}@marketplace.amazon.de" for n in range(25)]

    def test_unclaimed_messages_wait_again(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2)])
        first, second = ledger.claim("b", 2)
        ledger.settle([(first, Outcome(State.SENT))])
        ledger.unclaim([first, second])
        assert ledger.state_of(outgoing(1).key) is State.SENT
        assert ledger.state_of(outgoing(2).key) is State.QUEUED

    def test_interrupted_messages_are_found(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2)])
        (claimed,) = ledger.claim("b", 1)
        assert [e.number for e in ledger.interrupted()] == [claimed.number]

    def test_done_messages_keep_no_personal_data(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2), outgoing(3)])
        first, second, third = ledger.claim("b", 3)
        ledger.settle(
            [(first, Outcome(State.SENT)), (second, Outcome(State.FAILED, "550 no")), (third, Outcome(State.AMBIGUOUS))]
        )
        assert not holds_content(ledger, outgoing(1).key)
        assert not holds_content(ledger, outgoing(2).key)
        assert holds_content(ledger, outgoing(3).key)  # a person may still decide to send it

    def test_counts_and_problems(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(5)])
        a, b, c, d = ledger.claim("b", 4)
        ledger.settle(
            [(a, Outcome(State.SENT)), (b, Outcome(State.FAILED, "550 no")), (c, Outcome(State.DEFERRED, "450 later"))]
        )
        ledger.settle([(d, Outcome(State.AMBIGUOUS, "lost"))])
        assert {s.value: n for s, n in ledger.counts("b").items()} == {
            "queued": 1, "sending": 0, "sent": 1, "failed": 1, "deferred": 1, "ambiguous": 1, "cancelled": 0,
        }  # fmt: skip
        assert ledger.counts("other")[State.SENT] == 0
        assert {(key.order_id[-1], state, reply) for key, state, reply, _ in ledger.overview().problems()} == {
            ("1", State.FAILED, "550 no"), ("2", State.DEFERRED, "450 later"), ("3", State.AMBIGUOUS, "lost"),
        }  # fmt: skip
        assert sum(n for _, _, n in ledger.overview().by_kind()) == 5

    def test_settling_and_claiming_are_one_transaction(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(3)])
        (first,) = ledger.claim("b", 1)

        class Crash(Exception):
            pass

        with pytest.raises(Crash), writing(ledger._engine) as connection:
            settle(connection, [(first, Outcome(State.SENT, "250 ok"))])
            assert len(claim(connection, {}, 5)) == 2
            raise Crash
        assert ledger.state_of(outgoing(0).key) is State.SENDING
        assert ledger.counts()[State.QUEUED] == 2
        with ledger._engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(attempts)).scalar() == 0

    def test_rate_reasons_and_the_next_moment(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        view = ledger.overview()
        assert (view.sent_in(timedelta(minutes=1)), view.next_due(), view.reasons()) == (0, None, [])
        ledger.queue("b", [outgoing(n) for n in range(6)])
        taken = ledger.claim("b", 5)
        soon, later = (datetime.now(UTC) + timedelta(minutes=m) for m in (5, 50))
        results = [Outcome(State.SENT, "250 ok")] * 2 + [Outcome(State.DEFERRED, "450 [bold]later", d) for d in (later, soon)]
        ledger.settle(list(zip(taken, [*results, Outcome(State.FAILED, "550 no")], strict=True)))
        assert view.sent_in(timedelta(minutes=1)) == 2
        assert view.sent_in(timedelta(0)) == 0
        assert view.next_due() == soon
        assert view.reasons() == [(State.DEFERRED, "450 [bold]later", 2), (State.FAILED, "550 no", 1)]
        assert view.reasons(limit=1) == [(State.DEFERRED, "450 [bold]later", 2)]

    def test_one_sender_at_a_time(self, open_ledger: Open) -> None:
        first, second = open_ledger(), open_ledger()
        with first.lock(), pytest.raises(FrankingError, match="another franking send"):
            second.lock()
        second.lock().release()

    def test_migrations_and_the_tables_that_the_code_knows_agree(self, open_ledger: Open) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        from franking.outbox.schema import metadata

        with open_ledger()._engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []

    # -- upkeep ------------------------------------------------------------------------------------------------------------

    def test_a_person_settles_doubts(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(4)])
        ledger.settle([(e, Outcome(State.AMBIGUOUS, "lost")) for e in ledger.claim("b", 3)])
        upkeep = ledger.upkeep("acme")
        assert [d.order_id[-1] for d in upkeep.doubts()] == ["0", "1", "2"]
        assert ledger.upkeep("other").doubts() == []
        assert upkeep.resolve([outgoing(0).key.order_id], None, "sent") == 1
        assert upkeep.resolve([outgoing(1).key.order_id], "reply", "queued") == 1
        assert upkeep.resolve([outgoing(1).key.order_id], "reply", "queued") == 0  # it is in doubt no more
        assert upkeep.resolve([], "invoice", "failed") == 0
        assert upkeep.resolve([], None, "failed") == 1
        assert ledger.state_of(outgoing(0).key) is State.SENT
        assert not holds_content(ledger, outgoing(0).key)
        assert {e.recipient[1] for e in ledger.claim("b", 9)} == {"1", "3"}

    def test_deferred_messages_wait_for_their_time(self, open_ledger: Open) -> None:
        from datetime import UTC, datetime, timedelta

        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2)])
        first, second = ledger.claim("b", 2)
        assert (first.attempt, second.attempt) == (1, 1)
        now = datetime.now(UTC)
        ledger.settle([(first, Outcome(State.DEFERRED, "450", now + timedelta(hours=1))),
                       (second, Outcome(State.DEFERRED, "450", now - timedelta(seconds=1)))])  # fmt: skip
        assert [(e.number, e.attempt) for e in ledger.exchange((), None, 9)] == [(second.number, 2)]
        waiting, due = ledger.upkeep("acme").waiting()
        assert waiting == 0
        assert due is not None
        assert abs((due - now).total_seconds() - 3600) < 2
        assert ledger.upkeep("acme").due_now() == 1
        assert list(ledger.exchange((), None, 9, "other")) == []
        assert [e.number for e in ledger.exchange((), None, 9, "acme")] == [first.number]

    def test_evidence_settles_doubts_and_fails_what_came_back(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(3)])
        a, b, c = ledger.claim("b", 3)
        ledger.settle([(a, Outcome(State.AMBIGUOUS)), (b, Outcome(State.AMBIGUOUS)), (c, Outcome(State.SENT))])
        upkeep = ledger.upkeep("acme")
        assert upkeep.by_evidence("<0.reply@example.com>", State.SENT, "reported delivered") is State.AMBIGUOUS
        assert upkeep.by_evidence("<1.reply@example.com>", State.FAILED, "bounced") is State.AMBIGUOUS
        assert upkeep.by_evidence("<2.reply@example.com>", State.SENT, "reported delivered") is None  # nothing new
        assert upkeep.by_evidence("<2.reply@example.com>", State.FAILED, "bounced 5.1.1") is State.SENT
        assert upkeep.by_evidence("<9.reply@example.com>", State.FAILED, "bounced") is None
        assert [ledger.state_of(outgoing(n).key) for n in range(3)] == [State.SENT, State.FAILED, State.FAILED]

    def test_erasing_keeps_the_proof(self, open_ledger: Open) -> None:
        from datetime import timedelta

        from franking.outbox import digest

        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(3)])
        a, b = ledger.claim("b", 2)
        ledger.settle([(a, Outcome(State.SENT)), (b, Outcome(State.AMBIGUOUS))])
        upkeep = ledger.upkeep("acme")
        assert _digest_of(upkeep, "<0.reply@example.com>") == digest("b0@marketplace.amazon.de")
        assert upkeep.erase(timedelta(days=30)) == 0
        assert upkeep.erase(timedelta(seconds=-5)) == 2
        assert [ledger.state_of(outgoing(n).key) for n in range(3)] == [State.SENT, State.AMBIGUOUS, State.FAILED]
        assert not any(holds_content(ledger, outgoing(n).key) for n in range(3))
        assert _digest_of(upkeep, "<0.reply@example.com>") == ""
        assert upkeep.resolve([], None, "queued") == 0  # there is nothing left to send

    def test_what_another_worker_claimed_since_is_not_given_back(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1)])
        (frozen,) = ledger.claim("b", 1)
        ledger.settle([(frozen, Outcome(State.AMBIGUOUS))])
        ledger.upkeep("acme").resolve([], None, "queued")
        (current,) = ledger.claim("b", 1)
        ledger.unclaim([frozen])
        assert ledger.state_of(outgoing(1).key) is State.SENDING
        ledger.settle([(frozen, Outcome(State.FAILED))])
        ledger.settle([(current, Outcome(State.SENT))])
        # The late word about the first attempt must not stand for the second.
        assert ledger.state_of(outgoing(1).key) is State.SENT

    def test_a_worker_given_up_settles_its_own_attempt(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1)])
        (frozen,) = ledger.claim("b", 1)
        ledger.settle([(frozen, Outcome(State.AMBIGUOUS))])
        ledger.settle([(frozen, Outcome(State.SENT, "250 ok"))])
        assert ledger.state_of(outgoing(1).key) is State.SENT
