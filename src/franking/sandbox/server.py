"""The sandbox as an HTTP server on this machine."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from franking.sandbox.account import Denied
from franking.sandbox.published import Published, Request, find
from franking.sandbox.script import Fault, Script
from franking.sandbox.state import State

REFUSED = "wrong"  # a secret or a refresh token that the login refuses
_LARGEST = 64 << 20  # bytes of a request
_WORDS = {
    400: ("InvalidInput", "Invalid Input"),
    401: ("Unauthorized", "Access to requested resource is denied."),
    403: ("Unauthorized", "Access to requested resource is denied."),
    404: ("NotFound", "The resource does not exist."),
    413: ("RequestTooLarge", "The request size exceeded the maximum accepted size."),
    415: ("UnsupportedMediaType", "The request payload is in an unsupported format."),
    429: ("QuotaExceeded", "You exceeded your quota for the requested resource."),
    500: ("InternalFailure", "We encountered an internal error. Please try again."),
    503: ("ServiceUnavailable", "Service is temporarily unavailable. Please try again later."),
}


class SandboxServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1; ``state`` is what it took."""

    daemon_threads = True

    def __init__(self, script: Script | None = None, port: int = 0) -> None:
        self.state = State(script or Script())
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the server."""


@contextmanager
def serve(script: Script | None = None, port: int = 0) -> Iterator[SandboxServer]:
    """A sandbox that runs beside the caller."""
    server = SandboxServer(script, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SandboxServer

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: requests hold personal data."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    do_DELETE = do_HEAD = do_PATCH = do_GET

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST:
            self.close_connection = True
            return self._answer(*_error(413))
        content = self.rfile.read(int(length))
        target = urlsplit(self.path)
        state = self.server.state
        if target.path == "/auth/o2/token" and self.command == "POST":
            return self._log_in(content)
        if target.path.startswith("/upload/") and self.command == "PUT":
            return self._upload(unquote(target.path.removeprefix("/upload/")), content)
        if target.path.startswith("/download/") and self.command == "GET":
            return self._download(unquote(target.path.removeprefix("/download/")))
        if target.path.startswith("/feed-document/"):
            return self._feed_document(unquote(target.path.removeprefix("/feed-document/")), content)
        found = find(self.command, target.path)
        if found is None:
            return self._answer(403, {"message": "Missing Authentication Token"})
        operation, values = found
        with state.lock:
            state.called[operation.name] = state.called.get(operation.name, 0) + 1
        fault = state.script.next(operation.name, values.get("amazonOrderId", values.get("orderId", "")))
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is not None and (fault.status or fault.drop == "before"):
            return self._drop() if fault.drop == "before" else self._fault(fault)
        request, problem = self._request(operation, values, target.query, content)
        status, answer = problem or self._done(operation, request)
        if fault is not None and fault.late:
            time.sleep(fault.late)
        if fault is not None and fault.drop == "after":
            return self._drop()
        return self._answer(status, answer, self._plan(operation))

    def _done(self, operation: Published, request: Request) -> tuple[int, object]:
        """Check a request and do it."""
        state = self.server.state
        with state.lock:
            try:
                state.admit(self.headers.get("x-amz-access-token"))
                if state.script.rate is None:
                    state.meter(operation)
                known = operation.case(request)
                if known is not None and known[0] >= 400:
                    return known
                broken = operation.faults(request)
                if broken:
                    state.broken += [f"{operation.name}: {fault}" for fault in broken]
                    raise Denied(400, "InvalidInput", "Invalid Input", broken[0])
                if known is not None and operation.method == "GET":
                    return known
                state.asked.append((operation.name, request))
                return state.do(operation, request, self.server.url, self.headers.get("x-amz-access-token") or "")
            except Denied as denied:
                case = operation.case(request) if denied.status in (400, 404) else None
                return case or (denied.status, denied.answer)

    def _request(
        self, operation: Published, values: Mapping[str, str], query: str, content: bytes
    ) -> tuple[Request, tuple[int, object] | None]:
        """The request, and the answer to one that cannot be read."""
        kind = self.headers.get("Content-Type")
        given = parse_qs(query, keep_blank_values=True)
        if not content:
            unexpected = kind is not None and operation.body is None and operation.method != "GET"
            return Request(values, given), _error(415) if unexpected else None
        if kind is None or kind.partition(";")[0].strip().lower() != "application/json":
            return Request(values, given), _error(415)
        try:
            return Request(values, given, json.loads(content), True), None
        except (ValueError, RecursionError):
            return Request(values, given), _error(400)

    def _log_in(self, content: bytes) -> None:
        """Login with Amazon: a refresh token for an access token."""
        state = self.server.state
        fault = state.script.next("login", "")
        if fault is not None and (fault.delay or fault.late):
            time.sleep(fault.delay + fault.late)
        if fault is not None and (fault.status or fault.drop):
            return self._drop() if fault.drop else self._fault(fault)
        form = {name: values[0] for name, values in parse_qs(content.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "refresh_token" or not form.get("client_id"):
            return self._answer(400, {"error": "invalid_request", "error_description": "The request is missing a parameter"})
        if not form.get("client_secret") or form["client_secret"] == REFUSED:
            return self._answer(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        if not form.get("refresh_token") or form["refresh_token"] == REFUSED:
            return self._answer(400, {"error": "invalid_grant", "error_description": "The request has an invalid grant"})
        with state.lock:
            return self._answer(200, state.log_in())

    def _upload(self, identity: str, content: bytes) -> None:
        self._take(lambda: self.server.state.store(identity, content))

    def _take(self, store: Callable[[], int]) -> None:
        """Take a file, and what goes wrong with that."""
        fault = self.server.state.script.next("upload", "")
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is not None and (fault.status or fault.drop == "before"):
            return self._drop() if fault.drop else self._fault(fault)
        with self.server.state.lock:
            status = store()
        if fault is not None and fault.late:
            time.sleep(fault.late)
        return self._drop() if fault is not None and fault.drop == "after" else self._answer(status, "")

    def _download(self, identity: str) -> None:
        """A stored document, which has no tokens: its URL is the secret."""
        state = self.server.state
        fault = state.script.next("download", "")
        with state.lock:
            found = state.account.document(identity)
        return self._give(found, fault)

    def _give(self, found: tuple[bytes, Mapping[str, str]] | None, fault: Fault | None) -> None:
        """The content of a stored document, and what goes wrong with it."""
        state = self.server.state
        with state.lock:
            state.called["download"] = state.called.get("download", 0) + 1
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is not None and (fault.status or fault.drop in ("before", "after")):
            return self._drop() if fault.drop else self._fault(fault)
        if fault is not None and fault.late:
            time.sleep(fault.late)
        if found is None:
            return self._answer(403, "<Error><Code>AccessDenied</Code></Error>")
        content, headers = found
        content = content[: len(content) - fault.cut] if fault is not None and fault.cut else content
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(content)), **(fault.headers if fault else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if fault is not None and fault.drop == "within":
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            return self._drop()
        self.wfile.write(content)
        return None

    def _feed_document(self, identity: str, content: bytes) -> None:
        """Take a feed's document, or give a report."""
        state = self.server.state
        if self.command == "PUT":
            return self._take(lambda: state.feeds.store(identity, content))
        fault = state.script.next("download", "")
        with state.lock:
            report = state.feeds.documents.get(identity)
            media_type = state.feeds.media_type(identity)
        return self._give((report, {"Content-Type": media_type}) if report is not None else None, fault)

    def _plan(self, operation: Published) -> dict[str, str]:
        rate = self.server.state.script.rate
        return {"x-amzn-RateLimit-Limit": str(operation.rate if rate is None else rate)}

    def _fault(self, fault: Fault) -> None:
        body = _error(fault.status)[1] if fault.body is None else fault.body
        self._answer(fault.status, body, fault.headers)

    def _answer(self, status: int, answer: object, headers: Mapping[str, str] | None = None) -> None:
        text = answer if isinstance(answer, str | bytes) else json.dumps(answer, ensure_ascii=False)
        content = b"" if status == 204 else text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("Content-Type", _media_type(answer))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-RequestId", "sandbox")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _drop(self) -> None:
        """End the connection without an answer."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _media_type(answer: object) -> str:
    return "text/html" if isinstance(answer, str) else "text/xml" if isinstance(answer, bytes) else "application/json"


def _error(status: int) -> tuple[int, object]:
    code, message = _WORDS.get(status, ("Unknown", "Unknown"))
    return status, {"errors": [{"code": code, "message": message, "details": ""}]}
