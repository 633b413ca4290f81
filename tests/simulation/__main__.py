"""``python -m tests.simulation``: many seeds, or one with its story."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import time
from collections import Counter
from contextlib import suppress

from tests.simulation.census import census, table
from tests.simulation.story import tell


def main() -> int:
    """1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("number", type=int, nargs="?", default=1000, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--seed", type=int, help="one seed, and its whole story")
    parser.add_argument("--until-found", action="store_true", help="end with the first seed that breaks a promise")
    parser.add_argument("--census", action="store_true", help="also count what happened, by kind")
    options = parser.parse_args()
    if options.seed is not None:
        verdict = tell(options.seed)
        sys.stdout.write("\n".join(verdict.lines) + "\n")
        return 1 if verdict.problem else 0
    began, bad, taken, kills = time.monotonic(), 0, 0, 0
    states: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    number = 0
    gc.collect()
    gc.freeze()  # what is loaded stays: the collector would look through it again and again
    gc.disable()
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))  # an exception might be lost in a finalizer
    with suppress(KeyboardInterrupt):  # then what was done so far is told
        for seed in range(options.first, options.first + options.number):
            if ended:
                break
            if seed % 50 == 0:
                gc.collect()
            verdict, number = tell(seed), number + 1
            taken, kills = taken + verdict.taken, kills + verdict.kills
            states.update(verdict.states)
            if options.census:
                happened.update(census(verdict.lines))
            if verdict.problem:
                bad += 1
                sys.stdout.write(f"seed {seed}: {verdict.problem}\n")
                sys.stdout.flush()
                if options.until_found:
                    return 1
    sys.stdout.write(table(happened))
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    sys.stdout.write(
        f"{number} seeds, {bad} violations; {taken} messages taken, {kills} processes killed; {told};"
        f" {time.monotonic() - began:.0f} s\n"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
