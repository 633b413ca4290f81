"""``smtp://``, ``smtps://`` and ``smtp+plain://``: a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from franking.dispatch.transport import Options, TransportType
from franking.errors import ConfigurationError

if TYPE_CHECKING:
    from franking.dispatch.smtp import SmtpTransport

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def open_server(url: str, options: Options) -> SmtpTransport:
    """The server of a URL. Raises ``ConfigurationError`` for a URL that is malformed, contains a password, or would send to
    another machine without encryption."""
    scheme = url.partition(":")[0].lower()
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")  # as the resolver encodes it; a label has at most 63 letters
    except ValueError:
        raise ConfigurationError("the transport URL cannot be read; expected for example smtp://user@host:587") from None
    host = parts.hostname or ""
    if not host or parts.path.strip("/") or parts.query:
        raise ConfigurationError("the transport URL cannot be read; expected for example smtp://user@host:587")
    if parts.password is not None:
        raise ConfigurationError("no password in the transport URL: use FRANKING_SMTP_PASSWORD or smtp_password_file")
    if scheme == "smtp+plain" and host not in _LOOPBACK and not options.allow_plain:
        raise ConfigurationError(
            f"smtp+plain:// would send without encryption to {host}; use smtp:// or smtps://, or pass --allow-plain"
        )
    from franking.dispatch.smtp import SmtpTransport  # aiosmtplib comes with it, which a folder does not need

    user = unquote(parts.username) if parts.username else ""
    security = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "plain"}[scheme]
    default_port = {"smtp": 587, "smtps": 465, "smtp+plain": 25}[scheme]
    return SmtpTransport(host, port or default_port, security, user, options.credentials, options.ca_file, options.timeout)


TRANSPORT = TransportType(("smtp", "smtps", "smtp+plain"), ("smtp://", "smtps://", "smtp+plain://"), open_server)
