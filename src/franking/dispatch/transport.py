"""The interfaces of transports, connections and transport types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from franking.dispatch.credentials import Credentials
from franking.dispatch.pipelined import Source
from franking.model import Envelope


class Connection(Protocol):
    """A connection, used by one task at a time."""

    @property
    def alive(self) -> bool:
        """Whether another message can be sent on it, as far as is known."""
        ...

    async def work(self, source: Source) -> None:
        """Deliver until the source has no more messages. Raises ``ConnectionBroken`` if the connection breaks and
        ``SenderRefused`` if the server accepts no message from this sender; current messages are settled or returned first."""
        ...

    async def close(self) -> None:
        """Close the connection with a goodbye, such as QUIT."""
        ...


class Transport(Protocol):
    """A way to deliver messages. ``url`` identifies it without credentials."""

    url: str

    async def connect(self) -> Connection:
        """Open a connection. Raises ``Unreachable`` (try later), ``TransportError`` or ``ConfigurationError``."""
        ...

    def evidence(self, envelope: Envelope) -> bool | None:
        """Whether a message arrived although its delivery was interrupted; None if that is unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """Options of every transport. ``timeout`` in seconds shortens the server's timeouts."""

    credentials: Credentials
    allow_plain: bool = False
    ca_file: Path | None = None
    timeout: float = 300.0


@dataclass(frozen=True, slots=True)
class TransportType:
    """A transport type: the URL schemes in lower case, their description, and the function that opens a URL.

    ``open`` gets the whole URL. It raises ``ConfigurationError`` for a malformed URL or one that would send without
    encryption. It does not connect.
    """

    schemes: tuple[str, ...]
    shown: tuple[str, ...]
    open: Callable[[str, Options], Transport]
