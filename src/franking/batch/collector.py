"""How the garbage collector goes about work that makes much garbage and little that stays."""

from __future__ import annotations

import gc
import threading

_YOUNG = 2_000  # objects, before it looks for garbage among the young ones; Python's own is 700. Ten times as many cost memory


def settle() -> None:
    """Tell the collector that what is there by now (rules, templates, dictionaries, shapes) will stay: looking through all of
    it again and again is a tenth of what messages cost. And let it look at what is new less often.

    In another thread than the main one nothing is done: the process is that of a program with other things to do.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
