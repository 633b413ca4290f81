"""A ledger that an earlier version wrote, taken over with what waits in it."""

from __future__ import annotations

import zlib
from importlib import import_module

import pytest
import zstandard
from sqlalchemy import Connection, text

from franking.errors import FrankingError
from franking.model import Key, Outcome, State
from tests.contract.ledger_contract import Open, OpensLedger, holds_content, outgoing

SHARED = b"A line that everybody is written.\r\n" * 40
VERSIONS = ("0001_messages_and_attempts", "0002_retries_and_suppressions", "0003_leases_and_allowances",
            "0004_dictionaries_and_indexes")  # fmt: skip


def letter(number: int) -> bytes:
    return SHARED + b"Dear Buyer Number %d,\r\n" % number + SHARED


def make_earlier(connection: Connection) -> None:
    """The tables as the version before had them."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with Operations.context(MigrationContext.configure(connection)):
        for name in VERSIONS:
            import_module(f"franking.outbox.migrations.versions.{name}").upgrade()
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("INSERT INTO alembic_version VALUES ('0004')"))


def fill(connection: Connection, contents: dict[int, tuple[bytes | None, int | None, State]]) -> None:
    """Messages by number: the content as that version packed it, its dictionary, the state."""
    shared = zstandard.ZstdCompressor().compress(SHARED)
    connection.execute(text("INSERT INTO dictionary (number, kind, content) VALUES (7, 'reply', :c)"), {"c": shared})
    for number, (content, dictionary, state) in contents.items():
        values = {
            "o": f"302-1234567-{number:07d}", "s": state.value, "m": f"<{number}.reply@example.com>", "c": content,
            "d": dictionary, "r": f"b{number}@marketplace.amazon.de" if content is not None else None,
        }  # fmt: skip
        connection.execute(text(
            "INSERT INTO message (seller, order_id, kind, state, batch, sender, recipient, message_id, content, dictionary, "
            "created_at, updated_at) VALUES ('acme', :o, 'reply', :s, 'b', 'shop@example.com', :r, :m, :c, :d, "
            "'2026-01-01', '2026-01-01')"), values)  # fmt: skip


class MigrationContract(OpensLedger):
    def test_what_waits_in_an_earlier_ledger_is_sent(self, open_ledger: Open, earlier: Connection) -> None:
        make_earlier(earlier)
        shared = zstandard.ZstdCompressionDict(SHARED, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        with_dictionary = zstandard.ZstdCompressor(dict_data=shared)
        fill(earlier, {
            1: (zlib.compress(letter(1)), None, State.QUEUED),
            2: (zstandard.ZstdCompressor().compress(letter(2)), None, State.QUEUED),
            3: (None, None, State.SENT),
            4: (zstandard.ZstdCompressor().compress(letter(4)), None, State.AMBIGUOUS),
            **{n: (with_dictionary.compress(letter(n)), 7, State.QUEUED) for n in range(5, 70)},
            70: (zstandard.ZstdCompressor().compress(b"%d" * (1 << 20)), None, State.QUEUED),
        })  # fmt: skip
        earlier.commit()
        ledger = open_ledger()
        expected = [letter(1), letter(2), *map(letter, range(5, 70)), b"%d" * (1 << 20)]
        claimed = ledger.claim("b", 99)
        assert [e.content for e in claimed] == expected
        ledger.settle([(e, Outcome(State.SENT)) for e in claimed])
        assert not any(holds_content(ledger, outgoing(n).key) for n in (1, 2, 3, 69, 70))
        assert ledger.upkeep("acme").resolve([], None, "queued") == 1
        assert [e.content for e in ledger.claim("b", 9)] == [letter(4)]
        ledger.queue("c", [outgoing(n, content=letter(n)) for n in range(100, 160)])  # numbers of blocks go on
        assert len(ledger.claim("c", 99)) == 60

    @pytest.mark.parametrize("damage", [(b"rubbish", None), (zstandard.FRAME_HEADER + b"cut", None), (zlib.compress(b"x")[:-3], None),
                                        (zstandard.ZstdCompressor().compress(b"x"), 99)])  # fmt: skip
    def test_what_could_not_be_read_is_still_told(
        self, open_ledger: Open, earlier: Connection, damage: tuple[bytes, int | None]
    ) -> None:
        make_earlier(earlier)
        fill(earlier, {1: (*damage, State.QUEUED), 2: (zlib.compress(letter(2)), None, State.QUEUED)})
        earlier.commit()
        ledger = open_ledger()
        with pytest.raises(FrankingError, match="the ledger contains a damaged message"):
            ledger.claim("b", 99)
        assert ledger.state_of(Key("acme", "302-1234567-0000001", "reply")) is State.QUEUED
