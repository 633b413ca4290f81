"""Time grows in proportion to the input: each reader of files, on families of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from franking.catalog.pofile import read_entries
from franking.dispatch.replies import redacted
from franking.feedback.read import read_report
from franking.mail.reading import read_message
from franking.orders import open_orders
from franking.orders.details import open_details
from tests.unit.growing.files import ENTRIES, MAILS, REPLIES, answers, reports
from tests.unit.growing.measure import assert_linear, repetitions, timed, warmed
from tests.unit.growing.texts import Family
from tests.unit.reports import SAMPLE, fresh
from tests.unit.test_orders_api import NEW

CHARACTERS = 10_000  # of the smallest input
ANSWERS = answers({"orders": [NEW]})
REPORTS = reports(*SAMPLE.read_text("utf-8").splitlines()[:2])


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load what the readers import before anything is measured."""
    path = tmp_path_factory.mktemp("warm") / "case"
    cases: list[tuple[str, Family, Callable[[Path], object]]] = [
        ("case.eml", MAILS["sibling parts"], read_message),
        ("case.json", ANSWERS["orders"], lambda p: list(open_orders(p))),
        ("case.txt", REPORTS["rows"], lambda p: list(open_orders(p))),
    ]
    for name, family, read in cases:
        file = path.with_name(name)
        file.write_text(family(2), "utf-8")
        timed(partial(read, file))
    timed(lambda: read_report(MAILS["status fields"](2).encode()))
    warmed()


@pytest.mark.parametrize("name", MAILS)
def test_mails_are_read_in_linear_time(name: str, tmp_path: Path) -> None:
    family = MAILS[name]

    def measure(n: int) -> dict[str, float]:
        path = _saved(tmp_path / "case.eml", family, n)
        return timed(lambda: read_message(path))

    assert_linear(measure, repetitions(family, CHARACTERS))


@pytest.mark.parametrize("name", MAILS)
def test_bounces_are_read_in_linear_time(name: str) -> None:
    family = MAILS[name]
    assert_linear(lambda n: timed(lambda: read_report(family(n).encode())), repetitions(family, CHARACTERS))


@pytest.mark.parametrize("name", REPLIES)
def test_replies_are_redacted_in_linear_time(name: str) -> None:
    family = REPLIES[name]
    assert_linear(lambda n: timed(lambda: redacted(family(n), "a@b.example")), repetitions(family, CHARACTERS))


@pytest.mark.parametrize("name", ENTRIES)
def test_translations_are_read_in_linear_time(name: str, tmp_path: Path) -> None:
    family = ENTRIES[name]

    def measure(n: int) -> dict[str, float]:
        path = _saved(tmp_path / "case.po", family, n)
        return timed(lambda: list(read_entries(path)))

    assert_linear(measure, repetitions(family, CHARACTERS))


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_read_in_linear_time(name: str, tmp_path: Path) -> None:
    family = reports(*fresh(tmp_path / "sample.txt").read_text("utf-8").splitlines()[:2])[name]

    def measure(n: int) -> dict[str, float]:
        path = _saved(tmp_path / "case.txt", family, n)
        return timed(lambda: sum(1 for _ in open_orders(path)))

    assert_linear(measure, repetitions(family, CHARACTERS))


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_of_the_orders_api_are_read_in_linear_time(name: str, tmp_path: Path) -> None:
    family = ANSWERS[name]

    def measure(n: int) -> dict[str, float]:
        path = _saved(tmp_path / "case.json", family, n)
        return timed(lambda: sum(1 for _ in open_orders(path)))

    assert_linear(measure, repetitions(family, CHARACTERS))


def test_a_table_of_details_is_read_in_linear_time(tmp_path: Path) -> None:
    def family(n: int) -> str:
        return "order-id\n" + "".join(f"302-{i:07}-1234567\n" for i in range(n))

    def measure(n: int) -> dict[str, float]:
        path = _saved(tmp_path / "details.csv", family, n)
        return timed(lambda: open_details(path, None, ()))

    assert_linear(measure, 1000)


def test_the_files_of_orders_are_found_in_linear_time(tmp_path: Path) -> None:
    def measure(n: int) -> dict[str, float]:
        folder = tmp_path / str(n)
        folder.mkdir(exist_ok=True)
        for i in range(n):
            (folder / f"302-{i:07}-1234567.pdf").touch()
        details = open_details(None, folder, ())
        return timed(lambda: [list(details._files(f"302-{i:07}-1234567")) for i in range(n)])

    assert_linear(measure, 250)


def _saved(path: Path, family: Family, n: int) -> Path:
    path.write_text(family(n), "utf-8")
    return path
