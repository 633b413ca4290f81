"""The ledger's contract on SQLite."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from franking.model import FrankingError
from franking.outbox import Ledger
from tests.contract.ledger_contract import LedgerContract, Open


class TestSqlite(LedgerContract):
    @pytest.fixture
    def open_ledger(self, tmp_path: Path) -> Open:
        return lambda: Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


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
