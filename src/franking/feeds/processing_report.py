"""Processing reports: what became of each message or record of a feed, in XML, flat file or JSON.

A report that contradicts itself is not accepted: *not understood* is a state of its own, apart from *accepted*.
Sources: Amazon's public feed documentation of ``ProcessingReport``, of the flat files' reports and of JSON
feeds, as of August 2026.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from franking.model.counted import counted

_LARGEST = 64 << 20  # bytes
_DIGITS = re.compile(r"\d{1,20}")
_COUNT = re.compile(r"(?:number|total) of records (processed|successful)\s*:?\s*(\d+)", re.IGNORECASE)


class UnreadableReport(ValueError):
    """A report that is not conclusive. The text contains none of its content."""


@dataclass(frozen=True, slots=True)
class Result:
    """A line of a report. Number 0 is the whole feed; only flat files have ``order_id``."""

    number: int
    error: bool
    code: str
    text: str
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class ProcessingReport:
    """How many messages were processed, and every result that the report lists; successes have none."""

    processed: int
    failed: int
    results: tuple[Result, ...]

    @property
    def of_whole(self) -> tuple[Result, ...]:
        """The errors of the feed as a whole."""
        return tuple(result for result in self.results if result.error and result.number == 0)

    def check(self, numbers: Mapping[int, str]) -> None:
        """Raise ``UnreadableReport`` where it is not a report of a feed with these numbers (and the orders that they are
        about), or does not name every message that failed."""
        for result in self.results:
            if result.number and result.number not in numbers:
                raise UnreadableReport("the report names a message that the feed does not have")
            if result.number and result.order_id and result.order_id != numbers[result.number]:
                raise UnreadableReport("the report names another order than the feed")
        if self.of_whole and self.failed in (0, self.processed) and self.processed in (0, len(numbers)):
            return
        if self.of_whole:
            raise UnreadableReport("the report has an error of the whole feed, and messages that succeeded")
        if self.processed != len(numbers):
            raise UnreadableReport(f"the report counts {counted(self.processed, 'message')}, the feed has {len(numbers)}")
        if len({result.number for result in self.results if result.error}) != self.failed:
            raise UnreadableReport("the report counts other errors than it lists")


def read_processing_report(content: str | bytes) -> ProcessingReport:
    """A report of any form: text where its character set is known, which precedes what XML declares (RFC 7303, section 3);
    else bytes. Raises ``UnreadableReport``."""
    if len(content) > _LARGEST:
        raise UnreadableReport("the report is larger than any can be")
    if isinstance(content, str):
        text = content.removeprefix("\ufeff").lstrip()
        if not text:
            raise UnreadableReport("the report is empty")
        return _xml(text) if text.startswith("<") else _json(text) if text.startswith("{") else _flat(text)
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableReport("the report is empty")
    if start.startswith(b"<"):
        return _xml(start)
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError:
        text = start.decode("cp1252", "replace")
    return _json(text) if text.startswith("{") else _flat(text)


def _number(text: str | None, what: str) -> int:
    found = (text or "").strip()
    if not (found.isascii() and _DIGITS.fullmatch(found)):
        raise UnreadableReport(f"the report has no {what}")
    return int(found)


def _xml(content: str | bytes) -> ProcessingReport:
    raw = content.encode() if isinstance(content, str) else content
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", raw, re.IGNORECASE) or b"\x00" in raw[:200]:
        raise UnreadableReport("the report declares a document type")
    parser: Any = ElementTree.XMLPullParser(["start"])
    try:
        parser.feed(content)
        parser.close()
        root = next((event[1] for event in parser.read_events()), None)
    except ElementTree.ParseError:
        raise UnreadableReport("the report is XML that cannot be read") from None
    report = root if root is not None and _local(root.tag) == "ProcessingReport" else None
    if root is not None and report is None:
        report = next((e for e in root.iter() if _local(e.tag) == "ProcessingReport"), None)
    if report is None:
        raise UnreadableReport("the document is no processing report")
    status = _text(report, "StatusCode")
    if status not in ("Complete", "Rejected"):
        raise UnreadableReport("the report is not complete")
    summary = next((e for e in report if _local(e.tag) == "ProcessingSummary"), None)
    results = tuple(_result(e) for e in report if _local(e.tag) == "Result")
    if summary is None:
        if status == "Rejected":
            return ProcessingReport(0, 0, (*results, Result(0, True, "Rejected", "the feed was rejected")))
        raise UnreadableReport("the report has no summary")
    processed, right, failed = (
        _number(_text(summary, name), name) for name in ("MessagesProcessed", "MessagesSuccessful", "MessagesWithError")
    )
    if status == "Rejected" and not any(result.error for result in results):
        results = (*results, Result(0, True, "Rejected", "the feed was rejected"))
    if right + failed != processed:
        raise UnreadableReport("the report's counts do not add up")
    return ProcessingReport(processed, failed, results)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _text(parent: Any, name: str) -> str:
    found = next((e for e in parent if _local(e.tag) == name), None)
    return (found.text or "").strip() if found is not None else ""


def _result(element: Any) -> Result:
    severity = _text(element, "ResultCode")
    if severity not in ("Error", "Warning"):
        raise UnreadableReport("the report has a result that is neither an error nor a warning")
    return Result(
        _number(_text(element, "MessageID"), "MessageID"),
        severity == "Error",
        _text(element, "ResultMessageCode"),
        _text(element, "ResultDescription"),
    )


def _flat(text: str) -> ProcessingReport:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    counts: dict[str, int] = {}
    header: list[str] | None = None
    rows: list[dict[str, str]] = []
    for cells in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        names = [cell.strip().lower() for cell in cells]
        if header is None and "original-record-number" in names:
            header = names
        elif header is not None:
            if any(names):
                rows.append(dict(zip(header, (cell.strip() for cell in cells), strict=False)))
        elif (match := _COUNT.search(" ".join(cells))) is not None:
            counts[match[1].lower()] = int(match[2])
    if set(counts) != {"processed", "successful"}:
        raise UnreadableReport("the document is no processing report: it has no counts of records")
    failed = counts["processed"] - counts["successful"]
    if failed < 0 or (header is None and failed):
        raise UnreadableReport("the report's counts do not add up, or its list of errors is missing")
    results = tuple(
        Result(
            _number(row.get("original-record-number"), "original-record-number"),
            row.get("error-type", "").lower() not in ("warning", "warn"),
            row.get("error-code", ""),
            row.get("error-message", ""),
            row.get("order-id", ""),
        )
        for row in rows
    )
    return ProcessingReport(counts["processed"], failed, results)


def _json(text: str) -> ProcessingReport:
    try:
        said = json.loads(text)
        summary, issues = said["summary"], said.get("issues") or []
        processed, failed = summary["messagesProcessed"], summary["messagesInvalid"]
        numbers = all(type(value) is int and value >= 0 for value in (processed, failed))
        results = tuple(
            Result(
                int(issue.get("messageId") or 0),
                str(issue["severity"]).upper() == "ERROR",
                str(issue.get("code") or ""),
                str(issue.get("message") or ""),
            )
            for issue in issues
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableReport("the report is JSON that cannot be read") from None
    if not numbers or summary.get("messagesAccepted", processed - failed) != processed - failed:
        raise UnreadableReport("the report's counts do not add up")
    return ProcessingReport(processed, failed, results)
