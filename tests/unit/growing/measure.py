"""How CPU time grows from one size of an input to four times that.

Nothing is held against a clock, and what else the machine does must not decide: CPU time of this process alone, the least
of several runs that take turns, only where there is enough to measure. What still looks too steep is measured again at
four times the size: a quadratic step stays, what caches and page faults add does not.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from franking.errors import FrankingError
from tests.unit.growing.texts import Family

SCALE = int(os.environ.get("FRANKING_GROWTH", "1"))  # how many times the usual sizes
PER_DOUBLING = 2.3
LEAST = 0.01  # seconds: less cannot be compared
RUNS = 5
SECOND_LOOKS = 2
RUNS_AGAIN = 3  # at four times the size
Measure = Callable[[int], dict[str, float]]  # CPU seconds by step, of an input of so many repetitions


@cache
def _remembering() -> list[Any]:
    """The functions that remember texts: the second run of an input would cost nothing."""
    modules = [module for name, module in sys.modules.items() if name.startswith("franking")]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, functools._lru_cache_wrapper)]
    return [function for function in found if function.cache_info().maxsize is not None]


def warmed() -> None:
    """Tables, libraries and patterns are loaded: from now on only what an input makes is collected."""
    _remembering.cache_clear()
    gc.collect()
    gc.freeze()


def alone(call: Callable[[], dict[str, float]]) -> dict[str, float]:
    """What a call measures with nothing remembered and no garbage collection in between."""
    for function in _remembering():
        function.cache_clear()
    gc.collect()
    gc.disable()
    try:
        return call()
    finally:
        gc.enable()


def timed(call: Callable[[], object]) -> dict[str, float]:
    """The CPU seconds of a call that may refuse its input."""

    def run() -> dict[str, float]:
        started = time.process_time()
        with suppress(FrankingError):
            call()
        return {"reading": time.process_time() - started}

    return alone(run)


def repetitions(family: Family, characters: int) -> int:
    """How many repetitions make an input of about so many characters."""
    return max(16, int(characters * 64 / len(family(64))))


def _steep(early: dict[str, float], late: dict[str, float]) -> dict[str, tuple[float, float]]:
    limit = PER_DOUBLING * PER_DOUBLING
    return {
        name: (round(early[name], 4), round(late[name], 4))
        for name in late
        if late[name] >= LEAST and late[name] > limit * max(early[name], LEAST / 8)
    }


def _compared(measure: Measure, n: int, runs: int) -> dict[str, tuple[float, float]]:
    """The steps that grow too fast from ``n`` to four times ``n``."""
    early, late = measure(n), measure(4 * n)
    steep = _steep(early, late)
    for _ in range(runs - 1):
        if not steep:
            break
        for known, again in ((early, measure(n)), (late, measure(4 * n))):
            known.update({name: min(seconds, known[name]) for name, seconds in again.items()})
        steep = _steep(early, late)
    return steep


def assert_linear(measure: Measure, n: int) -> None:
    """Time grows no more than 2.3 times for each doubling, from ``n`` repetitions on."""
    n *= SCALE
    steep = _compared(measure, n, RUNS)
    if steep:
        larger = _compared(measure, 4 * n, RUNS_AGAIN)
        both = {name: (steep[name], larger[name]) for name in steep.keys() & larger.keys()}
        for _ in range(SECOND_LOOKS):  # on a busy machine a step can be slow by chance, twice in a row too
            if both:
                again = _compared(measure, 4 * n, RUNS_AGAIN)
                both = {name: times for name, times in both.items() if name in again}
        assert not both, f"seconds at {n} and {4 * n}, and at {4 * n} and {16 * n} repetitions"
