"""``franking run``, as a person and cron meet it: campaigns.toml, a real mail server, and a ledger in SQLite."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from franking.cli.main import app
from franking.errors import ConfigurationError
from franking.model import State
from franking.outbox import Ledger
from franking.outbox.access import writing
from franking.outbox.schema import messages
from tests.brand import own_themes
from tests.unit.test_commands import FRANKING, ROOT
from tests.unit.test_dispatch import server
from tests.unit.test_selection import report

CONFIRM = '[confirm]\nsource = "reports/*.txt"\nkind = "order_confirmation"\nmarketplace = "Amazon.de"\n'
ROWS = ("1 ABC-1 ann B0A MFN DE -", "2 ABC-2 ben B0B MFN DE -", "3 XYZ-1 cem B0C MFN DE -")


class Shop:
    """A seller's folder with campaigns.toml, reports and a ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.transport = f"dir:{folder / 'out'}"
        (folder / "reports").mkdir()
        shutil.move(report(folder, *ROWS), folder / "reports" / "new.txt")

    @property
    def ledger(self) -> Ledger:
        return Ledger(f"sqlite:///{self.folder / 'l.db'}")

    def arguments(self, *more: str) -> list[str]:
        return ["run", *more, "--sender", "shop@fjord.example", "--transport", self.transport, "--connections", "1", "--templates",
                str(ROOT / "templates"), "--themes", own_themes(), "--outbox", f"sqlite:///{self.folder / 'l.db'}"]  # fmt: skip

    def run(self, *more: str) -> Result:
        return CliRunner().invoke(app, self.arguments(*more))

    def told(self, *more: str, code: int = 0) -> dict[str, dict[str, Any]]:
        result = self.run("--format", "json", *more)
        assert result.exit_code == code, (result.exit_code, result.exception, result.output)
        said = json.loads(result.stdout)
        return {one["name"]: one for one in said["campaigns"]} | {"waiting": said["waiting"]}

    def write(self, text: str) -> None:
        (self.folder / "campaigns.toml").write_text(text, "utf-8")

    def states(self, *rows: str) -> None:
        """A report that says what became of orders: each row an order and its state."""
        header = "amazon-order-id\tpurchase-date\torder-status\tsku\tproduct-name\tquantity"
        day = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        lines = [header, *(f"302-0000000-{int(r.split()[0]):07}\t{day}\t{r.split()[1]}\tS\tLamp\t1" for r in rows)]
        (self.folder / "states.tsv").write_text("\n".join(lines) + "\n", "utf-8")

    def rows(self) -> dict[int, tuple[str, str]]:
        with self.ledger._engine.connect() as connection:
            found = connection.execute(messages.select()).all()
        return {int(row.order_id[-7:]): (row.state, row.reason) for row in found}

    def clock_goes_on(self, time: timedelta) -> None:
        """Everything that is to happen happens so much earlier, which is the same."""
        c = messages.c
        with writing(self.ledger._engine) as connection:
            for row in connection.execute(messages.select()).all():
                moved = {
                    name: getattr(row, name) and getattr(row, name) - time for name in ("due_at", "not_after", "open_until")
                }
                connection.execute(update(messages).where(c.number == row.number).values(**moved))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path)


def later(hours: int) -> str:
    """An hour of the day in UTC that begins so many hours from now."""
    begin = datetime.now(UTC) + timedelta(hours=hours)
    return f"{begin:%H:%M}-{begin + timedelta(hours=1):%H:%M} UTC"


def test_what_is_due_is_sent_once(shop: Shop) -> None:
    """By a real server; then again, with nothing to do. A dry run stores nothing."""
    shop.write(CONFIRM + 'only = ["sku=ABC*", "sku=OLD*"]\n' + '[empty]\nsource = "nothing/*"\nkind = "invoice"\n')
    dry = shop.told("--dry-run")
    assert not (shop.folder / "l.db").exists()
    wanted = {
        "orders": 3,
        "selected": 2,
        "due": 2,
        "refused": {"not-selected": 1},
        "unmatched": ["--only sku=OLD*"],
        "next": None,
    }
    assert {key: dry["confirm"][key] for key in wanted} == wanted
    assert (dry["empty"]["files"], dry["empty"]["orders"]) == ([], 0)
    with server() as (url, handler):
        shop.transport = url
        first = shop.told()
        assert (first["confirm"]["sent"], first["confirm"]["refused"]) == (2, {"not-selected": 1})
        second = shop.run()
        assert second.exit_code == 0
        assert sorted(to for to, _ in handler.received) == ["ann@marketplace.amazon.de", "ben@marketplace.amazon.de"]
    shown = " ".join(second.stdout.split())
    assert "confirm 3 2 0 0 2 once-per-order, 1 not-selected" in shown
    assert "empty: no file matches nothing/*" in shown


