"""What README says of exit codes and under "What it promises", sentence by sentence, against real runs.

``SENTENCES`` are README's own words: a change there fails here, and belongs into the test named beside it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from franking.dispatch import Credentials, open_transport, read_credentials
from franking.errors import FrankingError, TransportError
from franking.model import Key, Outcome, OutgoingMessage, State
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.unit.reports import ROOT
from tests.unit.test_dispatch import server
from tests.unit.test_in_doubt import House, house

__all__ = ["house"]

SENTENCES = {
    "You can interrupt `send` at any time; the same command continues where it stopped.":
        "test_commands: test_interrupting_ends_in_order_and_resuming_finishes, test_killed_and_run_again_…",
    "Exit codes:": "the codes that follow",
    "0: all orders are done.": "test_code_0",
    "1: the checker rejected a message. It was not sent.": "test_code_1",
    "2: the input, the configuration or the ledger cannot be used. One line says why.": "test_code_2, test_outbox_errors",
    "3: the run stopped early (for example, the server accepts nothing from this sender; the batch stays queued), or a message of "
    "this report is deferred, failed or ambiguous, even from an earlier run, or any other message of the seller account is "
    "ambiguous.": "test_code_3, test_in_doubt",
    "`retry` and `status` exit with 3 as long as any message of the account is deferred, failed or ambiguous.":
        "test_code_3_of_the_account",
    "3 takes precedence over 1.": "test_code_3",
    "Only the checker can create a message that the outbox accepts. There is no flag to bypass it.": "test_only_the_checker",
    "The ledger has one row per seller account, order and kind.": "test_one_row",
    "The state `sending` is on disk before the first byte leaves. If the reply is lost, the message becomes `ambiguous`: it is "
    "never sent again automatically, and every `send`, `retry` and `status` reports it until somebody settles it.":
        "test_sending_and_ambiguous",
    "A scheduled message leaves at its scheduled time, unless a person uses `--now`, `--reschedule` or `franking cancel`.":
        "test_scheduled",
    "Franking never guesses. It refuses an order, and names the reason, if rows contradict each other, a text is damaged "
    "(`R&amp;D`, a lost character), the buyer asked to cancel, or a state or an address is not understood.":
        "test_order_rows, test_order_values, test_report_folder",
    "Buyers who opted out or whose address bounced get no message (`franking suppress`), not even one that is already queued.":
        "test_opted_out",
    "The only exception to an opt-out is a `reply` in the buyer's own thread. No subject is marked `[Important]`.": "test_threads",
    "A buyer's address and the content of a message are deleted from the ledger when the message is sent, failed or cancelled. "
    "They never appear in logs or error texts.": "test_personal_data",
    "TLS is required and verified. Passwords come only from the environment or from a file with mode 0600.":
        "test_tls_and_passwords",
}  # fmt: skip


def test_readme_says_these_sentences_and_no_others() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    codes = readme[
        readme.index("You can interrupt `send`") : readme.index("[docs/outbox.md](docs/outbox.md) explains each number")
    ]
    promises = readme[readme.index("## What it promises") + len("## What it promises") : readme.index("## More")]
    said = re.sub(r"(?:^|\s)\* ", " ", f"{codes} {promises}")
    for sentence in sorted(SENTENCES, key=len, reverse=True):
        assert sentence in said, sentence
        said = said.replace(sentence, "")
    assert said.strip() == ""


def healthy(house: House) -> Path:
    """The report without the order whose message is rejected."""
    lines = house.report.read_text("utf-8").splitlines(keepends=True)
    to = house.folder / "healthy.txt"
    to.write_text("".join(lines[:3]), "utf-8")
    return to


def test_code_0(house: House) -> None:
    to = f"dir:{house.folder / 'out'}"
    code, counts = house.send(to, report=healthy(house))
    assert (code, counts["rejected"]) == (0, 0)
    assert counts["sent"] > 0
    assert house.told("retry", "--transport", to)[0] == house.told("status")[0] == 0


def test_code_1(house: House) -> None:
    out = house.folder / "out"
    code, counts = house.send(f"dir:{out}")
    assert (code, counts["rejected"], counts["sent"]) == (1, 1, 6)
    assert len(list(out.glob("*.eml"))) == 6


def test_code_2(house: House) -> None:
    for arguments in (
        ["plan", "nosuch.txt", "--kind", "order_confirmation"], ["send", "x", "--kind", "y"], ["status"],
        ["send", str(house.report), "--kind", "order_confirmation", "--sender", "shop@x.example", "--transport", "ftp://x"],
    ):  # fmt: skip
        error = house.run(*arguments).exception
        assert isinstance(error, FrankingError), arguments  # the entry point prints it and exits with 2, see test_commands
        assert "\n" not in str(error)


def test_code_3(house: House) -> None:
    with server(rcpt=lambda _a: "450 later") as (url, _):
        code, counts = house.send(url)
    assert (code, counts["deferred"], counts["rejected"]) == (3, 6, 1)


def test_code_3_of_the_account(house: House) -> None:
    ledger = Ledger(house.url)
    for number, state in enumerate((State.DEFERRED, State.FAILED, State.AMBIGUOUS)):
        seller = f"s{number}"
        ledger.queue("b", [outgoing(number, seller=seller)])
        due = datetime.now(UTC) + timedelta(hours=1)
        ledger.settle([(e, Outcome(state, "told", due if state is State.DEFERRED else None)) for e in ledger.claim("b", 1)])
        for command in (["status"], ["retry", "--transport", f"dir:{house.folder / 'out'}"]):
            code, told = house.told(*command, "--seller", seller)
            assert code == 3
            assert told.get("states", told)[state.value] == 1
    assert house.told("status", "--seller", "somebody-else")[0] == 0


def test_only_the_checker(house: House) -> None:
    with pytest.raises(TypeError, match="can build an outgoing message"):
        OutgoingMessage(Key("s", "302-1234567-0000001", "reply"), "a@x", "b@x", "<1@x>", b"")
    with pytest.raises(TypeError):
        from franking.model import Franked

        Franked(None, ())  # type: ignore[arg-type]
    shown = house.run("send", "--help").output
    for flag in ("--force", "--no-check", "--skip", "--unsafe", "--ignore"):
        assert flag not in shown


def test_one_row(house: House) -> None:
    for _ in range(2):
        house.send(f"dir:{house.folder / 'out'}")
    with sqlite3.connect(house.folder / "ledger.db") as connection:
        rows = connection.execute("SELECT count(*), count(DISTINCT seller || order_id || kind) FROM message").fetchone()
    connection.close()
    assert rows == (6, 6)


def test_sending_and_ambiguous(house: House) -> None:
    on_disk: list[str] = []

    def mail(_address: str) -> str:
        with sqlite3.connect(house.folder / "ledger.db") as connection:
            on_disk.append(str(connection.execute("SELECT count(*) FROM message WHERE state = 'sending'").fetchone()[0]))
        connection.close()
        return "250 ok"

    number = count()
    with server(mail=mail, data=lambda _a: "cut" if next(number) == 0 else "250 ok") as (url, handler):
        assert house.send(url)[1]["ambiguous"] == 1
        assert on_disk and "0" not in on_disk
        before = len(handler.received)
        for _ in range(2):
            code, counts = house.send(url)
            assert (code, counts["ambiguous"]) == (3, 1)
        assert house.told("retry", "--now", "--transport", url)[1]["ambiguous"] == 1
        assert house.told("status")[1]["states"]["ambiguous"] == 1
        assert len(handler.received) == before == 6
        assert house.run("resolve", "--all", "--as", "sent").exit_code == 0
        assert house.send(url)[0] == 1


def test_scheduled(house: House) -> None:
    to = f"dir:{house.folder / 'out'}"
    later = datetime.now(UTC) + timedelta(hours=2)
    house.send(to, "--at", later.isoformat())
    for again in (True, False):
        if again:
            house.send(to)
        else:
            house.told("retry", "--transport", to, "--now")
        assert not list((house.folder / "out").glob("*.eml"))
        assert Ledger(house.url).overview().next_due() == later
    assert house.send(to, "--now")[1]["sent"] == 6


def test_opted_out(house: House) -> None:
    ledger = Ledger(house.url)
    waiting = [outgoing(1, seller="default", kind="warranty"), outgoing(2, seller="default", kind="warranty")]
    ledger.queue("b", waiting)
    rows = [line.split("\t") for line in house.report.read_text("utf-8").splitlines()]
    address = rows[1][rows[0].index("buyer-email")]
    for buyer, reason in ((waiting[0].recipient, "opt-out"), (waiting[1].recipient, "bounce"), (address, "opt-out")):
        assert house.run("suppress", "add", buyer, "--reason", reason).exit_code == 0
    with server() as (url, handler):
        counts = house.send(url)[1]
        house.run("retry", "--transport", url)
    assert counts["refused"]["suppressed"] == 1
    assert not {address, waiting[0].recipient, waiting[1].recipient} & {recipient for recipient, _ in handler.received}


def test_personal_data(house: House) -> None:
    number = count()
    with server(rcpt=lambda a: f"550 no <{a}>" if next(number) == 0 else "250 ok") as (url, _):
        counts = house.send(url)[1]
        house.send(url, "--seller", "other", "--at", (datetime.now(UTC) + timedelta(hours=2)).isoformat())
        texts = [house.send_text(url).output, house.run("cancel", "--all", "--seller", "other").output]
        texts += [house.run("status", "--format", "json").output]
    assert (counts["sent"], counts["failed"]) == (5, 1)
    with sqlite3.connect(house.folder / "ledger.db") as connection:
        assert connection.execute("SELECT count(recipient), count(block) FROM message").fetchone() == (0, 0)
        assert connection.execute("SELECT count(*) FROM block").fetchone() == (0,)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    rows = [line.split("\t") for line in house.report.read_text("utf-8").splitlines()]
    addresses = {row[rows[0].index("buyer-email")] for row in rows[1:]} - {""}
    kept = b"".join(path.read_bytes() for path in house.folder.glob("ledger.db*"))
    for address in addresses:
        assert address.encode() not in kept
        assert not any(address in text for text in texts)
    assert json.loads(texts[-1])["reasons"][0]["reply"] == "550 no <address>"


def test_tls_and_passwords(tmp_path: Path) -> None:
    with pytest.raises(FrankingError, match="would send without encryption"):
        open_transport("smtp+plain://mail.example.com:25", Credentials())
    with pytest.raises(FrankingError, match="no password in the transport URL"):
        open_transport("smtp://user:secret@host", Credentials())
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o640)
    with pytest.raises(FrankingError, match="expected 0600"):
        read_credentials("", path)
    # That STARTTLS is demanded and certificates verified: test_dispatch, tests/real/test_tls.
    assert issubclass(TransportError, FrankingError)
