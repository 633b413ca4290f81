"""A pool of connections that stay open between the chunks of a worker."""

from __future__ import annotations

from franking.dispatch.pipelined import Source
from franking.dispatch.transport import Connection, Transport
from franking.model import Envelope


class PooledTransport:
    """A transport that reuses its connections; at most ``most`` are idle."""

    def __init__(self, transport: Transport, most: int) -> None:
        self._transport = transport
        self._most = most
        self._idle: list[Connection] = []
        self.url = transport.url
        self.opened = 0

    async def connect(self) -> PooledConnection:
        """An idle connection that the server has not closed, or a new one. Raises the errors of the transport."""
        while self._idle:
            connection = self._idle.pop()
            if connection.alive:
                return PooledConnection(self, connection)
            await connection.close()
        connection = await self._transport.connect()
        self.opened += 1
        return PooledConnection(self, connection)

    def evidence(self, envelope: Envelope) -> bool | None:
        """Like the transport's method."""
        return self._transport.evidence(envelope)

    async def keep(self, connection: Connection) -> None:
        """Return a usable connection to the pool."""
        if len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            await connection.close()

    async def end(self) -> None:
        """Close idle connections with QUIT."""
        while self._idle:
            await self._idle.pop().close()


class PooledConnection:
    """A connection that returns to the pool when it is closed, unless it is broken."""

    def __init__(self, transport: PooledTransport, connection: Connection) -> None:
        self._transport = transport
        self._connection = connection
        self._whole = False

    @property
    def alive(self) -> bool:
        """Like the connection's property."""
        return self._connection.alive

    async def work(self, source: Source) -> None:
        """Deliver until the source has no more messages. Raises the errors of the connection."""
        self._whole = False
        await self._connection.work(source)
        self._whole = True

    async def close(self) -> None:
        """Return it to the pool, or close it if it is broken."""
        if self._whole:
            await self._transport.keep(self._connection)
        else:
            await self._connection.close()
