"""Processing reports, written here by hand in each form: what they say of each line, and which are not believed."""

from __future__ import annotations

import json

import pytest

from franking.batch.feed_outcomes import outcomes_of, spoken
from franking.feeds import UnreadableReport, read_processing_report
from franking.model.feeds import LineState

NUMBERS = {1: "112-4471093-1120345", 2: "114-8830217-5528106", 3: "113-1111111-1111111"}


def xml(processed: int, right: int, failed: int, *results: tuple[int, str, str, str], status: str = "Complete") -> bytes:
    listed = "".join(
        f"<Result><MessageID>{n}</MessageID><ResultCode>{kind}</ResultCode><ResultMessageCode>{code}</ResultMessageCode>"
        f"<ResultDescription>{text}</ResultDescription><AdditionalInfo><SKU>x</SKU></AdditionalInfo></Result>"
        for n, kind, code, text in results
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Message><MessageID>1</MessageID><ProcessingReport>'
        f"<DocumentTransactionID>7</DocumentTransactionID><StatusCode>{status}</StatusCode><ProcessingSummary>"
        f"<MessagesProcessed>{processed}</MessagesProcessed><MessagesSuccessful>{right}</MessagesSuccessful>"
        f"<MessagesWithError>{failed}</MessagesWithError><MessagesWithWarning>0</MessagesWithWarning></ProcessingSummary>"
        f"{listed}</ProcessingReport></Message></AmazonEnvelope>"
    ).encode()


def flat(processed: int, right: int, *rows: str) -> bytes:
    head = ["Feed Processing Summary:", f"\tNumber of records processed\t\t{processed}",
            f"\tNumber of records successful\t\t{right}", ""]  # fmt: skip
    table = ["original-record-number\torder-id\torder-item-id\terror-code\terror-type\terror-message", *rows] if rows else []
    return "\r\n".join([*head, *table, ""]).encode()


def as_json(processed: int, right: int, *issues: dict[str, object]) -> bytes:
    summary = {"messagesProcessed": processed, "messagesAccepted": right, "messagesInvalid": processed - right}
    return json.dumps({"header": {"status": "DONE"}, "issues": list(issues), "summary": summary}).encode()


ERROR = (2, "Error", "13010", "no &amp; never")
GOOD = {
    "XML": xml(3, 2, 1, ERROR), "XML with a warning": xml(3, 2, 1, ERROR, (2, "Warning", "1", "w")),
    "XML, an error twice": xml(3, 2, 1, ERROR, (2, "Error", "2", "other")),
    "flat": flat(3, 2, "2\t114-8830217-5528106\t61\t13010\tError\tno & never"),
    "flat, cp1252": flat(3, 2, "2\t114-8830217-5528106\t61\t13010\tError\tno & never").replace(b"Feed P", b"\xc4 P"),
    "JSON": as_json(3, 2, {"messageId": 2, "code": "13010", "severity": "ERROR", "message": "no & never"}),
}  # fmt: skip


@pytest.mark.parametrize("form", GOOD)
def test_each_form(form: str) -> None:
    report = read_processing_report(GOOD[form])
    report.check(NUMBERS)
    outcomes, others = outcomes_of(report)
    assert {n: (o.state.value, o.code, o.reply) for n, o in outcomes.items()} == {2: ("rejected", "13010", "no & never")}
    assert others.state is LineState.ACCEPTED
    _, left = outcomes_of(report, fatal=True)
    assert left.state is LineState.AMBIGUOUS


@pytest.mark.parametrize(
    "content",
    [xml(3, 0, 3, (0, "Error", "9", "bad")), xml(0, 0, 0, (0, "Error", "9", "bad")), flat(3, 0, "0\t\t\t9\tError\tbad"),
     xml(3, 0, 3, status="Rejected")],
)  # fmt: skip
def test_an_error_of_the_whole_feed_rejects_every_line(content: bytes) -> None:
    report = read_processing_report(content)
    report.check(NUMBERS)
    outcomes, others = outcomes_of(report)
    assert (outcomes, others.state) == ({}, LineState.REJECTED)


BAD = {
    "empty": b"", "HTML": b"<html><body>404</body></html>", "text": b"Not found", "cut": GOOD["XML"][:-30],
    "of another feed": xml(4, 4, 0), "fewer": xml(2, 2, 0), "does not add up": xml(3, 1, 1, ERROR), "lists less": xml(3, 1, 2, ERROR),
    "lists more": xml(3, 3, 0, ERROR), "unknown message": xml(3, 2, 1, (7, "Error", "1", "x")),
    "no number": xml(3, 2, 1).replace(b"<MessagesProcessed>3", b"<MessagesProcessed>many"),
    "still processing": xml(3, 2, 1, ERROR, status="Processing"), "neither": xml(3, 2, 1, (2, "Maybe", "1", "x")),
    "whole and part": xml(3, 2, 1, (0, "Error", "1", "x")), "a document type": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + GOOD["XML"][38:],
    "flat of another order": flat(3, 2, "2\t999-8830217-5528106\t61\t1\tError\tx"), "flat without its list": flat(3, 2),
    "flat without counts": b"original-record-number\torder-id\n", "flat, more right": flat(2, 3), "JSON list": b"{}",
    "JSON counts": as_json(3, 1).replace(b'"messagesInvalid": 2', b'"messagesInvalid": 1'), "deep": b"{" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_reports_that_are_not_believed(what: str) -> None:
    with pytest.raises(UnreadableReport):
        read_processing_report(BAD[what]).check(NUMBERS)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("order 112-4471093-1120345 is closed", "order 112-4471093-1120345 is closed"),
        ('The name "Dana Whitfield" is wrong', "The name … is wrong"), ("buyer „Jörg“ and «Ana» and 'Li Wei'", "buyer … and … and …"),
        ("call +49 170 1234567 now", "call … now"), ("mail dana@x.example", "mail <address>"), ("[Dana] it's 13010", "… it's 13010"),
    ],
)  # fmt: skip
def test_texts_are_kept_without_personal_data(text: str, kept: str) -> None:
    assert spoken(text) == kept