def test_messages_wait_for_their_hours_and_the_order_is_asked_again(shop: Shop) -> None:
    shop.write(CONFIRM + f'between = "{later(3)}"\nstates = "states.tsv"\n')
    shop.states("1 Unshipped", "2 Unshipped", "3 Unshipped")
    first = shop.told()["confirm"]
    assert (first["sent"], first["scheduled"]) == (0, 3)
    due = datetime.fromisoformat(first["next"])
    assert timedelta(hours=2) < due - datetime.now(UTC) < timedelta(hours=4)
    shop.states("1 Unshipped", "2 Canceled", "3 Unshipped")
    second = shop.told()["confirm"]
    assert (second["taken_back"], second["refused"], second["scheduled"]) == (1, {"order-state": 1}, 2)
    assert shop.rows() == {1: ("queued", ""), 2: ("cancelled", "order-state"), 3: ("queued", "")}
    # Their hours come; the report is gone by then, and what waits is sent all the same.
    shop.clock_goes_on(timedelta(hours=3, minutes=1))
    (shop.folder / "reports" / "new.txt").unlink()
    third = shop.told()
    assert third["waiting"] == {"tried": 2, "sent": 2, "taken_back": {}}
    assert len(list((shop.folder / "out").glob("*.eml"))) == 2


def test_what_missed_its_hours_waits_and_what_is_too_late_expires(shop: Shop) -> None:
    shop.write(CONFIRM + f'between = "{later(3)}"\n')
    assert shop.told()["confirm"]["scheduled"] == 3
    shop.clock_goes_on(timedelta(hours=5))  # nobody ran it in its hours
    (shop.folder / "reports" / "new.txt").unlink()
    missed = shop.told()
    assert missed["waiting"] == {"tried": 0, "sent": 0, "taken_back": {}}
    assert set(shop.rows().values()) == {("queued", "")}
    shop.clock_goes_on(timedelta(days=31))  # beyond thirty days since the purchase
    late = shop.told()
    assert late["waiting"] == {"tried": 0, "sent": 0, "taken_back": {"expired": 3}}
    assert set(shop.rows().values()) == {("cancelled", "expired")}
    assert not (shop.folder / "out").exists()


def test_a_daily_cap_over_runs(shop: Shop) -> None:
    shop.write(CONFIRM + "daily = 2\n")
    dry = shop.told("--dry-run")["confirm"]
    assert (dry["due"], dry["left_today"]) == (2, 2)
    first = shop.told()["confirm"]
    assert (first["sent"], first["scheduled"], first["left_today"]) == (2, 1, 0)
    again = shop.told()["confirm"]
    assert (again["sent"], again["scheduled"], again["refused"]) == (0, 1, {"once-per-order": 2})
    result = CliRunner().invoke(app, ["retry", "--transport", shop.transport, "--outbox", f"sqlite:///{shop.folder / 'l.db'}"])
    assert "0 tried, 0 sent" in result.stdout
    assert len(list((shop.folder / "out").glob("*.eml"))) == 2


def test_while_another_run_is_under_way_nothing_is_done(shop: Shop) -> None:
    shop.write(CONFIRM)
    with shop.ledger.run_lock():
        busy = shop.run()
        assert (busy.exit_code, busy.stdout) == (3, "")
        assert "another franking run is under way on this outbox; this one did nothing" in busy.stderr
        assert shop.rows() == {}
        assert shop.told("--dry-run")["confirm"]["due"] == 3
    assert shop.told()["confirm"]["sent"] == 3


