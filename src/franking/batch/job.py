"""The task of one ``send``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from franking.batch.live import LiveOrders
from franking.batch.wish import NO_WISH, Wish
from franking.errors import InputError
from franking.model import BrokenOrder, Order


@dataclass(frozen=True, slots=True)
class Job:
    """The task of one ``send``."""

    orders: Path | LiveOrders | Sequence[Order | BrokenOrder]
    kind: str
    as_of: str | None = None
    encoding: str | None = None
    marketplace: str | None = None
    states: Path | None = None
    limit: int | None = None
    dry_run: bool = False
    strict: bool = False
    at: str | None = None
    details: Path | None = None
    attach: Path | None = None
    jobs: int | None = None
    paranoid: bool = False
    stats: bool = False
    items: tuple[Path, ...] = ()
    now: bool = False
    reschedule: bool = False
    adjusted: bool = False
    wish: Wish = NO_WISH
    daily: int | None = None  # messages of the kind per day; 0 lifts the cap
    day_zone: str = ""  # whose days; "": the marketplace's of the first order

    def check(self) -> None:
        """Raise ``InputError`` where it contradicts itself."""
        if self.now and self.at is not None:
            raise InputError("--now sends at once, --at later: name one of them")
        if self.wish.timed and self.at is not None:
            raise InputError("--at is one time, --after, --between and --days are times of each order: name one of them")
        if self.wish.timed and self.now:
            raise InputError("--now sends at once, --after, --between and --days later: name one of them")
        if self.reschedule and self.at is None and not self.wish.timed:
            raise InputError("--reschedule needs --at, the new time; --now sends at once what was scheduled")
