"""Where messages go: transport URLs, and what every transport can do."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from franking.dispatch.credentials import Credentials
from franking.dispatch.directory import DirectoryTransport
from franking.dispatch.pipelined import Source
from franking.dispatch.smtp import SmtpTransport
from franking.errors import ConfigurationError
from franking.model import Envelope

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Connection(Protocol):
    """One line of deliveries, used by one worker at a time."""

    @property
    def alive(self) -> bool:
        """Whether another message can be begun on it, as far as is known."""
        ...

    async def work(self, source: Source) -> None:
        """Deliver what the source gives until it gives nothing more. Raises ``ConnectionBroken`` where the connection broke,
        ``SenderRefused`` where no message of this sender will be taken; what was in hand is settled or given back then."""
        ...

    async def close(self) -> None:
        """End politely."""
        ...


class Transport(Protocol):
    """A way out. ``url`` shows it without credentials."""

    url: str

    async def connect(self) -> Connection:
        """Open a connection. Raises ``Unreachable`` (try later), ``TransportError`` or ``ConfigurationError``."""
        ...

    def evidence(self, envelope: Envelope) -> bool | None:
        """Whether a message whose delivery was interrupted did arrive; None where that cannot be known from here."""
        ...


def open_transport(
    url: str, credentials: Credentials, *, allow_plain: bool = False, ca_file: Path | None = None, timeout: float = 300.0
) -> Transport:
    """The transport of a URL. Raises ``ConfigurationError`` for one that is malformed or would send in the clear.

    ``smtp://user@host:587`` wants STARTTLS, ``smtps://`` is TLS from the start, ``smtp+plain://`` is for loopback only
    unless ``allow_plain`` says otherwise, ``dir:PATH`` writes one .eml file per message. ``timeout`` in seconds
    shortens what RFC 5321 lets a server take.
    """
    scheme, _, rest = url.partition(":")
    scheme = scheme.lower()
    if scheme == "dir":
        if not rest:
            raise ConfigurationError("transport dir: has no folder; expected for example dir:build/outbox")
        return DirectoryTransport(Path(rest.removeprefix("//")))
    if scheme not in ("smtp", "smtps", "smtp+plain"):
        raise ConfigurationError(f"unknown transport {scheme[:20]!r}; expected smtp://, smtps://, smtp+plain:// or dir:PATH")
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")  # as the resolver will; a label of more than 63 letters is none
    except ValueError:
        raise ConfigurationError("the transport URL cannot be read; expected for example smtp://user@host:587") from None
    host = parts.hostname or ""
    if not host or parts.path.strip("/") or parts.query:
        raise ConfigurationError("the transport URL cannot be read; expected for example smtp://user@host:587")
    if parts.password is not None:
        raise ConfigurationError("no password in the transport URL: use FRANKING_SMTP_PASSWORD or password_file")
    if scheme == "smtp+plain" and host not in _LOOPBACK and not allow_plain:
        raise ConfigurationError(
            f"smtp+plain:// would send without encryption to {host}; use smtp:// or smtps://, or pass --allow-plain"
        )
    user = unquote(parts.username) if parts.username else ""
    security = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "plain"}[scheme]
    default_port = {"smtp": 587, "smtps": 465, "smtp+plain": 25}[scheme]
    return SmtpTransport(host, port or default_port, security, user, credentials, ca_file, timeout)