def test_two_at_once_send_once(shop: Shop) -> None:
    """Two real processes: whichever comes second does nothing, or finds everything sent."""
    shop.write(CONFIRM)
    command = [FRANKING, *shop.arguments("--format", "json")]
    both = [subprocess.Popen(command, cwd=shop.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for one in both:
        one.communicate(timeout=300)
    codes = sorted(one.returncode for one in both)
    assert codes in ([0, 0], [0, 3])
    assert shop.ledger.counts()[State.SENT] == len(list((shop.folder / "out").glob("*.eml"))) == 3


def test_a_campaign_whose_report_lacks_a_column_is_told_and_the_others_run(shop: Shop) -> None:
    (shop.folder / "bare.txt").write_text(
        "amazon-order-id\tpurchase-date\torder-status\tsku\tproduct-name\tquantity\nx\t2026-11-20\tUnshipped\tS\tL\t1\n"
    )
    shop.write('[bare]\nsource = "bare.txt"\nkind = "order_confirmation"\nonly = ["asin=B0"]\n' + CONFIRM)
    result = shop.run()
    assert result.exit_code == 2
    assert "campaign bare: asin=B0: the report (All orders" in result.stderr
    assert set(shop.rows().values()) == {("sent", "")}


def test_names_choose_campaigns(shop: Shop) -> None:
    shop.write(CONFIRM + CONFIRM.replace("[confirm]", "[other]"))
    assert set(shop.told("other", "--dry-run")) == {"other", "waiting"}
    assert "no campaign 'third'; expected one of: confirm, other" in str(shop.run("third").exception)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1: no campaign"), ("[a\n", ":1: "), ("[a]\nkind = 'invoice'\n", ":1: a.source: field required"),
        ("[a]\nsource = 'x'\nkind = 'invoic'\n", ":3: a.kind: "), ("[a]\nsource = 'x'\nkind = 'invoice'\ntheme = 'none'\n", ":4: a.theme: "),
        ("[a]\nsource = 'x'\nkind = 'invoice'\nonyl = ['sku=A']\n", ":4: a.onyl: "),
        ("[a]\nsource = 'x'\nkind = 'invoice'\nonly = [\n  'sku=A',\n  'colour=B',\n]\n", ":4: a.only: only 'colour=B': unknown key"),
        ("[a]\nsource = 'x'\nkind = 'invoice'\nnot = ['sku=']\n", ":4: a.not: not 'sku=': an empty pattern"),
        ("[a]\nsource = 'x'\nkind = 'invoice'\nafter = 'delivery'\n", ":4: a.after: "), ("[a]\nsource = 'x'\nkind = 'invoice'\nbetween = '9-5'\n", ":4: a.between: "),
        ("[a]\nsource = 'x'\nkind = 'invoice'\ndays = 'monday'\n", ":4: a.days: "), ("[a]\nsource = 'x'\nkind = 'invoice'\ndaily = 0\n", ":4: a.daily: "),
        ("[a]\nsource = 'x'\nkind = 'invoice'\nchannel = 'fax'\n", ":4: a.channel: "), ("[a]\nsource = ['x', ' ']\nkind = 'invoice'\n", ":2: a.source: an empty pattern"),
        ("[a]\nsource = 'api:'\nkind = 'invoice'\n", ":2: a.source: 'api:': the API is no source yet"), ("['A b']\nsource = 'x'\nkind = 'invoice'\n", ":1: "),
        ("[a]\nsource = 'x'\nkind = 'invoice'\ndaily = 1\n[b]\nsource = 'x'\nkind = 'invoice'\ndaily = 2\n", ":8: b.daily: another campaign"),
    ],
)  # fmt: skip
def test_a_broken_file_runs_nothing(shop: Shop, text: str, told: str) -> None:
    shop.write(text + ("\n" + CONFIRM if text else ""))
    result = shop.run()
    assert isinstance(result.exception, ConfigurationError), result.exception
    assert str(result.exception).startswith(f"campaigns.toml{told}"), result.exception
    assert not (shop.folder / "l.db").exists()


def test_without_a_file(shop: Shop) -> None:
    assert "campaigns.toml: no such file; franking init writes one" in str(shop.run().exception)
