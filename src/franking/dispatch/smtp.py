"""SMTP through aiosmtplib: TLS verified, refused where it is not to be had, replies sorted into outcomes (RFC 5321)."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import cast

import aiosmtplib

from franking.dispatch.credentials import Credentials
from franking.dispatch.pipelined import Abilities, PipelinedConnection, Source, Timeouts
from franking.dispatch.replies import outcome_of, redacted
from franking.dispatch.starttls import secure, tls_context
from franking.dispatch.wire import Reply, Wire
from franking.errors import ConnectionBroken, FrankingError, Unreachable
from franking.model import Envelope, Outcome, State

_GREETING = 300.0  # seconds (RFC 5321, section 4.5.3.2.1)
_COMMAND = 300.0


class SmtpTransport:
    """One server. ``security`` is starttls, tls or plain."""

    def __init__(
        self, host: str, port: int, security: str, user: str, credentials: Credentials, ca_file: Path | None,
        timeout: float = _GREETING,
    ) -> None:  # fmt: skip
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self._credentials = credentials
        self._ca_file = ca_file
        self._timeout = timeout
        self.timeouts = Timeouts() if timeout == _GREETING else Timeouts().at_most(timeout)
        scheme = {"starttls": "smtp", "tls": "smtps", "plain": "smtp+plain"}[security]
        self.url = f"{scheme}://{host}:{port}"

    async def connect(self) -> SmtpConnection | PipelinedConnection:
        """Connect, secure, authenticate."""
        client = aiosmtplib.SMTP(
            hostname=self.host, port=self.port, use_tls=self.security == "tls", start_tls=False,
            tls_context=tls_context(self._ca_file) if self.security == "tls" else None, timeout=min(_GREETING, self._timeout),
        )  # fmt: skip
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
            if self.security == "starttls":
                await secure(client, tls_context(self._ca_file), self.url)
                await client.ehlo()
            if self.user:
                await self._log_in(client)
        except FrankingError:
            client.close()
            raise
        except aiosmtplib.SMTPAuthenticationError as error:
            client.close()
            raise FrankingError(
                f"transport {self.url}: authentication refused ({error.code} {redacted(error.message)})"
            ) from None
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPTimeoutError, aiosmtplib.SMTPServerDisconnected, OSError) as error:
            client.close()
            certificate = next((e for e in _causes(error) if isinstance(e, ssl.SSLCertVerificationError)), None)
            if certificate is not None:
                raise FrankingError(
                    f"transport {self.url}: the server's certificate is not trusted ({certificate.verify_message}); "
                    "set ca_file for an authority of your own"
                ) from None
            raise Unreachable(f"{self.url}: {redacted(str(error)) or type(error).__name__}") from None
        except aiosmtplib.SMTPException as error:
            client.close()
            raise FrankingError(f"transport {self.url}: {redacted(str(error))}") from None
        client.timeout = min(_COMMAND, self._timeout)
        if client.supports_extension("pipelining") and client.transport is not None:
            return PipelinedConnection(Wire(cast("asyncio.Transport", client.transport)), _abilities(client), self.timeouts)
        return SmtpConnection(client)

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        """By token (XOAUTH2) where there is one, otherwise by the strongest of CRAM-MD5, PLAIN and LOGIN that is offered."""
        token = self._credentials.token()
        if token:
            if "xoauth2" not in client.server_auth_methods:
                raise FrankingError(f"transport {self.url}: there is a token, and the server offers no XOAUTH2")
            await client.auth_xoauth2(self.user, token)
        elif self._credentials.password:
            await client.login(self.user, self._credentials.password)
        else:
            raise FrankingError(f"transport {self.url}: user {self.user!r} has no password; set FRANKING_SMTP_PASSWORD")

    def evidence(self, envelope: Envelope) -> bool | None:
        """A server cannot be asked what it took."""
        return None


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO where the server knows no extensions."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


def _abilities(client: aiosmtplib.SMTP) -> Abilities:
    size = client.esmtp_extensions.get("size", "")
    return Abilities(
        client.supports_extension("chunking"), client.supports_extension("8bitmime"), int(size) if size.isdecimal() else 0
    )


class SmtpConnection:
    """A session with a server that knows no pipelining: aiosmtplib does one command at a time."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    async def work(self, source: Source) -> None:
        """Deliver until the source has nothing more. Raises ``ConnectionBroken`` where the connection is of no more use."""
        while (envelope := await source.take()) is not None:
            outcome = await self._deliver(source, envelope)
            source.done(envelope, outcome)
            if not self._client.is_connected:
                raise ConnectionBroken(outcome.detail)

    async def _deliver(self, source: Source, envelope: Envelope) -> Outcome:
        """One transaction. After DATA was begun, a lost connection leaves the message ambiguous."""
        client = self._client
        try:
            await client.mail(envelope.sender, options=["BODY=8BITMIME"] if client.supports_extension("8bitmime") else None)
            await client.rcpt(envelope.recipient)
        except aiosmtplib.SMTPResponseException as error:
            if error.code == 421:
                source.give_back(envelope)
                client.close()
                raise ConnectionBroken(f"421 {redacted(error.message)}") from None
            await self._reset()
            return outcome_of(Reply(error.code, error.message))
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError):
            source.give_back(envelope)
            client.close()
            raise ConnectionBroken("connection lost before DATA") from None
        try:
            response = await client.data(envelope.content)
        except aiosmtplib.SMTPResponseException as error:
            return outcome_of(Reply(error.code, error.message))
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
            client.close()
            return Outcome(State.AMBIGUOUS, f"reply lost after DATA: {redacted(str(error))}")
        return outcome_of(Reply(response.code, response.message))

    async def _reset(self) -> None:
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()

    async def close(self) -> None:
        """QUIT, or just close where the server does not answer."""
        try:
            await self._client.quit()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()
