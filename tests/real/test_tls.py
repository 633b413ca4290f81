"""Logging in and TLS against real SMTP servers: every mechanism, and every certificate that must not be taken."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from franking.dispatch import Credentials, Dispatcher, RateLimiter, open_transport
from franking.errors import FrankingError
from franking.model import State
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.ports import free_port
from tests.real.postfix import certificate

pytestmark = pytest.mark.real
USER, PASSWORD, TOKEN = "seller@fjord.example", "pass word €", "ya29.token"


def _result(right: bool) -> AuthResult:
    return AuthResult(success=right, handled=right)  # what is not handled is answered with 535


class Handler:
    """An aiosmtpd handler that also knows CRAM-MD5 (RFC 2195) and XOAUTH2; ``used`` is what clients logged in with."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.used: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received += envelope.rcpt_tos
        return "250 ok"

    async def auth_CRAM__MD5(self, server: Any, _arguments: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd names it
        challenge = b"<1896.697170952@localhost>"
        answer = await server.challenge_auth(challenge)
        user, _, digest = answer.decode().rpartition(" ")
        expected = hmac.new(PASSWORD.encode(), challenge, hashlib.md5).hexdigest()
        self.used.append("CRAM-MD5")
        return _result(user == USER and hmac.compare_digest(digest, expected))

    async def auth_XOAUTH2(self, _server: Any, arguments: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd names it
        self.used.append("XOAUTH2")
        return _result(base64.b64decode(arguments[1]) == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode())


@contextmanager
def server(
    folder: Path, *, implicit: bool, only: str = "", tls: tuple[Path, Path] | None = None
) -> Iterator[tuple[int, Handler, Path]]:
    """A server with TLS from the start, or by STARTTLS; with ``only``, this one way to log in is offered.
    aiosmtpd demands it only behind STARTTLS: it does not see that TLS from the start is TLS."""
    ca, chain = tls or certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    handler = Handler()

    def authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        handler.used.append(mechanism)
        assert isinstance(data, LoginPassword)
        return _result((data.login.decode(), data.password.decode()) == (USER, PASSWORD))

    ways = {"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"}
    options: dict[str, Any] = {"auth_exclude_mechanism": ways - {only}, "auth_required": bool(only) and not implicit}
    if only:
        options["authenticator"] = authenticate
    if implicit:
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), server_hostname="localhost", **options)
    controller.start()
    try:
        yield controller.port, handler, ca
    finally:
        controller.stop()


def deliver(tmp_path: Path, url: str, ca: Path | None, credentials: Credentials | None = None) -> Ledger:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.queue("b", [outgoing(1), outgoing(2)])
    transport = open_transport(url, credentials or Credentials(), ca_file=ca, timeout=10)
    asyncio.run(Dispatcher(ledger, transport, "b", 1, RateLimiter(), lambda _n: None).run())
    return ledger


@pytest.mark.parametrize("way", ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"])
@pytest.mark.parametrize("implicit", [True, False], ids=["implicit TLS", "STARTTLS"])
def test_every_way_to_log_in(tmp_path: Path, implicit: bool, way: str) -> None:
    credentials = Credentials(access_token=TOKEN) if way == "XOAUTH2" else Credentials(PASSWORD)
    with server(tmp_path, implicit=implicit, only=way) as (port, handler, ca):
        scheme = "smtps" if implicit else "smtp"
        ledger = deliver(tmp_path, f"{scheme}://{USER.replace('@', '%40')}@127.0.0.1:{port}", ca, credentials)
        assert ledger.counts()[State.SENT] == len(handler.received) == 2
        assert handler.used == [way]


@pytest.mark.parametrize("way", ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"])
def test_a_wrong_secret_is_one_error_and_nothing_leaves(tmp_path: Path, way: str) -> None:
    credentials = Credentials(access_token="wrong-secret") if way == "XOAUTH2" else Credentials("wrong-secret")
    with server(tmp_path, implicit=True, only=way) as (port, handler, ca):
        with pytest.raises(FrankingError, match="authentication refused") as problem:
            deliver(tmp_path, f"smtps://{USER.replace('@', '%40')}@127.0.0.1:{port}", ca, credentials)
        assert "wrong-secret" not in str(problem.value)
        assert handler.received == []


def test_a_renewed_token_is_read_from_its_file(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    with server(tmp_path, implicit=True, only="XOAUTH2") as (port, handler, ca):
        deliver(tmp_path, f"smtps://{USER.replace('@', '%40')}@127.0.0.1:{port}", ca, Credentials(token_file=token))
        assert len(handler.received) == 2


@pytest.mark.parametrize("implicit", [True, False], ids=["implicit TLS", "STARTTLS"])
@pytest.mark.parametrize(
    ("made", "trusted", "message"),
    [
        ({"days": -1}, True, "certificate has expired"),
        ({"host": "127.0.0.2"}, True, "IP address mismatch"),
        ({}, False, "self-signed certificate"),
    ],
    ids=["expired", "of another host", "of an unknown authority"],
)
def test_certificates_that_are_not_taken(
    tmp_path: Path, implicit: bool, made: dict[str, Any], trusted: bool, message: str
) -> None:
    with server(tmp_path, implicit=implicit, tls=certificate(tmp_path, **made)) as (port, handler, ca):
        scheme = "smtps" if implicit else "smtp"
        with pytest.raises(FrankingError, match=f"certificate is not trusted .*{message}"):
            deliver(tmp_path, f"{scheme}://127.0.0.1:{port}", ca if trusted else None)
        assert handler.received == []
    assert Ledger(f"sqlite:///{tmp_path / 'ledger.db'}").counts()[State.QUEUED] == 2


class Scripted(threading.Thread):
    """A server in the clear that answers a few commands with fixed bytes, and keeps what it heard."""

    def __init__(self, *answers: bytes) -> None:
        super().__init__(daemon=True)
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.heard = b""

    def run(self) -> None:
        """Serve one client."""
        with self._socket, self._socket.accept()[0] as client:
            client.settimeout(5)
            for answer in self._answers:
                client.sendall(answer)
                try:
                    self.heard += client.recv(65536)
                except OSError:
                    return


def test_a_server_that_hides_starttls_gets_nothing(tmp_path: Path) -> None:
    fake = Scripted(b"220 ready\r\n", b"250-localhost\r\n250 8BITMIME\r\n", b"221 bye\r\n")
    fake.start()
    with pytest.raises(FrankingError, match="offers no STARTTLS; nothing is sent in the clear"):
        deliver(tmp_path, f"smtp://{USER.replace('@', '%40')}@127.0.0.1:{fake.port}", None, Credentials(PASSWORD))
    fake.join(10)
    assert b"AUTH" not in fake.heard
    assert b"MAIL" not in fake.heard


def test_bytes_put_in_behind_the_answer_to_starttls_are_reported(tmp_path: Path) -> None:
    injected = b"250 injected\r\n"
    fake = Scripted(b"220 ready\r\n", b"250-localhost\r\n250 STARTTLS\r\n", b"220 go ahead\r\n" + injected)
    fake.start()
    with pytest.raises(FrankingError, match=rf"{len(injected)} unencrypted bytes after the reply to STARTTLS"):
        deliver(tmp_path, f"smtp://127.0.0.1:{fake.port}", None)
    assert b"MAIL" not in fake.heard
    assert Ledger(f"sqlite:///{tmp_path / 'ledger.db'}").counts()[State.QUEUED] == 2
