"""Dispatch against real SMTP servers on loopback: replies become outcomes, lost replies leave doubt, URLs are judged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from franking.dispatch import (
    Credentials,
    Dispatcher,
    PooledTransport,
    RateLimiter,
    open_transport,
    parse_rate,
    read_credentials,
    recover,
)
from franking.dispatch.transports.directory import DirectoryTransport
from franking.errors import ConfigurationError, FrankingError
from franking.model import _TOKEN, State
from franking.outbox import Ledger, Limit
from tests.contract.ledger_contract import outgoing
from tests.ports import free_port

BOTH = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])


class Scripted:
    """An aiosmtpd handler that answers as told; ``received`` holds what it took. ``pipelining`` is advertised, too."""

    def __init__(self, *, pipelining: bool = False, **answers: Callable[[str], str]) -> None:
        self.answers = answers
        self.pipelining = pipelining
        self.received: list[tuple[str, bytes]] = []

    def answer(self, phase: str, address: str) -> str:
        told = self.answers.get(phase)
        return told(address) if told is not None else "250 ok"

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answer("mail", address)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        answer = self.answer("rcpt", address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        answer = self.answer("data", envelope.rcpt_tos[0])
        if answer == "cut":
            self.received.append((envelope.rcpt_tos[0], envelope.original_content))
            server.transport.abort()
            return "250 never heard"
        if answer.startswith("250"):
            self.received.append((envelope.rcpt_tos[0], envelope.original_content))
        return answer


@contextmanager
def server(*, pipelining: bool = False, **answers: Callable[[str], str]) -> Iterator[tuple[str, Scripted]]:
    handler = Scripted(pipelining=pipelining, **answers)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), server_hostname="localhost")
    controller.start()
    try:
        yield f"smtp+plain://127.0.0.1:{controller.port}", handler
    finally:
        controller.stop()


def run(ledger: Ledger, url: str, connections: int = 2, rate: float | None = None, caps: tuple[int, ...] = ()) -> Dispatcher:
    transport = open_transport(url, Credentials())
    with ThreadPoolExecutor(1) as executor:
        rate_limiter = RateLimiter(
            ledger.allowances([Limit("sender:acme", rate, caps)]) if rate or caps else None, rate, executor
        )
        dispatcher = Dispatcher(ledger, transport, "b", connections, rate_limiter, lambda _n: None, executor=executor)
        asyncio.run(dispatcher.run())
    return dispatcher


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


@BOTH
@pytest.mark.parametrize("lead", [b"", b".leading: "])
def test_messages_arrive_as_they_were_sealed(ledger: Ledger, pipelining: bool, lead: bytes) -> None:
    content = lead + b"Subject: x\r\n\r\n.\r\n.\r\n..two\r\nlong " + b"x" * 900 + b".\r\n"
    ledger.queue("b", [outgoing(n, content=content) for n in range(20)])
    with server(pipelining=pipelining) as (url, handler):
        run(ledger, url, connections=5)
    assert sorted(r for r, _ in handler.received) == sorted(f"b{n}@marketplace.amazon.de" for n in range(20))
    assert {c for _, c in handler.received} == {content}
    assert ledger.counts()[State.SENT] == 20


@BOTH
@pytest.mark.parametrize(
    ("phase", "code", "state"),
    [(phase, code, State.DEFERRED) for phase in ("mail", "rcpt", "data") for code in ("450", "452")]
    + [(phase, code, State.FAILED) for phase in ("rcpt", "data") for code in ("550", "554")],
)
def test_replies_become_outcomes_and_the_next_message_goes_on(
    ledger: Ledger, phase: str, code: str, state: State, pipelining: bool
) -> None:
    ledger.queue("b", [outgoing(n) for n in range(3)])
    asked = iter(range(100))
    with server(
        pipelining=pipelining, **{phase: lambda _a: f"{code} no <b1@marketplace.amazon.de>" if next(asked) == 1 else "250 ok"}
    ) as (
        url,
        handler,
    ):
        run(ledger, url, connections=1)
    assert len(handler.received) == 2
    assert ledger.counts()[state] == 1
    assert ledger.counts()[State.SENT] == 2
    (_, _, reply, _) = ledger.overview().problems()[0]
    assert reply == f"{code} no <address>"


@BOTH
@pytest.mark.parametrize("code", ["550", "554"])
def test_a_refused_sender_stops_the_batch_and_is_told_once(ledger: Ledger, code: str, pipelining: bool) -> None:
    """MAIL names no recipient: a refusal there is none of theirs, and would be the same for ten thousand of them."""
    ledger.queue("b", [outgoing(n) for n in range(60)])
    with server(pipelining=pipelining, mail=lambda a: f"{code} no mail from <{a}>") as (url, handler):
        dispatcher = run(ledger, url, connections=4)
    assert dispatcher.stopped == f"the server accepts no message from this sender: {code} no mail from <address>"
    assert handler.received == []
    assert {s: n for s, n in ledger.counts().items() if n} == {State.QUEUED: 60}


@BOTH
def test_a_reply_lost_after_the_final_dot_leaves_doubt_and_is_never_resent(ledger: Ledger, pipelining: bool) -> None:
    ledger.queue("b", [outgoing(n) for n in range(3)])
    with server(pipelining=pipelining, data=lambda a: "cut" if a.startswith("b1@") else "250 ok") as (url, handler):
        run(ledger, url, connections=1)
        ledger.queue("b", [outgoing(n) for n in range(3)])
        run(ledger, url, connections=1)
    assert sorted(r[:2] for r, _ in handler.received) == ["b0", "b1", "b2"]
    assert ledger.counts()[State.AMBIGUOUS] == 1
    assert ledger.counts()[State.SENT] == 2


def test_an_unreachable_server_leaves_everything_queued(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from franking.dispatch import run as dispatch_run

    monkeypatch.setattr(dispatch_run, "_BACKOFF", 0.01)
    ledger.queue("b", [outgoing(n) for n in range(3)])
    dispatcher = run(ledger, f"smtp+plain://127.0.0.1:{free_port()}")
    assert "cannot be reached" in dispatcher.stopped
    assert ledger.counts()[State.QUEUED] == 3


def test_starttls_is_demanded(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(1)])
    with server() as (url, handler), pytest.raises(FrankingError, match="STARTTLS"):
        run(ledger, url.replace("smtp+plain", "smtp"), connections=3)
    assert handler.received == []
    assert ledger.counts()[State.QUEUED] == 1


def test_a_directory_takes_whole_files_and_gives_evidence(ledger: Ledger, tmp_path: Path) -> None:
    ledger.queue("b", [outgoing(n) for n in range(3)])
    transport = open_transport(f"dir:{tmp_path / 'out'}", Credentials())
    first, second = ledger.claim("b", 2)  # a process that dies now leaves both in "sending"

    async def deliver() -> None:
        connection = await transport.connect()
        assert isinstance(connection, DirectoryTransport)
        await connection.deliver(first)

    asyncio.run(deliver())
    recover(ledger, transport)
    assert ledger.counts()[State.SENT] == 1
    assert ledger.counts()[State.QUEUED] == 2
    run(ledger, f"dir:{tmp_path / 'out'}")
    assert len(list((tmp_path / "out").glob("*.eml"))) == 3
    assert second.content == b"hello"


def test_an_interrupted_smtp_message_is_ambiguous(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(1), outgoing(2)])
    ledger.claim("b", 1)
    recover(ledger, open_transport("smtp+plain://127.0.0.1:25", Credentials()))
    assert ledger.counts()[State.AMBIGUOUS] == 1
    assert ledger.counts()[State.QUEUED] == 1


def test_the_rate_holds_over_all_connections(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(n) for n in range(20)])
    with server() as (url, _):
        start = time.monotonic()
        run(ledger, url, connections=5, rate=40)
        assert time.monotonic() - start >= 19 / 40 - 0.1  # never faster; a bound, not a speed test


def test_the_day_s_cap_stops_the_batch_and_holds_for_the_next_one(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(n) for n in range(9)])
    with server() as (url, handler):
        assert run(ledger, url, caps=(4, 100)).stopped == "the day's cap is reached"
        assert len(handler.received) == 4
        assert run(ledger, url, caps=(4, 100)).stopped == "the day's cap is reached"
        assert len(handler.received) == 4
        assert run(ledger, url, caps=(6, 100)).stopped == "the day's cap is reached"
        assert len(handler.received) == 6
    assert ledger.counts()[State.QUEUED] == 3


def test_what_a_batch_did_not_use_of_the_day_s_cap_is_returned(ledger: Ledger) -> None:
    ledger.queue("b", [outgoing(n) for n in range(3)])
    with server() as (url, handler):
        run(ledger, url, caps=(5,))
        ledger.queue("b", [outgoing(n) for n in range(10, 14)])
        run(ledger, url, caps=(5,))
        assert len(handler.received) == 5


@BOTH
def test_a_kept_connection_serves_the_next_chunk_after_a_refusal(ledger: Ledger, pipelining: bool) -> None:
    with server(pipelining=pipelining, rcpt=lambda a: "550 no" if a.startswith("b1@") else "250 ok") as (url, handler):
        transport = PooledTransport(open_transport(url, Credentials()), 1)

        async def chunks() -> None:
            for batch, number in (("one", 1), ("two", 2)):
                ledger.queue(batch, [outgoing(number)])
                await Dispatcher(ledger, transport, batch, 1, RateLimiter(), lambda _n: None).run()
            await transport.end()

        asyncio.run(chunks())
        assert transport.opened == 1
        assert [address for address, _ in handler.received] == ["b2@marketplace.amazon.de"]
    assert ledger.counts()[State.FAILED] == ledger.counts()[State.SENT] == 1


def test_a_ledger_that_cannot_be_written_lets_what_is_on_the_wire_end(ledger: Ledger, tmp_path: Path) -> None:
    """A trigger breaks the claim of the second group; the replies of the first are kept once the ledger works again."""
    ledger.queue("b", [outgoing(n) for n in range(60)])
    with ledger._engine.begin() as connection:
        connection.execute(text(
            "CREATE TRIGGER broken BEFORE UPDATE ON message WHEN NEW.state = 'sending' AND "
            "(SELECT count(*) FROM message WHERE state = 'queued') < 40 BEGIN SELECT RAISE(FAIL, 'disk full'); END"))  # fmt: skip
    with server() as (url, handler), pytest.raises(FrankingError, match=r"the ledger .* disk full"):
        run(ledger, url)
    counts = ledger.counts()
    assert counts[State.SENT] == len(handler.received) > 0
    assert counts[State.SENDING] + counts[State.AMBIGUOUS] == 0
    assert counts[State.QUEUED] == 60 - counts[State.SENT]


def test_what_is_scheduled_leaves_when_it_is_due(ledger: Ledger) -> None:
    later = datetime.now(UTC) + timedelta(seconds=0.6)
    ledger.queue("b", [outgoing(1), replace(outgoing(2), due_at=later, token=_TOKEN)])
    with server() as (url, handler):
        run(ledger, url)
        assert [address for address, _ in handler.received] == ["b1@marketplace.amazon.de"]
        time.sleep(0.7)
        run(ledger, url)
        assert [address for address, _ in handler.received] == ["b1@marketplace.amazon.de", "b2@marketplace.amazon.de"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://x", "unknown transport 'http'"),
        ("smtp://", "cannot be read"),
        ("smtp://user:secret@host", "no password in the transport URL"),
        ("smtp+plain://mail.example.com:25", "would send without encryption to mail.example.com"),
        ("smtp://host:99999", "cannot be read"),
        ("smtp://host/path", "cannot be read"),
        ("dir:", "has no folder"),
    ],
)
def test_transport_urls(url: str, message: str) -> None:
    with pytest.raises(FrankingError) as error:
        open_transport(url, Credentials())
    assert message in str(error.value)
    assert "secret" not in str(error.value)


def test_passwords_stay_out_of_sight(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o644)
    with pytest.raises(FrankingError, match=r"others can read it \(mode 0644\)"):
        read_credentials("", path)
    path.chmod(0o600)
    credentials = read_credentials("", path)
    assert credentials.password == "secret"
    assert "secret" not in repr(credentials)


@pytest.mark.parametrize(("text", "rate"), [("5", 5), ("5/s", 5), ("300/m", 5), ("3600/h", 1), ("0.5/s", 0.5)])
def test_rates(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "-1/s", "5/y"])
def test_no_rates(text: str) -> None:
    with pytest.raises(FrankingError, match="expected for example"):
        parse_rate(text)


def test_tls_from_the_start_is_verified(ledger: Ledger, tmp_path: Path) -> None:
    """``smtps://``: the certificate must be trusted, then the message goes over TLS."""
    import ssl

    from tests.real.postfix import certificate

    ca, pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    handler = Scripted()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), server_hostname="localhost", ssl_context=context)
    controller.start()
    url = f"smtps://127.0.0.1:{controller.port}"
    try:
        ledger.queue("b", [outgoing(1)])
        for ca_file, message in ((None, "certificate is not trusted"), (tmp_path / "nosuch.pem", "no CA certificates")):
            transport = open_transport(url, Credentials(), ca_file=ca_file)
            with pytest.raises(FrankingError, match=message):
                asyncio.run(Dispatcher(ledger, transport, "b", 1, RateLimiter(), lambda _n: None).run())
        assert ledger.counts()[State.QUEUED] == 1
        transport = open_transport(url, Credentials(), ca_file=ca)
        asyncio.run(Dispatcher(ledger, transport, "b", 1, RateLimiter(), lambda _n: None).run())
    finally:
        controller.stop()
    assert len(handler.received) == 1
    assert ledger.counts()[State.SENT] == 1


def test_a_file_in_place_of_the_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    for name in ("out", "out/inner"):
        transport = open_transport(f"dir:{tmp_path / name}", Credentials())
        with pytest.raises(ConfigurationError, match=r"^transport dir:\S+: \S+/out is a file, expected a folder$"):
            asyncio.run(transport.connect())
