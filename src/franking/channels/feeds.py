"""The calls of the Feeds API (2021-06-30), each made once, and ``confirmShipment`` of the Orders API (v0).

Only ``submit`` and ``confirm`` change anything at the marketplace. A document that no feed names is forgotten there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from franking.channels.client import Client
from franking.channels.documents import read_document
from franking.channels.operations import (
    CONFIRM_SHIPMENT,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEED,
    GET_FEED_DOCUMENT,
    GET_FEEDS,
)
from franking.channels.regions import endpoint_for
from franking.channels.results import Ambiguous, Answer, Refused, Result
from franking.errors import TransportError
from franking.model import Marketplace

STATUSES = ("IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL")
_LARGEST = 64 << 20  # bytes of an unpacked report
_MOST_PAGES = 10  # of feeds


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the marketplace has a feed: one of ``STATUSES``, and its report's document, "" where it names none."""

    status: str
    report_id: str = ""


class _NotGiven(Exception):
    """The API gives no URL of a document."""

    def __init__(self, result: Refused) -> None:
        super().__init__(str(result))
        self.result = result


class FeedApi:
    """The API for one marketplace's feeds."""

    def __init__(self, client: Client, place: Marketplace) -> None:
        self._client = client
        self._place = place
        self._base = endpoint_for(client.endpoint, place)

    def destination(self, content_type: str) -> tuple[str, str] | Result:
        """A document's identity and where to upload it; else what the call came to."""
        url = CREATE_FEED_DOCUMENT.url(self._base)
        result = self._client.call(CREATE_FEED_DOCUMENT, url, {}, {"contentType": content_type})
        data = result.data if isinstance(result, Answer) and isinstance(result.data, dict) else {}
        identity, where = data.get("feedDocumentId"), data.get("url")
        if isinstance(identity, str) and identity and isinstance(where, str) and self._trusted(where):
            return identity, where
        return Ambiguous("the answer names no document") if isinstance(result, Answer) else result

    def upload(self, where: str, content_type: str, content: bytes) -> Result:
        """Store a document."""
        return self._client.upload(where, {"Content-Type": content_type}, content)

    def submit(self, feed_type: str, document: str) -> str | Result:
        """Hand a document in, once; the feed's identity, else what the call came to."""
        body = {"feedType": feed_type, "marketplaceIds": [self._place.id], "inputFeedDocumentId": document}
        result = self._client.call(CREATE_FEED, CREATE_FEED.url(self._base), {}, body)
        if not isinstance(result, Answer):
            return result
        identity = result.data.get("feedId") if isinstance(result.data, dict) else None
        return identity if isinstance(identity, str) and identity else Ambiguous("the answer names no feed")

    def progress(self, feed: str) -> Progress | Refused:
        """The state of a feed. Raises ``Unreachable``, ``ConfigurationError`` or ``TransportError``."""
        result = self._client.read(GET_FEED, GET_FEED.url(self._base, feed=feed), {})
        if isinstance(result, Refused):
            return result
        return _progress(result.data if isinstance(result.data, dict) else {})

    def submitted(self, feed_type: str, since: datetime, until: datetime) -> list[str]:
        """The identities of all feeds of a type that were created between two moments (aware). Raises as ``progress``."""
        query = {
            "feedTypes": feed_type,
            "marketplaceIds": self._place.id,
            "pageSize": "100",
            "createdSince": since.isoformat(),
            "createdUntil": until.isoformat(),
        }
        found: list[str] = []
        for _ in range(_MOST_PAGES):
            result = self._client.read(GET_FEEDS, GET_FEEDS.url(self._base), query)
            data = result.data if isinstance(result, Answer) and isinstance(result.data, dict) else None
            feeds = data.get("feeds") if data is not None else None
            if data is None or not isinstance(feeds, list):
                raise TransportError(f"{self._client.endpoint.shown}: getFeeds gave no list of feeds")
            found += [str(feed["feedId"]) for feed in feeds if isinstance(feed, dict) and feed.get("feedId")]
            if not data.get("nextToken"):
                return found
            query = {"nextToken": str(data["nextToken"])}
        raise TransportError(f"{self._client.endpoint.shown}: getFeeds gave more feeds than can be looked through")

    def report(self, document: str) -> str | bytes | Refused:
        """A processing report: text where the answer names its character set. Raises as ``progress``, and as
        ``read_document``."""
        content = BytesIO()
        try:
            charset = read_document(self._client, lambda: self._where(document), content, largest=_LARGEST)
        except _NotGiven as refused:
            return refused.result
        return content.getvalue().decode() if charset else content.getvalue()

    def _where(self, document: str) -> tuple[str, str]:
        """A new URL of a report, and its compression."""
        result = self._client.read(GET_FEED_DOCUMENT, GET_FEED_DOCUMENT.url(self._base, document=document), {})
        if isinstance(result, Refused):
            raise _NotGiven(result)
        data = result.data if isinstance(result.data, dict) else {}
        where, algorithm = data.get("url"), data.get("compressionAlgorithm")
        if not isinstance(where, str) or not isinstance(algorithm, str | None):
            raise TransportError(f"{self._client.endpoint.shown}: getFeedDocument gave no address of the report")
        return where, algorithm or ""

    def confirm(self, order: str, body: Mapping[str, object]) -> Result:
        """Confirm the dispatch of one parcel, once."""
        return self._client.call(CONFIRM_SHIPMENT, CONFIRM_SHIPMENT.url(self._base, order=order), {}, body)

    def _trusted(self, where: str) -> bool:
        """Whether an address is encrypted, or on this machine as the API itself."""
        return urlsplit(where).scheme == "https" or self._client.endpoint.local


def _progress(data: Mapping[str, Any]) -> Progress:
    status, report = data.get("processingStatus"), data.get("resultFeedDocumentId")
    if status not in STATUSES:
        raise TransportError("getFeed gave a status that is not known")
    return Progress(str(status), report if isinstance(report, str) else "")
