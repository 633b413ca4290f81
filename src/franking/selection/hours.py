"""``--between 09:00-18:00`` and ``--days mon-fri``: at which hours of the buyer's day a message may leave.

A moment is open where the clock of the buyer shows a time of the hours on one of the days. So hours that the clocks skip do
not exist, and hours that they show twice exist twice. Hours over midnight belong to the day that they begin on. With several
time zones, a moment must be open in each.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from franking.errors import InputError

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BETWEEN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)(?:\s+([A-Za-z0-9_+/-]+))?")
_BLOCK = 32 * 86400  # seconds that are worked out at once
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive: clock times of a zone are counted from it
_BLOCKS_AHEAD = 3  # that are looked at for an open moment
Interval = tuple[int, int]  # seconds since 1970; the end is not part of it


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the day from ``start`` to ``end`` (exclusive; over 1440: on the next day), on ``days`` (0 is Monday).
    ``zone`` is the one time zone that was named, "" for the buyer's own."""

    start: int = 0
    end: int = 1440
    days: frozenset[int] = frozenset(range(7))
    zone: str = ""

    @classmethod
    def parse(cls, between: str | None, days: str | None) -> Hours | None:
        """From the values of ``--between`` and ``--days``, None without either. Raises ``InputError``."""
        if between is None and days is None:
            return None
        start, end, zone = _between(between) if between is not None else (0, 1440, "")
        return cls(start, end, _days(days) if days is not None else frozenset(range(7)), zone)

    def opens(self, zones: tuple[str, ...], moment: datetime) -> tuple[datetime, datetime] | None:
        """The first open time that ends after a moment (aware): from when, not before the moment, until when (exclusive).
        None if none is open in all the zones within the next two months."""
        at = moment.timestamp()
        for block in range(int(at // _BLOCK), int(at // _BLOCK) + _BLOCKS_AHEAD):
            found = _open(self, zones, block)
            number = bisect_right(found, at, key=lambda interval: interval[1])
            if number < len(found):
                begin, end = found[number]
                # One that continues in the next block counts as ending here: the next call finds its rest.
                return max(moment, _utc(begin)), _utc(end)
        return None

    def as_json(self, zones: tuple[str, ...]) -> dict[str, Any]:
        """For the ledger."""
        return {"start": self.start, "end": self.end, "days": sorted(self.days), "zones": list(zones)}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> tuple[Hours, tuple[str, ...]]:
        """The hours and the time zones of a ledger's document."""
        return cls(int(said["start"]), int(said["end"]), frozenset(map(int, said["days"]))), tuple(map(str, said["zones"]))

    def __str__(self) -> str:
        end = self.end - 1440 if self.end > 1440 else self.end
        hours = f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"
        days = ",".join(_DAYS[day] for day in sorted(self.days))
        where = self.zone or "the buyer's time"
        return f"{hours} {where}" + (f" on {days}" if len(self.days) < 7 else "")


def _between(text: str) -> tuple[int, int, str]:
    shown = f"--between {text[:40]!r}"
    expected = "expected for example 09:00-18:00, or with a time zone, 09:00-18:00 Europe/Berlin"
    match = _BETWEEN.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{shown}: {expected}")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if int(match[2]) > 59 or int(match[4]) > 59 or start >= 1440 or end > 1440:
        raise InputError(f"{shown}: no time of day; {expected}")
    if start == end:
        raise InputError(f"{shown}: begins when it ends; {expected}; for the whole day leave it out")
    zone = match[5] or ""
    if zone:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise InputError(f"{shown}: {zone[:40]!r} is no time zone; {expected}") from None
    return start, end + (1440 if end <= start else 0), zone


def _days(text: str) -> frozenset[int]:
    shown = f"--days {text[:40]!r}: expected for example mon-fri or mon,wed,sat"
    found: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = (name.strip() for name in part.partition("-"))
        if first not in _DAYS or (dash and last not in _DAYS):
            raise InputError(shown)
        begin = _DAYS.index(first)
        length = (_DAYS.index(last) - begin) % 7 if dash else 0
        found |= {(begin + n) % 7 for n in range(length + 1)}
    return frozenset(found)


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=512)
def _open(hours: Hours, zones: tuple[str, ...], block: int) -> tuple[Interval, ...]:
    """The times of a block of days that are open in every zone."""
    found: list[Interval] = [(block * _BLOCK, (block + 1) * _BLOCK)]
    for zone in zones:
        found = _both(found, _open_in(hours, zone, block))
    return tuple(found)


def _both(one: list[Interval], other: tuple[Interval, ...]) -> list[Interval]:
    """What is in both of two sorted lists."""
    found: list[Interval] = []
    i = j = 0
    while i < len(one) and j < len(other):
        begin, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if begin < end:
            found.append((begin, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


@lru_cache(maxsize=2048)
def _open_in(hours: Hours, zone: str, block: int) -> tuple[Interval, ...]:
    """The same in one zone. Where the clocks do not change, an hour of theirs is one of UTC, moved."""
    found: list[Interval] = []
    for begin, end, offset in _segments(zone, block):
        local_begin, local_end = begin + offset, end + offset
        for day in range(local_begin // 86400 - 1, local_end // 86400 + 1):
            if (_EPOCH + timedelta(days=day)).weekday() not in hours.days:
                continue
            opens = max(local_begin, day * 86400 + hours.start * 60)
            closes = min(local_end, day * 86400 + hours.end * 60)
            if opens < closes:
                found.append((opens - offset, closes - offset))
    return _merged(found)


def _merged(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Without gaps of no length: the end of a day is no end where the next one is open from its beginning."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


@lru_cache(maxsize=2048)
def _segments(zone: str, block: int) -> tuple[tuple[int, int, int], ...]:
    """A block, parted where the zone's clocks change: from, until, and the offset in between, in seconds."""
    info = ZoneInfo(zone)

    def offset(at: int) -> int:
        return round((datetime.fromtimestamp(at, info).utcoffset() or timedelta()).total_seconds())

    start, stop = block * _BLOCK, (block + 1) * _BLOCK
    found: list[tuple[int, int, int]] = []
    begin, now = start, offset(start)
    for at in range(start + 21600, stop + 1, 21600):  # four looks a day: no zone changes its clocks more often
        if offset(at) != now:
            low, high = at - 21600, at
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == now else (low, middle)
            found.append((begin, high, now))
            begin, now = high, offset(high)
    return (*found, (begin, stop, now))
