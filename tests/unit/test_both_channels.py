"""Mails and calls of one ledger in one run: what a message of one channel comes to when something happens to the other."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.dispatch import Credentials, Dispatcher, RateLimiter, open_transport
from franking.model import OutgoingMessage, State
from franking.outbox import Ledger
from franking.sandbox import serve
from tests.contract.ledger_contract import outgoing
from tests.contract.test_transports import call
from tests.ports import free_port
from tests.unit.test_api_send import opened


class Polite:
    """Counts who greets and who says goodbye. ``cutting``: it cuts the first line instead of its reply to a body."""

    def __init__(self, *, cutting: bool = False) -> None:
        self.cutting = cutting
        self.greeted = self.left = self.taken = 0

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self.greeted += 1
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: Any, _session: Any, _envelope: Any) -> str:
        self.taken += 1
        if self.cutting:
            self.cutting = False
            server.transport.abort()
        return "250 ok"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:
        self.left += 1
        return "221 bye"


def sent(ledger: Ledger, handler: Polite, messages: list[OutgoingMessage]) -> dict[State, int]:
    """What became of messages that left on one connection."""
    ledger.queue("b", messages)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), server_hostname="localhost")
    controller.start()
    try:
        with serve() as sandbox, ThreadPoolExecutor(1) as executor:
            mails = open_transport(f"smtp+plain://127.0.0.1:{controller.port}", Credentials())
            transport = RoutedTransport(mails, ApiTransport(opened(sandbox), "acme"))
            limiter = RateLimiter(None, None, executor)
            asyncio.run(Dispatcher(ledger, transport, "b", 1, limiter, lambda _n: None, executor=executor).run())
    finally:
        controller.stop()
    return {state: number for state, number in ledger.counts().items() if number}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


def test_a_mail_connection_that_a_call_interrupts_ends_with_quit(ledger: Ledger) -> None:
    """RFC 5321, section 4.1.1.10: nothing was wrong with the connection to the mail server."""
    handler = Polite()
    assert sent(ledger, handler, [outgoing(1), call(2), outgoing(3), call(4)]) == {State.SENT: 4}
    assert handler.taken == 2
    assert handler.left == handler.greeted


def test_a_call_that_waits_behind_a_mail_is_sent_though_the_mail_connection_breaks(ledger: Ledger) -> None:
    """It was taken from the outbox while the mail's reply was awaited; nothing of it had left. Found by the simulation."""
    both = [call(0), outgoing(1), call(2), outgoing(3)]
    assert sent(ledger, Polite(cutting=True), both) == {State.SENT: 3, State.AMBIGUOUS: 1}
