"""A fast way to a message: what makes some messages sooner, and never any differently."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from franking.model.messages import Franked
from franking.model.orders import Order


@dataclass(slots=True)
class Stats:
    """How messages were prepared: by their shape, or as a whole and why."""

    fast: int = 0
    shapes: int = 0
    slow: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Stats) -> Stats:
        self.fast += other.fast
        self.shapes += other.shapes
        self.slow += other.slow
        return self


class FastPath(Protocol):
    """Makes the messages that it is certain of: byte for byte what they are when they are made as a whole."""

    stats: Stats

    def frank(self, order: Order, language: str, locale: str) -> Franked | None:
        """The franked message of a permitted order, None where it must be made and checked as a whole."""


def no_fast_path(*_: object) -> FastPath | None:
    """In place of what opens one: every message is made as a whole."""
    return None
