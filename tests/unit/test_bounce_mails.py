"""What servers send back, in the many forms that they have: each mail here is written out, and its facts beside it."""

from __future__ import annotations

import base64
import quopri
import time

import pytest

from franking.feedback import Report, Trust, Unreadable, read_report

OURS = "<40155d37cfe409a43c504119bbd7e05e.franking@fjord-and-pine.example>"
BUYER = "a5s6d7f8g9h0j1k@marketplace.amazon.com"
HEADERS = f"Return-Path: <shop@fjord-and-pine.example>\nTo: {BUYER}\nMessage-ID: {OURS}\nSubject: Your order\n"
BLOCK = f"Final-Recipient: rfc822; {BUYER}\nAction: failed\nStatus: 5.1.1\n"
MTA = "Reporting-MTA: dns; mx.example.net\n\n"


def part(kind: str, text: str, *fields: str) -> str:
    return "\n".join([f"Content-Type: {kind}", *fields, "", text])


def mixed(
    *parts: str, kind: str = "multipart/report; report-type=delivery-status", boundary: str = "b1", head: str = ""
) -> str:
    body = "".join(f"--{boundary}\n{one}\n" for one in parts)
    return f'{head}Content-Type: {kind}; boundary="{boundary}"\n\n{body}--{boundary}--\n'


HEAD = "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: shop@fjord-and-pine.example\nSubject: Undelivered\n"
SAID = part("text/plain", "The message could not be delivered.\n")
RETURNED = part("text/rfc822-headers", HEADERS)


def dsn(block: str = BLOCK, *, kind: str = "message/delivery-status", mta: str = MTA) -> str:
    return mixed(SAID, part(kind, mta + block), RETURNED, head=HEAD)


def facts(text: str | bytes, trust: Trust = Trust()) -> list[tuple[str, str, str, bool]]:  # noqa: B008
    """Event, Message-ID, status and hardness of each report."""
    data = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode()
    reports = read_report(data, trust)
    unix = read_report(text.encode()) if isinstance(text, str) and trust == Trust() else reports
    assert unix == reports  # whatever ends the lines
    return [(r.event, r.message_id, r.status, r.hard) for r in reports]


def block(action: str = "failed", status: str = "5.1.1", diagnostic: str = "", to: str = f"rfc822; {BUYER}") -> str:
    lines = [f"Final-Recipient: {to}", f"Action: {action}", f"Status: {status}", f"Diagnostic-Code: {diagnostic}"]
    return "\n".join(line for line in lines if not line.endswith(": ")) + "\n"


