"""Feedback out of a real IMAP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from franking.dispatch import tls_context
from franking.errors import FrankingError
from franking.feedback.mailboxes import MAX_BYTES, open_mailbox
from franking.model import Outcome, State
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.real.dovecot import PASSWORD, Dovecot, running
from tests.unit.test_feedback import NOTHING, bounce, refusal

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    with running(tmp_path_factory.mktemp("dovecot")) as found:
        yield found


def test_bounces_are_read_and_left_unread(server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.queue("b", [outgoing(1, seller="default")])
    ledger.settle([(e, Outcome(State.AMBIGUOUS, "lost")) for e in ledger.claim("b", 1)])
    ledger.close()
    server.put("", bounce(), refusal(), b"Subject: hello\r\n\r\nnothing\r\n")
    monkeypatch.setenv("FRANKING_SMTP_PASSWORD", PASSWORD)
    command = ["bounces", server.url(), "--vouched", "--ca-file", str(server.ca), "--outbox", ledger.url, "--format", "json"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "schema": 1, "mails": 3, "reports": 2, "suppressed": 1, "ambiguous_to_failed": 1, **NOTHING, "listed": [],
    }  # fmt: skip
    # Nothing is marked as seen, moved or gone: the shop's people read the same box.
    files = [path.name for name in ("new", "cur") for path in (server.maildir / name).iterdir()]
    assert len(files) == 3
    assert not any(",S" in name.replace(":2", ",") or name.endswith("S") for name in files)


@pytest.mark.parametrize(
    ("url", "on_disk"),
    [("Bounces", ".Bounces"), ("R%C3%BCckl%C3%A4ufer", ".R&APw-ckl&AOQ-ufer"), ("a%22b%5Cc", '.a"b\\c'), ("A%20%26%20B", ".A &- B")],
)  # fmt: skip
def test_folders_of_any_name(server: Dovecot, url: str, on_disk: str) -> None:
    server.put(on_disk, b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n")
    found = list(open_mailbox(server.url(url), PASSWORD, partial(tls_context, server.ca)))
    assert [mail.data.splitlines()[0] for mail in found] == [b"Subject: one", b"Subject: two"]


def test_of_large_mails_the_start_is_read_and_many_come_in_groups(server: Dovecot) -> None:
    small = [b"Subject: %d\r\n\r\n" % n + b"x" * 900_000 + b"\r\n" for n in range(9)]
    server.put(".Large", *small[:4], b"Subject: huge\r\n\r\n" + b"x" * 6_000_000, *small[4:])
    found = list(open_mailbox(server.url("Large"), PASSWORD, partial(tls_context, server.ca)))
    assert not [mail for mail in found if mail.problem]
    subjects = [b"Subject: %d" % n for n in range(9)]
    assert [mail.data.splitlines()[0] for mail in found] == [*subjects[:4], b"Subject: huge", *subjects[4:]]
    assert len(found[4].data) == MAX_BYTES
    assert [mail.where for mail in found] == [f"UID {n}" for n in range(1, 11)]


def test_an_empty_folder(server: Dovecot) -> None:
    server.put(".Empty")
    assert list(open_mailbox(server.url("Empty"), PASSWORD, partial(tls_context, server.ca))) == []


@pytest.mark.parametrize(
    ("folder", "password", "trusted", "expected"),
    [
        ("Nosuch", PASSWORD, True, "the folder 'Nosuch' failed"),
        ("", "wrong", True, "the login .* failed"),
        ("", PASSWORD, False, "the connection failed .*--ca-file"),
    ],
)
def test_what_the_server_refuses_is_told_in_one_line(
    server: Dovecot, folder: str, password: str, trusted: bool, expected: str
) -> None:
    with pytest.raises(FrankingError, match=expected) as error:
        list(open_mailbox(server.url(folder), password, partial(tls_context, server.ca if trusted else None)))
    assert "shop@example.com" not in str(error.value)
    assert "\n" not in str(error.value)


def test_nobody_listens(server: Dovecot) -> None:
    with pytest.raises(FrankingError, match=r"IMAP 127\.0\.0\.1: the connection failed"):
        list(open_mailbox("imaps://u@127.0.0.1:1/", PASSWORD, partial(tls_context, server.ca)))


def test_a_file_of_authorities_that_holds_none(tmp_path: Path) -> None:
    with pytest.raises(FrankingError, match=r"none\.pem: no CA certificates can be read from it"):
        list(open_mailbox("imaps://u@127.0.0.1:1/", PASSWORD, partial(tls_context, tmp_path / "none.pem")))
