"""Calls of the Selling Partner API, each made once, and what became of it.

A call that is not answered may have been done. So nothing is repeated here but reading; a POST has a connection of its own,
because one that waited idle may be closed by the server at the moment that it is used. Redirects are refusals.
"""

from __future__ import annotations

import json
import ssl
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from franking.channels.operations import RESTRICTED_DATA_TOKEN, Operation
from franking.channels.quotas import Quotas
from franking.channels.regions import Endpoint, is_local
from franking.channels.results import Ambiguous, Answer, ApiError, NotSent, Refused, Result
from franking.channels.tokens import Tokens
from franking.dispatch.credentials import AppCredentials
from franking.dispatch.replies import redacted
from franking.errors import ConfigurationError, TransportError, Unreachable
from franking.files.strict_json import BadJson, fault_of, read_json

if TYPE_CHECKING:
    import httpx

_AGENT = "franking (Language=Python)"
_LARGEST = 8 << 20  # bytes of an answer
_READS = 4  # times that reading is tried
_LONGEST_WAIT = 60.0  # seconds between two tries of reading
_CONNECT = 15.0
# Statuses that leave open whether the call was done: RFC 9110, section 15.6. With 503 the service reports that it was not.
_UNCERTAIN = frozenset({500, 502, 504})


def _close(*clients: httpx.Client) -> None:
    for client in clients:
        client.close()


@cache
def _tls() -> ssl.SSLContext:
    """What connections are verified by. Reading the authorities takes longer than a call."""
    import httpx

    return httpx.create_ssl_context()


class Client:
    """The API for one application and seller account. ``timeout`` is in seconds, for the whole of an answer; ``pause`` the
    seconds before reading is tried again, twice as many each further time."""

    def __init__(
        self, endpoint: Endpoint, credentials: AppCredentials, quotas: Quotas, timeout: float = 60.0, pause: float = 0.5
    ) -> None:
        try:
            import httpx
        except ModuleNotFoundError:
            raise ConfigurationError("the marketplace's API needs httpx: pip install 'franking[amazon]'") from None
        self.endpoint = endpoint
        self.quotas = quotas
        self._timeout = timeout
        self.pause = pause
        times = httpx.Timeout(timeout, connect=min(_CONNECT, timeout))
        trusting = not endpoint.local  # no proxy leads to this machine
        secure = _tls()
        self._reading = httpx.Client(timeout=times, follow_redirects=False, trust_env=trusting, verify=secure)
        single = httpx.Limits(max_keepalive_connections=0)
        self._writing = httpx.Client(timeout=times, follow_redirects=False, trust_env=trusting, verify=secure, limits=single)
        self.tokens = Tokens(self._reading, endpoint.login, credentials)
        self.close = weakref.finalize(self, _close, self._reading, self._writing)  # also when the client is simply let go

    def call(self, operation: Operation, url: str, query: Mapping[str, str], body: object = None, *, token: str = "") -> Result:
        """Make a call once. ``body`` is what becomes JSON; None leaves no body and no Content-Type. ``token`` stands for the
        application's own access token. Raises as ``Tokens.get`` does, before anything has left."""
        own = token or self.tokens.get()
        headers = {"Accept": operation.accept, "x-amz-access-token": own, "User-Agent": _AGENT}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        self.quotas.wait(operation)
        result = self._exchange(operation, url, query, headers, content)
        if isinstance(result, Refused) and result.about_token and not token:
            self.tokens.drop(own)
        return result

    def read(
        self,
        operation: Operation,
        url: str,
        query: Mapping[str, str],
        *,
        token: str = "",
        longest: float = _LONGEST_WAIT,
        denied: bool = False,
    ) -> Answer | Refused:
        """The answer of an operation that changes nothing, tried several times, at most ``longest`` seconds apart; or a
        refusal for good. Raises ``Unreachable`` if there is none, ``ConfigurationError`` where the application may not call
        it: with ``denied``, that is a refusal too."""
        why = ""
        for attempt in range(_READS):
            result = self.call(operation, url, query, token=token)
            if isinstance(result, Answer):
                return result
            wait = min(2.0**attempt * self.pause, _LONGEST_WAIT)
            if isinstance(result, Refused):
                why = str(result)
                again = result.status in (408, 429, 500, 502, 503, 504) or (result.about_token and not token and attempt == 0)
                if not again:
                    if 300 <= result.status < 400:
                        raise TransportError(f"{self.endpoint.shown}: {operation.name}: redirected ({result.status})")
                    if result.status in (401, 403) and not denied:
                        raise ConfigurationError(f"{self.endpoint.shown}: the application may not {operation.name} ({why})")
                    return result
                if result.retry_after is not None:
                    wait = result.retry_after
                    if wait > longest:
                        break
                elif result.status == 429:  # it names no time: the next call of the usage plan
                    wait = max(wait, min(self.quotas.gap(operation), longest))
            else:
                why = result.why
            if attempt + 1 < _READS:
                time.sleep(wait)
        raise Unreachable(f"{self.endpoint.shown}: {operation.name}: {why}")

    def restricted_token(self, base: str, resources: list[dict[str, object]]) -> str:
        """A restricted data token for reading personal data. Raises ``Unreachable`` or ``ConfigurationError``."""
        url = RESTRICTED_DATA_TOKEN.url(base)
        from pydantic import ValidationError

        from franking.channels.answers import RestrictedToken

        why = ""
        for attempt in range(_READS):  # a second token does no harm
            result = self.call(RESTRICTED_DATA_TOKEN, url, {}, {"restrictedResources": resources})
            if isinstance(result, Answer):
                try:
                    return RestrictedToken.model_validate(result.data).token
                except ValidationError as error:
                    why = fault_of(error)
            elif isinstance(result, Refused):
                why = str(result)
                if not (result.about_token and attempt == 0):
                    if result.status in (400, 401, 403):
                        raise ConfigurationError(f"{self.endpoint.shown}: no restricted data token ({result})")
                    if (result.retry_after or 0) > _LONGEST_WAIT:
                        break
            if attempt + 1 < _READS:
                time.sleep(2.0**attempt * self.pause)
        raise Unreachable(f"{self.endpoint.shown}: no restricted data token was given{f' ({why})' if why else ''}")

    def upload(self, url: str, headers: Mapping[str, str], content: bytes) -> Result:
        """PUT a file to an upload destination, which is not the API itself and gets no token."""
        return self._exchange(None, url, {}, dict(headers), content, method="PUT")

    @contextmanager
    def stored(self, url: str) -> Iterator[tuple[Mapping[str, str], Iterator[bytes]]]:
        """Read a stored file, which is not the API itself and gets no token: its headers (names in lower case), and its bytes
        as they are sent. Raises ``Unreachable`` for every answer but 200, and for one that breaks off; ``TransportError`` for
        a URL that would let it pass in the clear."""
        import httpx

        shown = self.endpoint.shown
        if not url.startswith("https://") and not (self.endpoint.local and is_local(url)):
            raise TransportError(f"{shown}: the URL of a document is not https://")
        try:
            with self._reading.stream("GET", url, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"}) as answer:
                if answer.status_code != 200:
                    raise Unreachable(f"{shown}: the document's URL answers {answer.status_code}")
                yield {name.lower(): value for name, value in answer.headers.items()}, answer.iter_raw(1 << 16)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise Unreachable(f"{shown}: download of a document: {_described(error)}") from None

    def require_answer(self, base: str) -> None:
        """Raises ``Unreachable`` if nothing answers there."""
        import httpx

        try:
            self._reading.get(base)
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.endpoint.shown}: {_described(error)}") from None

    def _exchange(
        self,
        operation: Operation | None,
        url: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        content: bytes | None,
        method: str = "",
    ) -> Result:
        import httpx

        method = method or (operation.method if operation is not None else "GET")
        http = self._reading if method == "GET" else self._writing
        until = time.monotonic() + self._timeout
        status = 0
        try:
            with http.stream(method, url, params=dict(query) or None, headers=dict(headers), content=content) as answer:
                status = answer.status_code
                if operation is not None and "x-amzn-ratelimit-limit" in answer.headers:
                    self.quotas.learn(operation, answer.headers["x-amzn-ratelimit-limit"])
                body = bytearray()
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > _LARGEST or time.monotonic() > until:
                        raise httpx.ReadTimeout("the answer does not end")
                result = _read(answer, bytes(body), operation)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        ) as error:
            return NotSent(_described(error))
        except (httpx.HTTPError, httpx.StreamError) as error:
            if status >= 300 and status not in _UNCERTAIN:  # it refused, and the body of its answer was lost
                return Refused(status, ())
            return Ambiguous(f"{_described(error)}" + (f", after status {status}" if status else ""))
        if isinstance(result, Refused) and result.status in (429, 503) and operation is not None:
            self.quotas.pause(operation, min(1.0 if result.retry_after is None else result.retry_after, 3600.0))
        return result


