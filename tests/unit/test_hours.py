"""At which moments a message may leave: judged minute by minute, by the clock that zoneinfo shows the buyer."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from franking.errors import InputError
from franking.selection import Hours
from franking.selection.zones import zones_of

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Clocks that change by an hour, by half an hour, at midnight, twice around Ramadan, by offsets of 45 minutes, or never.
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Pacific/Chatham",
         "Asia/Beirut", "Asia/Kolkata", "America/Havana", "UTC"]  # fmt: skip
CHANGES = [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 4, 3, 15, tzinfo=UTC), datetime(2027, 4, 4, 3, tzinfo=UTC),
           datetime(2027, 2, 7, 2, tzinfo=UTC), datetime(2027, 9, 25, 14, tzinfo=UTC), datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 14, 5, tzinfo=UTC)]  # fmt: skip


def shown(zone: str, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_open(start: int, end: int, days: set[int], zone: str, moment: datetime) -> bool:
    """By what the buyer's clock and calendar show, and by nothing else."""
    clock = shown(zone, moment)
    begin, over = time(start // 60, start % 60), time(end // 60 % 24, end % 60)
    if start < end:
        return clock.weekday() in days and begin <= clock.time() and (end == 1440 or clock.time() < over)
    if clock.time() >= begin:
        return clock.weekday() in days
    return clock.time() < over and (clock.weekday() - 1) % 7 in days


minutes = st.integers(0, 1439)


@settings(max_examples=80)
@given(st.sampled_from(CHANGES), st.integers(-1500, 1500), minutes, minutes, st.sets(st.integers(0, 6), min_size=3),
       st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))  # fmt: skip
def test_the_first_open_minute(near: datetime, off: int, start: int, end: int, days: set[int], zones: list[str]) -> None:
    assume(start != end)
    at = near + timedelta(minutes=off)
    hours = Hours.parse(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}", ",".join(WEEK[d] for d in days))
    assert hours is not None
    found = hours.opens(tuple(zones), at)
    moment, last = at, at + timedelta(days=3)
    while moment < last and not all(is_open(start, end, days, zone, moment) for zone in zones):
        moment += timedelta(minutes=1)
    if moment == last:
        assert found is None or found[0] >= last
        return
    assert found is not None
    assert found[0] == moment, (found[0], moment)
    before_end = min(found[1], moment + timedelta(hours=30)) - timedelta(minutes=1)
    while moment <= before_end:
        assert all(is_open(start, end, days, zone, moment) for zone in zones)
        moment += timedelta(minutes=7)


