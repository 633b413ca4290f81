"""What happened in stories, counted: whether the simulation explores what it is meant to, and as much as before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_FAULT = re.compile(r"^(?:line|api) (?:\d+: )?(\w+).* \(([\w ]+)\)$")
_HAPPENED = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("line: opened", r" connects$"),
        ("line: cut", r": cut$"),
        ("message taken", r": TAKES "),
        ("api: call", r"^api call [^(]*$"),
        ("api: call that fails", r"^api call "),
        ("reply 2yz or 3yz", r"^line \d+: [A-Z?]+(?: for \d+)?: [23]\d\d "),
        ("reply 4yz", r"^line \d+: [A-Z?a-z]+(?: for \d+)?: 4\d\d "),
        ("reply 5yz", r"^line \d+: [A-Z?a-z]+(?: for \d+)?: 5\d\d "),
        ("envelope written", r" writes the envelope of "),
        ("process: killed", r": KILLED$"),
        ("process: stands still", r": stands still "),
        ("process: SIGINT", r": SIGINT$"),
        ("process: ends by an error", r": ends, exit code 2$"),
        ("process: ends with something undone", r": ends, exit code 3$"),
        ("machine: loses power", r"^the machine loses power"),
        ("machine: disk full", r": the disk is full$"),
        ("machine: clock jumps", r"^the wall clock jumps "),
        ("machine: another program holds the ledger", r"^a stranger holds "),
        ("act: cancel", r"^cancel .*: starts$"),
        ("act: resolve", r"^resolve .*: starts$"),
        ("act: suppress", r"^suppress .*: starts$"),
        ("act: erase", r"^erase: starts$"),
        ("act: queue", r"^queue .*: starts$"),
        ("act: send", r"^send .*: starts$"),
        ("act: retry", r"^retry .*: starts$"),
        ("act: worker", r"^worker .*: starts$"),
        ("refused: another sender", r"another franking send"),
        ("refused: ledger locked", r"database is locked"),
    )
)


def census(lines: Iterable[str]) -> Counter[str]:
    """What the lines of a story tell of, by kind."""
    counted: Counter[str] = Counter()
    for line in lines:
        told = line[14:]  # behind the time
        for name, pattern in _HAPPENED:
            if pattern.search(told):
                counted[name] += 1
                break
        fault = _FAULT.match(told)
        if fault is not None:
            counted[f"fault: {fault[2]} at {fault[1]}"] += 1
    return counted


def table(counted: Counter[str]) -> str:
    """One kind a line."""
    return "".join(f"{number:10,}  {name}\n" for name, number in sorted(counted.items()))
