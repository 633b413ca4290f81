"""What the sandbox did: tokens given out, files taken, messages and solicitations sent."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from franking.sandbox.account import RESTRICTED, Account, Denied
from franking.sandbox.feeds import Feeds
from franking.sandbox.published import Published, Request, published
from franking.sandbox.script import Script

_DENIED = "Access to requested resource is denied."
_LIFE = 3600  # seconds of an access token
_MESSAGES, _SOLICITATIONS = "/messages/", "/solicitations/"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message or a solicitation that was sent to a buyer, and the files that came with it."""

    operation: str
    order: str
    marketplace: str
    body: Any = field(repr=False)
    files: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(slots=True)
class State:
    """For several threads, under ``lock``."""

    script: Script
    feeds: Feeds = field(init=False)
    shipments: list[Taken] = field(default_factory=list)  # dispatches that were confirmed
    sent: list[Taken] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)  # until when
    uploads: dict[str, tuple[str, bytes | None]] = field(default_factory=dict)  # the MD5 that was named, and the file
    called: dict[str, int] = field(default_factory=dict)  # how often each operation was called
    broken: list[str] = field(default_factory=list)  # what requests broke of the models
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    asked: list[tuple[str, Request]] = field(default_factory=list)  # every request that was let in
    account: Account = field(init=False)
    lock: Any = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.account = Account(self.script)
        self.feeds = Feeds(self.script.feeds)

    def log_in(self) -> dict[str, object]:
        """A new access token."""
        token = f"Atza|{secrets.token_urlsafe(24)}"
        self.tokens[token] = time.monotonic() + _LIFE
        return {"access_token": token, "token_type": "bearer", "expires_in": _LIFE, "refresh_token": "Atzr|sandbox"}

    def admit(self, token: str | None) -> None:
        """Raise ``Denied`` for a token that was not given out, or has ended."""
        if not token:
            raise Denied(403, "Unauthorized", _DENIED, "Access token is missing in the request header.")
        if self.tokens.get(token, 0.0) < time.monotonic():
            raise Denied(403, "Unauthorized", _DENIED, "The access token you provided has expired.")

    def meter(self, operation: Published) -> None:
        """Raise ``Denied`` for a call beyond the usage plan (token bucket)."""
        now = time.monotonic()
        left, since = self.buckets.get(operation.name, (float(operation.burst), now))
        left = min(float(operation.burst), left + (now - since) * operation.rate)
        if left < 1:
            self.buckets[operation.name] = left, now
            raise Denied(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
        self.buckets[operation.name] = left - 1, now

    def do(self, operation: Published, request: Request, own: str, token: str) -> tuple[int, object]:
        """Do what a valid request asks for. ``own`` is the server's address. Raises ``Denied``."""
        found = self.account.answer(operation.name, request, own, token)
        if found is not None:
            return found
        order = request.values.get("amazonOrderId", "")
        place = ",".join(request.query.get("marketplaceIds", []))
        if operation.name == "createUploadDestinationForResource":
            identity = f"sc/{secrets.token_hex(12)}"
            self.uploads[identity] = request.query["contentMD5"][0], None
            return 201, {"payload": {"uploadDestinationId": identity, "url": f"{own}/upload/{identity}", "headers": {}}}
        if _MESSAGES in operation.path or f"/orders/{{amazonOrderId}}{_SOLICITATIONS}" in operation.path:
            self._allow(operation, order)
            files = self._files(request.body)
            self.sent.append(Taken(operation.name, order, place, request.body, files))
            return 201, {}
        if operation.name in ("getMessagingActionsForOrder", "getSolicitationActionsForOrder"):
            return 200, self._actions(operation, order, place)
        if operation.name == "GetAttributes":
            locale = self.script.locales.get(order)
            return 200, {"buyer": {"locale": locale}} if locale else {"buyer": {}}
        if operation.name == "createRestrictedDataToken":
            token = f"{RESTRICTED}{secrets.token_urlsafe(24)}"
            self.tokens[token] = time.monotonic() + _LIFE
            return 200, {"restrictedDataToken": token, "expiresIn": _LIFE}
        if operation.name == "confirmShipment":
            self.shipments.append(Taken(operation.name, request.values["orderId"], place, request.body))
            return 204, {}
        if operation.path.startswith("/feeds/"):
            return self._of_feeds(operation, request, own)
        raise Denied(400, "InvalidInput", "Invalid Input", "The sandbox has no such case.")

    def _of_feeds(self, operation: Published, request: Request, own: str) -> tuple[int, object]:
        body: Any = request.body
        answer: object = None
        if operation.name == "createFeedDocument":
            answer = self.feeds.document(own)
        elif operation.name == "createFeed":
            answer = self.feeds.create(body)
            if answer is None:
                raise Denied(400, "InvalidInput", "Invalid Input", "There is no such document, or nothing in it.")
        elif operation.name == "getFeed":
            answer = self.feeds.poll(request.values["feedId"])
        elif operation.name == "getFeeds":
            answer = self.feeds.listed(request.query)
        elif operation.name == "getFeedDocument":
            answer = self.feeds.described(request.values["feedDocumentId"], own)
        if answer is None:
            raise Denied(404, "NotFound", "The resource does not exist.")
        return operation.success, answer

    def store(self, identity: str, content: bytes) -> int:
        """Take a file for an upload destination; the status."""
        if identity not in self.uploads:
            return 404
        digest, _ = self.uploads[identity]
        if base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode() != digest:
            return 400
        self.uploads[identity] = digest, content
        return 200

    def _allow(self, operation: Published, order: str) -> None:
        action = operation.path.rpartition("/")[2]
        if action not in self._allowed(operation, order):
            raise Denied(403, "Unauthorized", "Invalid amazonOrderId and template combination")

    def _allowed(self, operation: Published, order: str) -> list[str]:
        """The actions of an order, of the operation's own API; a solicitation can be sent once."""
        root = operation.path.split("/")[1]
        part = _MESSAGES if root == "messaging" else "/orders/{amazonOrderId}" + _SOLICITATIONS
        every = [o.path.rpartition("/")[2] for o in published() if o.path.startswith(f"/{root}/") and part in o.path]
        chosen = self.script.actions.get(order)
        asked = {taken.order for taken in self.sent if "Solicitation" in taken.operation}
        disabled = self.script.disabled.get(order, {})
        return [
            name
            for name in every
            if (chosen is None or name in chosen) and name not in disabled and not (root == "solicitations" and order in asked)
        ]

    def _actions(self, operation: Published, order: str, place: str) -> dict[str, object]:
        root, tail = ("messaging", "messages") if "messaging" in operation.path else ("solicitations", "solicitations")
        base = f"/{root}/v1/orders/{order}"
        off: Mapping[str, str] = self.script.disabled.get(order, {}) if root == "messaging" else {}
        names = [*self._allowed(operation, order), *off]
        links = [{"href": f"{base}/{tail}/{name}?marketplaceIds={place}", "name": name} for name in names]
        embedded = [
            {
                "_links": {"self": link, "schema": {"href": f"{base}/{tail}/{link['name']}/schema?marketplaceIds={place}"}},
                "payload": {"name": link["name"]},
            }
            | ({"disabled": True, "disabledReason": off[link["name"]]} if link["name"] in off else {})
            for link in links
        ]
        return {
            "_links": {"self": {"href": f"{base}?marketplaceIds={place}"}, "actions": links},
            "_embedded": {"actions": embedded},
        }

    def _files(self, body: Any) -> tuple[bytes, ...]:
        found: list[bytes] = []
        for entry in body.get("attachments", []) if isinstance(body, dict) else []:
            _, content = self.uploads.get(entry["uploadDestinationId"], ("", None))
            if content is None:
                raise Denied(400, "InvalidInput", "Invalid Input", "There is no such upload destination, or no file in it.")
            found.append(content)
        return tuple(found)
