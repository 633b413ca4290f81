"""The pipelined session against servers that misbehave: a raw socket server that says what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from franking.dispatch import Credentials, Dispatcher, RateLimiter, open_transport
from franking.dispatch import run as dispatch_run
from franking.dispatch.pipelined import Timeouts
from franking.dispatch.smtp import SmtpTransport
from franking.dispatch.wire import Lost, Wire
from franking.errors import FrankingError
from franking.model import Envelope
from franking.outbox import Ledger
from franking.outbox.schema import blocks
from tests.contract.ledger_contract import outgoing

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Speaks SMTP by a script: per phase, bytes to answer with, "cut" to hang up, "stall" to say nothing."""

    def __init__(self, extensions: str = "250-PIPELINING", **script: str | list[str]) -> None:
        self.extensions = extensions
        self.script = {k: list(v) if isinstance(v, list) else [v] for k, v in script.items()}
        self.received: list[str] = []
        self.sessions = 0
        self.writers: list[asyncio.StreamWriter] = []

    def _say(self, phase: str, usual: str) -> str:
        told = self.script.get(phase)
        return told.pop(0) if told else usual

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        self.writers.append(writer)
        recipient = ""

        async def answer(phase: str, usual: str) -> bool:
            said = self._say(phase, usual)
            if said == "cut":
                writer.transport.abort()
                return False
            if said == "stall":
                await reader.read()  # until the client has had enough
                return False
            writer.write(said.encode() + b"\r\n")
            return True

        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(f"250-localhost\r\n{self.extensions}\r\n250 8BITMIME\r\n".encode())
            elif verb == b"MAIL" and not await answer("mail", "250 ok"):
                return
            elif verb == b"RCPT":
                recipient = line.decode().strip()
                if not await answer("rcpt", "250 ok"):
                    return
            elif verb == b"DATA":
                said = self._say("data", "354 go on")
                if said == "cut":
                    writer.transport.abort()
                    return
                writer.write(said.encode() + b"\r\n")
                if not said.startswith("354"):
                    continue
                body = b""
                while (part := await reader.readline()) not in (b".\r\n", b""):
                    body += part
                if not await self._take(recipient, body, answer):
                    return
            elif verb == b"BDAT":
                size = int(line.split()[1])
                if not await self._take(recipient, await reader.readexactly(size), answer):
                    return
            elif verb == b"RSET":
                writer.write(b"250 ok\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                writer.close()
                return

    async def _take(self, recipient: str, body: bytes, answer: Callable[[str, str], Awaitable[bool]]) -> bool:
        if body.strip():
            self.received.append(recipient)
        return await answer("final", "250 taken")


def deliver(ledger: Ledger, server: Server, timeouts: Timeouts | None = None, connections: int = 1) -> Dispatcher:
    async def run() -> Dispatcher:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        transport = open_transport(f"smtp+plain://127.0.0.1:{port}", Credentials())
        assert isinstance(transport, SmtpTransport)
        transport.timeouts = timeouts or Timeouts(5, 5, 5, 5)
        dispatcher = Dispatcher(ledger, transport, "b", connections, RateLimiter(), lambda _n: None)
        try:
            await dispatcher.run()
        finally:
            listening.close()
            for writer in server.writers:
                writer.close()
            await asyncio.sleep(0.02)  # let the closing reach both ends
        return dispatcher

    return asyncio.run(run())


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.queue("b", [outgoing(n, content=b"Subject: x\r\n\r\n.dot\r\nbody\r\n") for n in range(4)])
    return ledger


def states(ledger: Ledger) -> dict[str, int]:
    return {state.value: n for state, n in ledger.counts().items() if n}


def test_a_damaged_content_ends_the_batch_and_all_of_its_group_waits(ledger: Ledger) -> None:
    with ledger._engine.begin() as connection:
        connection.execute(update(blocks).values(packed=b"\x28\xb5\x2f\xfdcut"))
    server = Server("250-PIPELINING")
    with pytest.raises(FrankingError, match=r"^the ledger contains a damaged message; nothing of this group is sent$"):
        deliver(ledger, server)
    assert server.received == []
    assert states(ledger) == {"queued": 4}


def test_large_messages_are_in_memory_a_few_at_a_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch_run, "_LARGEST_BYTES", 5_000)
    ledger.queue("b", [outgoing(n, content=b"x" * 1_000) for n in range(4, 300)])
    groups: list[int] = []
    exchange = ledger.exchange

    def counted(*arguments: Any) -> Sequence[Envelope]:
        claimed = exchange(*arguments)
        groups.append(sum(len(envelope.content) for envelope in claimed))
        return claimed

    monkeypatch.setattr(ledger, "exchange", counted)
    deliver(ledger, Server("250-PIPELINING"), connections=10)
    assert states(ledger) == {"sent": 300}
    assert groups[0] > 5_000  # nothing is known of the first ones but their number
    assert max(groups[2:]) <= 5_000  # the second goes by the first, in which some are small


