"""Verdicts in a process of its own, so that the message on the page never waits for those that nobody looks at.

``python -m franking.preview.judging TEMPLATES THEMES POLICY INLINER [BROWSER]`` reads a choice per line, as JSON, and writes
its verdict; a choice with sample data (or null) as its fifth, and it writes findings and verdict as JSON; an empty list reads
the designers' folders again. With BROWSER the installed browser decides what is undecided. It ends with its input, so it does
not outlive whoever asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from franking.catalog import Catalog
from franking.check.browser_decision import decide, is_open
from franking.errors import ConfigurationError
from franking.model import Finding, Message
from franking.policy import Policy, load
from franking.preview.build import Decide
from franking.preview.session import Choice, PreviewSession

_MEMORY = 2 << 30  # bytes of addresses that the process may use, where the system can hold it to that
_LONGEST = 16 << 20  # bytes of an answer
_MESSAGES = 2000  # after which it is started anew


class Judge:
    """One process that judges a message at a time; started when first asked, and again when it ended."""

    def __init__(self, session: PreviewSession, *, browser: bool = False) -> None:
        catalog = session.catalog
        self.asks_browser = browser
        self._arguments = [str(catalog.templates), str(catalog.themes), session.policy.called, session.inliner]
        if browser:
            self._arguments.append("browser")
        self._turn = asyncio.Lock()  # one question at a time
        self._process: asyncio.subprocess.Process | None = None
        self._asked = 0

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None else None

    async def verdict(self, choice: Choice) -> str:
        """``permitted``, ``rejected`` or ``broken``; the last also where the process does not survive the message. Cancelled,
        it leaves no process behind."""
        try:
            return await self._ask([choice.kind, choice.theme, choice.language, choice.sample]) or "broken"
        except asyncio.CancelledError:
            await self.end()
            raise

    async def decided(self, choice: Choice, data: str | None) -> dict[str, Any]:
        """Findings and verdict, what is undecided decided by the browser; empty where there is no answer."""
        answer = await self._ask([choice.kind, choice.theme, choice.language, choice.sample, data])
        found: dict[str, Any] = json.loads(answer) if answer else {}
        return found

    async def _ask(self, choice: list[str | None]) -> str:
        async with self._turn:
            return await self._answer(choice)

    async def _answer(self, choice: list[str | None]) -> str:
        if self._asked >= _MESSAGES:
            await self.end()
        if self._process is None:
            self._asked = 0
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", __name__, *self._arguments,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST,
            )  # fmt: skip
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked += 1
        try:
            process.stdin.write(json.dumps(choice).encode() + b"\n")
            await process.stdin.drain()
            answer = await process.stdout.readline()
        except (ConnectionError, OSError):
            answer = b""
        if not answer:
            await self.end()
        return answer.decode().strip()

    async def forget(self) -> None:
        """Read every file again."""
        if self._process is not None:
            await self._ask([])

    async def end(self) -> None:
        """Stop the process, whatever it is at, and see it gone."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        assert process.stdout is not None
        await process.wait()
        with contextlib.suppress(ConnectionError):
            await process.stdout.read()  # its end


def _hold_back(*, memory: bool) -> None:
    """Leave the machine to the page: a low priority and little memory, where the system offers that. An interrupt from the
    keyboard is for the preview, which then ends this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(10)
    if not memory:
        return
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main(templates: str, themes: str, policy: str, inliner: str, browser: str = "") -> None:
    """Answer line by line until the input ends."""
    _hold_back(memory=not browser)  # a browser asks for more addresses than it uses
    chosen = load(policy)
    session = PreviewSession(
        Catalog(Path(templates), Path(themes)),
        chosen,
        "premailer" if inliner == "premailer" else "css-inline",
        _by_browser(chosen) if browser else None,
    )
    for line in sys.stdin:
        choice = json.loads(line)
        if len(choice) == 5:
            answer = _decided(session, Choice(*choice[:4]), choice[4])
        elif choice:
            answer = session.verdict(Choice(*choice))
        else:
            session.forget()
            answer = "forgotten"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _decided(session: PreviewSession, choice: Choice, data: str | None) -> str:
    try:
        return json.dumps(session.decided(choice, data))
    except Exception:  # the page shows why already
        return "{}"


def _by_browser(policy: Policy) -> Decide:
    """Decides by the installed browser; a message that it gives no answer on stays undecided."""
    from franking.browser.session import NoAnswer, Session

    session = Session()

    def decided(message: Message, findings: list[Finding]) -> list[Finding]:
        if not any(is_open(finding) for finding in findings):
            return findings
        try:
            return decide(message, findings, policy, policy.widths, session.read, lambda: session.name).findings
        except (NoAnswer, ConfigurationError):
            return findings

    return decided


if __name__ == "__main__":
    main(*sys.argv[1:])