def _read(answer: httpx.Response, body: bytes, operation: Operation | None) -> Result:
    """What an answer means. Its body may be JSON, an HTML page of something in front of the API, or nothing. What stores files
    is not the API, and may have any content."""
    status = answer.status_code
    if operation is None and 200 <= status < 300:
        return Answer(status)
    data: Any = None
    understood = True
    if body.strip():
        try:
            data = read_json(body)
        except BadJson:
            understood = False
    given = data.get("errors") if isinstance(data, dict) else None
    errors = tuple(_error(entry) for entry in given if isinstance(entry, dict)) if isinstance(given, list) else ()
    if 200 <= status < 300:
        if not understood:
            return Ambiguous(f"status {status} with a body that is no JSON")
        return Ambiguous(f"status {status} with errors: {errors[0]}") if errors else Answer(status, data)
    if not errors:
        words = data.get("message", data.get("Message")) if isinstance(data, dict) else None
        text = words if isinstance(words, str) else "" if understood else "no JSON, but a page"
        errors = (ApiError("no code", redacted(text)),) if text else ()
    if status in _UNCERTAIN:
        return Ambiguous(" ".join([f"status {status}", *(str(error) for error in errors[:1])]))
    return Refused(status, errors, _retry_after(answer.headers.get("retry-after", "")), isinstance(given, list))


def _error(entry: Mapping[str, object]) -> ApiError:
    code, message, details = (redacted(str(entry.get(name) or "")) for name in ("code", "message", "details"))
    return ApiError(code, message, details)


def _retry_after(header: str) -> float | None:
    """Seconds (RFC 9110, section 10.2.3): a number, or a date."""
    text = header.strip()
    if text.isdecimal() and len(text) < 7:
        return float(text)
    try:
        seconds = float(text) if "." in text and len(text) < 12 else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, seconds) if seconds < 1e6 else None


def _described(error: Exception) -> str:
    """An error in words that contain no query, token or address."""
    names = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "ConnectError": "no connection",
        "RemoteProtocolError": "the connection ended before the answer",
    }
    return names.get(type(error).__name__, type(error).__name__)
