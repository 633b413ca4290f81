"""The sandbox's feeds: documents, what becomes of them by the script, and processing reports in the forms of the real ones.

It reads what it is sent by itself, by ElementTree and by splitting at tabs, and trusts nobody's count but its own.
"""

from __future__ import annotations

import csv
import gzip
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape


@dataclass(slots=True)
class Submitted:
    """A feed that was taken."""

    identity: str
    type: str
    marketplaces: list[str]
    content: bytes = field(repr=False)
    created: str = ""
    polls: int = 0
    report: str = ""  # the document of its report, once it has one


@dataclass(slots=True)
class Feeds:
    """Documents and feeds. ``plans`` are what becomes of feeds by their type, or "" for all: ``statuses`` of one poll after
    another (the last one stays), ``errors`` and ``warnings`` by the number of the message or record (code and text), ``hidden``
    for a feed that ``getFeeds`` does not list, ``report`` a text in place of the report, ``gzip``, ``encoding`` of the report
    (utf-8) and ``charset``, what the Content-Type calls it ("", nothing)."""

    plans: Mapping[str, Mapping[str, Any]]
    documents: dict[str, bytes | None] = field(default_factory=dict)
    submitted: list[Submitted] = field(default_factory=list)

    def document(self, own: str) -> dict[str, str]:
        """A new upload destination."""
        identity = f"amzn1.tortuga.{secrets.token_hex(8)}"
        self.documents[identity] = None
        return {"feedDocumentId": identity, "url": f"{own}/feed-document/{identity}"}

    def store(self, identity: str, content: bytes) -> int:
        """Take a document; the status."""
        if identity not in self.documents:
            return 403
        self.documents[identity] = content
        return 200

    def create(self, body: Mapping[str, Any]) -> dict[str, str] | None:
        """Take a feed; None if its document is missing."""
        content = self.documents.get(body["inputFeedDocumentId"])
        if content is None:
            return None
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        feed = Submitted(str(50000 + len(self.submitted)), body["feedType"], list(body["marketplaceIds"]), content, now)
        self.submitted.append(feed)
        return {"feedId": feed.identity}

    def plan(self, feed: Submitted) -> Mapping[str, Any]:
        """What becomes of a feed."""
        return self.plans.get(feed.type, self.plans.get("", {}))

    def poll(self, identity: str) -> dict[str, Any] | None:
        """A feed after one more poll; None if there is none of that name."""
        feed = next((f for f in self.submitted if f.identity == identity), None)
        if feed is None:
            return None
        feed.polls += 1
        return self._shown(feed)

    def _shown(self, feed: Submitted) -> dict[str, Any]:
        statuses = self.plan(feed).get("statuses", ["DONE"])
        status = statuses[min(max(feed.polls, 1), len(statuses)) - 1]
        shown = {
            "feedId": feed.identity,
            "feedType": feed.type,
            "marketplaceIds": feed.marketplaces,
            "createdTime": feed.created,
            "processingStatus": status,
        }
        reports = self.plan(feed).get("reports", status == "DONE")
        if reports and status in ("DONE", "FATAL"):
            if not feed.report:
                feed.report = f"amzn1.report.{secrets.token_hex(8)}"
                self.documents[feed.report] = self._report(feed)
            shown["resultFeedDocumentId"] = feed.report
        return shown

    def listed(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        """The feeds that a question asks about."""
        types = [t for text in query.get("feedTypes", []) for t in text.split(",")]
        since, until = (query.get(name, [""])[0] for name in ("createdSince", "createdUntil"))
        found = [
            self._shown(feed)
            for feed in reversed(self.submitted)
            if feed.type in types
            and not self.plan(feed).get("hidden")
            and (not since or _moment(feed.created) >= _moment(since))
            and (not until or _moment(feed.created) <= _moment(until))
        ]
        return {"feeds": found}

    def described(self, identity: str, own: str) -> dict[str, str] | None:
        """Where a document is; None if there is none."""
        if self.documents.get(identity) is None:
            return None
        found = {"feedDocumentId": identity, "url": f"{own}/feed-document/{identity}"}
        packed = any(feed.report == identity and self.plan(feed).get("gzip") for feed in self.submitted)
        return {**found, "compressionAlgorithm": "GZIP"} if packed else found

    def media_type(self, identity: str) -> str:
        """The Content-Type of a report."""
        charset = next((self.plan(feed).get("charset", "") for feed in self.submitted if feed.report == identity), "")
        return "text/xml" + (f"; charset={charset}" if charset else "")

    def _report(self, feed: Submitted) -> bytes:
        plan = self.plan(feed)
        if "report" in plan:
            content = str(plan["report"]).encode()
        else:
            errors = {int(n): e for n, e in plan.get("errors", {}).items()}
            warnings = {int(n): e for n, e in plan.get("warnings", {}).items()}
            content = (_flat if "FLAT_FILE" in feed.type else _xml)(feed, errors, warnings)
        content = content.decode().encode(str(plan.get("encoding", "utf-8")))
        return gzip.compress(content) if plan.get("gzip") else content


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _xml(feed: Submitted, errors: Mapping[int, Any], warnings: Mapping[int, Any]) -> bytes:
    parser: Any = ElementTree.XMLPullParser(["end"])
    parser.feed(feed.content)
    parser.close()
    messages = sum(element.tag == "Message" for _, element in parser.read_events())
    failed = messages if 0 in errors else len(errors)
    results = "".join(
        f"<Result><MessageID>{n}</MessageID><ResultCode>{kind}</ResultCode><ResultMessageCode>{code}</ResultMessageCode>"
        f"<ResultDescription>{escape(text)}</ResultDescription></Result>"
        for kind, lines in (("Error", errors), ("Warning", warnings))
        for n, (code, text) in lines.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header><DocumentVersion>1.02</DocumentVersion>'
        "<MerchantIdentifier>A1</MerchantIdentifier></Header><MessageType>ProcessingReport</MessageType><Message>"
        f"<MessageID>1</MessageID><ProcessingReport><DocumentTransactionID>{feed.identity}</DocumentTransactionID>"
        "<StatusCode>Complete</StatusCode><ProcessingSummary>"
        f"<MessagesProcessed>{messages}</MessagesProcessed><MessagesSuccessful>{messages - failed}</MessagesSuccessful>"
        f"<MessagesWithError>{failed}</MessagesWithError><MessagesWithWarning>{len(warnings)}</MessagesWithWarning>"
        f"</ProcessingSummary>{results}</ProcessingReport></Message></AmazonEnvelope>"
    ).encode()


def _flat(feed: Submitted, errors: Mapping[int, Any], warnings: Mapping[int, Any]) -> bytes:
    rows = list(csv.DictReader(feed.content.decode("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    failed = len(rows) if 0 in errors else len(errors)
    lines = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{len(rows)}",
        f"\tNumber of records successful\t\t{len(rows) - failed}",
        "",
        "original-record-number\torder-id\torder-item-id\terror-code\terror-type\terror-message",
    ]
    for kind, found in (("Error", errors), ("Warning", warnings)):
        for number, (code, text) in found.items():
            row = rows[number - 1] if number else {"order-id": "", "order-item-id": ""}
            lines.append("\t".join([str(number), row["order-id"], row["order-item-id"] or "", str(code), kind, text]))
    return ("\r\n".join(lines) + "\r\n").encode()
