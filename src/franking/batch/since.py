"""``--since``: from when on orders are fetched."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from franking.batch.times import read_moment
from franking.errors import InputError

LAST = "last"
EXPECTED = "ISO 8601 such as 2026-11-20T00:00:00+01:00, a time back such as 2d or 12h, or last"
_BACK = re.compile(r"([0-9]{1,4})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_since(text: str, now: datetime, last: datetime | None) -> datetime:
    """The moment that ``--since`` means (aware). ``last`` is until when the last complete fetch of the same account asked, None
    if there was none.

    Raises ``InputError`` for what is no time, for a time to come, and for ``last`` without an earlier fetch.
    """
    if text.strip() == LAST:
        if last is None:
            raise InputError("--since last: found no complete fetch of this account yet; expected a time such as 2d")
        return last
    back = _BACK.fullmatch(text.strip())
    if back is not None:
        ago = timedelta(**{_UNITS[back[2]]: int(back[1])})
        if not ago:
            raise InputError(f"--since {text[:40]!r}: found no time back; expected {EXPECTED}")
        return now - ago
    moment = read_moment("--since", text, EXPECTED, day_alone=True).at
    if moment >= now:
        raise InputError(f"--since {text[:40]!r}: a time to come; expected {EXPECTED}")
    return moment
