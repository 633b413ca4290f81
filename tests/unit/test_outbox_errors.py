"""Outboxes that cannot be used: one line and exit code 2 from every command, and the class that says whose turn it is."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from franking.errors import ConfigurationError, FrankingError, OutboxError, OutboxUnavailable
from franking.model import Outcome, State
from franking.outbox import Ledger, engines, trouble
from franking.outbox.lock import server_lock
from tests.contract.ledger_contract import outgoing

DRIVER = Path(__file__).with_name("every_command.py")
# Permissions hold for root too where it has no capabilities.
PLAIN = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []


def every_command(url: str, folder: Path, *without: str) -> dict[str, tuple[int, str, str]]:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [*PLAIN, sys.executable, str(DRIVER), url, str(folder), *without], capture_output=True, text=True, check=False, timeout=300,
        cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, tuple[int, str, str]] = json.loads(done.stdout)
    return found


def made(path: Path) -> Path:
    ledger = Ledger(f"sqlite:///{path}")
    ledger.queue("b", [outgoing(n, seller="default") for n in range(4)])
    ledger.settle([(e, Outcome(State.AMBIGUOUS, "lost")) for e in ledger.claim("b", 1)])
    ledger.close()
    return path


def read_only_file(path: Path) -> None:
    made(path).chmod(0o444)


def read_only_folder(path: Path) -> None:
    made(path).parent.chmod(0o555)


def read_only_empty_folder(path: Path) -> None:
    path.parent.chmod(0o555)


def unreadable(path: Path) -> None:
    made(path).chmod(0)


def folder(path: Path) -> None:
    path.mkdir()


def no_database(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)


def damaged(path: Path) -> None:
    data = made(path).read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))


def cut_short(path: Path) -> None:
    path.write_bytes(made(path).read_bytes()[:5000])


def newer(path: Path) -> None:
    with sqlite3.connect(made(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def nobody_s_version(path: Path) -> None:
    with sqlite3.connect(made(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()


def something_else(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.close()


def tables_gone(path: Path) -> None:
    with sqlite3.connect(made(path)) as connection:
        for table in ("feed_step", "feed_line", "feed", "suppression", "attempt", "block", "message"):
            connection.execute(f"DROP TABLE {table}")
    connection.close()


BAD_FILES: list[tuple[Callable[[Path], None], str]] = [
    (read_only_file, "make the file and its folder writable"),
    (read_only_folder, "the ledger"),
    (unreadable, "make the file and its folder readable"),
    (folder, "is a folder; expected a file"),
    (no_database, "file is not a database; name another file"),
    (damaged, "the ledger"),
    (cut_short, "the ledger"),
    (newer, "has schema 9999, this Franking knows"),
    (nobody_s_version, "has schema 0000, which no version of Franking uses"),
    (something_else, "the file is a database of something else"),
    (tables_gone, "no such table"),
]


READING = ("plan", "status", "resolve", "cancel --dry-run", "suppress list", "bounces", "evidence", "resume", "feeds")
# What these need is still there.
NOT_TOUCHED: dict[Callable[[Path], None], tuple[str, ...]] = {
    read_only_file: READING,
    tables_gone: ("suppress list", "suppress add", "bounces", "resume"),
}


def told(results: dict[str, tuple[int, str, str]], words: str, *, but: tuple[str, ...] = ()) -> None:
    """Each command ended with one line that says so."""
    for name, (code, out, err) in results.items():
        if name in but:
            nothing = 1 if name == "evidence" else 0  # its exit code where there is nothing to show
            assert code in (nothing, 2, 3) and "Traceback" not in err, (name, out, err)
            continue
        assert "Traceback" not in err, (name, err)
        assert code == 2, (name, out, err)
        if name == "doctor":
            assert "problem" in out and words in out, (name, out)
        elif name == "worker" and "workers share a PostgreSQL ledger" in err:
            assert err.count("\n") == 1
        else:
            assert err.startswith("franking: ") and err.count("\n") == 1, (name, err)
            assert words in err, (name, err)


@pytest.mark.parametrize(("spoil", "words"), BAD_FILES, ids=[spoil.__name__ for spoil, _ in BAD_FILES])
def test_a_file_that_cannot_be_used_is_one_line_in_every_command(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    spoil(place / "ledger.db")
    try:
        told(every_command(f"sqlite:///{place / 'ledger.db'}", tmp_path / "work"), words, but=NOT_TOUCHED.get(spoil, ()))
    finally:
        place.chmod(0o755)


def test_no_ledger_can_be_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    read_only_empty_folder(place / "ledger.db")
    results = every_command(f"sqlite:///{place / 'ledger.db'}", tmp_path / "work")
    assert results.pop("plan")[0] == 0  # it stores nothing, and there is nothing to read
    assert "cannot be made: permission denied" in results["send"][2]
    assert "none can be made in" in results["doctor"][1]
    told(results, "", but=("doctor",))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://host/ledger", "outbox 'mysql': expected sqlite:///PATH or postgresql://"),
        ("nonsense", "the outbox URL cannot be read; expected for example sqlite:///franking.db"),
        ("sqlite://ledger.db", "expected sqlite:/// with three slashes"),
        ("sqlite:///ledger.db?mode=ro", "expected sqlite:/// with three slashes, then the path alone"),
        ("sqlite://", "an outbox in memory forgets which messages were sent"),
        ("sqlite:///:memory:", "an outbox in memory forgets which messages were sent"),
        ("postgresql://user@127.0.0.1:1/ledger", "Connection refused"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_line_in_every_command(tmp_path: Path, url: str, words: str) -> None:
    told(every_command(url, tmp_path / "work"), words)


def test_a_missing_driver_is_one_line_in_every_command(tmp_path: Path) -> None:
    results = every_command("postgresql://user@127.0.0.1:1/ledger", tmp_path / "work", "psycopg")
    told(results, 'pip install "franking[postgres]"')


# -- which class ---------------------------------------------------------------------------------------------------------------


def test_what_somebody_else_holds_may_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY", 0.1)
    path = made(tmp_path / "ledger.db")
    ledger = Ledger(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutboxUnavailable, match=r"the ledger .*ledger\.db: database is locked"):
        ledger.queue("b", [outgoing(9)])
    other.execute("ROLLBACK")
    other.close()
    ledger.queue("b", [outgoing(9)])
    with ledger.lock(), pytest.raises(OutboxUnavailable, match="another franking send"):
        Ledger(f"sqlite:///{path}").lock()


def test_a_full_disk_needs_a_change(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{made(tmp_path / 'ledger.db')}")
    with ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite answers as on a full disk
    with pytest.raises(OutboxError, match="database or disk is full; free some space"):
        ledger.queue("b", [outgoing(n, content=os.urandom(20_000)) for n in range(50, 90)])


def test_what_was_opened_and_may_not_be_written_needs_a_change(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{made(tmp_path / 'ledger.db')}")
    with ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    assert ledger.standing().queued == 3
    with pytest.raises(OutboxError, match="attempt to write a readonly database"):
        ledger.queue("b", [outgoing(9)])


def test_urls_and_files_are_classed(tmp_path: Path) -> None:
    for url, kind in (
        ("nonsense", ConfigurationError), ("mysql://x/y", ConfigurationError), ("postgresql://h:port/x", ConfigurationError),
        ("sqlite:////no/such/folder/x.db", OutboxError), (f"sqlite:///{tmp_path}", OutboxError),
        ("postgresql://user@127.0.0.1:1/ledger", OutboxUnavailable),
    ):  # fmt: skip
        with pytest.raises(FrankingError) as error:
            Ledger(url)
        assert type(error.value) is kind, url


def test_the_lock_in_a_server_that_is_away_is_one_line() -> None:
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg://user@127.0.0.1:1/ledger")
    with pytest.raises(OutboxUnavailable, match="Connection refused"):
        server_lock(engine)


@pytest.mark.parametrize(
    ("code", "may"),
    [
        (sqlite3.SQLITE_BUSY, True), (sqlite3.SQLITE_BUSY_SNAPSHOT, True), (sqlite3.SQLITE_LOCKED, True),
        (sqlite3.SQLITE_PROTOCOL, True), (sqlite3.SQLITE_CANTOPEN, False), (sqlite3.SQLITE_READONLY, False),
        (sqlite3.SQLITE_READONLY_DBMOVED, False), (sqlite3.SQLITE_FULL, False), (sqlite3.SQLITE_CORRUPT, False),
        (sqlite3.SQLITE_NOTADB, False), (sqlite3.SQLITE_IOERR_WRITE, False), (sqlite3.SQLITE_PERM, False),
    ],
)  # fmt: skip
def test_the_table_of_sqlite_s_codes(code: int, may: bool) -> None:
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    assert trouble.passing(error) is may


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ("08000", True), ("08001", True), ("08003", True), ("08004", True), ("08006", True), ("08P01", True),
        ("57P01", True), ("57P02", True), ("57P03", True), ("57P05", True), ("53300", True),
        ("40001", True), ("40P01", True), ("55P03", True),
        ("57P04", False), ("57014", False), ("53100", False), ("53200", False), ("25006", False), ("28000", False),
        ("28P01", False), ("3D000", False), ("42501", False), ("42P01", False), ("23505", False), ("58030", False),
        ("XX001", False),
    ],
)  # fmt: skip
def test_the_table_of_postgresql_s_codes(state: str, may: bool) -> None:
    from psycopg import errors

    assert trouble.passing(errors.lookup(state)("words")) is may


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ('connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused', True),
        ("connection failed: timeout expired", True),
        ("failed to resolve host 'nosuch.example': [Errno -2] Name or service not known", True),
        ("consuming input failed: server closed the connection unexpectedly", True),
        ("the connection is closed", True),
        ('connection to server at "h" failed: FATAL:  the database system is starting up', True),
        ('connection to server at "h" failed: FATAL:  the database system is not accepting connections', True),
        ('connection to server at "h" failed: FATAL:  sorry, too many clients already', True),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", True),
        ('connection to server at "h" failed: FATAL:  password authentication failed for user "x"', False),
        ('connection to server at "h" failed: FATAL:  database "x" does not exist', False),
        ('connection to server at "h" failed: FATAL:  role "x" does not exist', False),
        ('connection to server at "h" failed: FATAL:  no pg_hba.conf entry for host "h"', False),
        ("connection failed: fe_sendauth: no password supplied", False),
        ("connection failed: server does not support SSL, but SSL was required", False),
        ("connection failed: SSL error: certificate verify failed", False),
    ],
)
def test_the_words_of_libpq_while_connecting(words: str, may: bool) -> None:
    import psycopg

    assert trouble.passing(psycopg.OperationalError(words)) is may
