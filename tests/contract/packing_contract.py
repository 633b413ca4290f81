"""How a ledger packs contents, the same on every database."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from franking.model import FrankingError, Outcome, Sealed, State
from franking.outbox import Ledger
from franking.outbox.packing import Packer
from franking.outbox.schema import dictionaries, messages
from tests.contract.ledger_contract import Open, sealed

SHARED = b"".join(b"A line that everybody is written: %s\r\n" % sha256(b"%d" % n).hexdigest().encode() for n in range(200))


def letters(first: int, number: int, *, text: bytes = SHARED) -> list[Sealed]:
    """Messages that differ in a line about their buyer, halfway."""
    half = len(text) // 2
    return [
        sealed(n, content=text[:half] + b"\r\nDear Buyer Number %d of Elm Street,\r\n" % n + text[half:])
        for n in range(first, first + number)
    ]


def kept(ledger: Ledger) -> list[bytes]:
    with ledger._engine.connect() as connection:
        found = connection.execute(select(dictionaries.c.content).order_by(dictionaries.c.number)).scalars().all()
    return [zstandard.ZstdDecompressor().decompress(content) for content in found]


class PackingContract:
    """Subclasses give ``open_ledger``, which opens the same empty ledger each time it is called."""

    @pytest.fixture
    def open_ledger(self) -> Open:
        raise NotImplementedError

    def test_contents_come_back_as_they_were(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        given = [*letters(0, 30), sealed(98, content=b""), sealed(99, content=bytes(range(256)) * 3000)]
        ledger.queue("b", given)
        ledger.close()
        later = open_ledger()
        assert [e.content for e in later.claim("b", 99)] == [s.content for s in given]

    def test_what_messages_share_is_kept_once(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 30))
        ledger.queue("b", letters(30, 30))
        with ledger._engine.connect() as connection:
            largest = connection.execute(select(func.max(func.length(messages.c.content)))).scalar_one()
            assert connection.execute(select(func.count()).where(messages.c.dictionary.is_(None))).scalar() == 0
        assert largest < len(SHARED) / 50
        assert len(kept(ledger)) == 1
        ledger.close()
        later = open_ledger()  # another day's batch goes on with the same dictionary
        later.queue("c", letters(60, 30))
        assert len(kept(later)) == 1
        later.queue("c", letters(90, 30, text=SHARED.replace(b"everybody", b"each buyer")[::-1]))  # another template
        assert len(kept(later)) == 2
        assert len(later.claim("c", 99)) == 60

    def test_a_dictionary_holds_nobody_s_data(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 30))
        (shared,) = kept(ledger)
        assert shared.count(b"A line that everybody is written") > 190
        assert b"Dear Buyer" not in shared

    def test_few_buyers_or_one_make_no_dictionary(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", letters(0, 7))
        one = letters(10, 1)[0]
        # Many orders of one buyer: every line of theirs is hers.
        ledger.queue("b", [sealed(n, recipient=one.recipient, content=one.content) for n in range(20, 50)])
        assert kept(ledger) == []

    def test_a_transaction_that_failed_leaves_no_dictionary_behind(
        self, open_ledger: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from franking.outbox import queueing

        ledger = open_ledger()

        def fails(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(queueing, "write", fails)
            with pytest.raises(KeyboardInterrupt):
                ledger.queue("b", letters(0, 30))
        assert kept(ledger) == []
        ledger.queue("b", letters(0, 30))
        assert [e.content for e in ledger.claim("b", 99)] == [s.content for s in letters(0, 30)]

    def test_contents_of_earlier_versions_are_read(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [sealed(1)])
        with ledger._engine.begin() as connection:
            connection.execute(update(messages).values(content=zlib.compress(b"of old", 1), dictionary=None))
        assert [e.content for e in ledger.claim("b", 9)] == [b"of old"]

    @pytest.mark.parametrize("damage", [None, b"", b"rubbish", zstandard.FRAME_HEADER + b"cut", zlib.compress(b"x")[:-3]])
    def test_a_damaged_message_stops_a_group_before_anything_is_sent(self, open_ledger: Open, damage: bytes | None) -> None:
        ledger = open_ledger()
        ledger.queue("b", [sealed(1), sealed(2)])
        with ledger._engine.begin() as connection:
            last = 2 if damage is None else 1
            connection.execute(update(messages).where(messages.c.number <= last).values(content=damage))
        with pytest.raises(FrankingError, match="the ledger holds a damaged message"):
            ledger.claim("b", 9)
        assert ledger.counts()[State.QUEUED] == 2

    def test_noise_is_not_tried_for_ever(self, open_ledger: Open) -> None:
        """Contents that share too little make no dictionary, and soon nobody looks for one."""
        ledger = open_ledger()
        noise = b"".join(b"%x\r\n" % (n * 2654435761) for n in range(5000))
        for start in range(0, 60, 12):
            ledger.queue("b", [sealed(n, content=noise[n * 100 :] + b"a common line\r\n") for n in range(start, start + 12)])
        assert isinstance(ledger._packers["reply"], Packer)
        assert ledger._packers["reply"]._attempts <= 3
        assert len(ledger.claim("b", 99)) == 60

    def test_any_content(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("warm", letters(0, 30))
        number = iter(range(1000, 10**6))

        @given(st.lists(st.binary(max_size=300) | st.sampled_from([SHARED, SHARED[100:3000] * 9]), min_size=1, max_size=12))
        def comes_back(contents: list[bytes]) -> None:
            first = next(number)
            batch = f"b{first}"
            ledger.queue(batch, [sealed(next(number), content=content) for content in contents])
            assert [e.content for e in ledger.claim(batch, 99)] == contents

        comes_back()

    def test_a_large_group_changes_what_waits_and_nothing_else(self, open_ledger: Open) -> None:
        """Many rows go into one statement; each is judged by itself."""
        ledger = open_ledger()
        ledger.queue("old", [sealed(n, content=b"old") for n in range(0, 130, 2)])
        claimed = ledger.claim("old", 40)
        ends = (State.SENT, State.FAILED, State.AMBIGUOUS, State.DEFERRED)
        ledger.settle([(e, Outcome(ends[n % 4])) for n, e in enumerate(claimed[:32])])
        before = {n: ledger.state_of(sealed(n).key) for n in range(130)}
        ledger.queue("new", [sealed(n, content=b"new %d" % n) for n in range(130)])
        waits = {n for n, state in before.items() if state in (None, State.QUEUED, State.DEFERRED)}
        assert len(waits) == 130 - 24 - 8
        after = {n: ledger.state_of(sealed(n).key) for n in range(130)}
        assert after == {n: State.QUEUED if n in waits else state for n, state in before.items()}
        assert sorted(e.content for e in ledger.claim("new", 999)) == sorted(b"new %d" % n for n in waits)

    def test_threads_may_read_at_once(self, open_ledger: Open) -> None:
        """Each chunk of a worker has a thread for the ledger, and all read through the same one."""
        ledger = open_ledger()
        given = letters(0, 30, text=SHARED * 20)
        ledger.queue("b", given)
        with ledger._engine.connect() as connection:
            rows = connection.execute(select(messages.c.content, messages.c.dictionary).order_by(messages.c.number)).all()
            numbers = {r.dictionary for r in rows}
            ledger._unpacker.reader(connection, numbers)  # from here on the dictionary is known

            def read(_: int) -> bool:
                unpack = ledger._unpacker.reader(connection, numbers)
                return [unpack(r.content, r.dictionary) for r in rows] == [s.content for s in given]

            with ThreadPoolExecutor(8) as pool:
                assert all(pool.map(read, range(100)))
