"""A worker that is started together with its database waits until the database accepts connections."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from franking.errors import OutboxUnavailable
from franking.worker.telemetry import log

T = TypeVar("T")
_PATIENCE = 600.0  # seconds; recovery after a crash can take this long
# PostgreSQL, appendix A, 57P03 cannot_connect_now: the server is starting, stopping or recovering.
_STARTING = "the database system is "


def once_it_is_up(opening: Callable[[], T], patience: float = _PATIENCE) -> T:
    """The result of ``opening``, which is repeated for ``patience`` seconds while the database replies that it is not
    ready. Raises ``OutboxUnavailable`` after that, and at once if nothing replies, because the address may be wrong."""
    until, pause, is_there = time.monotonic() + patience, 0.5, False
    while True:
        try:
            return opening()
        except OutboxUnavailable as error:
            is_there = is_there or _STARTING in str(error)
            if not is_there or time.monotonic() + pause > until:
                raise
            log.warning("database not ready", extra={"seconds": pause})
        time.sleep(pause)
        pause = min(10.0, pause * 2)
