"""What ends a run, and what is waited for: nothing is lost, and no row stays ``sending`` that the program knows more of."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from franking.dispatch import Credentials, Dispatcher, PooledTransport, RateLimiter, Transport, open_transport
from franking.dispatch import run as dispatch_run
from franking.dispatch.pipelined import Source
from franking.errors import OutboxError, OutboxUnavailable
from franking.model import Envelope
from franking.outbox import Ledger, Limit
from tests.contract.ledger_contract import outgoing
from tests.unit.strict_smtp import Fault, StrictServer

PATHS = pytest.mark.parametrize(
    "extensions", [(), ("PIPELINING",), ("PIPELINING", "CHUNKING")], ids=["one by one", "pipelined", "chunked"]
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.queue("b", [outgoing(n, content=b"Subject: x\r\n\r\nhello\r\n") for n in range(60)])
    return ledger


def states(ledger: Ledger) -> dict[str, int]:
    return {state.value: n for state, n in ledger.counts().items() if n}


def deliver(
    ledger: Ledger, server: StrictServer, *, patience: float = 0.0, progress: Callable[[int], None] = lambda _n: None,
    connections: int = 2, cancel_after: float | None = None, rate_limiter: RateLimiter | None = None,
) -> Dispatcher:  # fmt: skip
    async def run() -> Dispatcher:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        transport = open_transport(f"smtp+plain://127.0.0.1:{listening.sockets[0].getsockname()[1]}", Credentials())
        dispatcher = Dispatcher(ledger, transport, "b", connections, rate_limiter or RateLimiter(), progress, patience=patience)
        task = asyncio.create_task(dispatcher.run())
        if cancel_after is not None:
            asyncio.get_running_loop().call_later(cancel_after, task.cancel)
        try:
            await task
        finally:
            listening.close()
            for writer in server.writers:
                writer.close()
            await asyncio.sleep(0.02)
        return dispatcher

    return asyncio.run(run())


def break_claims(ledger: Ledger) -> None:
    with ledger._engine.begin() as connection:
        connection.execute(text(
            "CREATE TRIGGER broken BEFORE UPDATE ON message WHEN NEW.state = 'sending' AND "
            "(SELECT count(*) FROM message WHERE state = 'queued') < 40 BEGIN SELECT RAISE(FAIL, 'no'); END"))  # fmt: skip


def consistent(ledger: Ledger, server: StrictServer) -> None:
    counted = states(ledger)
    assert "sending" not in counted
    assert len(set(server.taken)) == len(server.taken)
    assert counted.get("sent", 0) <= len(server.taken) <= counted.get("sent", 0) + counted.get("ambiguous", 0)
    assert sum(counted.values()) == 60


def test_an_error_of_the_ledger_is_not_waited_for(ledger: Ledger) -> None:
    break_claims(ledger)
    server = StrictServer(("PIPELINING",), [])
    began = time.monotonic()
    with pytest.raises(OutboxError):
        deliver(ledger, server, patience=600)
    assert time.monotonic() - began < 60  # and not ten minutes
    consistent(ledger, server)
    assert states(ledger)["sent"] == len(server.taken) > 0


def hold(ledger: Ledger, path: Path, seconds: float) -> threading.Thread:
    """Somebody else writes to the database, and the ledger does not wait for its turn."""
    with ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def release() -> None:
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=release)
    thread.start()
    return thread


def test_a_ledger_that_is_away_is_waited_for(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch_run, "_BACKOFF", 0.05)
    thread = hold(ledger, tmp_path / "ledger.db", 0.5)
    server = StrictServer((), [])
    dispatcher = deliver(ledger, server, patience=60)
    thread.join()
    assert dispatcher.lost_sight
    assert states(ledger) == {"sent": 60}


def test_and_not_longer_than_patience_lasts(ledger: Ledger, tmp_path: Path) -> None:
    thread = hold(ledger, tmp_path / "ledger.db", 1.0)
    with pytest.raises(OutboxUnavailable):
        deliver(ledger, StrictServer((), []), patience=0.0)
    thread.join()
    assert states(ledger) == {"queued": 60}


def test_an_error_of_the_rate_s_table_ends_the_run_at_once(ledger: Ledger) -> None:
    with ledger._engine.begin() as connection:
        table = connection.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'allowance%'")).scalar_one()
        connection.execute(text(f"DROP TABLE {table}"))
    server = StrictServer((), [])
    rate_limiter = RateLimiter(ledger.allowances([Limit("sender:acme", 50, ())]), 50)
    with pytest.raises(OutboxError):
        deliver(ledger, server, patience=600, rate_limiter=rate_limiter)
    assert server.taken == []
    assert states(ledger) == {"queued": 60}


@PATHS
def test_an_error_of_the_program_lets_the_others_finish_and_is_raised(ledger: Ledger, extensions: tuple[str, ...]) -> None:
    calls = iter(range(1000))

    def progress(_n: int) -> None:
        if next(calls) == 7:
            raise ZeroDivisionError

    server = StrictServer(extensions, [])
    with pytest.raises(ZeroDivisionError):
        deliver(ledger, server, progress=progress, connections=4)
    consistent(ledger, server)
    assert "ambiguous" not in states(ledger)
    assert states(ledger)["sent"] == len(server.taken) >= 8


@PATHS
@pytest.mark.parametrize(("at", "doubt"), [("MAIL", 0), ("RCPT", 0), ("END", 1), ("takes it", 1)])
def test_a_run_that_is_cancelled_leaves_in_doubt_what_is_on_the_wire_and_nothing_else(
    ledger: Ledger, extensions: tuple[str, ...], at: str, doubt: int
) -> None:
    fault = Fault("END", "takes it, says nothing", 3) if at == "takes it" else Fault(at, "says nothing", 3)
    server = StrictServer(extensions, [fault], silence=3.0)
    with pytest.raises(asyncio.CancelledError):
        deliver(ledger, server, connections=1, cancel_after=0.6)
    consistent(ledger, server)
    assert states(ledger) == {"sent": 2, "queued": 58 - doubt, **({"ambiguous": 1} if doubt else {})}


@PATHS
def test_connections_that_went_stale_between_chunks_cost_no_message_its_turn(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    """Six idle connections that the server closes: one message must not be given back by each of them and be put off."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.queue("one", [outgoing(n) for n in range(60)])
    ledger.queue("two", [outgoing(100)])
    server = StrictServer(extensions, [])

    async def chunks() -> tuple[int, int]:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        transport = PooledTransport(open_transport(f"smtp+plain://127.0.0.1:{port}", Credentials()), 6)
        await Dispatcher(ledger, transport, "one", 6, RateLimiter(), lambda _n: None).run()
        before = transport.opened
        for writer in server.writers:
            writer.write(b"421 4.4.2 idle for too long\r\n")
            writer.close()
        await asyncio.sleep(0.1)
        await Dispatcher(ledger, transport, "two", 1, RateLimiter(), lambda _n: None).run()
        await transport.end()
        listening.close()
        for writer in server.writers:
            writer.close()
        await asyncio.sleep(0.05)
        return before, transport.opened

    before, after = asyncio.run(chunks())
    assert before >= 4  # as many as a message may be given back
    assert after == before + 1
    assert states(ledger) == {"sent": 61}


