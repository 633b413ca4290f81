"""Bounces and refusals as servers and the marketplace send them, and what the ledger makes of them."""

from __future__ import annotations

import json
import mailbox
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from franking.cli.main import app
from franking.errors import FrankingError
from franking.feedback import Report, Trust, Unreadable, open_mailbox, read_report
from franking.model import Outcome, State
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing

# RFC 3464, appendix E, with the sender and recipient of a message of ours.
POSTFIX = """\
From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: shop@example.com
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="A.1/mail.example.com"

--A.1/mail.example.com
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--A.1/mail.example.com
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; b1@marketplace.amazon.de
Original-Recipient: rfc822;b1@marketplace.amazon.de
Action: {action}
Status: {status}
Remote-MTA: dns; mx.amazon.de
Diagnostic-Code: smtp; 550 {status} user unknown

--A.1/mail.example.com
Content-Type: {kind}

Message-ID: <1.reply@example.com>
Subject: Your order

--A.1/mail.example.com--
"""


def bounce(action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    return POSTFIX.format(action=action, status=status, kind=kind).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(("action", "status", "event", "hard"), [
    ("failed", "5.1.1", "failed", True), ("failed", "5.2.2", "failed", False), ("failed", "5.7.1", "failed", False),
    ("Failed", "5.1.10", "failed", True), ("delayed", "4.4.1", "delayed", False), ("relayed", "2.1.5", "delivered", False),
    ("delivered", "2.0.0", "delivered", False),
])  # fmt: skip
def test_notifications(kind: str, action: str, status: str, event: str, hard: bool) -> None:
    assert read_report(bounce(action, status, kind)) == [
        Report(event, "<1.reply@example.com>", "", status, hard, ("b1@marketplace.amazon.de",))  # type: ignore[arg-type]
    ]


def refusal(sender: str = "no-reply@amazon.de", text: str = "The buyer has opted out of receiving messages.") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, "Order 302-1234567-0000001"
    mail.set_content(text)
    return mail.as_bytes()


def test_the_marketplace_s_refusals() -> None:
    assert read_report(refusal()) == [Report("opt-out", order_id="302-1234567-0000001")]
    assert read_report(refusal(), Trust(vouched=True)) == [Report("opt-out", order_id="302-1234567-0000001", verified=True)]
    assert read_report(refusal(sender="amazon.de@phisher.example")) == []
    assert read_report(refusal(sender="no-reply@amazon.de.phisher.example")) == []
    assert read_report(refusal(text="Thank you, it arrived.")) == []


@given(st.binary(max_size=400))
def test_any_bytes_are_some_mail_or_none(data: bytes) -> None:
    with suppress(Unreadable):
        read_report(data)
    for kind in (b"message/delivery-status", b"message/rfc822", b"text/plain", b"message/feedback-report"):
        read_report(b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: " + kind + b"\r\n\r\n" + data)


def settled(folder: Path) -> Ledger:
    """A ledger with three messages: sent, ambiguous, sent."""
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    ledger.queue("b", [outgoing(n, seller="default") for n in range(3)])
    a, b, c = ledger.claim("b", 3)
    ledger.settle([(a, Outcome(State.SENT)), (b, Outcome(State.AMBIGUOUS)), (c, Outcome(State.SENT))])
    return ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return settled(tmp_path)


def maildir(path: Path, *mails: bytes) -> None:
    box = mailbox.Maildir(path)
    for mail in mails:
        box.add(mail)


def mbox(path: Path, *mails: bytes) -> None:
    box = mailbox.mbox(path)
    for mail in mails:
        box.add(mail)
    box.close()


def folder(path: Path, *mails: bytes) -> None:
    path.mkdir()
    for number, mail in enumerate(mails):
        (path / f"{number}.eml").write_bytes(mail)


NOTHING = {
    "account_restricted": 0, "kind_refused": 0, "unverified_opt_outs": 0, "not_understood": 0, "without_message_id": 0,
    "other_recipient": 0, "unreadable": 0,
}  # fmt: skip


@pytest.mark.parametrize("make", [maildir, mbox, folder], ids=["maildir", "mbox", "folder"])
def test_bounces_settle_doubts_and_suppress(ledger: Ledger, tmp_path: Path, make: object) -> None:
    make(tmp_path / "box", bounce(), refusal(), b"Subject: hello\n\nnothing\n")  # type: ignore[operator]
    command = ["bounces", str(tmp_path / "box"), "--outbox", ledger.url, "--format", "json"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    (unproven,) = told.pop("listed")
    assert (unproven["heading"], unproven["why"]) == ("unverified_opt_outs", "order 302-1234567-0000001")
    assert told == {
        "schema": 1, "mails": 3, "reports": 2, "suppressed": 1, "ambiguous_to_failed": 1, **NOTHING, "unverified_opt_outs": 1,
    }  # fmt: skip
    assert ledger.state_of(outgoing(1, seller="default").key) is State.FAILED
    assert ledger.suppressions("default").reason("b1@marketplace.amazon.de") == "bounce"
    again = json.loads(CliRunner().invoke(app, [*command, "--vouched"]).stdout)
    assert again == {"schema": 1, "mails": 3, "reports": 2, "suppressed": 0, **NOTHING, "listed": []}


def test_sources_that_are_none(tmp_path: Path) -> None:
    for source in (str(tmp_path / "nosuch"), "imap://user@host/INBOX", "imaps://host/INBOX", "imaps://u:p@host/"):
        with pytest.raises(FrankingError, match="expected"):
            list(open_mailbox(source))
