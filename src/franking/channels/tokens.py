"""Access tokens: Login with Amazon (OAuth 2.0, RFC 6749, section 6), renewed before they end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from franking.dispatch.credentials import AppCredentials
from franking.dispatch.replies import redacted
from franking.errors import ConfigurationError, Unreachable
from franking.files.strict_json import BadJson, fault_of, read_json

if TYPE_CHECKING:
    import httpx

_SPARE = 120.0  # seconds before its end that a token is renewed
_LARGEST = 1 << 16  # bytes of an answer


class Tokens:
    """The access token of an application for a seller account, held in memory only. For several threads."""

    def __init__(self, http: httpx.Client, login: str, credentials: AppCredentials) -> None:
        self._http = http
        self._login = login
        self._credentials = credentials
        self._token = ""
        self._until = 0.0
        self._lock = threading.Lock()

    def get(self) -> str:
        """A token that is good for two minutes at least. Raises ``ConfigurationError`` if the login is refused,
        ``Unreachable`` where it may succeed later."""
        with self._lock:
            if not self._token or time.monotonic() > self._until - _SPARE:
                self._renew()
            return self._token

    def drop(self, token: str) -> None:
        """The API reports that a token is no longer valid."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _renew(self) -> None:
        import httpx

        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token(),
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret(),
        }
        try:
            answer = self._http.post(self._login, data=form, headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise Unreachable(f"the marketplace's login cannot be reached ({type(error).__name__})") from None
        try:
            found = read_json(answer.content[:_LARGEST])
        except BadJson:
            found = None
        if answer.status_code in (400, 401, 403):
            said = found if isinstance(found, dict) else {}
            what = redacted(f"{said.get('error', '')} {said.get('error_description', '')}".strip() or "no reason given")
            raise ConfigurationError(
                f"the marketplace's login refused the application ({answer.status_code} {what}); see amazon_client_id, its "
                "secret and the refresh token"
            )
        if answer.status_code != 200:
            raise Unreachable(f"the marketplace's login gave no token (status {answer.status_code})")
        from pydantic import ValidationError

        from franking.channels.answers import Token

        try:
            token = Token.model_validate(found)
        except ValidationError as error:
            raise Unreachable(f"the marketplace's login gave no token (status 200: {fault_of(error)})") from None
        self._token, self._until = token.access_token, time.monotonic() + token.expires_in
