"""The inbox of the preview: a test message goes through a real SMTP server on this machine, and its page shows it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from franking.batch.received import Verdict, judged
from franking.check import as_message
from franking.dispatch import Credentials, open_transport
from franking.errors import FrankingError
from franking.inbox import STORE, Inbox
from franking.model import State
from franking.preview.session import PREVIEW_SENDER, Choice, PreviewSession
from franking.preview.single_send import send_test_message

# What the checker is given of a message besides its mail.
_KNOWN = (
    "order_id", "marketplace", "allowed_links", "assets", "language", "allowed_phones", "allowed_attachments", "vocabulary",
    "facts", "names", "kind", "own_words",
)  # fmt: skip
_STORED = re.compile(r"stored as (\d{6,12})\.eml")  # our own server's reply


class EmbeddedInbox:
    """An inbox that starts with the first message. It stores where ``franking inbox`` does; both may run."""

    def __init__(self, session: PreviewSession, store: Path = STORE) -> None:
        self._session = session
        self.store = store
        self._inbox: Inbox | None = None
        self._lock = asyncio.Lock()
        self._sent: dict[str, dict[str, object]] = {}  # what is known of each message, by its number in the store

    async def send(self, choice: Choice, data: str | None) -> dict[str, Any]:
        """Send a message to the inbox, from the preview's sender to the sample's buyer. ``number`` is the stored message's.

        Raises ``FrankingError`` if the message is rejected, the extra is missing, or the server does not take it.
        """
        outgoing = await asyncio.to_thread(self._session.outgoing, choice, PREVIEW_SENDER, "", data)
        async with self._lock:
            if self._inbox is None:
                self._inbox = await asyncio.to_thread(_started, self.store)
        transport = open_transport(f"smtp+plain://127.0.0.1:{self._inbox.port}", Credentials())
        outcome = await send_test_message(outgoing, transport)
        stored = _STORED.search(outcome.detail)
        if outcome.state is not State.SENT or stored is None:
            raise FrankingError(f"the inbox did not take the message: {outcome.detail}")
        message = as_message(await asyncio.to_thread(self._session.compose, choice, data))
        self._sent[stored[1]] = {name: getattr(message, name) for name in _KNOWN}
        return {"number": stored[1], "detail": outcome.detail}

    def judge(self, path: Path) -> Verdict:
        """The verdict on a stored message; for one that this preview sent, with what is known of its kind, theme and order."""
        return judged(path, self._session.policy.called, self._sent.get(path.stem))

    def end(self) -> None:
        """Stop the server."""
        if self._inbox is not None:
            self._inbox.stop()


def _started(store: Path) -> Inbox:
    inbox = Inbox(store, 0)
    inbox.start()
    return inbox
