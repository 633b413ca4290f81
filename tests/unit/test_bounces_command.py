"""``franking bounces``: what is believed, what is listed for a person, and that no mail stops the others."""

from __future__ import annotations

import json
import mailbox
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from franking.cli.main import app
from franking.errors import InputError
from franking.feedback import Trust, read_report
from franking.feedback.mailboxes import MAX_BYTES, _fetched, _groups
from franking.model import State
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.unit.test_bounce_mails import HARMLESS, HEADERS, HOSTILE, MTA, OURS, SAID, complaint, mixed, part
from tests.unit.test_feedback import bounce, refusal, settled

BUYER = "b1@marketplace.amazon.de"
ORDER = "302-1234567-0000001"
MESSAGE = "<1.reply@example.com>"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return settled(tmp_path)


def invoke(ledger: Ledger, source: Path, *flags: str) -> Result:
    return CliRunner().invoke(app, ["bounces", str(source), "--outbox", ledger.url, *flags])


def of(ledger: Ledger, *mails: bytes, flags: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON result of some mails, each a file of a folder; the exit code as ``exit``."""
    folder = Path(ledger.url.removeprefix("sqlite:///")).parent / "box"
    folder.mkdir(exist_ok=True)
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(mail)
    result = invoke(ledger, folder, "--format", "json", *flags)
    assert result.exit_code in (0, 3), result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told | {"exit": result.exit_code}


def state(ledger: Ledger, number: int = 1) -> State | None:
    return ledger.state_of(outgoing(number, seller="default").key)


def reason(ledger: Ledger, address: str = BUYER) -> str | None:
    return ledger.suppressions("default").reason(address)


def listed(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["heading"], entry["mail"]) for entry in told["listed"]]


def test_no_mail_stops_the_others(ledger: Ledger) -> None:
    mails = [*(mail.encode() for mail in HOSTILE.values()), *HARMLESS.values(), b"", b"\x00", bounce()]
    told = of(ledger, *mails)
    assert told["unreadable"] == len(HOSTILE) + 2
    assert told["mails"] == len(mails)
    assert {name for heading, name in listed(told) if heading == "unreadable"} >= {f"{n}.eml" for n in range(len(HOSTILE))}
    assert state(ledger) is State.FAILED
    assert reason(ledger) == "bounce"


def test_a_folder_without_mail_is_an_error_and_an_empty_maildir_is_none(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "folder" / "inner" / "orders.txt").write_text("order-id\n")
    result = invoke(ledger, tmp_path / "folder")
    assert isinstance(result.exception, InputError)  # exit code 2
    assert "folder: no mail in it; expected .eml files, or a Maildir with the folders cur and new" in str(result.exception)
    for name in ("new", "cur"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    empty = invoke(ledger, tmp_path / "Maildir", "--format", "json")
    assert (empty.exit_code, json.loads(empty.stdout)["mails"]) == (0, 0)


def test_what_is_listed_names_the_mail_and_no_person(ledger: Ledger, tmp_path: Path) -> None:
    mail = b"From: MAILER-DAEMON@x.example\nMessage-ID: <odd@x.example>\nSubject: Undeliverable: Anna\n\nb1@marketplace.amazon.de is odd\n"
    told = of(ledger, mail, b"From: MAILER-DAEMON@x.example\nMessage-ID: <\x1b[31m@x>\n\nno\n", refusal())
    assert [entry["message_id"] for entry in told["listed"]] == ["", "<odd@x.example>", ""]
    assert (told["not_understood"], told["unverified_opt_outs"]) == (2, 1)
    text = invoke(ledger, tmp_path / "box")
    assert text.exit_code == 0
    assert "reports that were not understood (2):" in text.stdout
    assert "0.eml  <odd@x.example>: a bounce in a form that is not known" in text.stdout
    assert "\x1b" not in text.stdout
    for private in ("Anna", BUYER, "MAILER-DAEMON"):
        assert private not in text.output + json.dumps(told)


def test_a_report_is_believed_by_the_message_and_its_buyer(ledger: Ledger) -> None:
    other = bounce().replace(BUYER.encode(), b"archive@shop.example")
    unknown = bounce().replace(MESSAGE.encode(), b"<9.reply@example.com>")
    nameless = bounce().replace(b"Message-ID: " + MESSAGE.encode() + b"\r\n", b"")
    told = of(ledger, other, unknown, nameless)
    assert (told["other_recipient"], told["of_other_messages"], told["without_message_id"]) == (1, 1, 1)
    assert (state(ledger), reason(ledger), reason(ledger, "archive@shop.example")) == (State.AMBIGUOUS, None, None)


@pytest.mark.parametrize("named", ["Original-Recipient", "Final-Recipient"])
def test_either_recipient_may_be_the_buyer(ledger: Ledger, named: str) -> None:
    mail = bounce().replace(f"{named}: rfc822; ".encode(), f"{named}: rfc822;".encode())
    other = b"Original" if named == "Final-Recipient" else b"Final"
    lines = [line for line in mail.split(b"\r\n") if not line.startswith(other + b"-Recipient")]
    of(ledger, b"\r\n".join(lines).replace(b"b1@marketplace.amazon.de", b"B1@Marketplace.Amazon.DE"))
    assert (state(ledger), reason(ledger)) == (State.FAILED, "bounce")


def test_successes_settle_doubts_and_nothing_else(ledger: Ledger) -> None:
    told = of(ledger, bounce("delivered", "2.0.0"), bounce("delayed", "4.4.1"))
    assert (told["ambiguous_to_sent"], told["delayed"], told["suppressed"]) == (1, 1, 0)
    assert state(ledger) is State.SENT


def test_a_complaint_is_an_opt_out(ledger: Ledger) -> None:
    ours = complaint("abuse").replace(OURS.encode(), MESSAGE.encode())
    told = of(ledger, ours)  # it names another recipient
    assert (told["other_recipient"], reason(ledger)) == (1, None)
    redacted = b"\n".join(line for line in ours.split(b"\n") if not line.startswith(b"Original-Rcpt-To"))
    told = of(ledger, redacted)
    assert (told["complaints"], told["suppressed"], reason(ledger), state(ledger)) == (1, 1, "opt-out", State.AMBIGUOUS)


def test_automatic_answers_are_counted(ledger: Ledger) -> None:
    away = b"From: b@x.example\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nx\n"
    receipt = mixed(
        SAID, part("message/disposition-notification", "Disposition: a/b; displayed\n"), head="From: b@x.example\n"
    ).encode()
    told = of(ledger, away, receipt, complaint("not-spam"))
    assert (told["auto_reply"], told["receipt"], told["other_feedback"], told["listed"]) == (1, 1, 1, [])


# --- the marketplace's notices -------------------------------------------------------------------------------------------

PASSED = "mx.shop.example; dkim=pass header.d=amazon.de header.s=s1"


def with_results(*results: str, mail: bytes | None = None) -> bytes:
    head = "".join(f"Authentication-Results: {result}\n" for result in results)
    return head.encode() + (mail or refusal())


@pytest.mark.parametrize("result", [
    PASSED, PASSED.upper().replace("MX.SHOP.EXAMPLE", "MX.Shop.Example"), "mx.shop.example 1; dkim=pass header.d=amazon.de",
    "mx.shop.example (our server);\n\tspf=fail smtp.mailfrom=x@y.example;\n\tdkim=pass (2048-bit key) header.d=amazon.de",
    "mx.shop.example; dkim/1 = pass (ok; really) header.d = amazon.de", "mx.shop.example; dkim=pass header.i=@amazon.de header.b=\"a/b=\"",
    "mx.shop.example; dkim=fail header.d=other.example; dkim=pass header.d=bounces.amazon.de",
    "mx.shop.example; dkim=pass reason=\"good; signature\" header.d=\"amazon.de\"", "mx.shop.example; dkim=pass header.d=amazon.com",
    "mx.shop.example; spf=pass smtp.mailfrom=x@bounces.amazon.com; dmarc=pass (p=REJECT) header.from=amazon.de",
])  # fmt: skip
def test_opt_outs_with_a_result_of_the_marketplace_s_domain(result: str) -> None:
    (report,) = read_report(with_results(result), Trust("mx.shop.example"))
    assert (report.event, report.verified) == ("opt-out", True)


@pytest.mark.parametrize("results", [
    [], ["mx.other.example; dkim=pass header.d=amazon.de"], ["mx.shop.example; none"], ["mx.shop.example; dkim=fail header.d=amazon.de"],
    ["mx.shop.example; dkim=pass header.d=amazon.de.evil.example"], ["mx.shop.example; dkim=pass header.d=notamazon.de"],
    ["mx.shop.example; dkim=pass header.d=amazon.xyz"], ["mx.shop.example; dkim=pass header.d=evil.example header.i=@amazon.de"],
    ["mx.shop.example; dkim=fail (dkim=pass header.d=amazon.de) header.d=evil.example"],
    ["mx.shop.example; dkim=fail reason=\"; dkim=pass header.d=amazon.de\" header.d=evil.example"],
    ["mx.shop.example; dkim=pass header.d=evil.example header.d=amazon.de"],
    ["mx.shop.example; spf=pass smtp.mailfrom=x@amazon.de"], ["mx.shop.example; dmarc=pass header.from=amazon.de"],
    ["mx.shop.example; spf=pass smtp.mailfrom=x@evil.example; dmarc=pass header.from=amazon.de"],
    ["mx.shop.example; dkim=pass header.d=amazon.de (unclosed"], ["mx.shop.example 2; dkim=pass header.d=amazon.de"],
    ["mx.shop.example; dkim=pass header.d"], ["; dkim=pass header.d=amazon.de"], ["\"mx.shop.example; x\"; dkim=pass header.d=amazon.de"],
    # only the topmost field is the own server's, whatever is below it
    ["mx.shop.example; dkim=fail header.d=amazon.de", PASSED], ["mx.other.example; none", PASSED], ["rubbish", PASSED],
])  # fmt: skip
def test_opt_outs_that_nothing_proves(results: list[str]) -> None:
    (report,) = read_report(with_results(*results), Trust("mx.shop.example"))
    assert (report.event, report.verified) == ("opt-out", False)


def test_a_result_that_somebody_else_put_in_is_not_believed() -> None:
    passed, trust = PASSED.encode(), Trust("mx.shop.example")
    assert [r.verified for r in read_report(with_results(PASSED), Trust())] == [False]  # no server is trusted
    for mail in (
        b"ARC-Authentication-Results: i=1; " + passed + b"\n" + refusal(), b"X-Authentication-Results: " + passed + b"\n" + refusal(),
        refusal() + b"\nAuthentication-Results: " + passed + b"\n",
    ):  # fmt: skip
        assert [r.verified for r in read_report(mail, trust)] == [False]
    forwarded = mixed(
        part("message/rfc822", with_results(PASSED).decode()), kind="multipart/mixed", head="From: a@x.example\n"
    ).encode()
    assert [r.verified for r in read_report(forwarded, Trust("mx.shop.example"))] == [False]
    assert [r.verified for r in read_report(forwarded, Trust(vouched=True))] == [True]


@pytest.mark.parametrize("sender", [
    "no-reply@amazon.xyz", "amazon.de@phisher.example", "no-reply@amazon.de.phisher.example", "no-reply@amazon.de, a@phisher.example",
    "\"no-reply@amazon.de\" <a@phisher.example>", "x7f3k9@marketplace.amazon.de", "x7f3k9@m.marketplace.amazon.co.jp",
])  # fmt: skip
def test_buyers_and_others_give_no_notices(sender: str) -> None:
    """A buyer's mail comes through the relay and is signed by it."""
    assert read_report(with_results(PASSED, mail=refusal(sender=sender)), Trust("mx.shop.example", vouched=True)) == []


@pytest.mark.parametrize(
    "sender", ["Amazon.de <no-reply@amazon.de>", "donotreply@marketplace.amazon.de", '"Amazon, Inc." <a@sellers.amazon.com>']
)
def test_the_marketplace_s_own_addresses(sender: str) -> None:
    (report,) = read_report(refusal(sender=sender), Trust(vouched=True))
    assert (report.event, report.verified) == ("opt-out", True)


def test_opt_outs_are_applied_where_they_are_proven(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    told = of(ledger, with_results(PASSED))
    assert (told["unverified_opt_outs"], told["suppressed"], reason(ledger)) == (1, 0, None)
    monkeypatch.setenv("FRANKING_AUTHSERV_ID", "mx.shop.example")
    told = of(ledger, with_results(PASSED))
    assert (told["unverified_opt_outs"], told["suppressed"], reason(ledger)) == (0, 1, "opt-out")
    assert state(ledger) is State.AMBIGUOUS


def test_mailboxes_that_the_operator_vouches_for(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_VOUCHED_MAILBOXES", json.dumps([str(tmp_path / "other")]))
    assert of(ledger, refusal())["suppressed"] == 0
    monkeypatch.setenv("FRANKING_VOUCHED_MAILBOXES", json.dumps([str(tmp_path / "box")]))
    assert of(ledger, refusal())["suppressed"] == 1


@pytest.mark.parametrize("text", [
    "Your account has been restricted from sending messages to buyers.", "Your messaging privileges have been\nrevoked.",
    "You can no longer contact buyers.", "Ihr Verkäuferkonto wurde für das Senden von Nachrichten gesperrt.",
    "Votre compte vendeur a été suspendu.", "Il suo account è stato limitato.", "Su cuenta ha sido restringida.",
])  # fmt: skip
def test_a_restricted_account_stops_everything(ledger: Ledger, text: str) -> None:
    told = of(ledger, refusal(text=text), flags=("--vouched",))
    assert (told["exit"], told["account_restricted"], told["kind_refused"], told["suppressed"]) == (3, 1, 0, 0)
    assert invoke(ledger, Path(ledger.url.removeprefix("sqlite:///")).parent / "box").exit_code == 3


@pytest.mark.parametrize("text", [
    "Your message could not be delivered because it violates our communication guidelines.",
    "Your email was blocked because its content is not permitted.", "Ihre Nachricht konnte nicht zugestellt werden, da sie gegen die Richtlinien verstößt.",
    "Votre message n’a pas pu être envoyé car il enfreint nos règles.", "Il messaggio non è stato consegnato perché viola le nostre norme.",
    "Su mensaje no se ha podido entregar porque infringe nuestras normas.",
])  # fmt: skip
def test_a_refused_message_stops_its_kind(ledger: Ledger, text: str) -> None:
    mail = f"In-Reply-To: {MESSAGE}\n".encode() + refusal(text=text)
    told = of(ledger, mail)
    assert (told["exit"], told["kind_refused"], told["suppressed"], state(ledger)) == (3, 1, 0, State.AMBIGUOUS)
    told = of(ledger, mail, flags=("--vouched",))
    assert told["listed"][0]["why"] == f"order {ORDER}, reply, verified"
    assert (told["ambiguous_to_failed"], state(ledger)) == (1, State.FAILED)


@pytest.mark.parametrize(("words", "heading"), [
    ("554 5.7.1 Buyer opted out of seller messages", "unverified_opt_outs"), ("550 5.7.1 The buyer has opted\n out", "unverified_opt_outs"),
    ("554 5.7.1 Message was rejected: content violates our policy", "kind_refused"),
    ("554 5.7.1 Your account has been restricted", "account_restricted"),
])  # fmt: skip
def test_what_the_marketplace_s_server_says_in_a_reply(ledger: Ledger, words: str, heading: str) -> None:
    block = f"Final-Recipient: rfc822; {BUYER}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; {words}\n"
    mail = mixed(SAID, part("message/delivery-status", MTA + block), part("text/rfc822-headers", HEADERS.replace(OURS, MESSAGE)),
                 head="From: MAILER-DAEMON@x.example\n").encode()  # fmt: skip
    told = of(ledger, mail)
    assert (told[heading], told["ambiguous_to_failed"], told["suppressed"]) == (1, 1, 0)
    assert told["exit"] == (0 if heading == "unverified_opt_outs" else 3)
    assert of(ledger, mail, flags=("--vouched",))["suppressed"] == int(heading == "unverified_opt_outs")


def test_a_notice_that_names_two_orders_or_none_is_not_understood(ledger: Ledger) -> None:
    two = refusal(text="The buyer has opted out of receiving messages: 302-1234567-0000002")
    none = refusal().replace(ORDER.encode(), b"of yours")
    told = of(ledger, two, none, flags=("--vouched",))
    assert (told["not_understood"], told["suppressed"]) == (2, 0)


# --- where the mails are ---------------------------------------------------------------------------------------------------


def test_files_of_a_maildir_that_cannot_be_read(ledger: Ledger, tmp_path: Path) -> None:
    box = tmp_path / "maildir"
    mailbox.Maildir(box).add(bounce())
    (box / "cur" / "link:2,S").symlink_to("/etc/passwd")
    (box / "cur" / "dangling").symlink_to(tmp_path / "nowhere")
    (box / "new" / "folder").mkdir()
    os.mkfifo(box / "cur" / "pipe")
    os.mkdir(os.fsencode(box / "new") + b"/\xff\x1b")
    result = invoke(ledger, box, "--format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["unreadable"], told["mails"]) == (0, 5, 6)
    assert {entry["why"] for entry in told["listed"]} == {"a symbolic link", "no regular file"}
    assert "new/\\udcff\\x1b" in [entry["mail"] for entry in told["listed"]]
    assert state(ledger) is State.FAILED


def test_a_mail_that_vanishes_or_moves_while_the_maildir_is_read(tmp_path: Path) -> None:
    from franking.feedback import open_mailbox

    box = tmp_path / "maildir"
    for _ in range(3):
        mailbox.Maildir(box).add(bounce())
    first, moved, gone = sorted(path.name for path in (box / "new").iterdir())
    found = open_mailbox(str(box))
    assert next(found).where == f"new/{first}"
    (box / "new" / moved).rename(box / "cur" / f"{moved}:2,S")
    (box / "new" / gone).unlink()
    assert [(mail.where, mail.problem) for mail in found] == [(f"cur/{moved}:2,S", "")]


def test_an_mbox_of_hostile_mails(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    separated = [b"From x Thu Jan  1 00:00:00 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n\n" for mail in
                 (HOSTILE["nested multiparts"].encode(), b"\x00\xff", bounce(), b"")]  # fmt: skip
    path.write_bytes(b"".join(separated))
    told = json.loads(invoke(ledger, path, "--format", "json").stdout)
    assert (told["mails"], told["unreadable"], state(ledger)) == (4, 3, State.FAILED)
    assert listed(told) == [("unreadable", f"mail {n}") for n in (1, 2, 4)]


def test_a_folder_of_mails_in_folders(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "tree" / "deeper").mkdir(parents=True)
    (tmp_path / "tree" / "deeper" / "A.EML").write_bytes(bounce())
    (tmp_path / "tree" / "notes.txt").write_bytes(bounce())
    (tmp_path / "tree" / "gone.eml").symlink_to(tmp_path / "nowhere")
    told = json.loads(invoke(ledger, tmp_path / "tree", "--format", "json").stdout)
    assert (told["mails"], told["ambiguous_to_failed"], listed(told)) == (2, 1, [("unreadable", "gone.eml")])


@pytest.mark.parametrize(("content", "mails"), [(b"", 0), (bounce(), 1)])
def test_a_file_that_is_one_mail_or_an_empty_mbox(ledger: Ledger, tmp_path: Path, content: bytes, mails: int) -> None:
    (tmp_path / "one").write_bytes(content)
    told = json.loads(invoke(ledger, tmp_path / "one", "--format", "json").stdout)
    assert (told["mails"], told["unreadable"]) == (mails, 0)


@pytest.mark.parametrize("content", [b"\n\n", b"\x00\x01\x02", b"rubbish", b"order-id\tsku\n1\t2\n"])
def test_a_file_that_is_no_mail_is_an_error(ledger: Ledger, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one").write_bytes(content)
    result = invoke(ledger, tmp_path / "one", "--format", "json")
    assert isinstance(result.exception, InputError)  # exit code 2
    assert str(result.exception).endswith("one: no mail: there is no header field; expected an mbox or .eml file")


def test_of_a_large_mail_the_start_is_read(ledger: Ledger) -> None:
    told = of(ledger, bounce()[: -len(b"--A.1/mail.example.com--\r\n")] + b"x" * (2 * MAX_BYTES))
    assert (told["unreadable"], told["ambiguous_to_failed"]) == (0, 1)


def test_a_returned_message_that_names_itself_late(ledger: Ledger) -> None:
    """A long chain of Received fields before the Message-ID."""
    chain = "Received: from a by b;\n\tThu, 1 Jan 2026\n" * 5000
    mail = mixed(SAID, part("message/delivery-status", MTA + f"Final-Recipient: rfc822; {BUYER}\nAction: failed\nStatus: 5.1.1\n"),
                 part("text/rfc822-headers", chain + HEADERS.replace(OURS, MESSAGE)), head="From: MAILER-DAEMON@x\n")  # fmt: skip
    assert of(ledger, mail.encode())["ambiguous_to_failed"] == 1


class OddServer:
    """An IMAP connection whose answers cannot all be read; UIDs are numbers, contents by them."""

    def __init__(self, contents: dict[int, object]) -> None:
        self.contents = contents

    def fetch(self, numbers: list[int], _items: list[str]) -> dict[int, dict[bytes, object]]:
        from imapclient.exceptions import ProtocolError

        if any(isinstance(self.contents.get(number), ProtocolError) for number in numbers):
            raise ProtocolError("literal")
        return {n: {b"BODY[]<0>": self.contents[n], b"SEQ": 1} for n in numbers if n in self.contents}


def test_imap_answers_that_cannot_be_read() -> None:
    from imapclient.exceptions import ProtocolError

    server = OddServer({1: b"one", 2: ProtocolError("bad"), 3: None, 5: b"five"})
    found = [(mail.where, mail.data, mail.problem) for mail in _fetched(server, [1, 2, 3, 4, 5])]
    assert found == [
        ("UID 1", b"one", ""), ("UID 2", b"", "the server's answer cannot be read"), ("UID 3", b"", "the server sends no content"),
        ("UID 4", b"", "no longer there"), ("UID 5", b"five", ""),
    ]  # fmt: skip
    assert list(_groups({1: {}, 2: {b"RFC822.SIZE": 10}, 3: {b"RFC822.SIZE": 10**9}})) == [[1], [2], [3]]
