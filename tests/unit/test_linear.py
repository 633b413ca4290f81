"""Time grows in proportion to the input: each rule by itself, and each reader, on families of inputs at n, 2n and 4n.

Nothing is held against a clock: only the ratio of CPU times counts, of the quickest of some runs, and only where there is
enough time to measure.
"""

from __future__ import annotations

import functools
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from franking.catalog.pofile import read_entries
from franking.check import engine
from franking.check.inspection import Inspection
from franking.check.registry import check_rules
from franking.dispatch.replies import redacted
from franking.errors import FrankingError
from franking.feedback.read import read_report
from franking.messages import read_message
from franking.model import Message
from franking.orders import open_orders
from franking.orders.details import open_details
from franking.policy import load
from tests.unit.growing import MARKUP, TEXTS, Family
from tests.unit.reports import fresh

POLICY = load()
ORDER = "302-1234567-1234567"
PER_DOUBLING = 2.3
LEAST = 0.02  # seconds: less cannot be compared
RUNS = 3
TEXT_CHARACTERS = 5000  # of the smallest input
MARKUP_CHARACTERS = 2500
pytestmark = pytest.mark.growth


@cache
def _remembering() -> list[Any]:
    """The functions that remember texts: the second run of an input would cost nothing."""
    modules = [module for name, module in sys.modules.items() if name.startswith("franking")]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, functools._lru_cache_wrapper)]
    return [function for function in found if function.cache_info().maxsize is not None]


def _forget() -> None:
    for function in _remembering():
        function.cache_clear()


def _stages(message: Message) -> Iterator[tuple[str, float]]:
    """The CPU seconds of reading a message, and of each rule on it."""
    started = time.process_time()
    inspection = Inspection(message, POLICY, POLICY.widths)
    _ = inspection.document, inspection.pages, inspection.segments, inspection.prose, inspection.links
    yield "reading", time.process_time() - started
    for entry in check_rules():
        started = time.process_time()
        engine._findings(inspection, (entry.rule.slug,), ())
        yield entry.rule.slug, time.process_time() - started


def _checked(html: str | None, text: str | None) -> dict[str, float]:
    _forget()
    gc.disable()
    try:
        return dict(_stages(Message("case.html", html, text, f"Order {ORDER}", ORDER)))
    finally:
        gc.enable()


def _too_steep(times: list[dict[str, float]]) -> dict[str, list[float]]:
    """What grows too fast from one size to the next, with its times."""
    found: dict[str, list[float]] = {}
    for name in times[0]:
        row = [one[name] for one in times]
        if row[2] >= LEAST and (row[2] > PER_DOUBLING * max(row[1], LEAST / 4)):
            found[name] = [round(t, 4) for t in row]
    return found


def _assert_linear(measure: Callable[[int], dict[str, float]], n: int) -> None:
    times = [measure(n), measure(2 * n), measure(4 * n)]
    steep = _too_steep(times)
    for _ in range(RUNS - 1):
        if not steep:
            return
        for i, known in enumerate(times):
            again = measure(n << i)
            times[i] = {name: min(known[name], again[name]) for name in known}
        steep = _too_steep(times)
    assert not steep, f"seconds at {n}, {2 * n} and {4 * n} repetitions"