@pytest.mark.parametrize(
    ("between", "days", "zones", "at", "opens", "until"),
    [
        ("09:00-18:00", None, "Europe/Berlin", "2026-11-27T07:59", "2026-11-27T08:00", "2026-11-27T17:00"),
        ("09:00-18:00", None, "Europe/Berlin", "2026-11-27T17:00", "2026-11-28T08:00", "2026-11-28T17:00"),
        ("09:00-18:00", "mon-fri", "Europe/Berlin", "2026-11-27T17:00", "2026-11-30T08:00", "2026-11-30T17:00"),
        # The clocks skip 02:00 to 03:00 on 28 March 2027: the hours are that much shorter, or are not at all.
        ("02:30-04:00", None, "Europe/Berlin", "2027-03-27T23:00", "2027-03-28T01:00", "2027-03-28T02:00"),
        ("02:15-02:45", None, "Europe/Berlin", "2027-03-27T23:00", "2027-03-29T00:15", "2027-03-29T00:45"),
        # They show 02:00 to 03:00 twice on 25 October 2026.
        ("02:15-02:45", None, "Europe/Berlin", "2026-10-25T00:45", "2026-10-25T01:15", "2026-10-25T01:45"),
        ("01:00-02:30", None, "Europe/Berlin", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"),
        # Over midnight: Friday's hours end on Saturday, and Saturday has none of its own.
        ("22:00-02:00", "fri", "Europe/Berlin", "2026-11-28T00:30", "2026-11-28T00:30", "2026-11-28T01:00"),
        ("22:00-02:00", "fri", "Europe/Berlin", "2026-11-28T01:00", "2026-12-04T21:00", "2026-12-05T01:00"),
        # An hour of both coasts.
        ("09:00-18:00", None, "America/New_York America/Los_Angeles", "2026-11-27T15:00", "2026-11-27T17:00", "2026-11-27T23:00"),
        ("09:00-12:00", None, "America/New_York America/Los_Angeles", "2026-11-27T15:00", None, None),
        # Samoa's calendar, and hours in a zone of 45 minutes.
        ("00:00-24:00", "sun", "Pacific/Apia", "2026-11-27T00:00", "2026-11-28T11:00", "2026-11-29T11:00"),
        ("09:00-10:00", None, "Asia/Kathmandu", "2026-11-27T05:00", "2026-11-28T03:15", "2026-11-28T04:15"),
    ],
)  # fmt: skip
def test_hours(between: str, days: str | None, zones: str, at: str, opens: str | None, until: str | None) -> None:
    hours = Hours.parse(between, days)
    assert hours is not None
    found = hours.opens(tuple(zones.split()), datetime.fromisoformat(f"{at}+00:00"))
    expected = opens and (datetime.fromisoformat(f"{opens}+00:00"), datetime.fromisoformat(f"{until}+00:00"))
    assert found == expected


@pytest.mark.parametrize(
    ("between", "days", "told"),
    [
        ("9-18", None, "expected for example 09:00-18:00"), ("09:00", None, "expected for example"), ("", None, "expected for example"),
        ("25:00-26:00", None, "no time of day"), ("09:61-10:00", None, "no time of day"), ("09:00-24:01", None, "no time of day"),
        ("09:00-09:00", None, "begins when it ends"), ("09:00-18:00 Berlin", None, "'Berlin' is no time zone"),
        ("09:00-18:00 ../etc", None, "expected for example"), (None, "mondays", "expected for example mon-fri"), (None, "", "mon-fri"),
        (None, "mon-", "mon-fri"), (None, "mon,,tue", "mon-fri"),
    ],
)  # fmt: skip
def test_what_is_no_time(between: str | None, days: str | None, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Hours.parse(between, days)


def test_days_and_a_named_zone() -> None:
    hours = Hours.parse(" 9:00 - 18:00  Europe/Berlin", "sat-mon,WED")
    assert hours is not None
    assert (hours.start, hours.end, hours.zone, sorted(hours.days)) == (540, 1080, "Europe/Berlin", [0, 2, 5, 6])
    assert str(hours) == "09:00-18:00 Europe/Berlin on mon,wed,sat,sun"


@pytest.mark.parametrize(
    ("country", "state", "zones"),
    [
        ("DE", "", {"Europe/Berlin", "Europe/Busingen"}), ("JP", "Tokyo", {"Asia/Tokyo"}), ("US", "NY", {"America/New_York"}),
        ("US", "new york", {"America/New_York"}), ("US", " Calif ", None), ("US", "TX", {"America/Chicago", "America/Denver"}),
        ("ES", "LAS PALMAS", {"Atlantic/Canary"}), ("ES", "Barcelona", {"Europe/Madrid"}), ("ES", "", None), ("CA", "Québec", None),
        ("AU", "N.S.W.", {"Australia/Sydney", "Australia/Broken_Hill"}), ("BR", "são paulo", {"America/Sao_Paulo"}), ("XX", "", set()),
        ("", "NY", set()),
    ],
)  # fmt: skip
def test_where_a_buyer_lives(country: str, state: str, zones: set[str] | None) -> None:
    found = set(zones_of(country, state))
    if zones is None:
        assert len(found) > 1
        assert found <= set(zones_of(country, ""))
    else:
        assert found == zones
    for zone in found:
        ZoneInfo(zone)


def test_an_unknown_state_has_every_zone_of_its_country() -> None:
    assert {"America/New_York", "Pacific/Honolulu", "America/Adak"} <= set(zones_of("US", "Wonderland"))
