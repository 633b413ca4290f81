"""What cancelling and scheduling do, the same on every database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from franking.model import _TOKEN, Envelope, Outcome, OutgoingMessage, Standing, State
from franking.outbox import Choice, digest
from franking.outbox.schema import attempts, messages
from tests.contract.ledger_contract import Open, OpensLedger, holds_content, outgoing

HOUR = timedelta(hours=1)


def timed(message: OutgoingMessage, due_at: datetime | None) -> OutgoingMessage:
    return replace(message, due_at=due_at, token=_TOKEN)


class CancellingContract(OpensLedger):
    def test_what_waits_is_cancelled_and_nothing_else(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(8)])
        taken = ledger.claim("b", 5)
        ends = [State.SENT, State.FAILED, State.AMBIGUOUS, State.DEFERRED]
        ledger.settle([(e, Outcome(state, "said")) for e, state in zip(taken, ends, strict=False)])
        before = {n: ledger.state_of(outgoing(n).key) for n in range(8)}
        assert before[4] is State.SENDING
        tried = ledger.cancel("acme", Choice(), dry_run=True)
        assert (tried.cancelled, {n: ledger.state_of(outgoing(n).key) for n in range(8)}) == (
            {"queued": 3, "deferred": 1}, before,
        )  # fmt: skip
        done = ledger.cancel("acme", Choice())
        assert done.cancelled == {"queued": 3, "deferred": 1}
        assert done.left == {State.SENT: 1, State.FAILED: 1, State.AMBIGUOUS: 1, State.SENDING: 1}
        after = {n: ledger.state_of(outgoing(n).key) for n in range(8)}
        assert after == {n: State.CANCELLED if n in (3, 5, 6, 7) else state for n, state in before.items()}
        assert not any(holds_content(ledger, outgoing(n).key) for n in (3, 5, 6, 7))
        assert ledger.claim("b", 9) == []
        assert ledger.cancel("acme", Choice()).cancelled == {}
        with ledger._engine.connect() as connection:
            history = select(func.count()).select_from(attempts).where(attempts.c.state == "cancelled")
            assert connection.execute(history).scalar() == 4  # the fact stays visible

    def test_a_choice_narrows(self, open_ledger: Open) -> None:
        later = datetime.now(UTC) + HOUR
        ledger = open_ledger()
        ledger.queue("a", [outgoing(1), outgoing(1, kind="invoice"), timed(outgoing(2), later), outgoing(3, seller="other")])
        ledger.queue("b", [outgoing(4), timed(outgoing(5, kind="invoice"), later)])

        def would(choice: Choice, seller: str = "acme") -> dict[str, int]:
            return dict(ledger.cancel(seller, choice, dry_run=True).cancelled)

        assert would(Choice()) == {"queued": 3, "scheduled": 2}
        assert would(Choice(), "other") == {"queued": 1}
        assert would(Choice(), "nobody") == {}
        assert would(Choice(order_ids=[outgoing(1).key.order_id])) == {"queued": 2}
        assert would(Choice(order_ids=[outgoing(1).key.order_id], kind="reply")) == {"queued": 1}
        assert would(Choice(order_ids=[])) == {}  # nothing is named: nothing is meant
        assert would(Choice(kind="invoice")) == {"queued": 1, "scheduled": 1}
        assert would(Choice(batch="b")) == {"queued": 1, "scheduled": 1}
        assert would(Choice(batch="b", kind="invoice")) == {"scheduled": 1}
        assert would(Choice(scheduled=True)) == {"scheduled": 2}
        assert would(Choice(scheduled=True, batch="a")) == {"scheduled": 1}

    def test_named_orders_that_cannot_be_cancelled_are_told(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2)])
        (first,) = ledger.claim("b", 1)
        ledger.settle([(first, Outcome(State.SENT))])
        named = [outgoing(n).key.order_id for n in (1, 2, 3)]
        done = ledger.cancel("acme", Choice(order_ids=named))
        assert done.kept == [(named[0], "reply", State.SENT)]
        assert done.order_ids == {named[1]}

    def test_what_was_cancelled_can_be_queued_again_and_begins_anew(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1, content=b"old")])
        ledger.cancel("acme", Choice())
        with ledger._engine.begin() as connection:
            connection.execute(update(messages).values(created_at=datetime(2020, 1, 1)))  # noqa: DTZ001
        queued = ledger.queue("c", [outgoing(1, content=b"new", recipient="other@marketplace.amazon.de")])
        assert (queued.stayed, queued.scheduled, queued.repeated) == ({}, 0, 0)
        (envelope,) = ledger.claim("c", 9)
        assert (envelope.content, envelope.recipient) == (b"new", "other@marketplace.amazon.de")
        assert envelope.queued_at is not None
        assert abs(datetime.now(UTC) - envelope.queued_at) < timedelta(minutes=5)
        about = ledger.upkeep("acme").about("<1.reply@example.com>")
        assert about is not None
        assert about.digest == digest("other@marketplace.amazon.de")

    def test_a_late_word_does_not_wake_what_was_cancelled(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1)])
        (late,) = ledger.claim("b", 1)
        ledger.settle([(late, Outcome(State.DEFERRED, "450", datetime.now(UTC)))])
        ledger.cancel("acme", Choice())
        ledger.settle([(late, Outcome(State.DEFERRED, "450", datetime.now(UTC)))])
        ledger.unclaim([late])
        assert ledger.state_of(outgoing(1).key) is State.CANCELLED

    def test_cancelling_beside_a_sender_leaves_each_message_to_one_of_them(self, open_ledger: Open) -> None:
        """A sender claims and settles as fast as it can, while everything is cancelled again and again."""
        ledger, other = open_ledger(), open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(400)])
        claimed: list[Envelope] = []
        sending, cancelling = threading.Event(), threading.Event()  # so that neither is done before the other begins

        def send() -> None:
            while taken := other.claim("b", 3):
                claimed.extend(taken)
                other.settle([(e, Outcome(State.SENT)) for e in taken])
                sending.set()
                cancelling.wait(60)

        sender = threading.Thread(target=send)
        sender.start()
        assert sending.wait(60)
        cancelled = 0
        for n in range(399, -1, -1):  # from the other end
            cancelled += ledger.cancel("acme", Choice(order_ids=[outgoing(n).key.order_id])).cancelled.total()
            cancelling.set()
        sender.join()
        assert len(claimed) + cancelled == 400
        standing = ledger.standing(done=True)
        assert (standing.sent, standing.cancelled) == (len(claimed), cancelled)
        assert claimed
        assert cancelled

    # -- scheduled messages ------------------------------------------------------------------------------------------------

    def test_what_is_scheduled_keeps_its_time_unless_rescheduled(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        due = datetime.now(UTC) + HOUR
        ledger.queue("a", [timed(outgoing(n, content=b"first"), due) for n in range(3)])
        again = ledger.queue("b", [outgoing(n, content=b"again") for n in range(4)])
        assert (again.scheduled, again.stayed, again.repeated) == (3, {}, 0)
        assert ledger.standing(batch="a").scheduled == 3
        assert ledger.queue("c", [timed(outgoing(0), due + HOUR)]).scheduled == 1
        known = ledger.known("acme", "reply", [outgoing(n).key.order_id for n in range(4)])
        assert {k.due_at for k in known.values()} == {due, None}
        same = ledger.queue("d", [timed(outgoing(0, content=b"same time"), due)])
        assert same.scheduled == 0
        assert ledger.standing(batch="d").scheduled == 1  # of the same time: with its new content
        assert ledger.queue("e", [timed(outgoing(1), due + HOUR)], reschedule=True).scheduled == 0
        assert ledger.known("acme", "reply", [outgoing(1).key.order_id])[outgoing(1).key.order_id].due_at == due + HOUR
        assert ledger.queue("f", [outgoing(2, content=b"now")], reschedule=True).scheduled == 0
        assert [e.content for e in ledger.claim("f", 9)] == [b"now"]

    def test_what_was_scheduled_and_is_due_joins_as_anything_that_waits(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("a", [timed(outgoing(1, content=b"old"), datetime.now(UTC) - HOUR)])
        assert ledger.queue("b", [outgoing(1, content=b"new")]).scheduled == 0
        assert [e.content for e in ledger.claim("b", 9)] == [b"new"]

    def test_an_order_twice_in_a_batch_is_told(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        later = datetime.now(UTC) + HOUR
        assert ledger.queue("a", [outgoing(1), outgoing(2), outgoing(1)]).repeated == 1
        assert ledger.queue("a", [outgoing(2)]).repeated == 1
        assert ledger.queue("b", [timed(outgoing(3), later), timed(outgoing(3), later + HOUR)]).repeated == 1
        assert ledger.standing().queued + ledger.standing().scheduled == 3

    def test_what_stays_as_it_is_is_told(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("a", [outgoing(n) for n in range(4)])
        taken = ledger.claim("a", 4)
        ledger.settle([(e, Outcome(s)) for e, s in zip(taken, (State.SENT, State.FAILED, State.AMBIGUOUS), strict=False)])
        assert ledger.queue("b", [outgoing(n) for n in range(5)]).stayed == {
            State.SENT: 1, State.FAILED: 1, State.AMBIGUOUS: 1, State.SENDING: 1,
        }  # fmt: skip

    # -- what is told ------------------------------------------------------------------------------------------------------

    def test_standings_of_a_seller_a_batch_and_all(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("a", [outgoing(n) for n in range(6)])
        ledger.queue("b", [timed(outgoing(8, seller="other"), datetime.now(UTC) + HOUR), outgoing(9, seller="other")])
        taken = ledger.claim("a", 5)
        ends = [State.SENT, State.FAILED, State.AMBIGUOUS, State.DEFERRED]
        ledger.settle([(e, Outcome(state)) for e, state in zip(taken, ends, strict=False)])
        with ledger.lock():
            assert ledger.standing("acme") == Standing(1, 0, 1, 0, 0, 1, 1, 1, 0)
        dead = ledger.standing("acme", done=True)
        assert dead == Standing(1, 0, 1, 1, 1, 1, 1, 1, 0)
        assert (dead.in_doubt, dead.unsettled) == (2, 4)
        assert ledger.standing("other") == Standing(1, 1)
        assert ledger.standing(batch="b") == Standing(1, 1)
        assert ledger.standing() == Standing(2, 1, 1, 1, 0, 1, 1, 1, 0)
        assert ledger.standing("nobody") == Standing()
        view = ledger.overview("other")
        assert (view.by_kind(), view.problems(), view.reasons()) == ([("reply", State.QUEUED, 2)], [], [])
        assert ledger.overview("acme").sent_in(HOUR) == 1
        assert view.sent_in(HOUR) == 0
