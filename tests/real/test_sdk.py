"""The shapes of requests, compared with those of Amazon's own client for Python.

What the program sends is recorded, and Amazon's client makes the same calls to a server that records, too: the method and the path
with its escapes, the names and values of the query, the body by name and value, and the Content-Type are the same.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest

from franking.sandbox import serve
from tests.real.calling import PARTS, Traffic, called, operations
from tests.real.pypi import SDK, install

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).with_name("sdk_calls.py")
# What the program's names of a path's values are called in the models.
NAMES = {"feed": "feedId", "document": "feedDocumentId", "report": "reportId", "resource": "resource"}
ORDER = {"getOrderItems": "orderId", "confirmShipment": "orderId"}  # elsewhere amazonOrderId
# POST without a body: Amazon's client sends an empty object all the same, which the API answers with 415.
BODILESS = ("createProductReviewAndSellerFeedbackSolicitation", "createUploadDestinationForResource")


@dataclass(frozen=True)
class Shape:
    """A request on the wire."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    content_type: str
    accept: str


def shape(method: str, target: str, headers: Any, content: bytes) -> Shape:
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    return Shape(
        method, parts.path, query, json.loads(content) if content else None, headers.get("content-type", ""), headers["accept"]
    )


class Recorder(ThreadingHTTPServer):
    """Answers a login, and everything else by an empty object."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.shapes: list[Shape] = []


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def log_message(self, format: str, *args: object) -> None: ...

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/auth/o2/token":
            return self._answer({"access_token": "token", "token_type": "bearer", "expires_in": 3600})
        self.server.shapes.append(shape(self.command, self.path, self.headers, content))
        return self._answer({})

    do_GET = do_POST

    def _answer(self, answer: object) -> None:
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def recorder() -> Iterator[Recorder]:
    server = Recorder()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Pair:
    """A request of the program, and the one that Amazon's client makes of the same values."""

    operation: str
    own: Shape
    theirs: Shape


def asked(request: httpx.Request, name: str) -> dict[str, Any]:
    """A request as ``sdk_calls`` takes it."""
    operation = operations()[name]
    target = urlsplit(request.url.raw_path.decode())
    found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path), target.path)
    assert found is not None
    values = {NAMES.get(key, ORDER.get(name, "amazonOrderId")): unquote(value) for key, value in found.groupdict().items()}
    if name == "getReportDocument":
        values = {"reportDocumentId": values["feedDocumentId"]}
    query = {key: value for key, (value,) in parse_qs(target.query, keep_blank_values=True).items()}
    return {"operation": name, "path": values, "query": query, "body": json.loads(request.content) if request.content else None}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    """Every request that the program makes, beside its twin."""
    folder = install(SDK)
    requests: list[httpx.Request] = []
    for name, (run, _) in PARTS.items():
        with serve() as sandbox:
            traffic = Traffic(sandbox.url, sandbox)
            run(traffic, tmp_path_factory.mktemp(name))
            requests += [answer.request for answer in traffic.exchanged]
    names = [next(iter(called([httpx.Response(200, request=request)]))) for request in requests]
    with recorder() as server:
        lines = [json.dumps(asked(request, name)) for request, name in zip(requests, names, strict=True)]
        command = [sys.executable, str(SCRIPT), str(folder), server.url]
        done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=120, check=False)
        told = done.stdout.splitlines()
        assert told == ["done"] * len(requests), ([line for line in told if line != "done"], done.stderr[-1000:])
        theirs = list(server.shapes)
    own = [shape(r.method, r.url.raw_path.decode(), r.headers, r.content) for r in requests]
    return [Pair(*three) for three in zip(names, own, theirs, strict=True)]


def test_every_operation_is_compared(pairs: list[Pair]) -> None:
    assert {pair.operation for pair in pairs} == set(operations())


@pytest.mark.parametrize("name", sorted(operations()))
def test_the_request_is_the_same(name: str, pairs: list[Pair]) -> None:
    for pair in (pair for pair in pairs if pair.operation == name):
        own, theirs = pair.own, pair.theirs
        assert (own.method, own.path) == (theirs.method, theirs.path)
        assert own.query == theirs.query
        assert theirs.accept in own.accept.split(", ")
        if name in BODILESS:
            assert (own.body, own.content_type, theirs.body) == (None, "", {})
        elif own.method == "POST":
            assert moments(own.body) == moments(theirs.body)
            assert own.content_type == theirs.content_type
        else:
            assert own.body is None


def moments(value: Any) -> Any:
    """A body with its moments as moments: Amazon's client writes them in its own way."""
    if isinstance(value, dict):
        return {key: moments(item) for key, item in value.items()}
    if isinstance(value, list):
        return [moments(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
        return datetime.fromisoformat(value)
    return value
