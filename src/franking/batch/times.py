"""Moments that people type: ISO 8601, with an offset or on this machine's clock, and refused where they can be read in two
ways."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from franking.errors import ConfigurationError, InputError

_DAY = re.compile(r"\d{4}-?(?:\d\d-?\d\d|W\d\d(?:-?\d)?)")
_POSIX_ZONE = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d.*")  # POSIX.1, TZ: CET-1CEST,M3.5.0,M10.5.0/3
_LOCALTIME = Path("/etc/localtime")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment (aware) and the zone that it was read in, as people know it."""

    at: datetime
    zone: str

    def __str__(self) -> str:
        utc = self.at.astimezone(UTC)
        own = f"{self.at:%Y-%m-%d %H:%M:%S} ({self.zone})"
        return own if self.zone == "UTC" else f"{own}, {utc:%Y-%m-%d %H:%M:%S} UTC"


def read_moment(option: str, text: str, expected: str, *, day_alone: bool = False) -> Moment:
    """A moment given to an option. A time without an offset is this machine's local time, in the zone of ``TZ`` or
    ``/etc/localtime``. ``day_alone`` admits a day without a time: its first moment.

    Raises ``InputError`` for what is no time, for a day alone, and for a local time that the clocks skip or show twice.
    """
    shown = f"{option} {text[:40]!r}"
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{shown}: expected {expected}") from None
    if not day_alone and _DAY.fullmatch(text.strip()):
        raise InputError(f"{shown}: a day without a time; expected {expected}")
    try:
        if read.tzinfo is not None:
            offset = read.utcoffset() or timedelta()
            read.astimezone(UTC)
            return Moment(read, offset_name(offset))
        return _local(shown, read)
    except OverflowError:
        raise InputError(f"{shown}: out of range; expected {expected}") from None


def offset_name(offset: timedelta) -> str:
    """An offset as people write it, such as ``UTC+01:00``."""
    minutes = round(offset.total_seconds() / 60)
    return "UTC" if not minutes else f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _local(shown: str, read: datetime) -> Moment:
    zone, name = _local_zone()
    first, second = _in(zone, read.replace(fold=0)), _in(zone, read.replace(fold=1))
    before, after = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    if before != after:
        back = _in(zone, first.astimezone(UTC)).replace(tzinfo=None, fold=0)
        why = "the clocks show it twice" if back == read.replace(fold=0) else "the clocks skip it"
        raise InputError(
            f"{shown}: {why} in {name}, this machine's time zone; add the offset, {_sign(before)} or {_sign(after)}"
        )
    return Moment(first, name if name == "UTC" else f"{name}, {offset_name(before)}")


def _in(zone: tzinfo | None, moment: datetime) -> datetime:
    """A moment in the zone; a naive one is read in it. None is the C library's own."""
    if zone is None:
        return moment.astimezone()
    return moment.astimezone(zone) if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _sign(offset: timedelta) -> str:
    return offset_name(offset).removeprefix("UTC") or "+00:00"


def _local_zone() -> tuple[tzinfo | None, str]:
    """This machine's zone and its name. Raises ``ConfigurationError`` if ``TZ`` names none: C libraries take UTC then,
    without a word."""
    setting = os.environ.get("TZ", "").removeprefix(":")
    if setting:
        found = _named(setting)
        if found is None and not _POSIX_ZONE.fullmatch(setting):
            raise ConfigurationError(
                f"TZ={setting[:40]!r} names no time zone; set it to for example Europe/Berlin, or write the offset"
            )
        return found, setting
    target = os.path.realpath(_LOCALTIME).partition("/zoneinfo/")[2]
    found = _named(target) if target else None
    if found is not None:
        return found, "UTC" if target in ("UTC", "Etc/UTC") else target
    return None, datetime.now().astimezone().tzname() or "local time"


def _named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone; no name of one; a folder
        return None
