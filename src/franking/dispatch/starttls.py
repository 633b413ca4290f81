"""TLS contexts, and a mandatory STARTTLS (RFC 3207) that detects bytes injected after the server's reply."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

import aiosmtplib

from franking.errors import ConfigurationError, TransportError

_REPLY = re.compile(rb"(?:\d{3}-[^\n]*\n)*\d{3}(?:[ \r][^\n]*)?\n")


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A TLS context that verifies certificates by the system's authorities, or by those in a PEM file. Raises
    ``ConfigurationError`` for a file without certificates."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(f"{ca_file}: no CA certificates can be read from it") from None


async def secure(client: aiosmtplib.SMTP, context: ssl.SSLContext, url: str) -> None:
    """Upgrade an open session. Unencrypted bytes after the reply are dropped and raise ``TransportError``: a correct server
    sends none (section 4.2), so an attacker may have. Also raises aiosmtplib's errors."""
    if not client.supports_extension("starttls"):
        raise ConfigurationError(
            f"transport {url}: the server offers no STARTTLS; nothing is sent in the clear (a server of your own on this "
            "machine, such as franking inbox, is smtp+plain://)"
        )
    protocol, transport = client.protocol, client.transport
    assert protocol is not None
    assert transport is not None
    heard = bytearray()
    deliver = protocol.data_received

    def listen(data: bytes) -> None:
        heard.extend(data)
        deliver(data)

    protocol.data_received = listen  # type: ignore[method-assign]  # heard on its way
    try:
        await client.starttls(tls_context=context)
    except BaseException:
        transport.close()  # a failed handshake leaves it open
        raise
    finally:
        del protocol.data_received
        reply = _REPLY.match(heard)
        if reply is not None and reply.end() < len(heard):
            surplus = len(heard) - reply.end()
            client.close()
            raise TransportError(
                f"transport {url}: {surplus} unencrypted bytes after the reply to STARTTLS: "
                "somebody may be tampering with the connection; nothing was sent"
            )
