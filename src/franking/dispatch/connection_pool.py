"""Connections that stay open between the chunks of a worker."""

from __future__ import annotations

from franking.dispatch.pipelined import Source
from franking.dispatch.transport import Connection, Transport
from franking.model import Envelope


class PooledTransport:
    """A transport whose connections are used again; at most ``most`` wait idle."""

    def __init__(self, transport: Transport, most: int) -> None:
        self._transport = transport
        self._most = most
        self._idle: list[Connection] = []
        self.url = transport.url
        self.opened = 0

    async def connect(self) -> PooledConnection:
        """An idle connection that the server has not closed meanwhile, or a new one. Raises as the transport does."""
        while self._idle:
            connection = self._idle.pop()
            if connection.alive:
                return PooledConnection(self, connection)
            await connection.close()
        connection = await self._transport.connect()
        self.opened += 1
        return PooledConnection(self, connection)

    def evidence(self, envelope: Envelope) -> bool | None:
        """As the transport knows."""
        return self._transport.evidence(envelope)

    async def keep(self, connection: Connection) -> None:
        """Take a working connection back."""
        if len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            await connection.close()

    async def end(self) -> None:
        """Close what is idle, politely."""
        while self._idle:
            await self._idle.pop().close()


class PooledConnection:
    """A connection that goes back to its transport when it is closed, unless it broke."""

    def __init__(self, transport: PooledTransport, connection: Connection) -> None:
        self._transport = transport
        self._connection = connection
        self._whole = False

    @property
    def alive(self) -> bool:
        """As the connection is."""
        return self._connection.alive

    async def work(self, source: Source) -> None:
        """Deliver until the source has nothing more. Raises ``ConnectionBroken`` as the connection does."""
        self._whole = False
        await self._connection.work(source)
        self._whole = True

    async def close(self) -> None:
        """Give it back, or close it if it broke."""
        if self._whole:
            await self._transport.keep(self._connection)
        else:
            await self._connection.close()