@pytest.mark.parametrize(("status", "diagnostic", "code", "hard"), [
    ("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "5.1.10", True),
    ("5.1.1", "", "5.1.1", True), ("5.1.2", "", "5.1.2", True), ("5.1.3", "", "5.1.3", True), ("5.1.6", "", "5.1.6", True),
    ("5.2.1", "", "5.2.1", True), ("5.01.001", "", "5.1.1", True),
    ("5.0.0", "smtp; 550 5.1.1 <x>: Recipient address rejected: User unknown", "5.1.1", True),
    ("5.0.0", "smtp; 550-5.1.1 The account\n that you tried does not exist", "5.1.1", True),
    ("5.5.0", "smtp;550 #5.1.1 mailbox unavailable", "5.1.1", True),
    ("5.0.0", "smtp; 552 5.2.2 Mailbox full", "5.2.2", False),
    ("5.0.0", "smtp; 550 blocked by 5.1.1.4, see mx5.1.1 and v5.1.1234", "5.0.0", False),
    ("5.0.0", "smtp; 550 user unknown", "5.0.0", False),
    ("5.0.0", "smtp; 450 4.1.1 try again", "5.0.0", False),
    ("5.1.1", "smtp; 552 5.2.2 Mailbox full", "5.1.1", False),
    ("5.1.1", "X-Postfix; unknown user: \"x\"", "5.1.1", True),
    ("", "smtp; 550 5.1.1 no such user", "5.1.1", True), ("", "smtp; 550 no", "", False),
    ("5.1.0", "", "5.1.0", False), ("5.1.4", "", "5.1.4", False), ("5.1.8", "", "5.1.8", False), ("5.2.2", "", "5.2.2", False),
    ("5.2.3", "", "5.2.3", False), ("5.3.4", "", "5.3.4", False), ("5.4.4", "", "5.4.4", False), ("5.4.7", "", "5.4.7", False),
    ("5.7.1", "", "5.7.1", False), ("5.7.13", "", "5.7.13", False), ("5.7.509", "", "5.7.509", False),
    ("4.4.7", "smtp; 450 4.1.1 expired", "4.4.7", False), ("4.2.2", "", "4.2.2", False),
    ("5.1.1 (bad destination mailbox address)", "", "5.1.1", True),
])  # fmt: skip
def test_status_codes(status: str, diagnostic: str, code: str, hard: bool) -> None:
    assert facts(dsn(block(status=status, diagnostic=diagnostic))) == [("failed", OURS, code, hard)]


@pytest.mark.parametrize(("action", "event"), [
    ("failed (user unknown)", "failed"), ("FAILED", "failed"), ("(really) failed", "failed"), ("failed;", "failed"),
    ("failed (a (nested) \\) comment)", "failed"), ("\n failed", "failed"), ("delayed (will retry)", "delayed"),
])  # fmt: skip
def test_actions(action: str, event: str) -> None:
    status = "4.4.1" if event == "delayed" else "5.1.1"
    assert facts(dsn(block(action, status))) == [(event, OURS, status, event == "failed")]


@pytest.mark.parametrize("action", ["delivered", "relayed (to a host without DSN)", "Expanded"])
def test_successes(action: str) -> None:
    assert facts(dsn(block(action, "2.1.5"))) == [("delivered", OURS, "2.1.5", False)]


@pytest.mark.parametrize(
    ("action", "status"), [("", "4.4.1"), ("", ""), ("returned", "5.1.1"), ("failed", "2.0.0"), ("delivered", "5.1.1")]
)
def test_what_can_be_read_in_two_ways_is_not_understood(action: str, status: str) -> None:
    assert [event for event, *_ in facts(dsn(block(action, status)))] == ["not-understood"]


@pytest.mark.parametrize("before", ["\n", "\n\n\n", "\ufeff", "From MAILER-DAEMON Thu Jan  1 00:00:00 2026\n"])
def test_what_exports_put_in_front_of_a_mail(before: str) -> None:
    assert facts(before + dsn()) == [("failed", OURS, "5.1.1", True)]


def test_a_permanent_status_without_an_action_has_failed() -> None:
    assert facts(dsn(block("", "5.1.1"))) == [("failed", OURS, "5.1.1", True)]


@pytest.mark.parametrize("kind", [
    "multipart/mixed", "multipart/report", "Multipart/Report; Report-Type=Delivery-Status", "multipart/alternative", "multipart/related",
    "multipart/report; report-type=disposition-notification",
])  # fmt: skip
def test_whatever_holds_the_status(kind: str) -> None:
    assert facts(mixed(SAID, part("message/delivery-status", MTA + BLOCK), RETURNED, kind=kind, head=HEAD)) == [
        ("failed", OURS, "5.1.1", True)
    ]


def test_status_in_other_containers() -> None:
    status = part("message/delivery-status", MTA + BLOCK)
    expected = [("failed", OURS, "5.1.1", True)]
    # in multipart/alternative within multipart/mixed, the returned message outside
    inner = mixed(SAID, status, kind="multipart/alternative", boundary="in")
    assert facts(mixed(inner, RETURNED, kind="multipart/mixed", head=HEAD)) == expected
    # forwarded by a person
    forwarded = part("message/rfc822", dsn())
    assert (
        facts(
            mixed(
                part("text/plain", "see below"), forwarded, kind="multipart/mixed", boundary="fw", head="From: a@shop.example\n"
            )
        )
        == expected
    )
    # a mail that is nothing but a forwarded one, and one that is nothing but a status
    assert facts("From: a@shop.example\n" + part("message/rfc822", dsn())) == expected
    assert facts(HEAD + f"In-Reply-To: {OURS}\n" + status) == expected
    # base64, though RFC 2046 forbids it
    coded = part("message/rfc822", base64.encodebytes(dsn().encode()).decode(), "Content-Transfer-Encoding: base64")
    assert facts(mixed(coded, kind="multipart/mixed", boundary="fw", head="From: a@shop.example\n")) == expected
    # renamed by a gateway
    assert facts(mixed(SAID, part("text/plain; name=details.txt", MTA + BLOCK), RETURNED, head=HEAD)) == expected
    # the end is missing
    assert facts(dsn().rpartition("--b1--")[0]) == expected


@pytest.mark.parametrize("encoding", ["base64", "Quoted-Printable", "QUOTED-PRINTABLE (yes)", "7bit", "8bit", "x-strange"])
@pytest.mark.parametrize("kind", ["message/delivery-status", "Message/Delivery-Status", "message/global-delivery-status"])
def test_transfer_encodings(encoding: str, kind: str) -> None:
    text = MTA + BLOCK
    if encoding == "base64":
        text = base64.encodebytes(text.encode()).decode()
    elif encoding.lower().startswith("quoted"):
        text = quopri.encodestring(text.encode()).decode()
    mail = mixed(SAID, part(kind, text, f"Content-Transfer-Encoding: {encoding}"), RETURNED, head=HEAD)
    assert facts(mail) == [("failed", OURS, "5.1.1", True)]


@pytest.mark.parametrize(("written", "address"), [
    ("rfc822; b@x.example", "b@x.example"), ("RFC822;b@x.example", "b@x.example"), ("rfc822; <b@x.example>", "b@x.example"),
    ("rfc822\n ; b@x.example (Buyer)", "b@x.example"), ("b@x.example", "b@x.example"), ("<b@x.example>", "b@x.example"),
    ("utf-8; pelé@x.example", "pelé@x.example"), ("utf-8; pel\\x{E9}@x.example", "pel\xe9@x.example"),
    ("utf-8;\\x{4F60}@x.example", "你@x.example"), ("x400; /C=de/", ""), ("rfc822; nobody", ""),
])  # fmt: skip
@pytest.mark.parametrize("name", ["Final-Recipient", "Original-Recipient", "ORIGINAL-RECIPIENT"])
def test_recipients(name: str, written: str, address: str) -> None:
    text = dsn(f"{name}: {written}\nAction: failed\nStatus: 5.1.1\n", kind="message/global-delivery-status")
    (report,) = read_report(text.encode())
    assert report.recipients == ((address,) if address else ())
    assert (report.event, report.hard) == ("failed", True)
    assert "x.example" not in repr(report)


def test_a_status_without_a_block_about_the_message() -> None:
    assert (
        facts(dsn(mta=""))
        == facts(dsn(mta="Reporting-MTA: dns; x\n"))
        == facts(dsn(mta="\n\n\n" + MTA))
        == [("failed", OURS, "5.1.1", True)]
    )


def test_several_recipients_with_different_actions() -> None:
    other = block("delayed", "4.2.2", to="rfc822; other@x.example")
    third = block("relayed", "2.1.5", to="rfc822; third@x.example")
    assert facts(dsn(f"{BLOCK}\n{other}\n{third}")) == [
        ("failed", OURS, "5.1.1", True), ("delayed", OURS, "4.2.2", False), ("delivered", OURS, "2.1.5", False),
    ]  # fmt: skip


def test_several_reports_in_a_mail() -> None:
    second = RETURNED.replace(OURS, "<2@x.example>")
    status, later = (
        part("message/delivery-status", MTA + BLOCK),
        part("message/delivery-status", MTA + block("failed", "5.2.2")),
    )
    expected = [("failed", OURS, "5.1.1", True), ("failed", "<2@x.example>", "5.2.2", False)]
    assert facts(mixed(status, RETURNED, later, second, kind="multipart/mixed", head=HEAD)) == expected
    both = [part("message/rfc822", dsn()), part("message/rfc822", dsn(block("failed", "5.2.2")).replace(OURS, "<2@x.example>"))]
    assert facts(mixed(*both, kind="multipart/digest", boundary="dg", head="From: a@x.example\n")) == expected
    bare = [one.partition("\n")[2] for one in both]  # in a digest, the type of a part is message/rfc822 by itself
    assert facts(mixed(*bare, kind="multipart/digest", boundary="dg", head="From: a@x.example\n")) == expected


@pytest.mark.parametrize("original", [
    part("message/rfc822", HEADERS + "\nHello\n"), part("text/rfc822-headers", HEADERS), part("message/rfc822-headers", HEADERS),
    part("message/global", HEADERS + "\nHello\n"), part("message/global-headers", HEADERS),
    part("text/rfc822-headers; charset=utf-8", base64.encodebytes(HEADERS.encode()).decode(), "Content-Transfer-Encoding: base64"),
    part("text/plain", "> " + HEADERS.replace("\n", "\n> ") + "\n"), part("text/plain", HEADERS.replace("ID: ", "ID:\n ")),
])  # fmt: skip
def test_the_returned_message_names_itself(original: str) -> None:
    assert facts(mixed(SAID, part("message/delivery-status", MTA + BLOCK), original, head=HEAD)) == [
        ("failed", OURS, "5.1.1", True)
    ]


def test_what_is_forwarded_inside_our_own_message_is_none_of_it() -> None:
    """A returned message is not looked into, whatever stands in it."""
    trap = HEADERS + mixed(
        part("text/plain", "x"),
        part("message/delivery-status", MTA + block("failed", "5.2.1")),
        kind="multipart/mixed",
        boundary="tr",
    )
    assert facts(mixed(SAID, part("message/delivery-status", MTA + BLOCK), part("message/rfc822", trap), head=HEAD)) == [
        ("failed", OURS, "5.1.1", True)
    ]


QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@qmail.example.net
Subject: failure notice

Hi. This is the qmail-send program at qmail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{BUYER}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{HEADERS}
Dear buyer, code 5.2.2
"""
EXIM = f"""Return-path: <>
From: Mail Delivery System <Mailer-Daemon@exim.example.net>
X-Failed-Recipients: {BUYER}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {BUYER}
    host mx.example.net [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{BUYER}>:
    550 5.1.1 <{BUYER}>: Recipient address rejected: User unknown

------ This is a copy of the message, including all the headers. ------

{HEADERS}
Hello
"""
YAHOO = f"""From: MAILER-DAEMON@yahoo.com
Subject: Failure Notice

Sorry, we were unable to deliver your message to the following address.

<{BUYER}>:
554: delivery error: dd This user doesn't have a yahoo.com account - 5.1.1 - mta1.example

--- Below this line is a copy of the message.

{HEADERS}
Hello
"""
GMAIL = f"""From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)

Delivery to the following recipient failed permanently:

     {BUYER}

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected. The error that the
other server returned was: 550 550 5.1.1 no such user.

----- Original message -----

{HEADERS}
Hello
"""
EXCHANGE = f"""From: System Administrator <postmaster@exchange.example.net>
Subject: Undeliverable: Your order
In-Reply-To: {OURS}

Your message

  To:      {BUYER}
  Subject: Your order

did not reach the following recipient(s):

{BUYER} on Wed, 25 Nov 2026 09:00:00 +0100
    The recipient name is not recognized
        The MTS-ID of the original message is: c=de;a= ;p=x;l=Y
    MSEXCH:IMS:X:Y:Z 3550 (000B09B6) 550 5.1.1 User unknown
"""
POSTFIX = HEAD + mixed(part("text/plain", f"""This is the Postfix program at host mx.example.net.

I'm sorry to have to inform you that the message could not be delivered.

                        The Postfix program

<{BUYER}>: host mx.example.net[192.0.2.1] said: 550 5.1.1 User unknown
""", "Content-Description: Notification"), part("message/rfc822", HEADERS + "\nHello\n"), kind="multipart/mixed")  # fmt: skip


@pytest.mark.parametrize("mail", [QMAIL, EXIM, YAHOO, GMAIL, POSTFIX], ids=["qmail", "exim", "yahoo", "gmail", "postfix"])
def test_bounces_in_words(mail: str) -> None:
    assert facts(mail) == [("failed", OURS, "5.1.1", True)]
    assert read_report(mail.encode())[0].recipients == (BUYER,)
    assert facts(mail.replace("5.1.1", "5.2.2").replace("code 5.2.2", "")) == [("failed", OURS, "5.2.2", False)]
    assert facts(mail.replace("5.1.1", "511")) == [("failed", OURS, "", False)]  # permanent, for whatever reason


def test_a_bounce_in_words_that_answers_the_message() -> None:
    """Exchange returns no header; it names the message that it answers."""
    assert [(event, identity) for event, identity, *_ in facts(EXCHANGE)] == [("failed", OURS)]


def test_encoded_words_of_a_server() -> None:
    head, _, body = QMAIL.partition("\n\n")
    coded = (
        f"{head}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(body.encode()).decode()
    )
    assert facts(coded) == [("failed", OURS, "5.1.1", True)]
    html = f"{head}\nContent-Type: text/html\n\n<style>x</style>" + body.replace("<", "&lt;").replace(">", "&gt;").replace(
        "\n", "<br>\n"
    )
    assert facts(html)[0][:2] == ("failed", OURS)


@pytest.mark.parametrize("words", [
    "The address to which the message has not yet been delivered is:\n\n  %s\n\nNo action is required on your part.\n",
    "Delivery to the following recipient has been delayed:\n\n     %s\n\nMessage will be retried for 2 more day(s)\n",
    "Delivery to the following recipient failed:\n\n  %s\n\nThis is just a warning, delivery attempts will continue.\n----- Original message -----\n",
])  # fmt: skip
def test_delays_in_words(words: str) -> None:
    assert facts(f"{HEAD}\n{words % BUYER}\n{HEADERS}") == [("delayed", OURS, "", False)]


@pytest.mark.parametrize("mail", [
    HEAD + "\nSomething went wrong.\n", "From: a@x.example\nSubject: Undeliverable: Your order\n\nno\n",
    "Return-Path: <>\nFrom: a@x.example\nSubject: hm\n\nno\n", "From: postmaster@x.example\nSubject: hm\n\nno\n",
    mixed(SAID, head=HEAD), mixed(SAID, part("message/delivery-status", "nothing"), head=HEAD),
    HEAD + "Content-Type: multipart/report\n\nno boundary\n",
    "From: a@x.example\nSubject: =?utf-8?q?Unzustellbar=3A_x?=\n\nno\n",
])  # fmt: skip
def test_what_looks_like_a_bounce_and_is_not_understood(mail: str) -> None:
    (report,) = read_report(mail.encode())
    assert report.event == "not-understood"
    assert report.problem


@pytest.mark.parametrize(("mail", "event"), [
    ("Return-Path: <>\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away.\n", "auto-reply"),
    ("Auto-Submitted: auto-replied (vacation)\nSubject: Away\n\nx\n", "auto-reply"),
    ("Auto-Submitted: auto-replied; owner-email=\"a@x.example\"\nSubject: Away\n\nx\n", "auto-reply"),
    ("Subject: Automatic reply: Your order\n\nx\n", "auto-reply"), ("Subject: Abwesenheitsnotiz\n\nx\n", "auto-reply"),
    ("Return-Path: <>\nSubject: =?utf-8?q?R=C3=A9ponse_automatique?=\n\nx\n", "auto-reply"),
    ("Precedence: auto_reply\nSubject: x\n\nx\n", "auto-reply"), ("X-Autoreply: yes\nSubject: x\n\nx\n", "auto-reply"),
    ("Subject: Please confirm your message\nX-TMDA-Fingerprint: x\n\nx\n", "auto-reply"),
    (mixed(SAID, part("message/disposition-notification", "Final-Recipient: rfc822; b@x\nDisposition: manual-action/MDN-sent-manually; displayed\n"),
           kind="multipart/report; report-type=disposition-notification", head="Subject: Read: Your order\n"), "receipt"),
    (mixed(SAID, part("message/global-disposition-notification", "Disposition: a/b; deleted\n"), kind="multipart/mixed", head="Subject: x\n"), "receipt"),
])  # fmt: skip
def test_automatic_answers_are_no_bounces(mail: str, event: str) -> None:
    assert [r.event for r in read_report(("From: b@x.example\n" + mail).encode())] == [event]


def test_mails_of_people_report_nothing() -> None:
    assert (
        read_report(
            b"From: b@x.example\nSubject: Re: failure notice?\n\nDelivery to the following recipient failed\n\n a@x.example\n"
        )
        == []
    )
    assert read_report(b"From: b@x.example\nSubject: Where is my lamp\nAuto-Submitted: no\n\nHello\n") == []


def complaint(kind: str) -> bytes:
    report = part(
        "message/feedback-report", f"Feedback-Type: {kind}\nUser-Agent: X/1\nVersion: 1\nOriginal-Rcpt-To: <{BUYER}>\n"
    )
    return mixed(SAID, report, part("message/rfc822", HEADERS + "\nHello\n"), kind="multipart/report; report-type=feedback-report",
                 head="From: fbl@provider.example\nSubject: FW: Your order\n").encode()  # fmt: skip


@pytest.mark.parametrize(("kind", "event"), [
    ("abuse", "complaint"), ("Abuse (spam)", "complaint"), ("opt-out", "complaint"), ("not-spam", "other-feedback"),
    ("auth-failure", "other-feedback"), ("", "not-understood"), ("strange", "not-understood"),
])  # fmt: skip
def test_complaints(kind: str, event: str) -> None:
    (report,) = read_report(complaint(kind))
    assert (report.event, report.message_id) == (event, OURS)


def nested(depth: int, end: str = "") -> str:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="n{n}"\n\n--n{n}\n' for n in range(depth))
    return "From: a@x.example\nSubject: x\n" + opened + part("text/plain", "hi") + end


HOSTILE = {
    "nested multiparts": nested(3000), "very deep": nested(60_000),
    "nested mails": "From: a@x.example\nContent-Type: message/rfc822\n\n" * 3000,
    "digests": "From: a@x.example\nContent-Type: multipart/digest; boundary=d\n\n--d\n" * 3000,
    "100,000 parts": "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 100_000,
    "a giant header": "From: a@x.example\nX: " + "x" * 3_000_000 + "\n\nx",
    "many fields": "From: a@x.example\n" + "X: y\n" * 900_000,
}  # fmt: skip


@pytest.mark.parametrize("mail", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mails_are_unreadable_and_end_soon(mail: str) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable):
        read_report(mail.encode())
    assert time.process_time() - began < 5


HARMLESS = {
    "nul bytes": b"From: a@x.example\nSubject: a\x00b\n\n\x00\x00", "eight bits": b"From: \xff\xfe <a@x.example>\nSubject: \xe9\xff\n\n\xff",
    "unknown charset": b"From: a@x.example\nContent-Type: text/plain; charset=nonesuch\n\nx",
    "charset with a nul": b"From: MAILER-DAEMON@x\nSubject: x\nContent-Type: text/plain; charset=\"a\x00b\"\n\nx",
    "charset that is no text": b"From: MAILER-DAEMON@x\nContent-Type: text/plain; charset=base64\n\nx",
    "bad encoded word": b"From: a@x.example\nSubject: =?utf-8?b?A?= =?nonesuch?q?x?=\n\nx",
    "bad addresses": b"From: <<>>,;:@@\nTo: (((\nSubject: x\n\nx", "bad type": b"From: a@x.example\nContent-Type: ;;;=\"\n\nx",
    "bad parameters": b"From: a@x.example\nContent-Type: multipart/mixed; boundary*0*=x''%ff; boundary*1=\n\nx",
    "lines without a colon": b"From: a@x.example\nrubbish\n rubbish\n\nx", "only a header": b"From: a@x.example", "cr": b"From: a@x.example\r\rx",
    "received chain": b"".join(b"Received: from a by b;\n\tThu, 1 Jan 2026\n" for _ in range(20_000)) + b"From: a@x.example\n\nx",
    "unclosed comment": b"From: a@x.example (" + b"(" * 100_000 + b"\n\nx", "parameters": b"From: a@x.example\nContent-Type: text/plain;" + b";" * 500_000 + b"\n\nx",
    "a mail of an mbox": b"From MAILER Thu Jan  1 00:00:00 2026\nFrom: a@x.example\n\nx",
    "hyphens": b"From: a@x.example\nContent-Type: multipart/mixed; boundary=-\n\n" + b"-" * 2_000_000,
    "markup": b"From: MAILER-DAEMON@x\nContent-Type: text/html\n\n" + b"<style>" * 200_000 + b"<" * 500_000,
    "long words": b"From: MAILER-DAEMON@x\n\nthe following addresses had\n" + (b"a" * 319 + b"\n") * 15_000,
    "base64": b"From: MAILER-DAEMON@x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b"====\n" * 500_000,
}  # fmt: skip


@pytest.mark.parametrize("data", HARMLESS.values(), ids=HARMLESS.keys())
def test_malformed_mails_are_read_as_far_as_they_go(data: bytes) -> None:
    began = time.process_time()
    assert all(r.event == "not-understood" for r in read_report(data))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\nbody", b"\x89PNG\r\n\x1a\n\x00\x00", b"no field at all", b"\xff" * 1000])
def test_what_is_no_mail_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no mail"):
        read_report(data)


def test_a_report_before_something_too_deep_is_read_all_the_same() -> None:
    mail = mixed(
        SAID,
        part("message/delivery-status", MTA + BLOCK),
        part("message/rfc822", HEADERS + nested(3000).partition("x\n")[2]),
        head=HEAD,
    )
    assert facts(mail)[0][0] == "failed"


def test_reports_hold_no_addresses_in_their_form() -> None:
    assert BUYER not in repr(read_report(dsn().encode()))
    assert isinstance(read_report(dsn().encode())[0], Report)


NOTICE = "\n\nThe buyer opted out of receiving messages from sellers. Order 302-1234567-1234567.\n"
PROOF = "Authentication-Results: mx.shop.example; dkim=pass header.d=amazon.de"


@pytest.mark.parametrize(("fields", "believed"), [
    (f"{PROOF}\nFrom: no-reply@amazon.de\nSubject: x", True),
    (f"From: no-reply@amazon.de\nSubject: x\n{PROOF}", True),
    (f"From: no-reply@amazon.de\nSubject: x\nX-Note: a\r{PROOF}", False),
    (f"From: no-reply@amazon.de\nSubject: a\r{PROOF}", False),
    (f"From: no-reply@amazon.de\nX-Note: a\n\r{PROOF}\nSubject: x", False),
    (f"From: no-reply@amazon.de\nX-Note: a\v{PROOF}\nSubject: x", False),
    (f"From: no-reply@amazon.de\nX-Note: a\u2028{PROOF}\nSubject: x", False),
    (f"From: no-reply@amazon.de\nX-Note: a\x85{PROOF}\nSubject: x", False),
])  # fmt: skip
def test_a_proof_that_the_own_server_did_not_see_as_a_field_is_none(fields: str, believed: bool) -> None:
    reports = read_report((fields + NOTICE).encode(), Trust("mx.shop.example"))
    assert any(report.event == "opt-out" and report.verified for report in reports) is believed
