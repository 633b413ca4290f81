"""The account that judges: what the server took, what people said, and whether the ledger's rows are true of both.

It reads the ledger with SQL of its own and shares no code with what it judges.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.simulation.network import Line
from tests.simulation.server import Log, Session, order_of
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


class Account:
    """What is known from outside."""

    def __init__(self, world: World, ledger: Path, log: Log) -> None:
        self.world = world
        self.log = log
        self._ledger = ledger
        self._reader: sqlite3.Connection | None = None
        self.contents: defaultdict[int, set[bytes]] = defaultdict(set)  # as they were queued
        self.taken: defaultdict[int, list[str]] = defaultdict(list)  # the lines that it was taken on
        self.begun: defaultdict[int, list[Line]] = defaultdict(list)  # connections that its body was written on
        self.orphaned: set[int] = set()  # being sent when their process was killed
        self.failing: set[int] = set()  # being sent when their process ended by an error
        self.queued: set[int] = set()  # whose queueing was confirmed
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
            "SELECT CAST(substr(order_id, 13) AS INTEGER), state, reply, due_at, updated_at, recipient, block, batch, attempts"
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

    def state(self, order: int) -> str:
        """Where an order's message stands."""
        found = self._read("SELECT state FROM message WHERE order_id = ?", f"302-1234567-{order:07d}")
        return str(found[0][0]) if found else "missing"

    # -- what happens ----------------------------------------------------------------------------------------------------

    def written(self, line: Line, data: bytes) -> None:
        """A client writes: the claim must be on disk before an envelope leaves."""
        for recipient in re.findall(rb"RCPT TO:(<[^>]*>)", data):
            order = order_of(recipient.decode())
            assert order is not None
            self.world.tell(f"line {line.number}: {line.process.name} writes the envelope of {order}")
            self.started.append((self.world.elapsed, self.world.wall, order))
            state = self.state(order)
            if state != "sending":
                raise Violation(f"the envelope of {order} leaves while its row is {state}")
            since = self.suppressed.get(order)
            if since is not None and since < line.process.began:
                raise Violation(f"the buyer of {order} was suppressed before this run began")
        for number in re.findall(rb"Message-ID: <(\d+)\.", data):
            self.begun[int(number)].append(line)

    def take(self, session: Session, recipient: str, body: bytes) -> None:
        """The server takes a message."""
        order = order_of(recipient)
        assert order is not None
        self.taken[order].append(str(session.line.number))
        self.world.tell(f"line {session.line.number}: TAKES {order}")
        if body not in self.contents[order]:
            raise Violation(f"what the server took for {order} is not what was queued for it")
        times = len(self.taken[order])
        if times > 1 + self.resolved("queued")[order]:
            raise Violation(f"the buyer of {order} was written to {times} times")

    def died(self, process: Process) -> None:
        """A process was killed, or ended by an error."""
        sending = {order for order, row in self.rows().items() if row.state == "sending"}
        if process.facts.get("sends"):
            self.orphaned |= sending

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
                self._reply(row, lambda code, command: code // 100 == 4 or (command == "BODY" and code // 100 == 5) or code == 552)
        elif state == "failed":
            if takes > 0 and not said_failed:
                raise Violation(f"{order} is failed, and the server took it")
            if not row.reply.startswith("given up after"):
                self._reply(row, lambda code, _: code // 100 == 5)
        elif state == "ambiguous":
            if not self._doubtful(order):
                raise Violation(f"{order} is in doubt without a reason: {row.reply}")
        elif state == "sending" and not sending and order not in self.orphaned | self.failing:
            raise Violation(f"{order} is being sent, and nobody sends")
        if state in ("sent", "failed", "cancelled"):
            if row.recipient is not None or row.block is not None:
                raise Violation(f"{order} is {state} and keeps personal data")
        elif row.recipient is None or row.block is None:
            raise Violation(f"{order} is {state} and has no address or content")

    def _reply(self, row: Row, fits: Any) -> None:
        """A reply that a row repeats was given, about this order, and means what the row says."""
        match = _TAG.search(row.reply)
        if match is None:
            return
        reply = self.log.replies.get(match[0])
        if reply is None or not fits(reply.code, reply.command):
            raise Violation(f"{row.order} is {row.state} by a reply that does not say so: {row.reply}")
        if reply.order is not None and reply.order != row.order:
            raise Violation(f"{row.order} is {row.state} by the reply about {reply.order}: {row.reply}")

    def _doubtful(self, order: int) -> bool:
        if order in self.orphaned | self.failing:
            return True
        for line in self.begun[order]:
            replies = [r for r in self.log.replies.values() if r.line == line.number and r.order == order and r.command == "BODY"]
            if not any(reply.heard and reply.plain for reply in replies):
                return True
        return False

    def counts(self) -> dict[str, int]:
        """How many rows stand where; ``scheduled`` wait for a time to come."""
        now = datetime.fromtimestamp(self.world.wall, tz=None).astimezone().utctimetuple()
        moment = "%04d-%02d-%02d %02d:%02d:%02d" % now[:6]
        counted: Counter[str] = Counter()
        for row in self.rows().values():
            later = row.state == "queued" and row.due_at is not None and row.due_at > moment
            counted["scheduled" if later else row.state] += 1
        return dict(counted)
