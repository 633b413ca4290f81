"""What one ``send`` is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from franking.batch.live import LiveOrders
from franking.errors import InputError
from franking.model import BrokenOrder, Order


@dataclass(frozen=True, slots=True)
class Job:
    """What one ``send`` was asked to do."""

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

    def check(self) -> None:
        """Raise ``InputError`` where it contradicts itself."""
        if self.now and self.at is not None:
            raise InputError("--now sends at once, --at later: name one of them")
        if self.reschedule and self.at is None:
            raise InputError("--reschedule needs --at, the new time; --now sends at once what was scheduled")
