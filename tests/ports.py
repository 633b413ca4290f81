"""Ports of this machine, for the servers that tests start."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_for(port: int, *, seconds: float = 60, alive: Callable[[], bool] = lambda: True) -> None:
    """Wait until somebody listens on a port. Raises ``RuntimeError`` if the server ends before, or after ``seconds``."""
    last = time.monotonic() + seconds
    while time.monotonic() < last and alive():
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the server did not start")
