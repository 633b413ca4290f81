"""Dates as reports, the API and spreadsheets write them. What has two readings is refused.

* ISO 8601 with an offset, as the marketplace writes it; without one the marketplace's own clock is meant. Of an hour that
  comes twice in autumn the first one is taken. ``24:00`` is the next day's midnight (ISO 8601-1 Amd 1:2022).
* ``20.11.2026`` is day, month, year; ``2026/11/20`` and ``2026年11月20日`` are year, month, day.
* ``03/04/2026`` and ``03-04-26`` are read in the one order that gives a date; where several do, in the one that the file's
  other dates show (a day beyond 12); else they are refused: a spreadsheet writes in its owner's order, not the marketplace's.
* ``29-Aug-2018 11:08`` is day, month, year; the month in English or Dutch, as bol writes it.
* A zone's name counts where it means one thing in the marketplace's country; any other is refused.
* A bare number (a spreadsheet's serial number: 1900 or 1904?) is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from franking.model import Marketplace
from franking.orders.amounts import Unreadable, plain

NO_DATE = "is not a date, expected for example 2026-11-20T08:15:42+00:00"
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_LOCAL = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"(?:,?[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?)?(?: ?([A-Z]{1,5}|[+-]\d\d:?\d\d))?",
    re.ASCII,
)
_MONTHS = dict(zip("jan feb mar mrt apr may mei jun jul aug sep oct okt nov dec".split(),
                   (1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10, 11, 12), strict=True))  # fmt: skip
_NAMED = re.compile(rf"(\d{{1,2}})-({'|'.join(_MONTHS)})\.?-(?=\d{{4}}(?!\d))", re.ASCII | re.IGNORECASE)
_KANJI = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SERIAL = re.compile(r"\d{4,6}(?:[.,]\d+)?", re.ASCII)
_ZONES = {"UTC": 0.0, "GMT": 0.0, "Z": 0.0, "WET": 0.0, "WEST": 1.0, "CET": 1.0, "MEZ": 1.0, "CEST": 2.0,
          "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "TRT": 3.0, "JST": 9.0, "PST": -8.0, "PDT": -7.0}  # fmt: skip
_AMERICA = {"EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0}
_ZONES_OF = {  # names that mean something else elsewhere, by country
    "US": _AMERICA, "CA": _AMERICA, "MX": _AMERICA, "BR": {"BRT": -3.0}, "GB": {"BST": 1.0}, "IE": {"IST": 1.0, "BST": 1.0},
    "IN": {"IST": 5.5}, "AE": {"GST": 4.0}, "SG": {"SGT": 8.0}, "ZA": {"SAST": 2.0}, "AU": {"AEST": 10.0, "AEDT": 11.0},
}  # fmt: skip
_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}  # where year, month and day stand


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def parse_datetime(text: str, marketplace: Marketplace, shown: frozenset[str] = frozenset()) -> datetime:
    """An aware datetime. ``shown`` are the orders of day and month ("dmy", "mdy") that the file's other dates prove.

    Raises ``Unreadable``, a ``ValueError``, for anything else.
    """
    match = _ISO.fullmatch(text)
    try:
        if match is not None:
            return _iso(match, marketplace)
        text = _KANJI.sub(r"\1/\2/\3", plain(text))
        if (named := _NAMED.match(text)) is not None:
            text = f"{named[1]}.{_MONTHS[named[2].lower()]}.{text[named.end() :]}"
        match = _ISO.fullmatch(text)
        return _iso(match, marketplace) if match is not None else _local(text, marketplace, shown)
    except OverflowError:
        raise Unreadable(NO_DATE) from None
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else Unreadable(NO_DATE) from None


def shown_order(text: str) -> str:
    """The order of day and month that a cell proves ("dmy" or "mdy"), "" where it proves none or is no date."""
    match = _LOCAL.fullmatch(text.strip())
    if match is None or match[2] == "." or len(match[1]) == 4 or len(match[4]) != 4:
        return ""
    found = _dates(match[1], match[3], match[4], ("dmy", "mdy"))
    return next(iter(found)) if len(found) == 1 else ""


def _iso(match: re.Match[str], marketplace: Marketplace) -> datetime:
    day, clock, offset = match[1], match[2] or "00:00", match[3] or ""
    late = clock.startswith("24:")
    if late and clock.replace(":", "").strip("0.") != "24":
        raise Unreadable(NO_DATE)
    value = datetime.fromisoformat(f"{day}T{'00:00' if late else clock}{offset}") + timedelta(days=late)
    return _placed(_plausible(value), marketplace)


def _plausible(value: datetime) -> datetime:
    if not 1995 <= value.year <= 2100:
        raise Unreadable("is not the date of an order, expected for example 2026-11-20T08:15:42+00:00")
    return value


def _placed(value: datetime, marketplace: Marketplace) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=_zone(marketplace.time_zone))


def _dates(first: str, second: str, third: str, orders: tuple[str, ...]) -> dict[str, date]:
    """The dates that three numbers may mean, by the order of year, month and day."""
    parts = (first, second, third)
    found: dict[str, date] = {}
    for order in orders:
        year, month, day = (parts[place] for place in _ORDERS[order])
        try:
            found[order] = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        except ValueError:
            continue
    return found


def _local(text: str, marketplace: Marketplace, shown: frozenset[str]) -> datetime:
    match = _LOCAL.fullmatch(text)
    if match is None:
        if _SERIAL.fullmatch(text):
            raise Unreadable("is a spreadsheet's serial number of a date, expected for example 2026-11-20T08:15:42+00:00")
        raise Unreadable(NO_DATE)
    first, separator, second, third = match[1], match[2], match[3], match[4]
    short = ("ymd",) if marketplace.date_order == "ymd" else ()
    if len(first) == 4 and len(third) <= 2:
        orders: tuple[str, ...] = ("ymd",)
    elif len(first) <= 2 and len(third) in (2, 4):
        orders = (*(("dmy",) if separator == "." else ("dmy", "mdy")), *(short if len(third) == 2 else ()))
    else:
        raise Unreadable(NO_DATE)
    found = _dates(first, second, third, orders)
    if len(set(found.values())) > 1 and len(shown) == 1:
        found = {order: day for order, day in found.items() if order in shown}
    days = set(found.values())
    if len(days) > 1:
        raise Unreadable("can be read in two ways (day and month), expected for example 2026-11-20T08:15:42+00:00")
    if not days:
        raise Unreadable(NO_DATE)
    (day,) = days
    hour = _hour(int(match[5] or 0), match[8])
    late = hour == 24 and not int(match[6] or 0) and not int(match[7] or 0)
    value = datetime(day.year, day.month, day.day, 0 if late else hour, int(match[6] or 0), int(match[7] or 0))  # noqa: DTZ001 - its zone follows
    value = _plausible(value + timedelta(days=late))
    return _zoned(value, match[9], marketplace)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise Unreadable(NO_DATE)
    return hour % 12 + (12 if half in "Pp" else 0)


def _zoned(value: datetime, zone: str | None, marketplace: Marketplace) -> datetime:
    if not zone:
        return _placed(value, marketplace)
    if zone[0] in "+-":
        return datetime.fromisoformat(f"{value.isoformat()}{zone}")
    hours = _ZONES_OF.get(marketplace.country, {}).get(zone, _ZONES.get(zone))
    if hours is None:
        raise Unreadable("has a time zone of unknown or several meanings, expected for example 2026-11-20T08:15:42+00:00")
    return (value - timedelta(hours=hours)).replace(tzinfo=UTC)
