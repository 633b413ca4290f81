"""What must still hold when a message leaves: its last moment, its hours, other messages, a daily cap; on every database."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from franking.batch.wish import opens
from franking.model import _TOKEN, Conditions, Key, Outcome, OutgoingMessage, State
from franking.outbox import Ledger
from franking.outbox.access import writing
from franking.outbox.schema import caps, messages
from tests.contract.ledger_contract import Open, OpensLedger, outgoing

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def holding(number: int, conditions: Conditions, due_at: datetime | None = None, kind: str = "reply") -> OutgoingMessage:
    key = Key("acme", f"302-1234567-{number:07d}", kind)
    return OutgoingMessage(key, "shop@example.com", f"b{number}@marketplace.amazon.de", f"<{number}.{kind}@example.com>", b"hello",
                           _TOKEN, due_at, conditions=conditions)  # fmt: skip


def document(begin: datetime, end: datetime) -> str:
    """Hours of the clock in UTC, every day."""
    start, stop = (moment.hour * 60 + moment.minute for moment in (begin, end))
    hours = {"start": start, "end": stop + (1440 if stop <= start else 0), "days": list(range(7)), "zones": ["UTC"]}
    return json.dumps({"hours": hours})


@dataclass(frozen=True)
class Row:
    state: str
    reason: str
    due_at: datetime | None
    open_until: datetime | None
    reply: str
    recipient: str | None


def row(ledger: Ledger, one: OutgoingMessage) -> Row:
    c = messages.c
    with ledger._engine.connect() as connection:
        found = connection.execute(
            messages.select().where(c.seller == one.key.seller, c.order_id == one.key.order_id, c.kind == one.key.kind)
        ).one()
    moments = [m.replace(tzinfo=UTC) if m is not None else None for m in (found.due_at, found.open_until)]
    return Row(found.state, found.reason, moments[0], moments[1], found.reply, found.recipient)


def passed(ledger: Ledger, **values: object) -> None:
    """As if the clock had gone on: moments of all messages, in the past now."""
    with writing(ledger._engine) as connection:
        connection.execute(update(messages).values(**values))


def ago(time: timedelta) -> datetime:
    return (now() - time).replace(tzinfo=None)


class ConditionsContract(OpensLedger):
    @pytest.mark.parametrize("deferred", [False, True])
    def test_what_is_too_late_is_never_claimed_and_expires(self, open_ledger: Open, deferred: bool) -> None:
        ledger = open_ledger()
        one, other = holding(1, Conditions(not_after=now() + HOUR)), outgoing(2)
        ledger.queue("b", [one, other])
        if deferred:
            ledger.settle([(e, Outcome(State.DEFERRED, "451", now())) for e in ledger.claim("b", 2)])
        passed(ledger, not_after=ago(timedelta(seconds=1)))
        with writing(ledger._engine) as connection:
            connection.execute(update(messages).where(messages.c.order_id == other.key.order_id).values(not_after=None))
        assert ledger.upkeep("acme").waiting()[0] == 1
        assert [e.message_id for e in ledger.claim("b", 9)] == [other.message_id]
        found = ledger.review(opens, seller="acme")
        assert (dict(found.taken_back), found.moved) == ({"expired": 1}, 0)
        kept = row(ledger, one)
        assert (kept.state, kept.reason, kept.recipient) == ("cancelled", "expired", None)
        assert kept.reply.startswith("expired: ")
        standing = ledger.standing("acme", done=True)
        assert (standing.cancelled, dict(standing.taken_back)) == (1, {"expired": 1})
        ledger.queue("c", [holding(1, Conditions(not_after=now() + HOUR))])  # permitted after all: it begins anew
        assert (row(ledger, one).state, row(ledger, one).reason) == ("queued", "")

    def test_what_missed_its_hours_waits_for_the_next(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        begin, end = now() + 3 * HOUR, now() + 5 * HOUR
        late = holding(1, Conditions(None, now() + HOUR, document(begin, end)))
        too_late = holding(2, Conditions(now() + 2 * HOUR, now() + HOUR, document(begin, end)))
        ledger.queue("b", [late, too_late, outgoing(3)])
        assert len(ledger.claim("b", 1)) == 1  # still open
        ledger.unclaim(ledger.interrupted())
        passed(ledger, open_until=ago(HOUR))
        with writing(ledger._engine) as connection:
            connection.execute(update(messages).where(messages.c.order_id == outgoing(3).key.order_id).values(open_until=None))
        assert [e.message_id for e in ledger.claim("b", 9)] == [outgoing(3).message_id]
        found = ledger.review(opens, batch="b")
        assert (dict(found.taken_back), found.moved) == ({"expired": 1}, 1)
        kept = row(ledger, late)
        assert kept.due_at == begin.replace(second=0, microsecond=0)
        assert kept.open_until == end.replace(second=0, microsecond=0)
        assert row(ledger, too_late).reason == "expired"
        assert ledger.standing("acme").scheduled == 1
        assert ledger.review(opens, batch="b").moved == 0

    @pytest.mark.parametrize(
        ("state", "answered"), [(State.SENT, True), (State.AMBIGUOUS, True), (State.FAILED, False), (None, False)]
    )
    def test_what_was_answered_meanwhile_is_taken_back(self, open_ledger: Open, state: State | None, answered: bool) -> None:
        ledger = open_ledger()
        asked = holding(1, Conditions(document=json.dumps({"unless_sent": ["reply"]})), kind="review_request")
        other = holding(2, Conditions(document=json.dumps({"unless_sent": ["reply"]})), kind="review_request")
        ledger.queue("b", [asked, other])
        ledger.queue("c", [outgoing(1)])  # a reply for the first order
        if state is not None:
            ledger.settle([(e, Outcome(state)) for e in ledger.claim("c", 1)])
        assert dict(ledger.review(opens, seller="acme").taken_back) == ({"not-selected": 1} if answered else {})
        assert row(ledger, asked).state == ("cancelled" if answered else "queued")
        assert row(ledger, other).state == "queued"

    def test_orders_whose_state_has_changed(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2), outgoing(3), outgoing(2, seller="other"), outgoing(2, kind="invoice")])
        (sending,) = ledger.claim("b", 1)
        reasons = {outgoing(n).key.order_id: ("order-state", "the order is canceled") for n in (1, 2)}
        assert ledger.take_back("acme", "reply", reasons) == 1  # what is being sent is its sender's
        ledger.settle([(sending, Outcome(State.SENT))])
        assert row(ledger, outgoing(2)).reply == "order-state: the order is canceled"
        assert {state: n for state, n in ledger.counts().items() if n} == {State.QUEUED: 3, State.SENT: 1, State.CANCELLED: 1}

    def test_a_daily_cap_holds_over_runs_and_kinds(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.set_cap("acme", "reply", 3, "UTC")
        more: Sequence[OutgoingMessage] = [outgoing(n) for n in range(1, 6)]
        ledger.queue("b", [*more, outgoing(1, kind="invoice"), outgoing(1, seller="other")])
        claimed = ledger.claim("b", 2)  # of the capped ones
        rest = open_ledger().claim("b", 9)
        assert sorted(e.message_id for e in rest if "reply" in e.message_id and "<1." not in e.message_id) == [
            "<3.reply@example.com>"
        ]
        assert len(claimed) + len(rest) == 3 + 2
        assert ledger.claim("b", 9) == []
        (cap,) = ledger.caps("acme")
        assert (cap.daily, cap.left) == (3, 0)
        tomorrow = datetime.combine(now().date() + timedelta(days=1), datetime.min.time(), UTC)
        later = min(now() + HOUR, tomorrow - timedelta(seconds=1))
        # Put off and refused by the server: it did not leave. In doubt: it may have.
        ledger.settle([(claimed[0], Outcome(State.DEFERRED, "451", later)), (claimed[1], Outcome(State.AMBIGUOUS))])
        assert ledger.caps("acme")[0].left == 1
        assert len(ledger.claim("b", 9)) == 1
        left = ledger.review(opens, seller="acme")
        assert left.moved == 2  # the deferred one as well: its time is of today
        assert ledger.overview("acme").next_due() == tomorrow
        with writing(ledger._engine) as connection:  # the next day
            connection.execute(update(caps).values(day=now().date() - timedelta(days=1)))
            connection.execute(update(messages).values(due_at=ago(HOUR)))
        assert len(ledger.claim("b", 9)) == 2

    def test_what_is_given_back_counts_no_more(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.set_cap("acme", "reply", 2, "UTC")
        ledger.queue("b", [outgoing(n) for n in range(1, 5)])
        ledger.unclaim(ledger.claim("b", 9))
        assert ledger.caps("acme")[0].left == 2
        assert len(ledger.claim("b", 9)) == 2

    def test_a_cap_that_is_set_later_counts_what_left_today(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(n) for n in range(1, 6)])
        ledger.settle([(e, Outcome(State.SENT)) for e in ledger.claim("b", 2)])
        ledger.set_cap("acme", "reply", 3, "UTC")
        assert len(ledger.claim("b", 9)) == 1
        ledger.set_cap("acme", "reply", 2, "UTC")  # lowered below what has left
        assert (ledger.claim("b", 9), ledger.caps("acme")[0].left) == ([], -1)
        ledger.set_cap("acme", "reply", None, "UTC")
        assert len(ledger.claim("b", 9)) == 2
        assert ledger.caps("acme") == []

    def test_a_day_is_the_zone_s(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.set_cap("acme", "reply", 1, "Pacific/Kiritimati")
        (cap,) = ledger.caps("acme")
        local = now().astimezone(ZoneInfo("Pacific/Kiritimati"))
        begins = cap.tomorrow.replace(tzinfo=UTC).astimezone(ZoneInfo("Pacific/Kiritimati"))
        assert (begins.date(), begins.hour, begins.minute) == (local.date() + timedelta(days=1), 0, 0)

    def test_many_claim_at_once_under_a_cap(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.set_cap("acme", "reply", 10, "UTC")
        ledger.queue("b", [outgoing(n) for n in range(40)])
        taken: list[int] = []

        def claim() -> None:
            own = open_ledger()
            taken.extend(len(own.claim("b", 2)) for _ in range(4))

        threads = [threading.Thread(target=claim) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(taken) == 10

    def test_one_run_at_a_time(self, open_ledger: Open) -> None:
        from franking.errors import OutboxUnavailable

        first, second = open_ledger(), open_ledger()
        with first.run_lock(), pytest.raises(OutboxUnavailable):
            second.run_lock()
        second.run_lock().release()