def _repetitions(family: Family, characters: int) -> int:
    return max(16, int(characters * 64 / len(family(64))))


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Load tables, libraries and patterns before anything is measured."""
    _ = engine.inspect(Message("case.html", "<p>x</p>"), POLICY)
    _checked("<p>😀 call +49 30 901820 a@b.example {{ x }}</p>", "discount :-)")


@pytest.mark.parametrize("name", TEXTS)
def test_rules_take_time_in_proportion_to_a_text(name: str) -> None:
    family = TEXTS[name]
    _assert_linear(lambda n: _checked(None, family(n)), _repetitions(family, TEXT_CHARACTERS))


@pytest.mark.parametrize("name", MARKUP)
def test_rules_take_time_in_proportion_to_markup(name: str) -> None:
    family = MARKUP[name]
    _assert_linear(lambda n: _checked(family(n), None), _repetitions(family, MARKUP_CHARACTERS))


def _mail(head: str, body: str = "Hello") -> str:
    return f"From: a@shop.example\nSubject: Hi\n{head}\n\n{body}\n"


MAILS: dict[str, Family] = {
    "header fields": lambda n: _mail("\n".join(f"X-{i}: y" for i in range(n))),
    "a long header field": lambda n: _mail("X-Long: " + "word " * n),
    "a folded header field": lambda n: _mail("X-Long: " + "word\n " * n),
    "comments in a header field": lambda n: _mail("Content-Type: text/plain " + "(a" * n),
    "encoded words": lambda n: _mail("Comments: " + "=?utf-8?q?a?= " * n),
    "sibling parts": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
                                     "--b\nContent-Type: text/plain\n\nx\n" * n + "--b--"),
    "pictures in a part": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b",
                                          "--b\nContent-Type: text/html\n\n" + "<p>x</p>" * n
                                          + "\n--b\nContent-Type: image/png\nContent-ID: <a>\n\nx\n" * n + "--b--"),
    "lines like a delimiter": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", "--bb\n" * n),
    "received fields": lambda n: _mail("\n".join("Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000" for _ in range(n))),
    "status fields": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
                                     "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n"
                                     + "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n" * n + "--b--"),
    "lines of a bounce": lambda n: _mail("Content-Type: text/plain", "550 5.1.1 <a@b.example> user unknown\n" * n),
}  # fmt: skip
REPLIES: dict[str, Family] = {
    "addresses": lambda n: "550 <a@b.example> " * n,
    "at signs": lambda n: "@" * n,
    "a long word": lambda n: "a" * n,
    "dots": lambda n: "a." * n + "@",
    "digits": lambda n: "1 " * n,
    "angles": lambda n: "<a" * n,
    "spaces": lambda n: "a" + " " * n,
}
ENTRIES: dict[str, Family] = {
    "entries": lambda n: "".join(f'msgid "a{i}"\nmsgstr "b{i}"\n\n' for i in range(n)),
    "lines of an entry": lambda n: 'msgid ""\n' + '"word "\n' * n + 'msgstr ""\n' + '"word "\n' * n,
    "escapes": lambda n: 'msgid "' + "\\n" * n + '"\nmsgstr "' + "\\t" * n + '"\n',
    "comments": lambda n: "# a\n" * n + 'msgid "a"\nmsgstr "b"\n',
}


def _timed(call: Callable[[], object]) -> dict[str, float]:
    _forget()
    started = time.process_time()
    with suppress(FrankingError):
        call()
    return {"reading": time.process_time() - started}


@pytest.mark.parametrize("name", MAILS)
def test_mails_are_read_in_linear_time(name: str, tmp_path: Path) -> None:
    family = MAILS[name]
    path = tmp_path / "case.eml"

    def measure(n: int) -> dict[str, float]:
        path.write_text(family(n), "utf-8")
        return _timed(lambda: read_message(path))

    _assert_linear(measure, _repetitions(family, 5000))


@pytest.mark.parametrize("name", MAILS)
def test_bounces_are_read_in_linear_time(name: str) -> None:
    family = MAILS[name]
    _assert_linear(lambda n: _timed(lambda: read_report(family(n).encode())), _repetitions(family, 20_000))


@pytest.mark.parametrize("name", REPLIES)
def test_replies_are_redacted_in_linear_time(name: str) -> None:
    family = REPLIES[name]
    _assert_linear(lambda n: _timed(lambda: redacted(family(n), "a@b.example")), _repetitions(family, 20_000))


@pytest.mark.parametrize("name", ENTRIES)
def test_translations_are_read_in_linear_time(name: str, tmp_path: Path) -> None:
    family = ENTRIES[name]
    path = tmp_path / "case.po"

    def measure(n: int) -> dict[str, float]:
        path.write_text(family(n), "utf-8")
        return _timed(lambda: list(read_entries(path)))

    _assert_linear(measure, _repetitions(family, 20_000))


def test_a_report_is_read_in_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "orders.txt"
    head, row = fresh(tmp_path / "sample.txt").read_text("utf-8").splitlines()[:2]
    number = row.split("\t")[head.split("\t").index("order-id")]

    def measure(n: int) -> dict[str, float]:
        rows = (row.replace(number, f"302-{i:07}-1234567") for i in range(n))
        path.write_text("\n".join([head, *rows]), "utf-8")
        return _timed(lambda: sum(1 for _ in open_orders(path)))

    _assert_linear(measure, 100)


def test_a_table_of_details_is_read_in_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "details.csv"

    def measure(n: int) -> dict[str, float]:
        path.write_text("order-id\n" + "".join(f"302-{i:07}-1234567\n" for i in range(n)), "utf-8")
        return _timed(lambda: open_details(path, None, ()))

    _assert_linear(measure, 2000)


def test_the_files_of_orders_are_found_in_linear_time(tmp_path: Path) -> None:
    def measure(n: int) -> dict[str, float]:
        folder = tmp_path / str(n)
        folder.mkdir(exist_ok=True)
        for i in range(n):
            (folder / f"302-{i:07}-1234567.pdf").touch()
        details = open_details(None, folder, ())
        return _timed(lambda: [list(details._files(f"302-{i:07}-1234567")) for i in range(n)])

    _assert_linear(measure, 250)
