"""Open transports by URL. The types are the modules of the ``transports`` folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from franking.dispatch import transports as transports_package
from franking.dispatch.credentials import Credentials
from franking.dispatch.transport import Options, Transport, TransportType
from franking.errors import ConfigurationError
from franking.package.discovery import defined_in


@cache
def transport_types() -> tuple[TransportType, ...]:
    """Every transport type. Raises ``TypeError`` for a module that defines none."""
    found = defined_in(transports_package, "TRANSPORT", TransportType, "transport")
    return tuple(found)


def open_transport(
    url: str, credentials: Credentials, *, allow_plain: bool = False, ca_file: Path | None = None, timeout: float = 300.0
) -> Transport:
    """The transport for a URL. Raises ``ConfigurationError`` for a malformed URL, or one that would send without
    encryption.

    ``smtp://user@host:587`` requires STARTTLS, ``smtps://`` is TLS from the start, ``smtp+plain://`` is for loopback only
    unless ``allow_plain`` is set, ``dir:PATH`` writes one .eml file per message. ``timeout`` in seconds shortens the
    timeouts of RFC 5321.
    """
    scheme = url.partition(":")[0].lower()
    for one in transport_types():
        if scheme in one.schemes:
            return one.open(url, Options(credentials, allow_plain, ca_file, timeout))
    *others, last = [shown for one in reversed(transport_types()) for shown in one.shown]
    raise ConfigurationError(f"unknown transport {scheme[:20]!r}; expected {', '.join(others)} or {last}")
