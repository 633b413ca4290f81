"""The checker against a browser: the same mail at both widths, checked by rule or laid out and read for the same facts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from franking.batch.collector import settle
from franking.check import inspect
from franking.model import Message
from franking.policy import load

MAIL = Path("build/bench-mail.html")
SIZE = 15_000  # bytes
_CHECKS = 20  # for each round of the browser


def mail(size: int = SIZE) -> str:
    """An order message of about ``size`` bytes: a rendered preview with its item rows repeated."""
    html = Path("build/previews/order_confirmation/brand/en/many_items.html").read_text("utf-8")
    start = html.rindex("<tr", 0, html.rindex("<tr"))
    row = html[start : html.index("</tr>", start) + len("</tr>")]
    count = max(0, (size - len(html.encode())) // len(row.encode()))
    return html[:start] + row * count + html[start:]


def check_seconds(html: str, rounds: int) -> list[float]:
    """Seconds of each full check (every rule, both widths)."""
    check = _check(html)
    return [_timed(check) for _ in range(rounds)]


def _check(html: str) -> Callable[[], object]:
    policy = load()
    message = Message("bench", html)
    inspect(message, policy)
    return lambda: inspect(message, policy)


def apart(rounds: int) -> dict[str, list[float]]:
    """As ``by_turns``, in a process of its own, as ``franking check`` is one: not among what other contests left in memory."""
    done = subprocess.run([sys.executable, "-m", "bench.checking", str(rounds)], check=True, capture_output=True, text=True)
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def by_turns(html: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of our check and of an open Chromium that lays the mail out in an empty document and is read for the facts of
    the layout and type rules, at both widths. They take turns, so that a machine that slows down slows both. Starting the
    browser and opening the page are not counted."""
    from tests.real.judge import browser
    from tests.real.oracle import browser_verdicts

    policy = load()
    check = _check(html)
    found: dict[str, list[float]] = {"seconds_check": [], "seconds_chromium": []}
    settle()
    with browser() as judge:

        def once() -> None:
            for width in policy.widths:
                browser_verdicts(judge, html, width)

        once()
        for _ in range(rounds):
            found["seconds_chromium"].append(_timed(once))
            found["seconds_check"] += [_timed(check) for _ in range(_CHECKS)]
    return found


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    json.dump(by_turns(mail(), int(sys.argv[1])), sys.stdout)
