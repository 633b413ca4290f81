"""The orders and reports of the sandbox's account: pages, reports that take time, and the documents that they end in.

A report of the script has: ``text``, the content of its document; ``polls``, how often it is not done when asked for;
``status``, how it ends (DONE); ``encoding`` of the text and ``charset``, what the Content-Type calls it (both utf-8; "" names
none); ``gzip``, whether it is compressed; ``restricted``, whether the document needs a restricted data token.
"""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from franking.sandbox.published import Request
from franking.sandbox.script import Script

RESTRICTED = "Atz.sprdt|"  # begins a restricted data token
_PARTS = {
    "buyer": "BUYER",
    "recipient": "RECIPIENT",
    "packages": "PACKAGES",
    "fulfillment": "FULFILLMENT",
    "proceeds": "PROCEEDS",
}
_PERSONAL = ("BuyerInfo", "ShippingAddress")


class Denied(Exception):
    """A request that is answered by an error of the models' form."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.answer = {"errors": [{"code": code, "message": message, "details": details}]}


def refuse(status: int, message: str) -> Denied:
    """A refusal in the words that the status has."""
    code = {400: "InvalidInput", 403: "Unauthorized", 404: "NotFound"}[status]
    return Denied(status, code, message)


@dataclass(slots=True)
class Account:
    """What calls about orders and reports are answered with."""

    script: Script
    tokens: dict[str, int] = field(default_factory=dict)  # the page that a paging token stands for
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    polls: dict[str, int] = field(default_factory=dict)

    def answer(self, name: str, request: Request, own: str, token: str) -> tuple[int, object] | None:
        """The answer of an operation, None if it is about something else. Raises ``Denied``."""
        known = {
            "searchOrders": self._search,
            "getOrders": self._search_v0,
            "getOrderItems": self._items,
            "createReport": self._create,
            "getReports": self._reports,
            "getReport": self._report,
            "getReportDocument": self._document,
        }
        return known[name](request, own, token) if name in known else None

    def document(self, identity: str) -> tuple[bytes, Mapping[str, str]] | None:
        """The bytes of a stored document and its headers."""
        report = self.reports.get(identity)
        if report is None:
            return None
        entry = self._entry(report)
        charset = str(entry.get("charset", "utf-8"))
        content = str(entry.get("text", "")).encode(str(entry.get("encoding", "utf-8")))
        packed = gzip.compress(content, mtime=0) if entry.get("gzip") else content
        return packed, {"Content-Type": "text/plain" + (f"; charset={charset}" if charset else "")}

    def _search(self, request: Request, _own: str, _token: str) -> tuple[int, object]:
        if self.script.orders is None:
            raise refuse(403, "Access to requested resource is denied.")
        asked = {part for text in request.query.get("includedData", []) for part in text.split(",")}
        orders, token = self._page(self.script.orders, request.query.get("paginationToken"))
        shown = [
            {key: value for key, value in order.items() if key not in _PARTS or _PARTS[key] in asked}
            if isinstance(order, dict)
            else order
            for order in orders
        ]
        return 200, {"orders": shown} | ({"pagination": {"nextToken": token}} if token else {})

    def _search_v0(self, request: Request, _own: str, token: str) -> tuple[int, object]:
        if self.script.orders_v0 is None:
            raise refuse(403, "Access to requested resource is denied.")
        orders, following = self._page(self.script.orders_v0, request.query.get("NextToken"))
        hidden = () if token.startswith(RESTRICTED) else _PERSONAL
        shown = [{k: v for k, v in order.items() if k not in hidden} if isinstance(order, dict) else order for order in orders]
        return 200, {"payload": {"Orders": shown} | ({"NextToken": following} if following else {})}

    def _items(self, request: Request, _own: str, _token: str) -> tuple[int, object]:
        order = request.values["orderId"]
        if order not in self.script.items:
            raise refuse(404, "The resource does not exist.")
        items, following = self._page(self.script.items[order], request.query.get("NextToken"))
        content = {"AmazonOrderId": order, "OrderItems": items}
        return 200, {"payload": content | ({"NextToken": following} if following else {})}

    def _page(self, pages: list[list[Any]], given: list[str] | None) -> tuple[list[Any], str]:
        """A page, and the token of the next one."""
        if given is not None and given[0] not in self.tokens:
            raise refuse(400, "Invalid Input")
        number = self.tokens[given[0]] if given is not None else 0
        if number + 1 >= len(pages):
            return (pages[number] if pages else []), ""
        token = secrets.token_urlsafe(18)
        self.tokens[token] = number + 1
        return pages[number], token

    def _entry(self, report: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.script.reports.get(str(report["reportType"]), {})

    def _create(self, request: Request, _own: str, _token: str) -> tuple[int, object]:
        body: Any = request.body
        if body["reportType"] not in self.script.reports:
            raise refuse(400, "Invalid Input")
        identity = str(50_000 + len(self.reports))
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        options = ("reportType", "marketplaceIds", "dataStartTime", "dataEndTime")
        self.reports[identity] = {k: body[k] for k in options if k in body} | {"reportId": identity, "createdTime": now}
        self.polls[identity] = int(self._entry(body).get("polls", 0))
        return 202, {"reportId": identity}

    def _report(self, request: Request, _own: str, _token: str) -> tuple[int, object]:
        identity = request.values["reportId"]
        if identity not in self.reports:
            raise refuse(404, "The resource does not exist.")
        self.polls[identity] -= 1
        return 200, self._shown(identity)

    def _shown(self, identity: str) -> dict[str, Any]:
        report = self.reports[identity]
        ended = self.polls[identity] < 0
        status = str(self._entry(report).get("status", "DONE")) if ended else "IN_PROGRESS"
        return report | {"processingStatus": status} | ({"reportDocumentId": identity} if status == "DONE" else {})

    def _reports(self, request: Request, _own: str, _token: str) -> tuple[int, object]:
        wanted = {part for text in request.query.get("reportTypes", []) for part in text.split(",")}
        since = request.query.get("createdSince", ["0001-01-01T00:00:00Z"])[0]
        found = [one for one, r in self.reports.items() if r["reportType"] in wanted and r["createdTime"] >= since]
        return 200, {"reports": [self._shown(identity) for identity in found]}

    def _document(self, request: Request, own: str, token: str) -> tuple[int, object]:
        identity = request.values["reportDocumentId"]
        report = self.reports.get(identity)
        if report is None:
            raise refuse(404, "The resource does not exist.")
        entry = self._entry(report)
        if entry.get("restricted") and not token.startswith(RESTRICTED):
            raise refuse(403, "Access to requested resource is denied.")
        packed = {"compressionAlgorithm": "GZIP"} if entry.get("gzip") else {}
        return 200, {"reportDocumentId": identity, "url": f"{own}/download/{identity}"} | packed
