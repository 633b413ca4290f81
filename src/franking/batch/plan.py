"""Who would be written to, who not, and why. Nothing is sent, and nothing stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from franking.batch.live import LiveOrders
from franking.batch.mailing import Mailing
from franking.batch.reports import broken_refusal, clock, open_report, read_orders
from franking.batch.schedule import Schedule
from franking.batch.selecting import Selecting
from franking.batch.ways import Way
from franking.batch.wish import NO_WISH, Wish
from franking.model import BrokenOrder, Order, Refusal
from franking.orders.details import open_details
from franking.orders.given import GivenOrders
from franking.orders.reports import Report
from franking.outbox import LedgerView
from franking.selection import Selection


@dataclass(frozen=True, slots=True)
class Question:
    """An order report and how to read it, orders of the API, or orders. ``shown`` is how many orders of each sort are named,
    None: all."""

    orders: Path | LiveOrders | Sequence[Order | BrokenOrder]
    as_of: str | None = None
    encoding: str | None = None
    marketplace: str | None = None
    states: Path | None = None
    details: Path | None = None
    attach: Path | None = None
    items: Sequence[Path] = ()
    shown: int | None = None
    adjusted: bool = False
    wish: Wish = NO_WISH


@dataclass(slots=True)
class Plan:
    """What would become of a report's orders; ``permitted`` and ``refused`` name the first ones."""

    kind: str
    source: str = ""  # what was read, and in which encoding
    written: int = 0
    permitted: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    ways: list[tuple[str, str, str]] = field(default_factory=list)  # order, channel, why not by the API; the first ones
    notes: Counter[str] = field(default_factory=Counter)
    brand: str = ""  # where the example's brand was found
    selection: Selection = field(default_factory=Selection)
    schedule: Schedule = field(default_factory=Schedule)
    later: int = 0  # of those written to, the ones whose message would wait
    dues: list[datetime | None] = field(default_factory=list)  # of ``permitted``; None: at once

    @property
    def not_written(self) -> int:
        """Orders that are refused."""
        return self.reasons.total()


def plan(mailing: Mailing, question: Question, ledger: LedgerView | None) -> Plan:
    """Ask the permission rules about every order of a report."""
    pipeline, watch = mailing.pipeline, mailing.watch
    ways = mailing.ways()
    adding = open_details(question.details, question.attach, [v for v in pipeline.kind.variables if v.given],
                          threads=pipeline.kind.name in pipeline.policy.thread_kinds)  # fmt: skip
    source = open_report(question.orders, question.encoding, question.marketplace, watch, question.items)
    question.wish.check(source)
    selection, schedule = question.wish.selection(), question.wish.schedule(None, clock(question.as_of))
    lookups = mailing.lookups(ledger, selection.kinds)
    ask = mailing.context(clock(question.as_of), lookups, adjusted=question.adjusted)
    selecting = Selecting(selection, lookups)
    selecting.look(source, ledger, mailing.seller)
    found = Plan(pipeline.kind.name, brand=ask.example_brand, selection=selection, schedule=schedule)
    most = question.shown
    with watch.progress("orders", source.count) as advance:
        for entry in lookups.ahead(read_orders(source, question.states)):
            advance(1)
            due: datetime | Refusal | None = None
            result: Way | list[Refusal]
            if isinstance(entry, BrokenOrder):
                result = [broken_refusal(entry)]
            elif (unmeant := selecting.refused(entry)) is not None:
                result = [unmeant]
            elif isinstance(due := schedule.due(entry), Refusal):
                result = [due]
            else:
                at = ask if due is None else replace(ask, now=due)
                result = ways.of(adding.add(entry), at, later=due is not None)
            if isinstance(result, list):
                found.reasons[result[0].rule] += 1
                if most is None or len(found.refused) < most:
                    found.refused.append(result[0])
            else:
                assert isinstance(entry, Order)
                assert not isinstance(due, Refusal)
                found.written += 1
                schedule.given(due)
                found.later += due is not None
                found.warnings.update(warning.message for warning in result.permit.warnings)
                found.channels[result.channel] += 1
                if result.note:
                    found.notes[result.note] += 1
                if most is None or len(found.permitted) < most:
                    found.permitted.append(entry.id)
                    found.ways.append((entry.id, result.channel, result.note))
                    found.dues.append(due)
    source.close()
    title = source.report_type.title if isinstance(source, Report) else "API orders"
    found.source = f"{title}, {source.encoding}" if not isinstance(source, GivenOrders) else "orders"
    return found
