"""Scheduled messages and ``franking cancel``, as a person meets them."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from franking.model import State
from franking.outbox import Ledger
from tests.brand import own_themes
from tests.unit.test_commands import FRANKING, ROOT
from tests.unit.test_in_doubt import House, house

__all__ = ["house"]
LATER = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
STILL_LATER = LATER + timedelta(hours=5)


def transport(house: House) -> str:
    return f"dir:{house.folder / 'out'}"


def sent_files(house: House) -> int:
    return len(list((house.folder / "out").glob("*.eml")))


def ids(house: House) -> list[str]:
    with Ledger(house.url)._engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT order_id FROM message ORDER BY number")]


@pytest.fixture
def scheduled(house: House) -> House:
    """Six messages that leave tomorrow."""
    code, counts = house.send(transport(house), "--at", LATER.isoformat())
    assert (code, counts["queued"], counts["scheduled"], counts["sent"]) == (1, 6, 6, 0)
    assert counts["schedule"]["at"] == LATER.isoformat()
    assert counts["schedule"]["zone"] == "UTC"
    assert sent_files(house) == 0
    return house


def test_a_passed_time_sends_nothing(house: House) -> None:
    result = house.send_text(transport(house), "--at", "2020-01-01T09:00")
    assert "--at '2020-01-01T09:00': 2020-01-01 09:00:00" in str(result.exception)
    assert "has passed" in str(result.exception)
    assert not (house.folder / "ledger.db").exists()


def test_the_understood_time_is_told(house: House) -> None:
    text = house.send_text(transport(house), "--at", LATER.astimezone().isoformat().replace("+00:00", "+02:00")).stdout
    local = LATER.replace(tzinfo=None)
    assert f"to leave at {local} (UTC+02:00), {local - timedelta(hours=2)} UTC; franking retry sends what is due" in text


def test_the_report_again_leaves_what_is_scheduled(scheduled: House) -> None:
    to = transport(scheduled)
    code, again = scheduled.send(to)
    assert (code, again["queued"], again["scheduled"], again["sent"]) == (1, 6, 6, 0)
    text = " ".join(scheduled.send_text(to).stdout.split())
    assert "6 stay scheduled as an earlier run left them; send --now or franking cancel changes that" in text
    code, other = scheduled.send(to, "--at", STILL_LATER.isoformat())
    assert (code, other["scheduled"]) == (1, 6)
    ledger = Ledger(scheduled.url)
    assert ledger.overview().next_due() == LATER
    text = " ".join(scheduled.send_text(to, "--at", STILL_LATER.isoformat()).stdout.split())
    assert "6 stay scheduled" in text and "send --reschedule --at" in text
    code, retried = scheduled.told("retry", "--transport", to, "--now")
    assert (code, retried["tried"], retried["scheduled"]) == (0, 0, 6)
    code, dry = scheduled.send(to, "--dry-run")
    assert (code, dry["queued"], dry["scheduled"], dry["outstanding"]["scheduled"]) == (1, 6, 6, 0)
    assert sent_files(scheduled) == 0
    code, moved = scheduled.send(to, "--at", STILL_LATER.isoformat(), "--reschedule")
    assert (code, moved["scheduled"]) == (1, 6)
    assert ledger.overview().next_due() == STILL_LATER
    code, done = scheduled.send(to, "--now")
    assert (code, done["sent"], done["scheduled"]) == (1, 6, 0)
    assert sent_files(scheduled) == 6


def test_flags_that_contradict_each_other(house: House) -> None:
    assert "name one of them" in str(house.send_text("dir:x", "--now", "--at", LATER.isoformat()).exception)
    assert "--reschedule needs --at" in str(house.send_text("dir:x", "--reschedule").exception)


def test_cancelling(scheduled: House) -> None:
    to = transport(scheduled)
    orders = ids(scheduled)
    assert "nothing selected to cancel" in str(scheduled.run("cancel").exception)
    assert "expected 3-7-7 digits" in str(scheduled.run("cancel", "1").exception)
    assert "leave it out" in str(scheduled.run("cancel", "--all", "--scheduled").exception)
    code, dry = scheduled.told("cancel", "--scheduled", "--dry-run")
    assert (code, dry["cancelled"], dry["by_state"]) == (0, 6, {"queued": 0, "scheduled": 6, "deferred": 0})
    assert scheduled.told("status")[1]["scheduled"] == 6
    code, one = scheduled.told("cancel", orders[0])
    assert (code, one["cancelled"], one["orders"]) == (0, 1, [])
    code, again = scheduled.told("cancel", orders[0], "302-0000000-0000000")
    assert (code, again["cancelled"]) == (1, 0)
    assert again["orders"] == [
        {"order": orders[0], "kind": "order_confirmation", "state": "cancelled"},
        {"order": "302-0000000-0000000", "kind": None, "state": None},
    ]
    assert scheduled.told("cancel", "--kind", "invoice")[1]["cancelled"] == 0
    assert scheduled.told("cancel", "--all", "--seller", "other")[1]["cancelled"] == 0
    text = scheduled.run("cancel", "--kind", "order_confirmation")
    assert (text.exit_code, "5 cancelled: 5 scheduled" in text.stdout) == (0, True)
    code, status = scheduled.told("status")
    assert (code, status["states"]["cancelled"], status["states"]["queued"]) == (0, 6, 0)
    assert scheduled.told("retry", "--transport", to, "--now")[1]["tried"] == 0
    code, after = scheduled.send(to)  # a person sends the report again: these may be written to
    assert (code, after["sent"], after["revived"]) == (1, 6, 6)
    code, late = scheduled.told("cancel", "--all")
    assert (code, late["cancelled"], late["not_cancelled"]["sent"]) == (0, 0, 6)
    assert "6 sent already" in scheduled.run("cancel", "--all").stdout


def test_cancelling_a_batch(house: House) -> None:
    _, first = house.send(transport(house), "--at", LATER.isoformat())
    code, none = house.told("cancel", "--batch", "000000000000")
    assert (code, none["cancelled"]) == (0, 0)
    assert house.told("cancel", "--batch", first["batch"])[1]["cancelled"] == 6


def test_a_sender_at_work_and_a_cancellation_share_the_messages(house: House) -> None:
    """A real ``send`` that goes slowly; in the middle of it everything is cancelled."""
    to = transport(house)
    command = [FRANKING, "send", str(house.report), "--kind", "order_confirmation", "--sender", "shop@fjord.example",
               "--outbox", house.url, "--transport", to, "--rate", "1/s", "--themes", own_themes(), "--format", "json"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    until = time.monotonic() + 60
    while not sent_files(house) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    code, done = house.told("cancel", "--all")
    assert code == 0
    shown, _ = process.communicate(timeout=120)
    counts = json.loads(shown)
    states = Ledger(house.url).counts()
    assert states[State.SENT] + states[State.CANCELLED] == 6
    assert states[State.CANCELLED] == done["cancelled"] == counts["refused"].get("cancelled", 0)
    assert states[State.SENT] == counts["sent"] == sent_files(house) > 0