@pytest.mark.parametrize("extensions", ["250-PIPELINING", "250-PIPELINING\r\n250-CHUNKING"])
def test_all_arrive(ledger: Ledger, extensions: str) -> None:
    server = Server(extensions)
    deliver(ledger, server)
    assert states(ledger) == {"sent": 4}
    assert len(set(server.received)) == len(server.received) == 4
    assert server.sessions == 1


@pytest.mark.parametrize("extensions", ["250-PIPELINING", "250-PIPELINING\r\n250-CHUNKING"])
@pytest.mark.parametrize(("script", "expected", "sessions"), [
    ({"mail": ["cut"]}, {"sent": 4}, 2),
    ({"rcpt": ["cut"]}, {"sent": 4}, 2),
    ({"mail": ["421 too many"]}, {"sent": 4}, 2),
    ({"rcpt": ["421 going down"]}, {"sent": 4}, 2),
    ({"final": ["cut"]}, {"ambiguous": 1, "sent": 3}, 2),
    ({"final": ["250 ok", "cut"]}, {"ambiguous": 1, "sent": 3}, 2),
    ({"final": ["421 enough"]}, {"deferred": 1, "sent": 3}, 2),
    ({"final": ["452 full", "554 no"]}, {"deferred": 1, "failed": 1, "sent": 2}, 1),
    ({"rcpt": ["550 unknown"]}, {"failed": 1, "sent": 3}, 1),
    ({"mail": ["451 later"]}, {"deferred": 1, "sent": 3}, 2),  # it would have taken a body for nobody
    ({"final": ["250 \u00e9\r\n250 unasked"]}, {"sent": 4}, 2),
    ({"mail": ["hello?"]}, {"sent": 4}, 2),
])  # fmt: skip
def test_misbehaviour(
    ledger: Ledger, extensions: str, script: dict[str, list[str]], expected: dict[str, int], sessions: int
) -> None:
    server = Server(extensions, **script)
    deliver(ledger, server)
    assert states(ledger) == expected
    assert len(set(server.received)) == len(server.received), "somebody was written to twice"
    if "CHUNKING" not in extensions:
        assert server.sessions == sessions


@pytest.mark.parametrize(("phase", "expected"), [("mail", {"sent": 4}), ("final", {"ambiguous": 1, "sent": 3})])
def test_a_server_that_says_nothing_is_left(ledger: Ledger, phase: str, expected: dict[str, int]) -> None:
    server = Server("250-PIPELINING", **{phase: ["stall"]})
    deliver(ledger, server, Timeouts(0.3, 0.3, 0.3, 0.3))
    assert states(ledger) == expected
    assert len(set(server.received)) == len(server.received)


def test_a_server_that_always_breaks_off_defers(ledger: Ledger) -> None:
    server = Server(mail=["cut"] * 100)
    deliver(ledger, server)
    assert states(ledger) == {"deferred": 4}
    assert server.received == []


def test_several_connections_write_to_nobody_twice(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'many.db'}")
    ledger.queue("b", [outgoing(n, content=b"x\r\n") for n in range(300)])
    server = Server(
        mail=["250 ok"] * 20 + ["cut"] + ["250 ok"] * 30 + ["421 no"], final=["250 ok"] * 70 + ["cut"] + ["450 x"] * 3
    )
    deliver(ledger, server, connections=7)
    counted = states(ledger)
    assert sum(counted.values()) == 300
    assert counted["deferred"] == 3
    assert len(set(server.received)) == len(server.received)
    assert counted["sent"] <= len(server.received) <= counted["sent"] + counted.get("ambiguous", 0) + 3


class Plug(asyncio.Transport):
    """A transport that swallows what is written."""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def write(self, data: object) -> None:
        """Nothing."""

    def abort(self) -> None:
        """Nothing."""

    def is_closing(self) -> bool:
        return False


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(200, 559), st.lists(st.text(alphabet="ab @-<>\u00e9", max_size=8), min_size=1, max_size=3)), max_size=5),
       st.lists(st.integers(1, 7), min_size=1, max_size=60))  # fmt: skip
def test_replies_come_out_whole_however_they_are_cut(replies: list[tuple[int, list[str]]], cuts: list[int]) -> None:
    stream = b"".join(
        b"".join(f"{code}{' ' if i == len(lines) - 1 else '-'}{line}\r\n".encode() for i, line in enumerate(lines))
        for code, lines in replies
    )

    async def run() -> None:
        wire = Wire(Plug())
        rest, position = stream, 0
        while rest:
            size = cuts[position % len(cuts)]
            wire.data_received(rest[:size])
            rest, position = rest[size:], position + 1
        for code, lines in replies:
            reply = await wire.reply(0.1)
            assert (reply.code, reply.text) == (code, " ".join(lines))
        with pytest.raises(Lost):
            await wire.reply(0.01)

    asyncio.run(run())


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300))
def test_any_bytes_are_replies_or_the_end(data: bytes) -> None:
    async def run() -> None:
        wire = Wire(Plug())
        wire.data_received(data)
        with pytest.raises(Lost):
            for _ in range(100):
                await wire.reply(0.01)

    asyncio.run(run())
