"""The simulated network: streams of octets between a client's transport and a server, in pieces, late, or cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from tests.simulation.loop import SimulatedLoop
from tests.simulation.world import World

_HIGH, _LOW = 65536, 16384  # octets on the way: asyncio's limits for a transport's buffer


class Peer(Protocol):
    """The server's end."""

    def received(self, data: bytes) -> None: ...
    def closed(self) -> None: ...


class Line:
    """One connection. Octets arrive in their order on each side, cut into pieces anywhere."""

    def __init__(self, world: World, number: int, loop: SimulatedLoop, protocol: asyncio.BaseProtocol) -> None:
        self.world = world
        self.number = number
        self.loop = loop
        self.process = loop.process
        self.transport = SimulatedTransport(self, protocol)
        self.peer: Peer | None = None
        self.broken = False  # nothing passes any more
        self.lag = world.dice.choice((0.0002, 0.002, 0.03))  # seconds, one way
        self.pieces = world.dice.random() < 0.4  # whether octets arrive in small pieces
        self.written: list[bytes] = []  # by the client
        self.heard = 0  # octets that the client got
        self.on_heard: Callable[[], None] = lambda: None
        self._arrival = {"up": 0.0, "down": 0.0}

    def _deliver(self, way: str, data: bytes, hand: Callable[[bytes], None], *, whole: bool = False) -> None:
        dice = self.world.dice
        rest = data
        while rest:
            size = (
                dice.randrange(1, min(len(rest), 2000) + 1) if self.pieces and not whole and dice.random() < 0.5 else len(rest)
            )
            piece, rest = rest[:size], rest[size:]
            self._arrival[way] = max(self._arrival[way], self.world.elapsed) + self.lag * dice.uniform(0.5, 1.5)
            self.world.at(self._arrival[way], lambda piece=piece: hand(piece))  # type: ignore[misc]

    def up(self, data: bytes) -> None:
        """From the client to the server."""
        self.written.append(data)
        self._deliver("up", data, self._up)

    def _up(self, piece: bytes) -> None:
        self.transport.gone(len(piece))
        if not self.broken and self.peer is not None:
            self.peer.received(piece)

    def down(self, data: bytes, *, whole: bool = False) -> None:
        """From the server to the client; ``whole``: in one piece."""
        self._deliver("down", data, self._down, whole=whole)

    def _down(self, piece: bytes) -> None:
        self.loop.within(lambda: self._hand(piece))

    def _hand(self, piece: bytes) -> None:
        if not self.broken and not self.transport.is_closing():
            self.heard += len(piece)
            self.on_heard()
            self.transport.get(piece)

    def hang_up(self) -> None:
        """The server closes, behind what it has said."""
        self._arrival["down"] = max(self._arrival["down"], self.world.elapsed) + self.lag
        self.world.at(self._arrival["down"], self.transport.end)

    def cut(self) -> None:
        """The connection is lost; what is on its way is lost with it."""
        if not self.broken:
            self.world.tell(f"line {self.number}: cut")
            self.broken = True
            self.world.after(self.lag, lambda: self.transport.lose(ConnectionResetError()))

    def client_closed(self) -> None:
        """The server learns that the client is gone, behind what that sent."""
        self._arrival["up"] = max(self._arrival["up"], self.world.elapsed) + self.lag
        self.world.at(self._arrival["up"], lambda: None if self.peer is None else self.peer.closed())


class SimulatedTransport(asyncio.Transport):
    """The client's end, as asyncio's transports behave."""

    def __init__(self, line: Line, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self._line = line
        self._protocol: Any = protocol
        self._closing = False
        self._lost = False
        self._waiting = 0  # octets on the way
        self._paused = False
        self.on_write: Callable[[bytes], None] = lambda _data: None

    def write(self, data: Any) -> None:
        if self._closing or self._line.process.killed or not data:
            return
        self.on_write(bytes(data))
        self._waiting += len(data)
        if self._waiting > _HIGH and not self._paused:
            self._paused = True
            self._protocol.pause_writing()
        self._line.up(bytes(data))

    def gone(self, octets: int) -> None:
        """So many have arrived."""
        self._waiting -= octets
        if self._paused and self._waiting <= _LOW and not self._lost:
            self._paused = False
            self._line.loop.within(self._protocol.resume_writing)

    def get(self, data: bytes) -> None:
        """Octets from the server."""
        self._protocol.data_received(data)

    def end(self) -> None:
        """The server has closed."""
        self._line.loop.within(self._ended)

    def _ended(self) -> None:
        if not self._closing and not self._protocol.eof_received():
            self.close()

    def lose(self, error: Exception | None) -> None:
        """The connection is lost."""
        if not self._lost:
            self._closing = self._lost = True
            self._line.loop.within(lambda: self._protocol.connection_lost(error))

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._line.client_closed()
            self._line.loop.call_soon(self._drop)

    def _drop(self) -> None:
        if not self._lost:
            self._lost = True
            self._protocol.connection_lost(None)

    def abort(self) -> None:
        if not self._lost:
            self._line.broken = self._line.broken or self._line.world.dice.random() < 0.5  # of what is on its way
            self.close()

    def is_closing(self) -> bool:
        return self._closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol  # type: ignore[no-any-return]

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def is_reading(self) -> bool:
        return True

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def get_write_buffer_size(self) -> int:
        return self._waiting

    def can_write_eof(self) -> bool:
        return False
