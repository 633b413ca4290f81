"""STARTTLS (RFC 3207) that is demanded, and that notices bytes put in behind the server's answer."""

from __future__ import annotations

import re
import ssl

import aiosmtplib

from franking.model import FrankingError

_REPLY = re.compile(rb"(?:\d{3}-[^\n]*\n)*\d{3}(?:[ \r][^\n]*)?\n")


async def secure(client: aiosmtplib.SMTP, context: ssl.SSLContext, url: str) -> None:
    """Upgrade an open session. What came behind the answer in the clear is dropped, and reported by a ``FrankingError``:
    a well server sends nothing there (section 4.2), so somebody in between did. Raises aiosmtplib's errors otherwise."""
    if not client.supports_extension("starttls"):
        raise FrankingError(f"transport {url}: the server offers no STARTTLS; nothing is sent in the clear")
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
        transport.close()  # the handshake leaves it open where it fails
        raise
    finally:
        del protocol.data_received
        reply = _REPLY.match(heard)
        if reply is not None and reply.end() < len(heard):
            surplus = len(heard) - reply.end()
            client.close()
            raise FrankingError(
                f"transport {url}: {surplus} bytes in the clear behind the answer to STARTTLS: somebody is between here and "
                "the server; nothing was sent"
            )
