"""Signals that end a run: Ctrl-C and SIGTERM; on Windows Ctrl-C and Ctrl-Break. The run finishes the messages that are
being sent."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


@contextmanager
def interrupted(stop: Callable[[], None]) -> Iterator[None]:
    """Inside the block, signals call ``stop`` in the running event loop.

    If the loop supports no signal handlers (Windows), handlers of the ``signal`` module call it. Outside the main thread,
    nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {}
    try:
        for sign in _ENDING:
            try:
                loop.add_signal_handler(sign, stop)
            except NotImplementedError:
                before[sign] = signal.signal(sign, lambda *_: loop.call_soon_threadsafe(stop))
        yield
    finally:
        for sign in _ENDING:
            if sign not in before:
                loop.remove_signal_handler(sign)
            elif before[sign] is not None:  # a handler that was not set from Python cannot be restored
                signal.signal(sign, before[sign])
