"""Reports of an account by the API (Reports 2021-06-30): asked for, waited for, downloaded."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from franking.channels.client import Client
from franking.channels.documents import read_document
from franking.channels.operations import Operation
from franking.channels.order_calls import PATIENCE, stamp
from franking.channels.results import Ambiguous, Answer, NotSent, Refused
from franking.errors import ConfigurationError, TransportError, Unreachable

_REPORTS = "/reports/2021-06-30/reports"
CREATE_REPORT = Operation("createReport", "POST", _REPORTS, 0.0167, 15)
GET_REPORTS = Operation("getReports", "GET", _REPORTS, 0.0222, 10)
GET_REPORT = Operation("getReport", "GET", f"{_REPORTS}/{{report}}", 2, 15)
REPORT_DOCUMENT = Operation("getReportDocument", "GET", "/reports/2021-06-30/documents/{document}", 0.0167, 15)

_TRIES = 4  # of a creation that the API reports as not done
_SKEW = timedelta(minutes=10)  # between this clock and the API's


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """How far a report is: IN_QUEUE, IN_PROGRESS, DONE, CANCELLED, FATAL, or another value of the API."""

    status: str
    document: str


class ReportGone(TransportError):
    """The API no longer has the report, or its document."""


class ReportCalls:
    """Reports of one type (``kind``, as the API names it) about marketplaces of one region, from ``since`` to ``until``
    (aware). Each call raises ``Unreachable``, ``ConfigurationError`` or ``TransportError``."""

    def __init__(
        self,
        client: Client,
        base: str,
        places: Sequence[str],
        kind: str,
        since: datetime,
        until: datetime,
        options: Mapping[str, str],
    ) -> None:
        self._client = client
        self._base = base
        self._places = list(places)
        self._kind = kind
        self._since, self._until = stamp(since), stamp(until)
        self._options = dict(options)

    def create(self) -> str | None:
        """Ask for the report. Its ID; None if the answer was lost, so that the API may have made it."""
        body: dict[str, object] = {
            "reportType": self._kind,
            "marketplaceIds": self._places,
            "dataStartTime": self._since,
            "dataEndTime": self._until,
        }
        if self._options:
            body["reportOptions"] = self._options
        why = ""
        for attempt in range(_TRIES):
            result = self._client.call(CREATE_REPORT, CREATE_REPORT.url(self._base), {}, body)
            if isinstance(result, Answer):
                return self._text(result, CREATE_REPORT, "reportId")
            if isinstance(result, Ambiguous):
                return None
            if isinstance(result, NotSent):
                why, wait = result.why, 0.5 * 2**attempt
            else:
                why, wait = str(result), 0.0  # the quotas hold the next call back for as long as the API asks
                if result.status in (401, 403) and not (result.about_token and attempt == 0):
                    raise ConfigurationError(f"{self._shown}: the application may not createReport ({result})")
                again = result.status in (401, 403, 429, 503)
                if not again:
                    raise TransportError(f"{self._shown}: createReport: {result}")
                if (result.retry_after or 0) > PATIENCE:
                    break
            time.sleep(wait)
        raise Unreachable(f"{self._shown}: createReport: {why}")

    def find(self, asked: datetime) -> str | None:
        """The ID of a report that was asked for at a moment or later and whose answer was lost, None if there is none."""
        query = {
            "reportTypes": self._kind,
            "marketplaceIds": ",".join(self._places),
            "pageSize": "100",
            "createdSince": stamp(asked - _SKEW),
        }
        result = self._client.read(GET_REPORTS, GET_REPORTS.url(self._base), query, longest=PATIENCE)
        listed = self._content(result, GET_REPORTS).get("reports")
        if not isinstance(listed, list):
            raise self._unknown(GET_REPORTS, "reports is no list")
        for report in listed:
            if isinstance(report, dict) and self._is_mine(report):
                return str(report["reportId"])
        return None

    def _is_mine(self, report: Mapping[str, Any]) -> bool:
        places = report.get("marketplaceIds")
        return (
            isinstance(report.get("reportId"), str)
            and report.get("reportType") == self._kind
            and isinstance(places, list)
            and sorted(map(str, places)) == sorted(self._places)
            and _same(report.get("dataStartTime"), self._since)
            and _same(report.get("dataEndTime"), self._until)
            and report.get("processingStatus") not in ("CANCELLED", "FATAL")
        )

    def status(self, report: str) -> ReportStatus:
        """How far a report is."""
        result = self._client.read(GET_REPORT, GET_REPORT.url(self._base, report=report), {}, longest=PATIENCE)
        content = self._content(result, GET_REPORT)
        status, document = content.get("processingStatus"), content.get("reportDocumentId")
        if not isinstance(status, str) or not isinstance(document, str | None):
            raise self._unknown(GET_REPORT, "processingStatus or reportDocumentId is no text")
        return ReportStatus(status, document or "")

    def download(self, document: str, into: BinaryIO) -> str:
        """Write a document into an open file, as ``read_document`` does. A report that needs a restricted data token is asked
        for with one."""
        return read_document(self._client, lambda: self._url(document), into)

    def _url(self, document: str) -> tuple[str, str]:
        url = REPORT_DOCUMENT.url(self._base, document=document)
        result = self._client.read(REPORT_DOCUMENT, url, {}, longest=PATIENCE, denied=True)
        if isinstance(result, Refused) and result.status in (401, 403):
            resource: dict[str, object] = {"method": "GET", "path": url.removeprefix(self._base)}
            token = self._client.restricted_token(self._base, [resource])
            result = self._client.read(REPORT_DOCUMENT, url, {}, token=token, longest=PATIENCE)
        content = self._content(result, REPORT_DOCUMENT)
        where, algorithm = content.get("url"), content.get("compressionAlgorithm")
        if not isinstance(where, str) or not isinstance(algorithm, str | None):
            raise self._unknown(REPORT_DOCUMENT, "url or compressionAlgorithm is no text")
        return where, algorithm or ""

    @property
    def _shown(self) -> str:
        return self._client.endpoint.shown

    def _content(self, result: Answer | Refused, operation: Operation) -> Mapping[str, Any]:
        if isinstance(result, Refused):
            error = ReportGone if result.status == 404 else TransportError
            raise error(f"{self._shown}: {operation.name}: {result}")
        if not isinstance(result.data, dict):
            raise self._unknown(operation, "it is no object")
        return result.data

    def _text(self, answer: Answer, operation: Operation, name: str) -> str:
        found = self._content(answer, operation).get(name)
        if not isinstance(found, str) or not found or not (found.isascii() and found.isprintable()):
            raise self._unknown(operation, f"{name} is no text")
        return found

    def _unknown(self, operation: Operation, what: str) -> TransportError:
        return TransportError(f"{self._shown}: {operation.name}: the answer has an unexpected form: {what}")


def _same(given: object, stamped: str) -> bool:
    """Whether a moment of an answer is one that was asked for, to the second."""
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) else None
        return moment is not None and moment.tzinfo is not None and stamp(moment.astimezone(UTC)) == stamped
    except (ValueError, OverflowError):
        return False
