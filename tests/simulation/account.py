"""The account that judges: what the server took, what people said, and whether the ledger's rows are true of both.

It reads the ledger with SQL of its own and shares no code with what it judges.
"""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.simulation.network import Line
from tests.simulation.server import order_of
from tests.simulation.weather import Log
from tests.simulation.world import Process, Violation, World

_TAG = re.compile(r"\br\d+x\b")


class Row(NamedTuple):
    """A message of the ledger."""

    order: int
    state: str
    reply: str
    due_at: str | None
    updated_at: str
    recipient: str | None
    block: int | None
    batch: str
    attempts: int
    lease: int | None


class Account:
    """What is known from outside."""

    def __init__(self, world: World, ledger: Path, log: Log) -> None:
        self.world = world
        self.log = log
        self._ledger = ledger
        self._reader: sqlite3.Connection | None = None
        self.contents: defaultdict[int, set[bytes]] = defaultdict(set)  # as they were queued
        self.taken: defaultdict[int, list[str]] = defaultdict(list)  # the lines that it was taken on
        self.begun: defaultdict[int, list[Any]] = defaultdict(list)  # lines that its body was written on, calls
        self.orphaned: set[int] = set()  # being sent when their process was killed, or ended by an error
        self.queued: set[int] = set()  # whose queueing was confirmed
        self.contested: set[int] = set()  # jobs of workers that were given to others
        self.erased = False  # whether personal data may be gone from what is in doubt
        self.suppressed: dict[int, float] = {}  # when that was confirmed
        self.started: list[tuple[float, float, int]] = []  # envelopes that left: monotonic and wall clock, order

    # -- looking ---------------------------------------------------------------------------------------------------------

    def _read(self, query: str, *values: object) -> list[Any]:
        if self._reader is None:
            self._reader = sqlite3.connect(self._ledger, isolation_level=None)
        return self._reader.execute(query, values).fetchall()

    def close(self) -> None:
        """Let go of the ledger."""
        if self._reader is not None:
            self._reader.close()

    def rows(self) -> dict[int, Row]:
        """Every message, by its order."""
        found = self._read(
            "SELECT CAST(substr(order_id, 13) AS INTEGER), state, reply, due_at, updated_at, recipient, block, batch, attempts, lease"
            " FROM message"
        )
        rows = {row[0]: Row(*row) for row in found}
        if len(rows) != len(found):
            raise Violation("an order has two rows")
        return rows

    def resolved(self, to: str) -> Counter[int]:
        """How often a person settled an order's doubt in a way."""
        found = self._read(
            "SELECT CAST(substr(order_id, 13) AS INTEGER) FROM attempt JOIN message ON message.number = attempt.message"
            " WHERE attempt.reply = ?",
            f"settled by hand as {to}",
        )
        return Counter(row[0] for row in found)

    def now(self, order: int) -> tuple[str, str | None]:
        """Where an order's message stands, and when it is due."""
        found = self._read("SELECT state, due_at FROM message WHERE order_id = ?", f"302-1234567-{order:07d}")
        return found[0] if found else ("missing", None)

    # -- what happens ----------------------------------------------------------------------------------------------------

    def written(self, line: Line, data: bytes) -> None:
        """A client writes: the claim must be on disk before an envelope leaves."""
        for recipient in re.findall(rb"RCPT TO:(<[^>]*>)", data):
            order = order_of(recipient.decode())
            assert order is not None
            self.world.tell(f"line {line.number}: {line.process.name} writes the envelope of {order}")
            self.leaves(line.process, order)
        for identity in re.findall(rb"Message-ID: (<[^>]*>)", data):
            found = self._read(
                "SELECT CAST(substr(order_id, 13) AS INTEGER) FROM message WHERE message_id = ?", identity.decode()
            )
            self.begun[found[0][0]].append(line)

    def leaves(self, process: Process, order: int) -> None:
        """A message is on its way from now on."""
        self.started.append((self.world.elapsed, self.world.wall, order))
        state, due = self.now(order)
        if state != "sending" and not (state == "ambiguous" and process.facts.get("frozen")):
            self.world.blame(f"the envelope of {order} leaves while its row is {state}")
        if due is not None and due > _moment(self.world.wall) and not self.world.jumps:
            self.world.blame(f"the envelope of {order} leaves before it is due")
        since = self.suppressed.get(order)
        if since is not None and since < process.began:
            self.world.blame(f"the buyer of {order} was suppressed before this run began")

    def take(self, by: str, order: int, body: bytes) -> None:
        """A server takes a message, on a line or in a call."""
        self.taken[order].append(by)
        self.world.tell(f"line {by}: TAKES {order}")
        if self.contents and body not in self.contents[order]:
            raise Violation(f"what the server took for {order} is not what was queued for it")
        times = len(self.taken[order])
        if times > 1 + self.resolved("queued")[order]:
            raise Violation(f"the buyer of {order} was written to {times} times")

    def died(self, process: Process) -> None:
        """A process was killed, or ended by an error."""
        others = (p for p in self.world.living if p is not process and p.facts.get("sends") and p.loop is not None)
        if process.facts.get("sends") and not any(others):
            self.orphaned |= {order for order, row in self.rows().items() if row.state == "sending"}

    def orphan(self, job: int) -> None:
        """A worker's job is given to another: what was being sent is in doubt."""
        self.contested.add(job)

    def unanswered(self, states: str) -> list[int]:
        """Orders in these states whose message no job of a worker answers for."""
        query = (
            f"SELECT CAST(substr(order_id, 13) AS INTEGER) FROM message WHERE state IN ({states}) AND recipient IS NOT NULL"
            " AND (lease IS NULL OR lease NOT IN (SELECT number FROM simulated_job))"
        )
        return [row[0] for row in self._read(query)]

    def abandon(self) -> None:
        """No worker is left: what was being sent is in doubt."""
        self.orphaned |= {order for order, row in self.rows().items() if row.state == "sending"}

    # -- judging ---------------------------------------------------------------------------------------------------------

    def judge(self, *, sending: bool) -> None:
        """Every row against what happened. ``sending``: whether a sender is at work."""
        rows = self.rows()
        again, sent, failed = (self.resolved(to) for to in ("queued", "sent", "failed"))
        for order in self.queued - rows.keys():
            raise Violation(f"{order} is lost: it was queued and has no row")
        for order, row in rows.items():
            open_takes = len(self.taken[order]) - again[order]
            self._judge(row, open_takes, sending=sending, said_sent=bool(sent[order]), said_failed=bool(failed[order]))

    def _judge(self, row: Row, takes: int, *, sending: bool, said_sent: bool, said_failed: bool) -> None:
        order, state = row.order, row.state
        if state == "sent":
            if not self.taken[order] and not said_sent:
                raise Violation(f"{order} is sent, and the server did not take it")
            self._reply(row, lambda code, command: command == "BODY" and code // 100 == 2)
        elif state in ("queued", "deferred", "cancelled"):
            if takes > 0 and not (state == "cancelled" and said_failed):
                raise Violation(f"{order} is {state}, and the server took it")
            if state == "deferred":
                if row.due_at is None:
                    raise Violation(f"{order} is deferred without a time")
                self._reply(
                    row, lambda code, command: code // 100 == 4 or (command == "BODY" and code // 100 == 5) or code == 552
                )
        elif state == "failed":
            if takes > 0 and not said_failed:
                raise Violation(f"{order} is failed, and the server took it")
            if not row.reply.startswith("given up after"):
                self._reply(row, lambda code, _: code // 100 == 5)
        elif state == "ambiguous":
            if row.lease not in self.contested and not self._doubtful(order):
                raise Violation(f"{order} is in doubt without a reason: {row.reply}")
        elif state == "sending" and not sending and order not in self.orphaned and row.lease not in self.contested:
            raise Violation(f"{order} is being sent, and nobody sends")
        if state in ("sent", "failed", "cancelled"):
            if row.recipient is not None or row.block is not None:
                raise Violation(f"{order} is {state} and keeps personal data")
        elif (row.recipient is None or row.block is None) and not self.erased:
            raise Violation(f"{order} is {state} and has no address or content")

    def _reply(self, row: Row, fits: Any) -> None:
        """A reply that a row repeats was given, about this order, and means what the row says."""
        match = _TAG.search(row.reply)
        if match is None or ", several times: " in row.reply:
            return
        reply = self.log.replies.get(match[0])
        if reply is None or not fits(reply.code, reply.command):
            raise Violation(f"{row.order} is {row.state} by a reply that does not say so: {row.reply}")
        if reply.order is not None and reply.order != row.order:
            raise Violation(f"{row.order} is {row.state} by the reply about {reply.order}: {row.reply}")

    def _doubtful(self, order: int) -> bool:
        if order in self.orphaned:
            return True
        for line in self.begun[order]:
            if line.process.facts.get("full"):  # it may have heard the reply, and could not write it down
                return True
            replies = [
                r for r in self.log.replies.values() if r.line == line.number and r.order == order and r.command == "BODY"
            ]
            if not any(reply.heard and reply.plain for reply in replies):
                return True
        return False

    def counts(self) -> Counter[str]:
        """How many rows stand where; ``scheduled`` wait for a time to come."""
        moment = _moment(self.world.wall)
        counted: Counter[str] = Counter()
        for row in self.rows().values():
            later = row.state == "queued" and row.due_at is not None and row.due_at > moment
            counted["scheduled" if later else row.state] += 1
        return counted

    def quiet_since(self, process: Process) -> bool:
        """Whether nothing else changed the ledger or the clock, and nothing came due, since a process last wrote."""
        writers = self.world.writers
        mine = max((place for place, writer in enumerate(writers) if writer is process), default=-1)
        dues = [row.due_at for row in self.rows().values() if row.due_at is not None]
        span = (_moment(process.wrote), _moment(self.world.wall))
        return mine == len(writers) - 1 and not any(span[0] <= due <= span[1] for due in dues)

    def heard(self, process: Process) -> int:
        """How many messages the server told a process that it took."""
        lines = {line.number for lines in self.begun.values() for line in lines if line.process is process}
        return sum(
            r.command == "BODY" and r.code // 100 == 2 and r.heard and r.plain and r.line in lines
            for r in self.log.replies.values()
        )

    def cancelled(self) -> int:
        """How often a person cancelled a message."""
        return int(self._read("SELECT count(*) FROM attempt WHERE reply = 'cancelled by hand'")[0][0])

    def judge_pace(self, rate: float | None, caps: list[int], connections: int) -> None:
        """Envelopes leave no faster, and no more a day, than was asked for; not where a clock jumps."""
        if self.world.jumps:
            return
        slack = 2 * connections + 2
        if rate is not None:
            moments = [elapsed for elapsed, _, _ in self.started]
            for place, later in enumerate(moments):
                first = bisect_left(moments, later - 2.0)
                if place - first + 1 > rate * 2.2 + slack:
                    raise Violation(f"{place - first + 1} envelopes left within 2 s")
        if caps:
            days = Counter(int(wall // 86400) for _, wall, _ in self.started)
            for day, number in days.items():
                cap = caps[min(day - min(days), len(caps) - 1)] if day == min(days) else max(caps)
                if number > cap + connections:
                    raise Violation(f"{number} envelopes left on a day that takes {cap}")


def _moment(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
