"""A worker that is started beside its database, at boot or after a crash, waits until that one takes connections."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from franking.errors import OutboxUnavailable
from franking.worker.telemetry import log

T = TypeVar("T")
_PATIENCE = 600.0  # seconds; recovery after a crash takes as long as there is to replay
# PostgreSQL, appendix A, 57P03 cannot_connect_now: it is there, and starts up, shuts down or recovers.
_STARTING = "the database system is "


def once_it_is_up(opening: Callable[[], T], patience: float = _PATIENCE) -> T:
    """What ``opening`` gives. Where the database answers that it is not ready yet, it is asked again for ``patience``
    seconds. Raises ``OutboxUnavailable`` after that, and at once if nothing has answered: the address may be wrong."""
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
