"""The state of the live preview: what is shown, what is known of it, and who listens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from watchfiles import awatch

from franking.check.dictionary import close_dictionaries
from franking.errors import FrankingError
from franking.mail import Sender
from franking.preview.changes import affected_by
from franking.preview.events import EventStream
from franking.preview.incoming import Importer, no_importer
from franking.preview.judging import Judge
from franking.preview.searching import Words, found
from franking.preview.session import Choice, PreviewSession

_PROCESSES = 2  # each takes some 70 MB before its dictionaries
_AT_ONCE = 4  # messages that a process is given; it checks them in 40 ms, while a page may ask for its own
_STEP = 20  # milliseconds between looks at the file system


class Live:
    """The application's state: the preview session, the pages that listen, and the verdicts known so far.

    ``trial`` makes a sender and a transport for test messages; it raises ``FrankingError`` if none is configured. With
    ``browser``, the installed browser decides undecided findings, in the judging process. ``importer`` takes in a file.
    """

    def __init__(
        self,
        session: PreviewSession,
        trial: Callable[[], tuple[Sender, Any]],
        *,
        browser: bool = False,
        importer: Importer = no_importer,
    ) -> None:
        self.session = session
        self.trial = trial
        self.importer = importer
        self.events = EventStream()
        self.verdicts: dict[str, str] = {}
        self.words: dict[str, Words] = {}  # of each message that was judged
        self.looked_at: Choice | None = None
        # Each language belongs to one process, so that its dictionaries are in memory once. One browser is enough.
        count = 1 if browser else min(_PROCESSES, os.cpu_count() or 1)
        self._judges = [Judge(session, browser=browser) for _ in range(count)]
        self.judge_process = self._judges[0]
        self._languages: dict[str, Judge] = {}
        self._judging: asyncio.Task[None] | None = None
        self._warming: asyncio.Future[list[None]] | None = None
        self._showing = 0  # messages that pages wait for
        self._shown = asyncio.Event()  # no page waits for its message

    async def watch(self, stop: asyncio.Event) -> None:
        """Notify the pages of every change in the designers' folders."""
        folders = (self.session.catalog.templates, self.session.catalog.themes)
        async for changes in awatch(*folders, stop_event=stop, debounce=60, step=_STEP):
            self.changed(sorted({path for _, path in changes}))

    def changed(self, files: list[str]) -> None:
        """Read all files again and notify the pages. The verdicts of messages that the files do not affect are kept."""
        self.session.forget()
        affected = affected_by(self.session.catalog, files)
        self.verdicts = {name: word for name, word in self.verdicts.items() if not affected(name)}
        self.words = {name: words for name, words in self.words.items() if not affected(name)}
        if self.events.heard:
            self._shown.clear()  # the pages request their messages again; those come first
        self.events.tell({"changed": files, "kept": bool(self.verdicts)})
        self.judge()

    def search(self, query: str) -> tuple[list[str], int]:
        """The names of the messages that contain the words of a query, and how many messages are not read yet."""
        choices, words = list(self.session.choices()), self.words
        names = [choice.name for choice in found(query, choices, self.session.titles(), self.verdicts, words)]
        return names, sum(choice.name not in words for choice in choices)

    async def show(self, choice: Choice, data: str | None, width: int | None) -> dict[str, Any]:
        """A request of a page. Background checks pause during it."""
        if self.looked_at is not None and self.looked_at.language != choice.language:
            close_dictionaries()  # reading one again takes milliseconds
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

    def warm(self) -> None:
        """Start the processes while the first page is on its way to its message, so they are ready when it has it."""
        if self._warming is None:
            self._warming = asyncio.gather(*(judge.warm() for judge in self._judges))

    async def idle(self) -> None:
        """Wait until no page waits for its message."""
        await self._shown.wait()

    async def _judge(self) -> None:
        await self._shown.wait()  # the visible page comes first
        try:
            choices = list(self.session.choices())
        except (FrankingError, OSError):  # the page's list shows the reason
            return
        names = {choice.name for choice in choices}
        self.verdicts = {name: word for name, word in self.verdicts.items() if name in names}
        left: dict[tuple[str, str], list[Choice]] = {}  # by language and theme
        for choice in reversed(choices):
            if choice.name not in self.words:
                left.setdefault((choice.language, choice.theme), []).append(choice)
        await asyncio.gather(*(self._work(judge, left) for judge in self._judges))

    async def _work(self, judge: Judge, left: dict[tuple[str, str], list[Choice]]) -> None:
        """Judge with one process, until nothing is left of its languages and of those that no process has."""
        await judge.forget()
        while (place := self._next(judge, left)) is not None:
            choices = left[place][: -_AT_ONCE - 1 : -1]
            del left[place][-_AT_ONCE:]
            if not left[place]:
                del left[place]
            await self._shown.wait()
            for choice, (verdict, subject, text) in zip(choices, await judge.judged(choices), strict=True):
                self.verdicts[choice.name] = verdict
                self.words[choice.name] = Words(subject.casefold(), text.casefold())
                self.events.tell({"verdict": [choice.name, verdict]})
            if not any(language == place[0] for language, _ in left):
                await judge.keep()

    def _next(self, judge: Judge, left: Collection[tuple[str, str]]) -> tuple[str, str] | None:
        """A language and theme: first those that the page shows, then a language that the process already has."""
        now = self.looked_at
        best: tuple[tuple[bool, bool, bool], tuple[str, str]] | None = None
        for language, theme in left:
            owner = self._languages.get(language)
            if owner is None or owner is judge:
                far = (now is None or language != now.language, owner is None, now is None or theme != now.theme)
                if best is None or far < best[0]:
                    best = far, (language, theme)
        if best is None:
            return None
        self._languages[best[1][0]] = judge
        return best[1]

    async def end(self) -> None:
        """Stop the background checks."""
        for work in (self._judging, self._warming):
            if work is not None:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work
        await asyncio.gather(*(judge.end() for judge in self._judges))
