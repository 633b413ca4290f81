"""Which type of report a file is, by its header; the types are found by looking into the ``report_types`` folder."""

from __future__ import annotations

from collections import Counter
from functools import cache

from franking.errors import InputError
from franking.orders import report_types as types_package
from franking.orders.foreign import other_report
from franking.orders.report_type import ReportType
from franking.package.discovery import defined_in

_AMOUNTS = ("price",)
_DATES = ("purchased", "promise", "shipped", "delivered", "from", "to")


@cache
def report_types() -> tuple[ReportType, ...]:
    """Every type; one that needs more columns comes before one that needs fewer. Raises ``TypeError`` for a file without
    a type."""
    found = defined_in(types_package, "TYPE", ReportType, "report type")
    return tuple(sorted(found, key=lambda kind: (-len(kind.required), kind.name)))


@cache
def amounts() -> frozenset[str]:
    """The columns of all types that hold amounts."""
    return frozenset().union(*(kind.columns_of(_AMOUNTS).union(kind.amounts) for kind in report_types()))


@cache
def dates() -> frozenset[str]:
    """The columns of all types that hold days or moments."""
    return frozenset().union(*(kind.columns_of(_DATES).union(kind.dates) for kind in report_types()))


@cache
def known() -> frozenset[str]:
    """Every column of all types."""
    return frozenset().union(*(kind.names for kind in report_types()))


def recognize(file: str, header: list[str]) -> ReportType:
    """The report type whose required columns the header has.

    Raises ``InputError`` that names another kind of report, the missing columns, or a needed column that stands there twice.
    """
    names = set(header)
    for kind in report_types():
        if names.issuperset(kind.required):
            _judge_twice(file, header, kind)
            return kind
    other = other_report(names)
    if other is not None:
        raise InputError(f"{file}:1: {other}")
    nearest = max(report_types(), key=lambda s: len(names & set(s.required)) / len(s.required))
    missing = [name for name in nearest.required if name not in names]
    if len(missing) == len(nearest.required):
        raise InputError(
            f"{file}:1: not an order report: found no known column, expected a header such as order-id, purchase-date, "
            "buyer-email, sku (in English, as downloaded), tab-separated"
        )
    raise InputError(
        f"{file}:1: looks like {nearest.title}, but the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
        f"{'are' if len(missing) > 1 else 'is'} missing"
    )


def is_headed(names: set[str]) -> bool:
    """Whether a line is the header of a report that has lines of headings above it."""
    return any(kind.headings and names.issuperset(kind.required) for kind in report_types())


def _judge_twice(file: str, header: list[str], kind: ReportType) -> None:
    needed = {*kind.required, *kind.columns.values()}
    twice = [name for name, number in Counter(header).items() if number > 1 and name in needed]
    if twice:
        raise InputError(f"{file}:1: the column {twice[0]} occurs twice in the header, expected once")
