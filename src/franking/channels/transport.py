"""API messages on their way: uploads, then one POST, and what its answer means for the message.

=================================  ============================================================================================
answer to the POST                 meaning
=================================  ============================================================================================
2xx, no errors in it               **sent**
no connection                      the message is given back; new connection
no answer, 500, 502, 504, 2xx      **ambiguous**: the API may have sent it
with errors or no JSON
429, 503                           **deferred**, at least for ``Retry-After``; the operation pauses
401, 403 about the token           the message is given back, and another token is asked for
403                                the API is asked what the order allows: where it answers, it is this message that it does not
                                   take, **failed**; where it refuses that as well, the batch stops
3xx                                not the API: the batch stops
408                                the message is given back
400, 404, 409, 413, 415, other     **failed**
4xx
=================================  ============================================================================================

Before the POST nothing can have been sent: where an upload fails, the message is given back or deferred.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from franking.channels.client import Client
from franking.channels.offers import Offers
from franking.channels.operations import SENDING, SOLICITATION, UPLOAD_DESTINATION, Operation
from franking.channels.regions import endpoint_for
from franking.channels.results import Ambiguous, Answer, NotSent, Refused, Result
from franking.dispatch.pipelined import Source
from franking.errors import ConnectionBroken, FrankingError, InputError, SenderRefused
from franking.mail import Call, read_call
from franking.model import Envelope, Marketplace, Outcome, State
from franking.policy import marketplace

_LONGEST_PAUSE = 5.0  # seconds that a message waits for a pause to end; longer, and it is deferred


class Then(Enum):
    """What follows an attempt."""

    SETTLE = auto()
    GIVE_BACK = auto()  # nothing was sent; the next connection may have it
    AGAIN = auto()  # the same, and this connection is of use
    STOP = auto()  # nothing was sent, and nothing else would be


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an attempt."""

    then: Then
    detail: str
    state: State = State.SENT
    due_at: datetime | None = None


class ApiTransport:
    """The API of one seller account."""

    def __init__(self, client: Client, seller: str) -> None:
        self._client = client
        self._seller = seller
        self._offers = Offers(client)
        self._base = ""  # where the last connection failed
        self.url = client.endpoint.shown

    async def connect(self) -> ApiConnection:
        """Log in. Raises ``Unreachable`` or ``ConfigurationError``."""
        await asyncio.to_thread(self._log_in)
        return ApiConnection(self)

    def _log_in(self) -> None:
        self._client.tokens.get()
        if self._base:
            self._client.require_answer(self._base)
            self._base = ""

    def evidence(self, envelope: Envelope) -> bool | None:
        """What was sent cannot be read back."""
        return None

    def attempt(self, envelope: Envelope) -> Verdict:
        """Send a message, for a thread of its own. Raises ``FrankingError`` only where nothing has left yet."""
        try:
            call = read_call(envelope.content)
        except InputError as error:
            return Verdict(Then.SETTLE, str(error), State.FAILED)
        operation, place = SENDING.get(call.action), marketplace(call.marketplace)
        if operation is None or place is None:
            return Verdict(Then.SETTLE, "this version has no such call", State.FAILED)
        if call.seller != self._seller:
            return Verdict(Then.SETTLE, "the API is logged in to for another seller account", State.DEFERRED)
        pause = self._client.quotas.pause_of(operation)
        if pause > _LONGEST_PAUSE:
            due = datetime.now(UTC) + timedelta(seconds=pause)
            return Verdict(Then.SETTLE, "the API asked to wait", State.DEFERRED, due)
        base = endpoint_for(self._client.endpoint, place)
        uploaded = self._upload(call, base)
        if isinstance(uploaded, Verdict):
            return uploaded
        body = None if call.action == SOLICITATION else _body(call, uploaded)
        result = self._client.call(operation, operation.url(base, order=call.order_id), {"marketplaceIds": place.id}, body)
        return self._verdict(result, call, place, base)

    def _upload(self, call: Call, base: str) -> list[str] | Verdict:
        """The files' destinations, in their order; or what follows where one could not be uploaded."""
        found: list[str] = []
        resource = f"messaging/v1/orders/{call.order_id}/messages/{call.action}"
        for file in call.files:
            digest = base64.b64encode(hashlib.md5(file.content, usedforsecurity=False).digest()).decode("ascii")
            query = {"marketplaceIds": call.marketplace, "contentMD5": digest, "contentType": file.media_type}
            result = self._client.call(UPLOAD_DESTINATION, UPLOAD_DESTINATION.url(base, resource=resource), query)
            where = _destination(result)
            if where is None:
                return self._unsent(result, UPLOAD_DESTINATION, base)
            identity, url, headers = where
            result = self._client.upload(url, headers or {"Content-Type": file.media_type}, file.content)
            if not isinstance(result, Answer):
                return self._unsent(result, None, base)
            found.append(identity)
        return found

    def _unsent(self, result: Result, operation: Operation | None, base: str) -> Verdict:
        """What an upload's failure means, at the API or (None) where files are stored: nothing was sent."""
        if isinstance(result, Refused):
            detail = f"a file cannot be uploaded: {result}"
            if operation is not None and result.about_token:
                return Verdict(Then.AGAIN, detail)
            if operation is not None and result.status in (301, 302, 303, 307, 308, 401, 403):
                return Verdict(Then.STOP, detail)
            passing = operation is None or result.status in (408, 429, 503)
            return Verdict(Then.SETTLE, detail, State.DEFERRED if passing else State.FAILED, _due(result))
        if isinstance(result, Answer):
            return Verdict(Then.SETTLE, "the answer names no upload destination", State.DEFERRED)
        self._base = base
        return Verdict(Then.GIVE_BACK, f"a file cannot be uploaded: {result.why}")

    def _verdict(self, result: Result, call: Call, place: Marketplace, base: str) -> Verdict:
        """As the table above has it."""
        if isinstance(result, Answer):
            return Verdict(Then.SETTLE, f"{result.status} by {call.action}")
        if isinstance(result, NotSent):
            self._base = base
            return Verdict(Then.GIVE_BACK, result.why)
        if isinstance(result, Ambiguous):
            return Verdict(Then.SETTLE, f"answer lost after the call: {result.why}", State.AMBIGUOUS)
        detail, status = str(result), result.status
        if status in (429, 503):
            return Verdict(Then.SETTLE, detail, State.DEFERRED, _due(result))
        if 300 <= status < 400:
            return Verdict(Then.STOP, f"redirected ({detail}): this is not the API")
        if status == 408:
            return Verdict(Then.AGAIN, detail)
        if status in (401, 403):
            return self._forbidden(result, call, place)
        return Verdict(Then.SETTLE, detail, State.FAILED)

    def _forbidden(self, refused: Refused, call: Call, place: Marketplace) -> Verdict:
        """Whether it is this message that the API does not take, or anything of this application."""
        detail = str(refused)
        if refused.about_token:
            return Verdict(Then.AGAIN, detail)
        try:
            offer = self._offers.of(call.order_id, place, solicits=call.action == SOLICITATION)
        except FrankingError:
            return Verdict(Then.STOP, detail)
        why = "not available for this order now" if call.action not in offer.actions else "the API refused it"
        return Verdict(Then.SETTLE, f"{why}: {detail}", State.FAILED)


