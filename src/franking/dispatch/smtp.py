"""SMTP through aiosmtplib, with verified TLS, which is required unless the URL says otherwise (RFC 5321)."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import cast

import aiosmtplib

from franking.dispatch.credentials import Credentials
from franking.dispatch.decisions import Command, Then, decide
from franking.dispatch.pipelined import Abilities, Session, Timeouts
from franking.dispatch.replies import redacted
from franking.dispatch.starttls import secure, tls_context
from franking.dispatch.wire import Reply, Wire
from franking.errors import ConfigurationError, TransportError, Unreachable
from franking.model import Envelope

_GREETING = 300.0  # seconds (RFC 5321, section 4.5.3.2.1)


class SmtpTransport:
    """One server. ``security`` is starttls, tls or plain."""

    def __init__(
        self,
        host: str,
        port: int,
        security: str,
        user: str,
        credentials: Credentials,
        ca_file: Path | None,
        timeout: float = _GREETING,
    ) -> None:
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

    async def connect(self) -> Session:
        """Connect, secure, authenticate. Raises ``Unreachable`` if that may succeed later, otherwise ``TransportError`` or
        ``ConfigurationError``."""
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security == "tls",
            start_tls=False,
            tls_context=tls_context(self._ca_file) if self.security == "tls" else None,
            timeout=min(_GREETING, self._timeout),
        )
        try:
            return await self._open(client)
        except BaseException:
            client.close()
            raise

    async def _open(self, client: aiosmtplib.SMTP) -> Session:
        command = Command.GREETING
        try:
            await client.connect()
            command = Command.EHLO
            await _greet(client)
            if self.security == "starttls":
                command = Command.STARTTLS
                await secure(client, tls_context(self._ca_file), self.url)
                command = Command.EHLO
                await client.ehlo()
            if self.user:
                command = Command.AUTH
                await self._log_in(client)
        except aiosmtplib.SMTPResponseException as error:
            decision = decide(command, Reply(error.code, error.message))
            if decision.then is not Then.STOP:
                detail = decision.detail if error.code > 0 else "the server's answer is no SMTP reply"
                raise Unreachable(f"{self.url}: {command.name}: {detail}") from None
            if command is Command.AUTH:
                raise ConfigurationError(f"transport {self.url}: authentication refused ({decision.detail})") from None
            raise TransportError(f"transport {self.url}: {command.name} refused ({decision.detail})") from None
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPTimeoutError, aiosmtplib.SMTPServerDisconnected, OSError) as error:
            certificate = next((e for e in _causes(error) if isinstance(e, ssl.SSLCertVerificationError)), None)
            if certificate is not None:
                raise ConfigurationError(
                    f"transport {self.url}: the server's certificate is not trusted ({certificate.verify_message}); "
                    "set ca_file for an authority of your own"
                ) from None
            raise Unreachable(f"{self.url}: {redacted(str(error)) or type(error).__name__}") from None
        except aiosmtplib.SMTPException as error:
            raise TransportError(f"transport {self.url}: {redacted(str(error))}") from None
        if client.transport is None:
            raise Unreachable(f"{self.url}: the server closed the connection")
        return Session(Wire(cast("asyncio.Transport", client.transport)), _abilities(client), self.timeouts)

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        """Authenticate by token (XOAUTH2) if there is one, else by the first of CRAM-MD5, PLAIN and LOGIN that is offered."""
        token = self._credentials.token()
        if token:
            if "xoauth2" not in client.server_auth_methods:
                raise ConfigurationError(f"transport {self.url}: there is a token, and the server offers no XOAUTH2")
            await client.auth_xoauth2(self.user, token)
        elif self._credentials.password:
            await client.login(self.user, self._credentials.password)
        else:
            raise ConfigurationError(f"transport {self.url}: user {self.user!r} has no password; set FRANKING_SMTP_PASSWORD")

    def evidence(self, envelope: Envelope) -> bool | None:
        """A mail server cannot be asked which messages it accepted."""
        return None


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO if the server refuses that (RFC 5321, section 3.2)."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as error:
        if error.code // 100 != 5:
            raise
        await client.helo()


def _abilities(client: aiosmtplib.SMTP) -> Abilities:
    size = client.esmtp_extensions.get("size", "")
    return Abilities(
        client.supports_extension("pipelining"),
        client.supports_extension("chunking"),
        client.supports_extension("8bitmime"),
        int(size) if size.isdecimal() else 0,
    )
