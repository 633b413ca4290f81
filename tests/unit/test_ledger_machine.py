"""A ledger under any order of what people and dispatch do with it, beside a plain account of what it should hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import update

from franking.model import Envelope, Outcome, State
from franking.outbox import Choice, Ledger
from franking.outbox.schema import messages
from tests.contract.ledger_contract import outgoing
from tests.contract.packing_contract import buyers, kept, letters

NUMBERS = st.builds(lambda first, many, again: [*range(first, first + many), *again],
                    st.integers(0, 40), st.integers(1, 70), st.lists(st.integers(0, 110), max_size=3))  # fmt: skip
SOME = st.builds(lambda first, step: slice(first, None, step), st.integers(0, 3), st.integers(1, 4))  # of sorted numbers
WAITING = (State.QUEUED, State.DEFERRED)
DONE = (State.SENT, State.FAILED)
EMPTY = (*DONE, State.CANCELLED)  # whose contents are gone


def number_of(envelope: Envelope) -> int:
    """As ``outgoing`` has it."""
    return int(envelope.recipient[1:].partition("@")[0])


class LedgerMachine(RuleBasedStateMachine):
    """Each order's state and letter, as they should be."""

    @initialize()
    def open(self) -> None:
        self.ledger = Ledger("sqlite://")
        self.states: dict[int, State] = {}
        self.letters: dict[int, bytes] = {}  # the one that was queued last
        self.claimed: dict[int, Envelope] = {}
        self.late: list[Envelope] = []  # attempts that were given up
        self.attempts: dict[int, int] = {}  # which one is the last
        self.empty: set[int] = set()  # in doubt or being sent, but their data was erased

    @rule(numbers=NUMBERS, version=st.integers(0, 3))
    def queue(self, numbers: list[int], version: int) -> None:
        given = {n: letters(n, 1, text=b"Version %d.\r\n" % version * 40)[0] for n in numbers}
        self.ledger.queue("b", [given[n] for n in numbers])
        for n in numbers:
            if self.states.get(n, State.QUEUED) in (*WAITING, State.CANCELLED):
                self.states[n] = State.QUEUED
                self.letters[n] = given[n].content
                self.empty.discard(n)  # what was cancelled, and erased since, begins anew

    @precondition(lambda self: bool(set(WAITING) & set(self.states.values())))
    @rule(count=st.integers(1, 60))
    def claim(self, count: int) -> None:
        for envelope in self.ledger.exchange((), None, count):
            n = number_of(envelope)
            assert self.states[n] in WAITING
            assert envelope.content == self.letters[n]
            self.states[n] = State.SENDING
            self.claimed[n] = envelope
            self.attempts[n] = envelope.attempt

    @precondition(lambda self: self.claimed)
    @rule(some=SOME, state=st.sampled_from([*DONE, State.DEFERRED, State.AMBIGUOUS]))
    def settle(self, some: slice, state: State) -> None:
        chosen = [n for n in sorted(self.claimed)[some] if state is not State.DEFERRED or n not in self.empty]
        due = datetime.now(UTC) if state is State.DEFERRED else None
        self.ledger.settle([(self.claimed[n], Outcome(state, "reply", due)) for n in chosen])
        for n in chosen:
            self.states[n] = state
            envelope = self.claimed.pop(n)
            if state is State.AMBIGUOUS:
                self.late.append(envelope)

    @precondition(lambda self: self.late)
    @rule(state=st.sampled_from(DONE))
    def come_back(self, state: State) -> None:
        """Late words: they settle what is still in doubt about the same attempt, and nothing else."""
        self.ledger.settle([(envelope, Outcome(state)) for envelope in self.late])
        for envelope in self.late:
            n = number_of(envelope)
            if self.states[n] is State.AMBIGUOUS and self.attempts[n] == envelope.attempt:
                self.states[n] = state
        self.late = []

    @precondition(lambda self: self.claimed)
    @rule(some=SOME)
    def give_back(self, some: slice) -> None:
        chosen = [n for n in sorted(self.claimed)[some] if n not in self.empty]
        self.ledger.unclaim([self.claimed.pop(n) for n in chosen])
        self.states |= dict.fromkeys(chosen, State.QUEUED)

    @precondition(lambda self: State.AMBIGUOUS in self.states.values())
    @rule(to=st.sampled_from(["sent", "failed", "queued"]))
    def resolve(self, to: Literal["sent", "failed", "queued"]) -> None:
        doubtful = [n for n, state in self.states.items() if state is State.AMBIGUOUS]
        settled = [n for n in doubtful if to != "queued" or n not in self.empty]
        assert self.ledger.upkeep("acme").resolve([], None, to) == len(settled)
        self.states |= dict.fromkeys(settled, State(to))

    @precondition(lambda self: self.states)
    @rule(some=SOME, dry=st.booleans())
    def cancel(self, some: slice, dry: bool) -> None:
        chosen = sorted(self.states)[some]
        done = self.ledger.cancel("acme", Choice([outgoing(n).key.order_id for n in chosen]), dry_run=dry)
        cancelled = [n for n in chosen if self.states[n] in WAITING]
        assert done.cancelled.total() == len(cancelled)
        assert done.left.total() == len(chosen) - len(cancelled)
        if not dry:
            self.states |= dict.fromkeys(cancelled, State.CANCELLED)

    @precondition(lambda self: self.states)
    @rule(some=SOME)
    def erase(self, some: slice) -> None:
        """Some messages were not touched for long."""
        chosen = sorted(self.states)[some]
        old = [outgoing(n).key.order_id for n in chosen]
        with self.ledger._engine.begin() as connection:
            connection.execute(
                update(messages).where(messages.c.order_id.in_(old)).values(updated_at=datetime(2020, 1, 1))  # noqa: DTZ001
            )
        self.ledger.upkeep("acme").erase(timedelta(days=1000))
        self.states |= {n: State.FAILED for n in chosen if self.states[n] in WAITING}
        self.empty |= set(chosen)

    @invariant()
    def the_ledger_holds_what_it_needs_and_nothing_else(self) -> None:
        if not hasattr(self, "ledger"):
            return
        order_ids = {outgoing(n).key.order_id: n for n in range(111)}
        states = self.ledger.states("acme", "reply", list(order_ids))
        assert {order_ids[order_id]: state for order_id, state in states.items()} == self.states
        needed = {n for n, state in self.states.items() if state not in EMPTY} - self.empty
        assert buyers(self.ledger) == needed
        assert sum(messages for messages, _ in kept(self.ledger)) == len(needed)

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()


LedgerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestLedgerMachine = LedgerMachine.TestCase
