"""How a ledger packs contents, the same on every database."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from franking.errors import FrankingError
from franking.model import Outcome, OutgoingMessage, State
from franking.outbox import Ledger
from franking.outbox.packing import packer, unpacker
from franking.outbox.schema import blocks
from tests.contract.ledger_contract import Open, OpensLedger, outgoing

SHARED = b"".join(b"A line that everybody is written: %s\r\n" % sha256(b"%d" % n).hexdigest().encode() for n in range(200))


def letters(first: int, number: int, *, text: bytes = SHARED) -> list[OutgoingMessage]:
    """Messages that differ in a line about their buyer, halfway."""
    half = len(text) // 2
    return [
        outgoing(n, content=text[:half] + b"\r\nDear Buyer Number %d of Elm Street,\r\n" % n + text[half:])
        for n in range(first, first + number)
    ]


def kept(ledger: Ledger) -> list[tuple[int, bytes]]:
    """How many messages need each block, and what is in it."""
    with ledger._engine.connect() as connection:
        found = connection.execute(select(blocks.c.messages, blocks.c.packed).order_by(blocks.c.number)).all()
    return [(row.messages, unpacker()(row.packed)) for row in found]


def buyers(ledger: Ledger) -> set[int]:
    """Whose letters the ledger still holds, wherever it does."""
    return {int(n) for _, whole in kept(ledger) for n in re.findall(rb"Buyer Number (\d+) of", whole)}


class PackingContract(OpensLedger):
    def test_contents_come_back_as_they_were(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        given = [*letters(0, 30), outgoing(98, content=b""), outgoing(99, content=bytes(range(256)) * 3000)]
        ledger.queue("b", given)
        ledger.close()
        later = open_ledger()
        assert [e.content for e in later.claim("b", 99)] == [s.content for s in given]

    def test_what_messages_share_is_kept_once_in_fifty(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 120))
        with ledger._engine.connect() as connection:
            room = connection.execute(select(func.sum(func.length(blocks.c.packed)))).scalar_one()
        assert [messages for messages, _ in kept(ledger)] == [50, 50, 20]
        assert room < 120 * len(SHARED) / 20

    def test_a_large_message_has_a_block_of_its_own(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        given = [outgoing(n, content=b"%d" % n * size) for n, size in enumerate((10, 2 << 20, 10, 600 << 10, 600 << 10, 10))]
        ledger.queue("b", given)
        assert [messages for messages, _ in kept(ledger)] == [1, 1, 2, 2]
        assert [e.content for e in ledger.claim("b", 9)] == [s.content for s in given]

    def test_nothing_is_left_of_what_is_done(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 60))
        claimed = ledger.claim("b", 55)
        ledger.settle([(e, Outcome(State.SENT)) for e in claimed[:10]])
        ledger.settle([(e, Outcome(State.FAILED, "550 no")) for e in claimed[5:20]])  # half of them were settled before
        assert buyers(ledger) == set(range(20, 60))
        ledger.settle([(e, Outcome(State.DEFERRED, "450 later", datetime.now(UTC))) for e in claimed[20:23]])
        ledger.settle([(e, Outcome(State.AMBIGUOUS)) for e in claimed[23:26]])
        ledger.settle([(e, Outcome(State.SENT)) for e in claimed[26:50]])
        assert buyers(ledger) == {20, 21, 22, 23, 24, 25, *range(50, 60)}
        assert [messages for messages, _ in kept(ledger)] == [6, 10]
        ledger.unclaim(claimed[50:])
        assert [e.content for e in ledger.claim("b", 99)] == [s.content for s in (*letters(20, 3), *letters(50, 10))]
        ledger.upkeep("acme").resolve([], None, "sent")
        assert [messages for messages, _ in kept(ledger)] == [3, 10]
        ledger.upkeep("acme").erase(timedelta(seconds=-5))
        assert kept(ledger) == []

    def test_an_outcome_told_twice_takes_nothing_from_others(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 4))
        claimed = ledger.claim("b", 2)
        ledger.settle([(e, Outcome(State.SENT)) for e in (*claimed, *claimed)])
        assert buyers(ledger) == {2, 3}
        assert [e.content for e in ledger.claim("b", 9)] == [s.content for s in letters(2, 2)]

    def test_what_is_queued_again_is_kept_once(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [*letters(0, 60), *letters(5, 1)])  # one order twice
        assert [messages for messages, _ in kept(ledger)] == [49, 11]
        first = ledger.claim("b", 3)
        ledger.settle([(first[0], Outcome(State.SENT)), (first[1], Outcome(State.DEFERRED))])
        ledger.queue("c", letters(0, 70))  # of these, one is done and one is being sent
        assert [messages for messages, _ in kept(ledger)] == [1, 48, 20]
        assert buyers(ledger) == set(range(1, 70))
        assert sorted(e.content for e in ledger.claim("c", 99)) == sorted(
            s.content for n, s in enumerate(letters(0, 70)) if n not in (0, 2)
        )

    def test_a_transaction_that_failed_leaves_nothing_behind(self, open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        from franking.outbox import queueing

        ledger = open_ledger()

        def fails(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(queueing, "_join", fails)
            with pytest.raises(KeyboardInterrupt):
                ledger.queue("b", letters(0, 30))
        assert kept(ledger) == []
        ledger.queue("b", letters(0, 30))
        assert [e.content for e in ledger.claim("b", 99)] == [s.content for s in letters(0, 30)]

    @pytest.mark.parametrize("damage", [None, b"", b"rubbish", zstandard.FRAME_HEADER + b"cut", packer()(b"short")])
    def test_a_damaged_message_stops_a_group_before_anything_is_sent(self, open_ledger: Open, damage: bytes | None) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 60))
        with ledger._engine.begin() as connection:
            if damage is None:
                connection.execute(delete(blocks).where(blocks.c.messages == 10))
            else:
                connection.execute(update(blocks).where(blocks.c.messages == 10).values(packed=damage))
        with pytest.raises(FrankingError, match="the ledger contains a damaged message"):
            ledger.claim("b", 99)
        assert ledger.counts()[State.QUEUED] == 60
        assert len(ledger.claim("b", 50)) == 50
        ledger.upkeep("acme").erase(timedelta(seconds=-5))  # and damage does not keep anything
        assert buyers(ledger) == set()

    def test_any_content(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        number = iter(range(1000, 10**6))

        @given(st.lists(st.binary(max_size=300) | st.sampled_from([SHARED, SHARED[100:3000] * 9]), min_size=1, max_size=12))
        def comes_back(contents: list[bytes]) -> None:
            first = next(number)
            batch = f"b{first}"
            ledger.queue(batch, [outgoing(next(number), content=content) for content in contents])
            assert [e.content for e in ledger.claim(batch, 99)] == contents

        comes_back()

    def test_a_large_group_changes_what_waits_and_nothing_else(self, open_ledger: Open) -> None:
        """Many rows go into one statement; each is judged by itself."""
        ledger = open_ledger()
        ledger.queue("old", [outgoing(n, content=b"old") for n in range(0, 130, 2)])
        claimed = ledger.claim("old", 40)
        ends = (State.SENT, State.FAILED, State.AMBIGUOUS, State.DEFERRED)
        ledger.settle([(e, Outcome(ends[n % 4])) for n, e in enumerate(claimed[:32])])
        before = {n: ledger.state_of(outgoing(n).key) for n in range(130)}
        ledger.queue("new", [outgoing(n, content=b"new %d" % n) for n in range(130)])
        waits = {n for n, state in before.items() if state in (None, State.QUEUED, State.DEFERRED)}
        assert len(waits) == 130 - 24 - 8
        after = {n: ledger.state_of(outgoing(n).key) for n in range(130)}
        assert after == {n: State.QUEUED if n in waits else state for n, state in before.items()}
        assert sorted(e.content for e in ledger.claim("new", 999)) == sorted(b"new %d" % n for n in waits)
