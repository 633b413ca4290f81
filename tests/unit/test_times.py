"""Times that people type: read in one zone that is told, and refused where they can be read in two ways."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from franking.batch.schedule import Schedule
from franking.batch.times import read_moment
from franking.errors import ConfigurationError, InputError
from franking.model import Refusal
from tests.unit.test_rule_manuals import PLAIN

POSIX = "CET-1CEST,M3.5.0,M10.5.0/3"


@pytest.fixture(autouse=True)
def _the_clock_is_put_back(monkeypatch: pytest.MonkeyPatch) -> object:
    yield
    monkeypatch.undo()
    time.tzset()


def read(text: str, zone: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    moment = read_moment("--at", text, "ISO 8601")
    return f"{moment.at.astimezone(UTC):%Y-%m-%dT%H:%MZ} {moment.zone}"


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-12-01T09:00:00+01:00", "Asia/Tokyo", "2026-12-01T08:00Z UTC+01:00"),
        ("2026-12-01T09:00:00Z", "Asia/Tokyo", "2026-12-01T09:00Z UTC"),
        ("2026-12-01 09:00-03:30", "UTC", "2026-12-01T12:30Z UTC-03:30"),
        ("2026-12-01T09:00", "Europe/Berlin", "2026-12-01T08:00Z Europe/Berlin, UTC+01:00"),
        ("2026-07-01T09:00", "Europe/Berlin", "2026-07-01T07:00Z Europe/Berlin, UTC+02:00"),
        ("2026-07-01T09:00", ":Europe/Berlin", "2026-07-01T07:00Z Europe/Berlin, UTC+02:00"),
        ("2026-07-01T09:00", POSIX, f"2026-07-01T07:00Z {POSIX}, UTC+02:00"),
        ("2026-12-01T09:00", "Asia/Kolkata", "2026-12-01T03:30Z Asia/Kolkata, UTC+05:30"),
        ("2026-12-01T09:00", "UTC", "2026-12-01T09:00Z UTC"),
        ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30Z UTC+01:00"),  # with its offset it is one moment
        ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00Z Europe/Berlin, UTC+01:00"),
        ("2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59Z Europe/Berlin, UTC+02:00"),
    ],
)
def test_one_reading(text: str, zone: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(text, zone, monkeypatch) == expected


@pytest.mark.parametrize(
    ("text", "zone", "why"),
    [
        ("2026-10-25T02:30", "Europe/Berlin", "the clocks show it twice in Europe/Berlin, this machine's time zone; add the offset, +02:00 or +01:00"),
        ("2026-10-25T02:00", "Europe/Berlin", "the clocks show it twice"),
        ("2026-03-29T02:30", "Europe/Berlin", "the clocks skip it in Europe/Berlin"),
        ("2026-11-01T01:30", "America/New_York", "the clocks show it twice"),
        ("2026-03-08T02:30", "America/New_York", "the clocks skip it"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "the clocks show it twice"),  # by half an hour
        ("2026-10-25T02:30", POSIX, "the clocks show it twice"),
        ("2026-03-29T02:30", POSIX, "the clocks skip it"),
        ("2026-12-01", "UTC", "a day without a time; expected ISO 8601"),
        ("20261201", "UTC", "a day without a time"),
        ("2026-W49-2", "UTC", "a day without a time"),
        ("9:00", "UTC", "expected ISO 8601"),
        ("tomorrow", "UTC", "expected ISO 8601"),
        ("01.12.2026 09:00", "UTC", "expected ISO 8601"),
        ("2026-02-30T09:00", "UTC", "expected ISO 8601"),
        ("9999-12-31T23:59-10:00", "UTC", "out of range"),
    ],
)  # fmt: skip
def test_no_reading_or_two(text: str, zone: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError) as error:
        read(text, zone, monkeypatch)
    assert f"--at {text!r}: " in str(error.value)
    assert why in str(error.value)
    assert "\n" not in str(error.value)


def test_a_zone_that_nobody_knows_is_not_taken_for_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="TZ='Europe/Berlim' names no time zone"):
        read("2026-12-01T09:00", "Europe/Berlim", monkeypatch)
    assert read("2026-12-01T09:00Z", "Europe/Berlim", monkeypatch) == "2026-12-01T09:00Z UTC"


# -- schedules -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [timedelta(seconds=1), timedelta(minutes=5), timedelta(days=400)])
def test_a_time_that_has_passed_is_refused(ago: timedelta) -> None:
    now = datetime.now(UTC)
    with pytest.raises(InputError, match=r"has passed; expected a time to come, or no --at to send at once"):
        Schedule.parse((now - ago).isoformat(), now)


def test_a_fixed_clock_does_not_bring_a_passed_time_back() -> None:
    """The ledger's clock is the real one: what is due by it leaves at once."""
    now = datetime.now(UTC)
    with pytest.raises(InputError, match="has passed"):
        Schedule.parse((now - timedelta(days=1)).isoformat(), now - timedelta(days=3))
    with pytest.raises(InputError, match="has passed"):
        Schedule.parse((now + timedelta(days=1)).isoformat(), now + timedelta(days=3))


def test_times_after_a_delivery() -> None:
    now = datetime.now(UTC)
    schedule = Schedule.parse("delivery+5d", now)
    known = replace(PLAIN, delivered_at=now - timedelta(days=2))
    assert schedule.due(known) == now + timedelta(days=3)
    passed = schedule.due(replace(PLAIN, delivered_at=now - timedelta(days=6)))
    assert isinstance(passed, Refusal)
    assert (passed.rule, "has passed" in passed.message) == ("send-time", True)
    unknown = schedule.due(replace(PLAIN, delivered_at=None))
    assert isinstance(unknown, Refusal)
    assert unknown.rule == "delivery-date"
    schedule.given(now + timedelta(days=3))
    schedule.given(now + timedelta(days=1))
    told = schedule.as_json()
    assert told is not None
    assert (told["after_delivery"], told["first"]) == ("delivery+5d", (now + timedelta(days=1)).isoformat())
    assert f"{now + timedelta(days=1):%Y-%m-%d %H:%M} to {now + timedelta(days=3):%Y-%m-%d %H:%M} UTC" in str(schedule)
