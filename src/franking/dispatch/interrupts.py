"""What ends a run: Ctrl-C and SIGTERM; on Windows Ctrl-C and Ctrl-Break. The run then finishes what it has in hand."""

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
    """Within the running event loop: ``stop`` is called in the loop in place of what a signal would do.

    Where the loop takes no signal handlers (Windows), the interpreter's own call it. Outside the main thread, signals are
    another's affair, and nothing is done.
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
            elif before[sign] is not None:  # one that was not set from Python cannot be set back
                signal.signal(sign, before[sign])
