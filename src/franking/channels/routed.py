"""One way out for messages of both channels: mails by SMTP or into a folder, API messages by the API.

A channel is opened when its first message comes. That message goes back then, and the dispatcher opens the connection anew,
with the channel, so an unreachable API is reported where an unreachable server is.
"""

from __future__ import annotations

from franking.channels.transport import ApiConnection, ApiTransport
from franking.dispatch.pipelined import Source
from franking.dispatch.transport import Connection, Transport
from franking.errors import ConfigurationError, ConnectionBroken
from franking.mail import is_call
from franking.model import Envelope, Outcome


class RoutedTransport:
    """``mails`` and ``api`` are the two channels; without one, its messages stay queued and the run ends by an error."""

    def __init__(self, mails: Transport | None, api: ApiTransport | None) -> None:
        self._mails = mails
        self._api = api
        self._wanted: set[bool] = set()  # whether calls, whether mails have come
        named = mails if mails is not None else api
        self.url = named.url if named is not None else ""

    async def connect(self) -> RoutedConnection:
        """Open the channels that messages have come for. Raises as they do."""
        mails: Connection | None = None
        api: ApiConnection | None = None
        if True in self._wanted:
            if self._api is None:
                raise ConfigurationError("the outbox has messages for the marketplace's API, but amazon_client_id is not set")
            api = await self._api.connect()
        if False in self._wanted:
            if self._mails is None:
                raise ConfigurationError("the outbox has mails, but transport is not set: pass --transport")
            mails = await self._mails.connect()
        return RoutedConnection(self._wanted, mails, api)

    def evidence(self, envelope: Envelope) -> bool | None:
        """As the message's channel decides."""
        way: Transport | None = self._api if is_call(envelope) else self._mails
        return way.evidence(envelope) if way is not None else None


class RoutedConnection:
    """A connection to each channel that is open."""

    def __init__(self, wanted: set[bool], mails: Connection | None, api: ApiConnection | None) -> None:
        self._wanted = wanted
        self._mails = mails
        self._api = api

    @property
    def alive(self) -> bool:
        """Whether mails can continue; calls always can."""
        return self._mails is None or self._mails.alive

    async def work(self, source: Source) -> None:
        """Deliver until the source gives nothing more. Raises as the channels do."""
        sorted_out = _Mails(source, self)
        if self._mails is not None:
            try:
                await self._mails.work(sorted_out)
            finally:
                sorted_out.end()
        else:
            while (envelope := await sorted_out.take()) is not None:
                self._missing(source, envelope)

    async def call(self, source: Source, envelope: Envelope) -> None:
        """Deliver a message of the API."""
        if self._api is None:
            self._missing(source, envelope)
        else:
            await self._api.deliver(source, envelope)

    def _missing(self, source: Source, envelope: Envelope) -> None:
        self._wanted.add(is_call(envelope))
        source.give_back(envelope, "its channel is opened", unsent=True)
        raise ConnectionBroken("another channel is needed")

    async def close(self) -> None:
        """Close the mails' connection; calls have none."""
        if self._mails is not None:
            await self._mails.close()


class _Mails:
    """The source as the mails' connection sees it: calls are delivered in between."""

    def __init__(self, source: Source, connection: RoutedConnection) -> None:
        self._source = source
        self._connection = connection
        self._aside: Envelope | None = None  # a call that came where only a mail could follow

    async def take(self) -> Envelope | None:
        """The next mail, after the calls before it."""
        while True:
            envelope, self._aside = self._aside, None
            if envelope is None:
                envelope = await self._source.take()
            if envelope is None or not is_call(envelope):
                return envelope
            await self._connection.call(self._source, envelope)

    def take_now(self) -> Envelope | None:
        """The next message, if it is a mail."""
        if self._aside is not None:
            return None
        envelope = self._source.take_now()
        if envelope is not None and is_call(envelope):
            self._aside = envelope
            return None
        return envelope

    def end(self) -> None:
        """Give back the call that no mail came before: the mails' connection broke, or the run was interrupted."""
        envelope, self._aside = self._aside, None
        if envelope is not None:
            self._source.give_back(envelope, "the connection for mails ended before it", unsent=True)

    def done(self, envelope: Envelope, outcome: Outcome) -> None:
        """As the source."""
        self._source.done(envelope, outcome)

    def give_back(self, envelope: Envelope, why: str, *, unsent: bool = False) -> None:
        """As the source."""
        self._source.give_back(envelope, why, unsent=unsent)
