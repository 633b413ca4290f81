"""The ledger's contract on a PostgreSQL server of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from franking.outbox import Ledger
from tests.contract.ledger_contract import LedgerContract, Open
from tests.real.need import postgres_bin

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("postgres")
    programs = postgres_bin()
    assert programs is not None
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        for parent in [root, *root.parents[:-1]]:
            parent.chmod(parent.stat().st_mode | 0o011)
        shutil.chown(root, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = root / "data"
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-A", "trust", "-U", "franking"], check=True, capture_output=True, cwd=root
    )
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-l", str(root / "log")]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    subprocess.run([*control, "-w", "-o", options, "start"], check=True, capture_output=True, cwd=root)
    try:
        yield f"postgresql://franking@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=root)


class TestPostgres(LedgerContract):
    @pytest.fixture
    def open_ledger(self, server: str) -> Iterator[Open]:
        engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        engine.dispose()
        opened: list[Ledger] = []

        def open_one() -> Ledger:
            opened.append(Ledger(server))
            return opened[-1]

        yield open_one
        for ledger in opened:
            ledger.close()


def test_the_folder_of_the_server_s_programs_is_found() -> None:
    programs = postgres_bin()
    assert programs is not None
    assert Path(programs / "initdb").exists()
