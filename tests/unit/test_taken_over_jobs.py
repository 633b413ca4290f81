"""A worker that was only suspended finds none of the messages that another one took over from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from franking.model import Outcome, State
from franking.outbox import Chunk, Ledger
from franking.outbox.access import writing
from franking.outbox.leases import hand_over
from tests.contract.ledger_contract import outgoing


def test_what_another_worker_took_over_is_neither_claimed_nor_settled_by_the_first(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    hired: list[Chunk] = []

    def hire(_connection: object, chunks: Sequence[Chunk]) -> list[int]:
        hired.extend(chunks)
        return list(range(len(hired) - len(chunks) + 1, len(hired) + 1))

    ledger.queue("b", [outgoing(n) for n in range(10)])
    with writing(ledger._engine) as connection:  # as queueing does in PostgreSQL
        hand_over(connection, hire, "acme", range(1, 11), None)
    suspended = ledger.leased(1)
    sending = suspended.exchange((), None, 4)
    assert len(sending) == 4
    assert suspended.take_over("acme", hire, 1) == 10
    assert hired[-1] == Chunk("acme", 10, None, 1)

    # The worker comes back in the middle of its run.
    assert suspended.interrupted() == []
    assert list(suspended.exchange((), None, 10)) == []
    assert suspended.pass_on("acme", hire, None) == 0
    assert suspended.take_over("acme", hire, 1) == 0
    # What it was sending, it did send: its reply is more reliable than what the other worker assumes.
    taker = ledger.leased(2)
    assert [e.number for e in taker.interrupted()] == [e.number for e in sending]
    taker.settle([(e, Outcome(State.AMBIGUOUS, "died")) for e in taker.interrupted()])
    suspended.settle([(sending[0], Outcome(State.SENT, "250 ok"))])
    assert len(taker.exchange((), None, 10)) == 6
    counts = ledger.counts()
    assert (counts[State.SENT], counts[State.AMBIGUOUS], counts[State.SENDING]) == (1, 3, 6)
    ledger.close()
