"""The guards of the outbox and of sending that no other test reaches, by real ledgers and real servers."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from franking.dispatch import Credentials, Dispatcher, PooledTransport, RateLimiter, Retries, interrupted, open_transport
from franking.dispatch.pipelined import Source
from franking.errors import ConfigurationError, OutboxError, OutboxUnavailable
from franking.model import Envelope, Outcome, State
from franking.outbox import Ledger, Limit
from franking.outbox.held import ACCOUNT, Stop
from franking.outbox.packing import blanked, packer
from franking.outbox.trouble import passing
from tests.contract.ledger_contract import outgoing
from tests.unit.strict_smtp import StrictServer
from tests.unit.test_dispatch_errors import deliver, states

BOTH = pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one by one", "pipelined"])


def ledger_of(folder: Path, *contents: bytes) -> Ledger:
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    ledger.queue("b", [outgoing(n, content=content) for n, content in enumerate(contents)])
    return ledger


@BOTH
def test_a_message_that_the_server_cannot_take_fails_and_the_others_leave(extensions: tuple[str, ...], tmp_path: Path) -> None:
    small, large, eight = (
        b"Subject: x\r\n\r\nhello\r\n",
        b"Subject: x\r\n\r\n" + b"x" * 500 + b"\r\n",
        "Subject: x\r\n\r\nGröße\r\n".encode(),
    )
    ledger = ledger_of(tmp_path, large, small, large, eight, small)
    server = StrictServer((*extensions, "SIZE 200"), [])
    deliver(ledger, server, connections=1)
    assert states(ledger) == {"sent": 2, "failed": 3}
    assert len(server.taken) == 2
    told = {reply.split(" (")[0][:30] for _, reply, _ in ledger.overview().reasons()}
    assert len(told) == 2


@BOTH
def test_eight_bits_are_announced(extensions: tuple[str, ...], tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, "Subject: x\r\n\r\nGröße\r\n".encode())
    deliver(ledger, StrictServer((*extensions, "8BITMIME"), []), connections=1)
    assert states(ledger) == {"sent": 1}


def test_moments_of_a_rate_that_were_missed_are_no_burst(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)

    async def story() -> list[bool]:
        limiter = RateLimiter(ledger.allowances([Limit("sender:a", 50.0)]), 50.0)
        first = [await limiter.wait(), limiter.now()]
        limiter.put_back()
        await asyncio.sleep(0.3)
        return [*first, limiter.now()]

    waited, _, late = asyncio.run(story())
    assert waited
    assert not late


class _OnceIdle:
    """A transport whose first session finds its connection closed before the first byte of a message."""

    url = "test:"

    def __init__(self) -> None:
        self.sessions = 0
        self.alive = True

    async def connect(self) -> _OnceIdle:
        self.sessions += 1
        return self

    async def work(self, source: Source) -> None:
        while (envelope := await source.take()) is not None:
            if self.sessions == 1:
                source.give_back(envelope, "idle", unsent=True)
                return
            source.done(envelope, Outcome(State.SENT))

    async def close(self) -> None:
        """Nothing to close."""

    def evidence(self, envelope: Envelope) -> None:
        return None


def test_an_unsent_message_gives_its_place_under_the_daily_cap_back(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, b"Subject: x\r\n\r\nhello\r\n")
    cap = Limit("sender:a", None, (2,))
    transport = _OnceIdle()
    limiter = RateLimiter(ledger.allowances([cap]))
    asyncio.run(Dispatcher(ledger, transport, "b", 1, limiter, lambda _number: None, Retries()).run())
    assert (transport.sessions, states(ledger)) == (2, {"sent": 1})
    assert len(ledger.allowances([cap]).take(5)) == 1  # two were taken for one message that left


def test_trying_again_ends_with_a_message_s_age() -> None:
    envelope = Envelope(1, "a@b.example", "c@d.example", "<1>", b"", 3, datetime.now(UTC) - timedelta(days=3))
    ended = Retries().settle(envelope, Outcome(State.DEFERRED, "later"))
    assert (ended.state, ended.detail) == (State.FAILED, "given up after 3 tries: later")


def test_a_folder_that_cannot_be_made_and_a_pool_that_is_full(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="transport dir:"):
        asyncio.run(open_transport(f"dir:{tmp_path}/file/in", Credentials()).connect())

    async def story() -> None:
        pool = PooledTransport(open_transport(f"dir:{tmp_path}/sent", Credentials()), 1)
        one, other = await pool.connect(), await pool.connect()
        assert one.alive
        await one.close()  # it has not worked, and is closed
        for connection in (one, other):
            await connection.work(_Nothing())
            await connection.close()
        assert (await pool.connect()).alive
        assert pool.opened == 2
        await pool.end()
        assert pool.evidence(Envelope(1, "a@b.example", "c@d.example", "<1>", b"")) is False

    asyncio.run(story())


class _Nothing:
    """A source that has no message."""

    async def take(self) -> None:
        return None

    def take_now(self) -> None:
        return None

    def done(self, envelope: Envelope, outcome: Outcome) -> None:
        raise AssertionError

    def give_back(self, envelope: Envelope, why: str, *, unsent: bool = False) -> None:
        raise AssertionError


class _WindowsLoop(asyncio.SelectorEventLoop):
    """A loop that takes no signal handlers, as those of Windows."""

    def add_signal_handler(self, *_: object) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, _WindowsLoop])
def test_a_signal_ends_a_run_by_its_loop_or_by_the_interpreter(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    before = signal.getsignal(signal.SIGTERM)

    async def story() -> None:
        stopped = asyncio.Event()
        with interrupted(stopped.set):
            signal.raise_signal(signal.SIGTERM)
            await asyncio.wait_for(stopped.wait(), 5)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(story())
    assert signal.getsignal(signal.SIGTERM) == before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    async def story() -> None:
        with interrupted(lambda: None):
            pass

    thread = threading.Thread(target=lambda: asyncio.run(story()))
    thread.start()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("url", "error", "told"),
    [
        ("nonsense", ConfigurationError, "cannot be read"), ("mysql://a/b", ConfigurationError, "expected sqlite"),
        ("sqlite://host/a.db", ConfigurationError, "three slashes"), ("sqlite:///{}/none/a.db", OutboxError, "does not exist"),
        ("sqlite:///{}", OutboxError, "is a folder"), ("sqlite:///{}/other.db", OutboxError, "something else"),
        ("sqlite:///{}/unknown.db", OutboxError, "no version of Franking"), ("sqlite:///{}/text.db", OutboxError, "not a database"),
        ("sqlite:///{}/%00", (OutboxError, ConfigurationError), "."), ("postgresql://127.0.0.1:1/none", OutboxUnavailable, "ledger"),
        ("postgresql://a..b/none", (ConfigurationError, OutboxUnavailable), "ledger"),
    ],
)  # fmt: skip
def test_ledgers_that_cannot_be_used(url: str, error: type[Exception], told: str, tmp_path: Path) -> None:
    for name, statements in {
        "other.db": ["CREATE TABLE a (b)"],
        "unknown.db": ["CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('0000')"],
    }.items():
        with sqlite3.connect(tmp_path / name) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(error, match=told):
        Ledger(url.format(tmp_path))


def test_a_ledger_in_memory_and_one_with_files_beside_it(tmp_path: Path) -> None:
    ledger = Ledger("sqlite://")
    assert ledger.queue("b", []).numbers == []
    ledger.queue("b", [outgoing(1)])
    (envelope,) = ledger.exchange((), "b", 5)
    with ledger.lock():
        assert ledger.standing().sending == 1
    ledger.unclaim([envelope])
    assert ledger.overview().waiting_since() is not None
    assert ledger.exchange((), "b", 5)[0].message_id == envelope.message_id
    ledger.close()
    first = ledger_of(tmp_path, b"x")
    assert ledger_of(tmp_path).counts()[State.QUEUED] == 1  # beside its -wal and -shm
    first.close()


def test_a_lock_that_cannot_be_opened(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    (tmp_path / "ledger.db.lock").mkdir()
    with pytest.raises(OutboxError, match=r"its lock ledger\.db\.lock cannot be opened"):
        ledger.lock()
    assert ledger.standing().sending == 0


def test_what_is_told_of_addresses_stops_and_blocks(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, b"Subject: x\r\n\r\nhello\r\n")
    assert ledger.suppressions("acme").add_digests([], "bounce") == 0
    assert ledger.upkeep("acme").digest_of_order("nothing") == ""
    stops = [Stop("acme", kind, "why", datetime(2026, 11, 1, 10, tzinfo=UTC)) for kind in ("reply", ACCOUNT)]
    assert [stop.lifted_by for stop in stops] == ["franking resume --kind reply", "franking resume --account"]
    assert [str(stop) for stop in stops] == [
        "messages of the kind reply stopped since 2026-11-01 10:00 UTC: why", "every message of the account stopped since 2026-11-01 10:00 UTC: why",
    ]  # fmt: skip
    assert blanked(b"damaged", [(0, 3)]) == b""
    assert blanked(packer()(b"secret and more"), [(0, 6), (99, 3)]) == packer()(bytes(6) + b" and more")
    assert not passing(ValueError("no error of a database"))
