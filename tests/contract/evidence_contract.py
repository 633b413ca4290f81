"""What the ledger records of messages for whoever asks later, the same on every database."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from franking.errors import OutboxError
from franking.model import _TOKEN, Outcome, OutgoingMessage, State
from franking.model.evidence import Facts
from franking.outbox.schema import facts
from tests.contract.ledger_contract import Open, OpensLedger, outgoing
from tests.contract.migration_contract import fill, make_earlier

SHARED, OTHER = b'{"schema":1,"x":"\xc3\xa4"}', b'{"schema":1,"x":2}'


def judged(message: OutgoingMessage, document: bytes) -> OutgoingMessage:
    return replace(message, facts=Facts(hashlib.sha256(document).hexdigest(), document), token=_TOKEN)


class EvidenceContract(OpensLedger):
    def test_each_document_is_kept_once_and_stays(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [judged(outgoing(n), SHARED) for n in range(70)])
        ledger.queue("b", [judged(outgoing(70), OTHER), judged(outgoing(71), SHARED), outgoing(72)])
        with ledger._engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(facts)).scalar() == 2
        ledger.settle([(e, Outcome(State.SENT, "250 ok")) for e in ledger.claim("b", 99)])
        ledger.upkeep("acme").erase(timedelta(0))
        ledger = open_ledger()
        found = {n: ledger.evidence("acme", outgoing(n).key.order_id) for n in (0, 69, 70, 71, 72)}
        assert all(len(each) == 1 for each in found.values())
        assert [found[n][0].facts for n in found] == [{"schema": 1, "x": "ä"}] * 2 + [
            {"schema": 1, "x": 2}, {"schema": 1, "x": "ä"}, None,
        ]  # fmt: skip
        first = found[0][0]
        assert (first.digest, first.size, first.state) == (hashlib.sha256(SHARED).hexdigest(), 5, State.SENT)
        assert [(a.state, a.reply) for a in first.attempts] == [(State.SENT, "250 ok")]
        assert first.claimed_at is not None and first.sent_at == first.attempts[0].at
        assert first.first_queued_at == first.queued_at <= first.claimed_at <= first.sent_at
        assert ledger.evidence("acme", outgoing(0).key.order_id, "invoice") == []
        assert ledger.evidence("other", outgoing(0).key.order_id) == []

    def test_what_takes_a_message_s_place_brings_its_own(self, open_ledger: Open) -> None:
        """The earlier attempt was with the earlier content, and is told with its time."""
        ledger = open_ledger()
        ledger.queue("b", [judged(outgoing(1), SHARED)])
        ledger.settle([(e, Outcome(State.DEFERRED, "451 later")) for e in ledger.claim("b", 1)])
        ledger.queue("c", [judged(outgoing(1, content=b"another"), OTHER)])
        (found,) = ledger.evidence("acme", outgoing(1).key.order_id)
        assert (found.facts, found.size, found.claimed_at, found.sent_at) == ({"schema": 1, "x": 2}, 7, None, None)
        assert found.first_queued_at < found.queued_at
        ledger.queue("d", [outgoing(1)])  # of which nothing is known
        (found,) = ledger.evidence("acme", outgoing(1).key.order_id)
        assert (found.facts, found.digest) == (None, None)

    def test_a_damaged_document_proves_nothing(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [judged(outgoing(1), SHARED)])
        for damage in (b"rubbish", b"x\x9c\x03\x00\x00\x00\x00\x01"):  # the latter is nothing, packed
            with ledger._engine.begin() as connection:
                connection.execute(update(facts).values(packed=damage))
            with pytest.raises(OutboxError, match="damaged record"):
                ledger.evidence("acme", outgoing(1).key.order_id)

    def test_of_messages_of_an_earlier_version_nothing_is_claimed(self, open_ledger: Open, earlier: Connection) -> None:
        make_earlier(earlier)
        fill(earlier, {3: (None, None, State.SENT)})
        earlier.commit()
        (found,) = open_ledger().evidence("acme", "302-1234567-0000003")
        assert (found.state, found.facts, found.size, found.claimed_at) == (State.SENT, None, None, None)
