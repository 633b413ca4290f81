"""What every transport can do, and how its URLs are opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from franking.dispatch.credentials import Credentials
from franking.dispatch.pipelined import Source
from franking.model import Envelope


class Connection(Protocol):
    """One line of deliveries, used by one worker at a time."""

    @property
    def alive(self) -> bool:
        """Whether another message can be begun on it, as far as is known."""
        ...

    async def work(self, source: Source) -> None:
        """Deliver what the source gives until it gives nothing more. Raises ``ConnectionBroken`` if the connection broke,
        ``SenderRefused`` if no message of this sender will be taken; what was in hand is settled or given back then."""
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
        """Whether a message whose delivery was interrupted did arrive; None if that cannot be known from here."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """What is configured for every transport. ``timeout`` in seconds shortens what a server may take."""

    credentials: Credentials
    allow_plain: bool = False
    ca_file: Path | None = None
    timeout: float = 300.0


@dataclass(frozen=True, slots=True)
class TransportType:
    """A type of transport: the schemes of its URLs in lower case, how they are shown, and what opens one.

    ``open`` is given the whole URL, whose scheme is one of these. It raises ``ConfigurationError`` for one that is malformed or
    would send in the clear, and connects to nothing yet.
    """

    schemes: tuple[str, ...]
    shown: tuple[str, ...]
    open: Callable[[str, Options], Transport]
