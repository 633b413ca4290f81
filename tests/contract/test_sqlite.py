"""The ledger's contract on SQLite."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from franking.errors import FrankingError
from franking.model import Key, State
from franking.outbox import Ledger
from tests.contract.every_contract import EveryContract
from tests.contract.ledger_contract import Open


class TestSqlite(EveryContract):
    @pytest.fixture
    def open_ledger(self, tmp_path: Path) -> Open:
        return lambda: Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")

    @pytest.fixture
    def earlier(self, tmp_path: Path) -> Iterator[Connection]:
        engine = create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def test_the_file_is_its_owner_s(tmp_path: Path) -> None:
    Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert stat.S_IMODE((tmp_path / "ledger.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite:////no/such/folder/x.db"])
def test_urls_that_open_nothing(url: str) -> None:
    with pytest.raises(FrankingError):
        Ledger(url)


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(FrankingError, match="file is not a database"):
        Ledger(f"sqlite:///{path}")


def test_a_ledger_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """Made as versions without migrations made it: tables, and a row that tells the schema's number."""
    from importlib import import_module

    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    path = tmp_path / "ledger.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            import_module("franking.outbox.migrations.versions.0001_messages_and_attempts").upgrade()
        connection.execute(text("CREATE TABLE franking_schema (version INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO franking_schema VALUES (1)"))
        connection.execute(text(
            "INSERT INTO message (seller, order_id, kind, state, batch, sender, message_id, created_at, updated_at) VALUES "
            "('acme', '302-1234567-0000001', 'reply', 'sent', 'b', 's', '<m>', '2026-01-01', '2026-01-01')"))  # fmt: skip
    engine.dispose()
    ledger = Ledger(f"sqlite:///{path}")
    assert ledger.state_of(Key("acme", "302-1234567-0000001", "reply")) is State.SENT
    ledger.close()
    assert Ledger(f"sqlite:///{path}").counts()[State.SENT] == 1


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "ledger.db"
    Ledger(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(FrankingError, match="has schema 9999"):
        Ledger(f"sqlite:///{path}")


def test_a_damaged_ledger_is_told_in_one_line_everywhere(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "ledger.db"
    ledger = Ledger(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE suppression")
        connection.execute("DROP TABLE attempt")
        connection.execute("DROP TABLE message")
    connection.close()
    for ask in (lambda: ledger.suppressions("a").entries(), lambda: ledger.upkeep("a").doubts(), ledger.counts):
        with pytest.raises(FrankingError, match=r"the ledger .*ledger\.db: no such table"):
            ask()


def test_a_new_ledger_is_as_the_migrations_leave_it(tmp_path: Path) -> None:
    from sqlalchemy import create_engine, text

    from franking.outbox.migrating import migrate
    from franking.outbox.snapshot import written

    Ledger(f"sqlite:///{tmp_path}/new.db").close()
    engines = [create_engine("sqlite://"), create_engine(f"sqlite:///{tmp_path}/new.db")]
    with engines[0].begin() as migrated, engines[1].begin() as new:
        migrate(migrated, "in memory", None)
        assert written(new) == written(migrated)
        head = text("SELECT version_num FROM alembic_version")
        assert new.execute(head).all() == migrated.execute(head).all()
        pragmas = [
            [one.execute(text(f"PRAGMA {name}")).scalar() for one in (new, migrated)] for name in ("user_version", "encoding")
        ]
        assert all(one == other for one, other in pragmas)
    for engine in engines:
        engine.dispose()
