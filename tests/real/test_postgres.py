"""The ledger's contract on a PostgreSQL server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from franking.outbox import Ledger
from tests.contract.allowances_contract import AllowancesContract
from tests.contract.cancelling_contract import CancellingContract
from tests.contract.conditions_contract import ConditionsContract
from tests.contract.evidence_contract import EvidenceContract
from tests.contract.ledger_contract import LedgerContract, Open
from tests.contract.migration_contract import MigrationContract
from tests.contract.packing_contract import PackingContract
from tests.contract.stops_contract import StopsContract
from tests.contract.suppression_contract import SuppressionContract
from tests.real.need import postgres_bin
from tests.real.postgres import empty, running

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("postgres")) as postgres:
        yield postgres.url


class TestPostgres(
    LedgerContract,
    PackingContract,
    MigrationContract,
    SuppressionContract,
    AllowancesContract,
    CancellingContract,
    EvidenceContract,
    StopsContract,
    ConditionsContract,
):
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
