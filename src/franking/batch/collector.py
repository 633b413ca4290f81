"""Settings of the garbage collector for work that creates many objects and keeps few."""

from __future__ import annotations

import gc
import threading

_YOUNG = 2_000  # new objects before a collection of the youngest; Python's default is 700. Ten times as many cost memory


def settle(young: int = _YOUNG) -> None:
    """Exclude the objects that exist now (rules, templates, dictionaries, shapes) from garbage collection, and collect new ones
    less often, after ``young`` of them: to examine all of them again and again is a tenth of what messages cost.

    Does nothing in another thread than the main one: the process belongs to a program that also does other things.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, 10, 10)
