"""What every way to buyers must do: each message once, and of what is not certain, the doubt. Run for SMTP, a folder, the
marketplace's API, and a mixture of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from franking.dispatch import Dispatcher, RateLimiter, Transport, recover
from franking.dispatch import run as dispatch_run
from franking.model import OutgoingMessage, State
from franking.outbox import Ledger


class World(Protocol):
    """A transport and what is at its other end."""

    transport: Transport

    def message(self, number: int) -> OutgoingMessage:
        """A message for it."""
        ...

    def arrived(self) -> list[int]:
        """The numbers of the messages that arrived, each as often as it did."""
        ...

    def refuse(self, number: int) -> None:
        """Refuse a message for good."""
        ...

    def put_off(self, number: int) -> None:
        """Refuse a message for now."""
        ...

    def take_silently(self, number: int) -> None:
        """Take a message, and never say so."""
        ...

    def go_away(self) -> None:
        """Be there no more."""
        ...


class TransportContract:
    """``world`` is given by the subclass; ``CANNOT`` names what its other end cannot do."""

    CANNOT: frozenset[str] = frozenset()

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        return Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[World]:
        with self.open(tmp_path) as world:
            yield world

    def open(self, folder: Path) -> AbstractContextManager[World]:
        raise NotImplementedError

    def can(self, what: str) -> None:
        if what in self.CANNOT:
            pytest.skip(f"nobody there who could {what}")

    @staticmethod
    def send(ledger: Ledger, world: World, connections: int = 2) -> Dispatcher:
        dispatcher = Dispatcher(ledger, world.transport, "b", connections, RateLimiter(), lambda _n: None)
        asyncio.run(dispatcher.run())
        return dispatcher

    @staticmethod
    def states(ledger: Ledger) -> dict[str, int]:
        return {state.value: number for state, number in ledger.counts().items() if number}

    def test_each_message_arrives_once(self, ledger: Ledger, world: World) -> None:
        ledger.queue("b", [world.message(n) for n in range(8)])
        self.send(ledger, world, 3)
        assert sorted(world.arrived()) == list(range(8))
        assert self.states(ledger) == {"sent": 8}
        self.send(ledger, world)
        assert len(world.arrived()) == 8

    def test_what_was_sent_is_not_queued_again(self, ledger: Ledger, world: World) -> None:
        for _ in range(2):
            ledger.queue("b", [world.message(n) for n in range(3)])
            self.send(ledger, world)
        assert sorted(world.arrived()) == [0, 1, 2]

    def test_a_refusal_is_the_message_s_alone(self, ledger: Ledger, world: World) -> None:
        self.can("refuse")
        world.refuse(1)
        ledger.queue("b", [world.message(n) for n in range(3)])
        assert self.send(ledger, world).stopped == ""
        assert sorted(world.arrived()) == [0, 2]
        assert self.states(ledger) == {"sent": 2, "failed": 1}

    def test_what_is_put_off_waits_for_its_time(self, ledger: Ledger, world: World) -> None:
        self.can("put off")
        world.put_off(1)
        ledger.queue("b", [world.message(n) for n in range(3)])
        self.send(ledger, world)
        assert sorted(world.arrived()) == [0, 2]
        assert self.states(ledger) == {"sent": 2, "deferred": 1}
        due = ledger.overview("acme").next_due()
        assert due is not None
        assert due > datetime.now(UTC)
        self.send(ledger, world)  # not before
        assert self.states(ledger) == {"sent": 2, "deferred": 1}

    def test_a_lost_answer_is_a_doubt_and_nothing_is_repeated(self, ledger: Ledger, world: World) -> None:
        self.can("take silently")
        world.take_silently(1)
        ledger.queue("b", [world.message(n) for n in range(3)])
        self.send(ledger, world)
        self.send(ledger, world)
        assert sorted(world.arrived()) == [0, 1, 2]
        assert self.states(ledger) == {"sent": 2, "ambiguous": 1}

    def test_where_nobody_answers_all_stays_queued(self, ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.can("go away")
        monkeypatch.setattr(dispatch_run, "_BACKOFF", 0.01)
        ledger.queue("b", [world.message(n) for n in range(3)])
        world.go_away()
        assert "cannot be reached" in self.send(ledger, world).stopped
        assert self.states(ledger) == {"queued": 3}

    def test_what_a_dead_process_had_in_hand_is_settled_by_evidence_or_in_doubt(self, ledger: Ledger, world: World) -> None:
        ledger.queue("b", [world.message(n) for n in range(2)])
        (claimed,) = ledger.exchange([], "b", 1)
        known = world.transport.evidence(claimed)
        recover(ledger, world.transport)
        assert ledger.counts()[State.AMBIGUOUS] == (1 if known is None else 0)
        self.send(ledger, world)
        assert len(world.arrived()) == len(set(world.arrived())) == (1 if known is None else 2)

    def test_the_url_shows_no_secret(self, world: World) -> None:
        assert world.transport.url
        assert "hush" not in world.transport.url
