"""SMTP through aiosmtplib: TLS verified, refused where it is not to be had, replies sorted into outcomes (RFC 5321)."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

import aiosmtplib

from franking.dispatch.credentials import Credentials
from franking.dispatch.errors import NotSent, Unreachable
from franking.model import Envelope, FrankingError, Outcome, State

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_TIMEOUT = 60.0


def redacted(text: str) -> str:
    """A server's reply without addresses, on one line."""
    return _ADDRESS.sub("<address>", " ".join(text.split()))[:300]


class SmtpTransport:
    """One server. ``security`` is starttls, tls or plain."""

    def __init__(self, host: str, port: int, security: str, user: str, credentials: Credentials, ca_file: Path | None) -> None:
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self._credentials = credentials
        self._ca_file = ca_file
        scheme = {"starttls": "smtp", "tls": "smtps", "plain": "smtp+plain"}[security]
        self.url = f"{scheme}://{host}:{port}"

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)
        except (OSError, ssl.SSLError):
            raise FrankingError(f"{self._ca_file}: no CA certificates can be read from it") from None

    async def connect(self) -> SmtpConnection:
        """Connect, secure, authenticate."""
        client = aiosmtplib.SMTP(
            hostname=self.host, port=self.port, use_tls=self.security == "tls", start_tls=self.security == "starttls",
            tls_context=self._tls() if self.security != "plain" else None, timeout=_TIMEOUT,
        )  # fmt: skip
        try:
            await client.connect()
            if self.user:
                if self.security == "plain" and not self._credentials.password:
                    raise FrankingError(f"transport {self.url}: user {self.user!r} has no password; set FRANKING_SMTP_PASSWORD")
                await client.login(self.user, self._credentials.password)
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
        return SmtpConnection(client)

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


class SmtpConnection:
    """An open, secured, authenticated connection."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    async def deliver(self, envelope: Envelope) -> Outcome:
        """One transaction. After DATA was begun, a lost connection leaves the message ambiguous."""
        client = self._client
        try:
            await client.mail(envelope.sender, options=["BODY=8BITMIME"] if client.supports_extension("8bitmime") else None)
            await client.rcpt(envelope.recipient)
        except aiosmtplib.SMTPResponseException as error:
            if error.code == 421:
                raise NotSent("421") from None
            await self._reset()
            return _refused(error.code, error.message)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError):
            raise NotSent("connection lost before DATA") from None
        try:
            response = await client.data(envelope.content)
        except aiosmtplib.SMTPResponseException as error:
            if error.code == 421:
                return Outcome(State.DEFERRED, f"421 {redacted(error.message)}")
            return _refused(error.code, error.message)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
            return Outcome(State.AMBIGUOUS, f"reply lost after DATA: {redacted(str(error))}")
        return Outcome(State.SENT, f"{response.code} {redacted(response.message)}")

    async def _reset(self) -> None:
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()

    @property
    def alive(self) -> bool:
        """Whether the next transaction can use this connection."""
        return self._client.is_connected

    async def close(self) -> None:
        """QUIT, or just close where the server does not answer."""
        try:
            await self._client.quit()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()


def _refused(code: int, message: str) -> Outcome:
    state = State.FAILED if code >= 500 else State.DEFERRED
    return Outcome(state, f"{code} {redacted(message)}")
