"""A proven restriction notice stops a kind, or the account, for every command that sends, until a person lifts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from franking.model import Outcome, State
from franking.outbox import Ledger
from tests.brand import own_themes
from tests.contract.ledger_contract import outgoing
from tests.unit.test_feedback import refusal

ROOT = Path(__file__).parents[2]
REPORT = str(ROOT / "docs/examples/amazon.com-unshipped.txt")
ACCOUNT = "Your account has been restricted from sending messages to buyers."
MESSAGE = "Your message could not be delivered because it violates our communication guidelines."


class Shop:
    """A ledger with one message sent and one waiting, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
        kind = "order_confirmation"
        self.ledger.queue("b", [outgoing(1, seller="default", kind=kind)])
        self.ledger.settle([(e, Outcome(State.SENT)) for e in self.ledger.claim("b", 1)])
        self.ledger.queue("b", [outgoing(2, seller="default", kind=kind), outgoing(3, seller="default")])

    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(app, [*arguments, "--outbox", self.ledger.url])

    def notice(self, text: str, *flags: str, subject: str = "1") -> dict[str, Any]:
        mail = f"In-Reply-To: <1.order_confirmation@example.com>\nMessage-ID: <n{subject}@amazon.de>\n".encode() + refusal(
            text=text
        )
        path = self.folder / f"notice{subject}.eml"
        path.write_bytes(mail)
        result = self.run("bounces", str(path), "--format", "json", *flags)
        assert result.exit_code == 3, result.output
        told: dict[str, Any] = json.loads(result.stdout)
        return told

    def retry(self) -> tuple[int, int, str]:
        """Exit code, messages that left, and what was said."""
        out = self.folder / "out"
        before = len(list(out.glob("**/*.eml"))) if out.exists() else 0
        result = self.run("retry", "--transport", f"dir:{out}")
        return result.exit_code, len(list(out.glob("**/*.eml"))) - before, result.output

    def send(self, command: str) -> tuple[int, dict[str, Any]]:
        more = ["--transport", f"dir:{self.folder / 'out'}", "--sender", "shop@fjord.example"] if command == "send" else []
        result = self.run(command, REPORT, "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z", "--format",
                          "json", "--templates", str(ROOT / "templates"), "--themes", own_themes(), *more)  # fmt: skip
        told: dict[str, Any] = json.loads(result.stdout)
        return result.exit_code, told


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_notice_that_nothing_proves_stops_nothing(shop: Shop) -> None:
    for text in (ACCOUNT, MESSAGE):
        assert "stopped" not in shop.notice(text)
    assert shop.ledger.stopped() == []
    assert shop.retry()[:2] == (0, 2)


def test_a_refused_message_stops_its_kind_alone(shop: Shop) -> None:
    assert shop.notice(MESSAGE, "--vouched")["stopped"] == 1
    code, left, said = shop.retry()
    assert (code, left) == (3, 1)
    assert "order_confirmation stopped" in said and "franking resume --kind order_confirmation" in said
    code, told = shop.send("send")
    assert (code, told["sent"], told["queued"], set(told["refused"]) >= {"restricted"}) == (3, 0, 0, True)
    code, told = shop.send("plan")
    assert "restricted" in json.dumps(told)
    status = shop.run("status", "--format", "json")
    (stop,) = json.loads(status.stdout)["stops"]
    assert (status.exit_code, stop["kind"]) == (3, "order_confirmation")
    assert "the marketplace refused the message of order 302-1234567-0000001" in stop["reason"]
    assert "resume" in shop.run("status").stdout.replace("\n", "")
    assert shop.run("resume", "--account").exit_code == shop.run("resume", "--kind", "reply").exit_code == 1
    assert shop.run("resume", "--account", "--kind", "reply").exit_code != 0
    assert "order_confirmation" in shop.run("resume").stdout
    assert shop.run("resume", "--kind", "order_confirmation").exit_code == 0
    assert "stopped" not in shop.notice(MESSAGE, "--vouched")  # the same notice, read again
    code, left, said = shop.retry()
    assert (code, left, "stopped" in said) == (3, 1, False)  # 3: the message that was refused has failed
    code, told = shop.send("send")
    assert (code != 3, told["sent"] > 0) == (True, True)


def test_a_restricted_account_stops_everything(shop: Shop) -> None:
    assert shop.notice(ACCOUNT, "--vouched")["stopped"] == 1
    assert shop.retry()[:2] == (3, 0)
    assert shop.send("send")[0] == 3
    assert shop.run("resume", "--account").exit_code == 0
    assert shop.retry()[:2] == (0, 2)
    assert shop.notice(ACCOUNT, "--vouched", subject="2")["stopped"] == 1  # another notice
    assert shop.send("send")[0] == 3
