"""Transports by their URLs; the types are found by looking into the ``transports`` folder."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from franking.dispatch import transports as transports_package
from franking.dispatch.credentials import Credentials
from franking.dispatch.transport import Options, Transport, TransportType
from franking.errors import ConfigurationError


@cache
def transport_types() -> tuple[TransportType, ...]:
    """Every type of transport. Raises ``TypeError`` for a file without one."""
    found: list[TransportType] = []
    for info in pkgutil.iter_modules(transports_package.__path__):
        one = vars(import_module(f"{transports_package.__name__}.{info.name}")).get("TRANSPORT")
        if not isinstance(one, TransportType):
            raise TypeError(f"dispatch/transports/{info.name}.py: found no transport, expected TRANSPORT = TransportType(…)")
        found.append(one)
    return tuple(found)


def open_transport(
    url: str, credentials: Credentials, *, allow_plain: bool = False, ca_file: Path | None = None, timeout: float = 300.0
) -> Transport:
    """The transport of a URL. Raises ``ConfigurationError`` for one that is malformed or would send in the clear.

    ``smtp://user@host:587`` wants STARTTLS, ``smtps://`` is TLS from the start, ``smtp+plain://`` is for loopback only
    unless ``allow_plain`` says otherwise, ``dir:PATH`` writes one .eml file per message. ``timeout`` in seconds
    shortens what RFC 5321 lets a server take.
    """
    scheme = url.partition(":")[0].lower()
    for one in transport_types():
        if scheme in one.schemes:
            return one.open(url, Options(credentials, allow_plain, ca_file, timeout))
    *others, last = [shown for one in reversed(transport_types()) for shown in one.shown]
    raise ConfigurationError(f"unknown transport {scheme[:20]!r}; expected {', '.join(others)} or {last}")