class ApiConnection:
    """Messages one by one."""

    def __init__(self, transport: ApiTransport) -> None:
        self._transport = transport

    @property
    def alive(self) -> bool:
        """Each call has a connection of its own."""
        return True

    async def work(self, source: Source) -> None:
        """Send what the source gives until it gives nothing more. Raises as ``deliver`` does."""
        while (envelope := await source.take()) is not None:
            await self.deliver(source, envelope)

    async def deliver(self, source: Source, envelope: Envelope) -> None:
        """Send one message. Raises ``ConnectionBroken`` if the API cannot be reached, ``SenderRefused`` where it takes
        nothing of this application; the message is given back then."""
        try:
            verdict = await asyncio.to_thread(self._transport.attempt, envelope)
        except FrankingError as error:  # before anything left
            source.give_back(envelope, str(error))
            raise ConnectionBroken(str(error)) from None
        if verdict.then is Then.SETTLE:
            source.done(envelope, Outcome(verdict.state, verdict.detail, verdict.due_at))
            return
        source.give_back(envelope, verdict.detail)
        if verdict.then is Then.STOP:
            raise SenderRefused(f"{self._transport.url} takes nothing of this application: {verdict.detail}")
        if verdict.then is Then.GIVE_BACK:
            raise ConnectionBroken(verdict.detail)

    async def close(self) -> None:
        """Nothing is open."""


def _body(call: Call, uploaded: list[str]) -> dict[str, object]:
    body: dict[str, object] = {}
    if call.text:
        body["text"] = call.text
    if uploaded:
        names = [file.name for file in call.files]
        body["attachments"] = [
            {"uploadDestinationId": identity, "fileName": name} for identity, name in zip(uploaded, names, strict=True)
        ]
    if call.covered is not None:
        body["coverageStartDate"], body["coverageEndDate"] = call.covered
    return body


def _destination(result: Result) -> tuple[str, str, dict[str, str]] | None:
    """Identity, URL and header fields of an upload destination."""
    if not isinstance(result, Answer):
        return None
    from pydantic import ValidationError

    from franking.channels.answers import UploadAnswer

    try:
        found = UploadAnswer.model_validate(result.data).payload
    except ValidationError:
        return None
    return found.identity, found.url, found.headers


def _due(refused: Refused) -> datetime | None:
    seconds = refused.retry_after
    return datetime.now(UTC) + timedelta(seconds=seconds) if seconds is not None else None
