"""The marketplace's API in a story: every answer, and every loss of one, that the seed has for a call.

It stands where httpx would open connections. A call is one event of the thread that makes it: its process may die before it, or
after it and before the answer is heard.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from franking.model import _TOKEN, Key, OutgoingMessage
from tests.simulation.weather import Reply
from tests.simulation.world import Process, Violation

if TYPE_CHECKING:
    from datetime import datetime

    from tests.simulation.story import Story

ADDRESS = "http://127.0.0.1:3000"
SETTINGS: dict[str, Any] = {
    "amazon_client_id": "app", "amazon_client_secret": "s", "amazon_refresh_token": "r", "amazon_endpoint": ADDRESS,
}  # fmt: skip
_ACTION = "unexpectedProblem"
_ORDER = re.compile(r"/messaging/v1/orders/302-1234567-(\d{7})(/messages/\w+)?$")
_FAULTS = (
    "no connection", "no connection in time", "lost", "lost", "no answer in time", "later", "later", "never", "never", "token",
    "not for this order", "uncertain", "uncertain", "page", "errors", "elsewhere", "too slow", "away",
)  # fmt: skip
_LATER = (429, 503)
_NEVER = (400, 404, 409, 413, 415, 422)
_UNCERTAIN = (500, 502, 504)


class Exchange:
    """One call, in place of a line: what the account asks of one."""

    def __init__(self, process: Process, number: int) -> None:
        self.process = process
        self.number = number


class Api(httpx.BaseTransport):
    """The login, the messages and the offers."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a call."""
        process = self._story.world.current
        assert process is not None
        found = _ORDER.search(request.url.path)
        if found is None:
            return self._login(request)
        order = int(found[1])
        fault = self._fault()
        if found[2] is None:
            return self._offer(order, fault, request)
        return self._message(process, order, fault, request)

    def _fault(self) -> str:
        dice = self._story.dice
        return dice.choice(_FAULTS) if dice.random() < self._story.weather.trouble else ""

    def _login(self, request: httpx.Request) -> httpx.Response:
        if self._story.dice.random() < self._story.weather.refusing:
            raise httpx.ConnectError("refused", request=request)
        fault = self._fault()
        if fault in ("lost", "no answer in time"):
            raise httpx.ReadError("lost", request=request)
        if fault in ("later", "uncertain"):
            return httpx.Response(503)
        if fault == "page":
            return httpx.Response(200, text="<html>")
        lifetime = self._story.dice.choice((3600, 3600, 100, 0))
        return httpx.Response(200, json={"access_token": "t", "expires_in": lifetime})

    def _offer(self, order: int, fault: str, request: httpx.Request) -> httpx.Response:
        if fault in ("lost", "no connection"):
            raise httpx.ReadError("lost", request=request)
        if fault == "never":
            return httpx.Response(403, json={"errors": [{"code": "Unauthorized", "message": "no"}]})
        actions = [] if fault else [{"href": f"/messaging/v1/orders/{order}/messages/{_ACTION}"}]
        return httpx.Response(200, json={"_links": {"actions": actions}, "_embedded": {"actions": []}})

    def _message(self, process: Process, order: int, fault: str, request: httpx.Request) -> httpx.Response:
        story, dice, log = self._story, self._story.dice, self._story.log
        tag = f"r{len(log.replies) + 1}x"
        call = Exchange(process, -len(log.replies) - 1)
        if fault.startswith("no connection"):
            kind = httpx.ConnectError if fault == "no connection" else httpx.ConnectTimeout
            raise kind(fault, request=request)
        story.world.tell(f"api call {-call.number}: {process.name}, message for {order} {tag}{f' ({fault})' if fault else ''}")
        story.account.leaves(process, order)
        story.account.begun[order].append(call)
        if not fault or (fault in ("lost", "no answer in time", "uncertain", "page", "errors") and dice.random() < 0.5):
            text = str(json.loads(request.content).get("text"))
            try:
                story.account.take(str(call.number), order, text.encode())
            except Violation as problem:
                story.world.blame(str(problem))
        if fault == "lost":
            raise (httpx.ReadError if dice.random() < 0.5 else httpx.RemoteProtocolError)("lost", request=request)
        if fault in ("no answer in time", "away"):
            raise (httpx.ReadTimeout if dice.random() < 0.5 else httpx.WriteTimeout)("late", request=request)
        status, heads, body, meaning = self._answer(fault, tag)
        plain = fault not in ("uncertain", "page", "errors")
        log.replies[tag] = Reply(tag, "BODY", meaning, order, call.number, heard=True, plain=plain)
        return httpx.Response(status, headers=heads, content=body)

    def _answer(self, fault: str, tag: str) -> tuple[int, dict[str, str], bytes, int]:
        """Status, header, body, and what it means in the words of SMTP: 250, 450, 550."""
        dice = self._story.dice
        said = json.dumps({"errors": [{"code": "Code", "message": f"{tag} as the API says"}]}).encode()
        if fault == "later":
            heads = dice.choice(({}, {"retry-after": "2"}, {"retry-after": "400"}))
            return dice.choice(_LATER), heads, dice.choice((said, said, b"")), 450
        if fault == "never":
            return dice.choice(_NEVER), {}, said, 550
        if fault == "token":
            told = {"errors": [{"code": "Unauthorized", "message": f"{tag} the token has expired"}]}
            return dice.choice((401, 403)), {}, json.dumps(told).encode(), 450
        if fault == "not for this order":
            return 403, {}, said, 550
        if fault == "uncertain":
            return dice.choice(_UNCERTAIN), {}, dice.choice((said, b"", b"<html>")), 450
        if fault == "page":
            return 200, {}, b"<html>", 450
        if fault == "errors":
            return 200, {}, said, 450
        if fault == "elsewhere":
            return 302, {"location": "https://example.com/"}, b"", 450
        if fault == "too slow":
            return 408, {}, b"", 450
        return dice.choice((200, 201, 202)), {}, dice.choice((b"", b"{}")), 250


def letter(seller: str, n: int, version: int, due: datetime | None) -> tuple[OutgoingMessage, bytes]:
    """A message by the API as the outbox keeps it, and the text that the buyer gets."""
    order, text = f"302-1234567-{n:07d}", f"hello {n} {version}"
    said: dict[str, Any] = {
        "call": 1, "action": _ACTION, "order": order, "marketplace": "A1PA6795UKMFR9", "seller": seller, "text": text,
        "covered": None, "files": [],
    }  # fmt: skip
    recipient, identity = f"b{n}@marketplace.amazon.com", f"<{n}.reply@example.com>"
    key = Key(seller, order, "reply")
    return OutgoingMessage(key, "api:amazon", recipient, identity, json.dumps(said).encode(), _TOKEN, due), text.encode()


@contextmanager
def instead_of_httpx(story: Story) -> Iterator[None]:
    """Within this, clients of httpx reach the story's API."""
    there: Any = httpx._client
    before = there.HTTPTransport
    there.HTTPTransport = lambda **_: Api(story)
    try:
        yield
    finally:
        there.HTTPTransport = before