class Broken:
    """Somebody's own transport, whose connections fail with a message in hand."""

    url = "broken:"

    def __init__(self, evidence: bool | None) -> None:
        self._evidence = evidence

    alive = True

    async def connect(self) -> Broken:
        return self

    async def work(self, source: Source) -> None:
        assert await source.take() is not None
        raise KeyError("a bug")

    async def close(self) -> None:
        """Nothing is open."""

    def evidence(self, envelope: Envelope) -> bool | None:
        return self._evidence


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [(None, {"ambiguous": 1, "queued": 59}), (True, {"sent": 1, "queued": 59}), (False, {"queued": 60})],
)
def test_what_a_failing_transport_had_in_hand_goes_by_evidence(
    ledger: Ledger, evidence: bool | None, expected: dict[str, int]
) -> None:
    transport: Transport = Broken(evidence)
    dispatcher = Dispatcher(ledger, transport, "b", 1, RateLimiter(), lambda _n: None)
    with pytest.raises(KeyError):
        asyncio.run(dispatcher.run())
    assert states(ledger) == expected


@PATHS
def test_a_server_that_only_breaks_off_stops_the_batch_instead_of_deferring_all_of_it(
    ledger: Ledger, extensions: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch_run, "_BACKOFF", 0.01)
    server = StrictServer(extensions, [Fault("MAIL", "503 5.5.1 no", 0)])
    dispatcher = deliver(ledger, server, connections=1)
    assert dispatcher.stopped == "the server breaks off again and again (503 5.5.1 no)"
    assert states(ledger) == {"deferred": 5, "queued": 55}
    assert server.sessions == 20


def _raised(error: Exception, cause: Exception | None = None) -> Exception:
    error.__cause__ = cause
    return error


def test_the_queue_s_troubles_are_told_as_what_they_are() -> None:
    psycopg: Any = pytest.importorskip("psycopg")
    from procrastinate.exceptions import ConnectorException
    from psycopg_pool import PoolTimeout

    from franking.worker.jobs import queue_error

    away = [
        ConnectionRefusedError(), PoolTimeout("no connection in 30 s"), psycopg.OperationalError("server closed the connection"),
        _raised(ConnectorException(), psycopg.errors.AdminShutdown("terminating")),
        _raised(ConnectorException(), psycopg.errors.TooManyConnections("sorry")),
    ]  # fmt: skip
    broken = [
        _raised(ConnectorException(), psycopg.errors.UndefinedTable("no procrastinate_jobs")),
        _raised(ConnectorException(), psycopg.errors.InsufficientPrivilege("denied")),
        _raised(ConnectorException(), psycopg.errors.ReadOnlySqlTransaction("read-only")),
        psycopg.errors.DiskFull("full"),
    ]
    assert {type(queue_error(error)) for error in away} == {OutboxUnavailable}
    assert {type(queue_error(error)) for error in broken} == {OutboxError}
