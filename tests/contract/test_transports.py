"""The transports' contract, for each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from franking.channels import Endpoint
from franking.channels.client import Client
from franking.channels.quotas import Quotas
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.dispatch import AppCredentials, Credentials, Transport, open_transport
from franking.model import _TOKEN, Key, OutgoingMessage
from franking.sandbox import Fault, SandboxServer, serve
from tests.contract.ledger_contract import outgoing
from tests.contract.transport_contract import TransportContract, World
from tests.ports import free_port
from tests.unit.test_dispatch import Scripted, server


class _Smtp:
    def __init__(self, url: str, handler: Scripted) -> None:
        self.transport: Transport = open_transport(url, Credentials())
        self._handler = handler
        self._told: dict[str, str] = {}
        handler.answers["data"] = lambda address: self._told.get(address, "250 ok")

    def message(self, number: int) -> OutgoingMessage:
        return outgoing(number, content=b"Subject: x\r\n\r\nhello\r\n")

    def arrived(self) -> list[int]:
        return [int(address.partition("@")[0][1:]) for address, _ in self._handler.received]

    def _tell(self, number: int, answer: str) -> None:
        self._told[f"b{number}@marketplace.amazon.de"] = answer

    def refuse(self, number: int) -> None:
        self._tell(number, "550 5.7.1 no")

    def put_off(self, number: int) -> None:
        self._tell(number, "451 later")

    def take_silently(self, number: int) -> None:
        self._tell(number, "cut")

    def go_away(self) -> None:
        self.transport = open_transport(_nobody(), Credentials())


class TestSmtp(TransportContract):
    def open(self, folder: Path) -> AbstractContextManager[World]:
        @contextmanager
        def opened() -> Iterator[World]:
            with server() as (url, handler):
                yield _Smtp(url, handler)

        return opened()


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.transport: Transport = open_transport(f"dir:{folder}", Credentials())

    def message(self, number: int) -> OutgoingMessage:
        return outgoing(number, content=b"Subject: x\r\n\r\nhello\r\n")

    def arrived(self) -> list[int]:
        return [int(path.name.partition(".")[0]) for path in self._folder.glob("*.eml") if path.is_file()]

    def put_off(self, number: int) -> None:
        (self._folder / f"{number}.reply@example.com.eml").mkdir(parents=True)  # nothing can be written there

    def refuse(self, number: int) -> None:
        raise NotImplementedError

    take_silently = refuse

    def go_away(self) -> None:
        raise NotImplementedError


class TestFolder(TransportContract):
    CANNOT = frozenset({"refuse", "take silently", "go away"})

    def open(self, folder: Path) -> AbstractContextManager[World]:
        @contextmanager
        def opened() -> Iterator[World]:
            yield _Folder(folder / "out")

        return opened()


def call(number: int, action: str = "unexpectedProblem") -> OutgoingMessage:
    """A message for the API. What the outbox keeps of one is told here once more: it must stay readable."""
    order = f"302-7654321-{number:07d}"
    said = {"call": 1, "action": action, "order": order, "marketplace": "A1PA6795UKMFR9", "seller": "acme", "text": "Hello",
            "covered": None, "files": []}  # fmt: skip
    content = json.dumps(said).encode()
    recipient = f"b{number}@marketplace.amazon.de"
    return OutgoingMessage(
        Key("acme", order, "order_problem"), "api:amazon", recipient, f"<{number}.api@example.com>", content, _TOKEN
    )


class _Api:
    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.transport: Transport = RoutedTransport(None, self._open(sandbox.url))

    def _open(self, url: str) -> ApiTransport:
        endpoint = Endpoint.parse(address=url, login=f"{self._sandbox.url}/auth/o2/token")
        client = Client(endpoint, AppCredentials("app", "hush", None, "hush hush"), Quotas(), 10.0)
        return ApiTransport(client, "acme")

    def message(self, number: int) -> OutgoingMessage:
        return call(number)

    def arrived(self) -> list[int]:
        return [int(taken.order.rpartition("-")[2]) for taken in self._sandbox.state.sent]

    def _tell(self, number: int, **fault: object) -> None:
        order = f"302-7654321-{number:07d}"
        self._sandbox.state.script.faults.append(Fault("createUnexpectedProblem", order, **fault))  # type: ignore[arg-type]

    def refuse(self, number: int) -> None:
        self._tell(number, status=400)

    def put_off(self, number: int) -> None:
        self._tell(number, status=503, body="<html>busy</html>")

    def take_silently(self, number: int) -> None:
        self._tell(number, drop="after")

    def go_away(self) -> None:
        self.transport = RoutedTransport(None, self._open(_nobody().replace("smtp+plain", "http")))


class TestApi(TransportContract):
    def open(self, folder: Path) -> AbstractContextManager[World]:
        @contextmanager
        def opened() -> Iterator[World]:
            with serve() as sandbox:
                yield _Api(sandbox)

        return opened()


class _Both:
    """Even numbers are mails, odd ones calls."""

    def __init__(self, mails: _Smtp, api: _Api) -> None:
        self._ways = (mails, api)
        self._route()

    def _route(self) -> None:
        mails, api = self._ways
        self.transport: Transport = RoutedTransport(mails.transport, api.transport._api)  # type: ignore[attr-defined]

    def _of(self, number: int) -> _Smtp | _Api:
        return self._ways[number % 2]

    def message(self, number: int) -> OutgoingMessage:
        return self._of(number).message(number)

    def arrived(self) -> list[int]:
        return [number for way in self._ways for number in way.arrived()]

    def refuse(self, number: int) -> None:
        self._of(number).refuse(number)

    def put_off(self, number: int) -> None:
        self._of(number).put_off(number)

    def take_silently(self, number: int) -> None:
        self._of(number).take_silently(number)

    def go_away(self) -> None:
        for way in self._ways:
            way.go_away()
        self._route()


class TestBoth(TransportContract):
    def open(self, folder: Path) -> AbstractContextManager[World]:
        @contextmanager
        def opened() -> Iterator[World]:
            with server(pipelining=True) as (url, handler), serve() as sandbox:
                yield _Both(_Smtp(url, handler), _Api(sandbox))

        return opened()


def _nobody() -> str:
    return f"smtp+plain://127.0.0.1:{free_port()}"
