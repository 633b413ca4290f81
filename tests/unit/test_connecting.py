"""Connecting to a mail server: each step that it may refuse, by real sockets and real TLS, and what each refusal means."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from franking.dispatch import Credentials, open_transport
from franking.dispatch.credentials import private_text, read_credentials
from franking.errors import ConfigurationError, FrankingError, TransportError, Unreachable
from tests.real.postfix import certificate

OPEN = ("PIPELINING", "SIZE 1000000")
SECURE = (*OPEN, "STARTTLS")
LOGIN = (*OPEN, "AUTH PLAIN XOAUTH2")


class Server:
    """Answers commands by their verb; ``extensions`` before and behind STARTTLS. ``answers`` stand for the usual ones."""

    def __init__(
        self, before: tuple[str, ...], behind: tuple[str, ...], answers: Mapping[str, bytes], chain: Path | None
    ) -> None:
        self.before, self.behind, self.answers, self.chain = before, behind, answers, chain
        self.verbs: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secured = False
        writer.write(self.answers.get("greeting", b"220 here\r\n"))
        try:
            while line := await reader.readline():
                verb = line.decode("latin-1").strip().partition(" ")[0].upper()
                self.verbs.append(verb)
                names = self.behind if secured else self.before
                usual = b"".join(b"250-%s\r\n" % name.encode() for name in ("here", *names)) + b"250 HELP\r\n"
                usual = (
                    usual
                    if verb == "EHLO"
                    else b"220 go\r\n"
                    if verb == "STARTTLS"
                    else b"235 in\r\n"
                    if verb == "AUTH"
                    else b"250 ok\r\n"
                )
                answer = self.answers.get(verb, usual)
                if not answer:
                    break
                writer.write(answer)
                if verb == "QUIT":
                    break
                if verb == "STARTTLS" and answer == b"220 go\r\n":
                    assert self.chain is not None
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(self.chain)
                    await writer.start_tls(context)
                    secured = True
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        writer.close()


def connect(
    scheme: str, credentials: Credentials, *, user: str = "", before: tuple[str, ...] = OPEN, behind: tuple[str, ...] = OPEN,
    ca: Path | None = None, chain: Path | None = None, **answers: bytes,
) -> list[str]:  # fmt: skip
    """Connect, and leave again; the verbs that the server heard."""
    server = Server(before, behind, answers, chain)

    async def story() -> None:
        ended = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await server(reader, writer)
            finally:
                ended.set()

        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        transport = open_transport(f"{scheme}://{user}127.0.0.1:{port}", credentials, ca_file=ca, timeout=5)
        try:
            session = await transport.connect()
            assert session.alive
            await session.close()
        finally:
            await asyncio.wait_for(ended.wait(), 5)
            listening.close()

    asyncio.run(story())
    return server.verbs


NONE, WORD, TOKEN = Credentials(), Credentials("word"), Credentials(access_token="token")


def test_a_server_that_knows_no_ehlo_is_greeted_by_helo() -> None:
    assert connect("smtp+plain", NONE, EHLO=b"502 what\r\n") == ["EHLO", "HELO", "QUIT"]


@pytest.mark.parametrize(
    ("answers", "error", "told"),
    [
        ({"greeting": b"554 no service\r\n"}, Unreachable, "GREETING: 554 no service"),
        (
            {"EHLO": b"550 5.7.1 Client host rejected\r\n", "HELO": b"550 5.7.1 Client host rejected\r\n"},
            TransportError,
            "EHLO",
        ),
        ({"greeting": b"421 later\r\n"}, Unreachable, "421"),
        ({"greeting": b"welcome\r\n"}, FrankingError, "no SMTP reply|GREETING"),
        ({"EHLO": b"421 later\r\n"}, Unreachable, "EHLO"),
        ({"EHLO": b""}, Unreachable, "127.0.0.1"),
    ],
)
def test_what_a_server_says_at_first(answers: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        connect("smtp+plain", NONE, **answers)


def test_nobody_listens() -> None:
    with pytest.raises(Unreachable):
        asyncio.run(open_transport("smtp+plain://127.0.0.1:1", NONE, timeout=5).connect())


def test_starttls_is_demanded(tmp_path: Path) -> None:
    ca, chain = certificate(tmp_path)
    assert connect("smtp", NONE, before=SECURE, ca=ca, chain=chain) == ["EHLO", "STARTTLS", "EHLO", "QUIT"]
    with pytest.raises(ConfigurationError, match=r"offers no STARTTLS; .* is smtp\+plain://\)"):
        connect("smtp", NONE)
    with pytest.raises(TransportError, match="bytes after the reply to STARTTLS"):
        connect("smtp", NONE, before=SECURE, STARTTLS=b"220 go\r\n250 injected\r\n")
    with pytest.raises(Unreachable, match="454"):
        connect("smtp", NONE, before=SECURE, STARTTLS=b"454 not now\r\n")
    with pytest.raises(ConfigurationError, match="certificate is not trusted"):
        connect("smtp", NONE, before=SECURE, chain=chain)
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(ConfigurationError, match="no CA certificates"):
        connect("smtp", NONE, before=SECURE, ca=tmp_path / "none.pem")


def test_logging_in(tmp_path: Path) -> None:
    ca, chain = certificate(tmp_path)

    def log_in(credentials: Credentials, behind: tuple[str, ...] = LOGIN, **answers: bytes) -> list[str]:
        return connect("smtp", credentials, user="shop@", before=SECURE, behind=behind, ca=ca, chain=chain, **answers)

    assert log_in(WORD)[-2:] == log_in(TOKEN)[-2:] == ["AUTH", "QUIT"]
    with pytest.raises(ConfigurationError, match="offers no XOAUTH2"):
        log_in(TOKEN, (*OPEN, "AUTH PLAIN"))
    with pytest.raises(ConfigurationError, match="has no password"):
        log_in(NONE)
    with pytest.raises(ConfigurationError, match="authentication refused"):
        log_in(WORD, AUTH=b"535 5.7.8 no\r\n")
    with pytest.raises(Unreachable, match="AUTH"):
        log_in(WORD, AUTH=b"454 4.7.0 later\r\n")
    with pytest.raises(TransportError):
        log_in(WORD, OPEN)  # no AUTH at all


def test_secrets_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("word\nmore\n")
    secret.chmod(0o600)
    assert read_credentials("", secret).password == "word"
    assert read_credentials("", None, "", secret).token() == "word"
    secret.write_bytes(b"\xff\xfe")
    for path in (secret, tmp_path / "missing"):
        with pytest.raises(ConfigurationError, match="no password can be read"):
            private_text(path, "password")
    secret.chmod(0o640)
    with pytest.raises(ConfigurationError, match="others can read it"):
        private_text(secret, "password")
