"""Where a use case reports its progress: to a terminal, to a log, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[..., None]  # (steps done, and the total where it is known only now)


class Watch(Protocol):
    """Who watches. Results are returned, never printed."""

    def progress(self, what: str, total: int | None) -> AbstractContextManager[Advance]:
        """Work of so many steps, None if that is not known; what it gives is called as they are done."""

    def say(self, text: str) -> None:
        """A message beside the result."""


class Unwatched:
    """Nobody watches."""

    @contextmanager
    def progress(self, what: str, total: int | None) -> Iterator[Advance]:
        """Nothing is shown."""
        yield lambda _number, _total=None: None

    def say(self, text: str) -> None:
        """Reports nothing."""
