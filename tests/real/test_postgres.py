"""The ledger's contract on a PostgreSQL server of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from franking.errors import FrankingError, OutboxUnavailable
from franking.model import _TOKEN, Outcome, OutgoingMessage, State
from franking.outbox import Chunk, Ledger
from franking.worker import open_queue, prepare
from tests.contract.every_contract import EveryContract
from tests.contract.ledger_contract import Open, outgoing
from tests.real.need import postgres_bin
from tests.real.postgres import empty, running

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("postgres")) as postgres:
        yield postgres.url


class TestPostgres(EveryContract):
    @pytest.fixture
    def open_ledger(self, server: str) -> Iterator[Open]:
        empty(server)
        opened: list[Ledger] = []

        def open_one() -> Ledger:
            opened.append(Ledger(server))
            return opened[-1]

        yield open_one
        for ledger in opened:
            ledger.close()

    @pytest.fixture
    def earlier(self, open_ledger: Open, server: str) -> Iterator[Connection]:
        """After ``open_ledger`` has emptied the database."""
        engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def test_the_folder_of_the_server_s_programs_is_found() -> None:
    programs = postgres_bin()
    assert programs is not None
    assert Path(programs / "initdb").exists()


def test_messages_go_from_job_to_job(server: str) -> None:
    """``hire`` numbers jobs; the queue's own tables are there for what a living job answers for."""
    empty(server)
    ledger = Ledger(server)
    hired: list[Chunk] = []

    def hire(_connection: object, chunks: Sequence[Chunk]) -> list[int]:
        hired.extend(chunks)
        return list(range(len(hired) - len(chunks) + 1, len(hired) + 1))

    soon = datetime.now(UTC) + timedelta(hours=1)
    late = [
        OutgoingMessage(m.key, m.sender, m.recipient, m.message_id, m.content, _TOKEN, soon) for m in map(outgoing, (900, 901))
    ]
    ledger.queue("b", [outgoing(n) for n in range(450)], hire)
    ledger.queue("c", late, hire)
    assert [(chunk.messages, chunk.due_at) for chunk in hired] == [(200, None), (200, None), (50, None), (2, soon)]
    leases = ledger.leased(3)
    claimed = leases.exchange((), None, 100)
    assert len(claimed) == 50
    assert len(leases.interrupted()) == 50
    assert ledger.standing().sending == 50
    leases.settle([(claimed[0], Outcome(State.SENT)), (claimed[1], Outcome(State.DEFERRED, "later", due_at=soon))])
    leases.unclaim(claimed[2:4])
    assert leases.withdraw() == 0
    assert leases.pass_on("acme", hire, None) == 3
    assert hired[-1].messages == 3
    assert ledger.leased(3).pass_on("acme", hire, None) == 0
    assert ledger.leased(4).pass_on("acme", hire, None) == 2
    assert hired[-1].due_at is not None
    assert hired[-1].due_at >= soon
    prepare(open_queue(server), server)
    assert ledger.standing().sending == 46
    assert ledger.reassign("acme", hire, every=False) == 405
    assert ledger.reassign("acme", hire, every=True) == 403
    assert ledger.shared
    with ledger.lock(), pytest.raises(OutboxUnavailable, match="another franking send"):
        Ledger(server).lock()
    ledger.close()


def test_jobs_need_a_server(tmp_path: Path) -> None:
    with pytest.raises(FrankingError, match="PostgreSQL"):
        Ledger(f"sqlite:///{tmp_path / 'l.db'}").reassign("acme", lambda _c, _k: [], every=True)
