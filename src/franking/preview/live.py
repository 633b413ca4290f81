"""The state of the live preview: what is shown, what is known of it, and who listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from watchfiles import awatch

from franking.errors import FrankingError
from franking.mail import Sender
from franking.preview.events import EventStream
from franking.preview.judging import Judge
from franking.preview.session import Choice, PreviewSession

_STEP = 20  # milliseconds between looks at the file system


class Live:
    """The application's state: the preview session, the pages that listen, and the verdicts known so far.

    ``trial`` makes a sender and a transport for test messages; it raises ``FrankingError`` if none is configured. With
    ``browser``, the installed browser decides undecided findings, in the judging process.
    """

    def __init__(self, session: PreviewSession, trial: Callable[[], tuple[Sender, Any]], *, browser: bool = False) -> None:
        self.session = session
        self.trial = trial
        self.events = EventStream()
        self.verdicts: dict[str, str] = {}
        self.looked_at: Choice | None = None
        self.judge_process = Judge(session, browser=browser)
        self._judging: asyncio.Task[None] | None = None
        self._showing = 0  # messages that pages wait for
        self._shown = asyncio.Event()  # no page waits for its message

    async def watch(self, stop: asyncio.Event) -> None:
        """Notify the pages of every change in the designers' folders."""
        folders = (self.session.catalog.templates, self.session.catalog.themes)
        async for changes in awatch(*folders, stop_event=stop, debounce=60, step=_STEP):
            self.changed(sorted({path for _, path in changes}))

    def changed(self, files: list[str]) -> None:
        """Read all files again and notify the pages."""
        self.session.forget()
        self.verdicts = {}
        if self.events.heard:
            self._shown.clear()  # the pages request their messages again; those come first
        self.events.tell({"changed": files})
        self.judge()

    async def show(self, choice: Choice, data: str | None, width: int | None) -> dict[str, Any]:
        """A request of a page. Background checks pause during it."""
        self.looked_at = choice
        self._showing += 1
        self._shown.clear()
        try:
            shown = await asyncio.to_thread(self.session.show, choice, data, width)
        finally:
            self._showing -= 1
            if not self._showing:
                self._shown.set()
        if data is None:
            self.verdicts[choice.name] = shown["verdict"]
        return shown

    def judge(self) -> None:
        """Start computing all verdicts in a separate process."""
        if self._judging is not None:
            self._judging.cancel()
        self._judging = asyncio.get_running_loop().create_task(self._judge())

    async def idle(self) -> None:
        """Wait until no page waits for its message."""
        await self._shown.wait()

    async def _judge(self) -> None:
        await self._shown.wait()  # the visible page comes first
        try:
            left = list(self.session.choices())
        except (FrankingError, OSError):  # the page's list shows the reason
            return
        await self.judge_process.forget()
        while left:
            left.sort(key=self._far, reverse=True)
            choice = left.pop()
            await self._shown.wait()
            verdict = self.verdicts.get(choice.name) or await self.judge_process.verdict(choice)
            self.verdicts[choice.name] = verdict
            self.events.tell({"verdict": [choice.name, verdict]})

    def _far(self, choice: Choice) -> tuple[bool, bool]:
        """The order of messages: first the language and theme that the page shows."""
        now = self.looked_at
        return (now is not None and choice.language != now.language, now is not None and choice.theme != now.theme)

    async def end(self) -> None:
        """Stop the background checks."""
        if self._judging is not None:
            self._judging.cancel()
            with suppress(asyncio.CancelledError):
                await self._judging
        await self.judge_process.end()
