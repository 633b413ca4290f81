"""How the messages of a batch leave: in turns while further ones are made, so that the first buyer does not wait for the last
order of a long report, and at the end what is left.

A turn sends what is in the ledger. If it fails or stops, the rest of the report is queued all the same, and nothing more is
sent.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from franking.batch.sending import Sending
from franking.batch.watch import Advance, Watch
from franking.batch.wish import opens
from franking.dispatch import Dispatcher
from franking.errors import FrankingError
from franking.outbox import Ledger

FIRST = 50  # messages of the first group: they are made within a second
_LEAST, _MOST = 1000, 8000  # messages between two turns; each one opens connections, and waits for the last replies at its end


class Leaving:
    """The turns of one batch. ``run`` runs a dispatcher so that it can be stopped from outside. ``stopped`` says why no more
    are sent, "" otherwise."""

    def __init__(
        self, ledger: Ledger, sending: Sending, batch: str, seller: str, watch: Watch, run: Callable[[Dispatcher], None]
    ) -> None:
        self._ledger = ledger
        self._sending = sending
        self._batch = batch
        self._seller = seller
        self._watch = watch
        self._run = run
        self._handed = 0  # messages that a turn was about
        self._next = self._step = 1  # the first group is small
        self._failure: FrankingError | None = None
        self.stopped = ""

    def turn(self, queued: int) -> str:
        """Send what waits, if enough messages of the ``queued`` ones of the batch were added since the turn before. Returns
        ``stopped``."""
        if queued >= self._next and not self.stopped and self._failure is None:
            self._step = min(_MOST, max(_LEAST, self._step * 2))
            self._next = queued + self._step
            try:
                self._send(queued, lambda _number, _known=None: None)
            except FrankingError as problem:
                self._failure = problem
        return self.stopped

    def rest(self, queued: int) -> None:
        """Send what is left of ``queued`` messages. Raises ``FrankingError``, also that of an earlier turn."""
        if self._failure is None and queued and not self.stopped:
            with self._watch.progress("sending", queued) as advance:
                if self._handed:
                    advance(self._handed)
                try:
                    if queued > self._handed:
                        self._send(queued, advance)
                except FrankingError as problem:
                    self._failure = problem
        if self._failure is not None:
            raise type(self._failure)(f"{self._failure}; nothing is lost: what is not sent stays queued") from None

    def _send(self, queued: int, advance: Advance) -> None:
        new, self._handed = queued - self._handed, queued
        self._ledger.withdraw(batch=self._batch)  # who opted out while messages were made
        self._ledger.review(opens, batch=self._batch)
        with ThreadPoolExecutor(1, "ledger") as executor:
            dispatcher = Dispatcher(
                self._ledger,
                self._sending.transport,
                self._batch,
                min(self._sending.connections, new),
                self._sending.rate_limiter(self._ledger, self._seller, executor),
                advance,
                self._sending.retries,
                executor=executor,
            )
            try:
                self._run(dispatcher)
            finally:
                self.stopped = dispatcher.stopped
