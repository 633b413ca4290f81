"""Computes verdicts in a separate process, so the visible message does not wait for the others.

``python -m franking.preview.judging TEMPLATES THEMES POLICY INLINER [BROWSER]`` reads a choice per line as JSON and writes
its verdict, subject and text as JSON. For a choice with a fifth item, sample data or null, it writes findings and verdict as
JSON. An empty list makes it read the designers' folders again, ``["keep"]`` makes it write the verdicts to the cache on disk.
With BROWSER the installed browser decides undecided findings. The process ends with its input, so it does not outlive its
parent.
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

from franking.batch.collector import settle
from franking.catalog import Catalog
from franking.check.browser_decision import decide, is_open
from franking.errors import ConfigurationError
from franking.files.disk_cache import VARIABLE, chosen, disk_cache
from franking.model import Finding, Message
from franking.policy import Policy, load
from franking.preview.build import Decide
from franking.preview.known_verdicts import KnownVerdicts
from franking.preview.session import Choice, PreviewSession

_MEMORY = 2 << 30  # limit of the address space in bytes, if the system supports it
_LONGEST = 16 << 20  # bytes of an answer
_SETTLED = 20  # requests after which most of what stays in memory is there
_MESSAGES = 2000  # messages after which the process is restarted


class Judge:
    """A process that checks one message at a time. It is started on first use, and restarted when it has ended."""

    def __init__(self, session: PreviewSession, *, browser: bool = False) -> None:
        catalog = session.catalog
        self.asks_browser = browser
        self._arguments = [str(catalog.templates), str(catalog.themes), session.policy.called, session.inliner]
        if browser:
            self._arguments.append("browser")
        self._turn = asyncio.Lock()  # one request at a time
        self._process: asyncio.subprocess.Process | None = None
        self._asked = 0

    @property
    def pid(self) -> int | None:
        """The running process."""
        return self._process.pid if self._process is not None else None

    async def verdict(self, choice: Choice) -> str:
        """``permitted``, ``rejected`` or ``broken``; ``broken`` also if the process crashes."""
        return (await self.judged(choice))[0]

    async def judged(self, choice: Choice) -> tuple[str, str, str]:
        """The verdict as ``verdict`` returns it, the subject and the text part; the texts are empty without a message."""
        answer = await self._ask([choice.kind, choice.theme, choice.language, choice.sample])
        word, subject, text = json.loads(answer) if answer else ("broken", "", "")
        return word, subject, text

    async def decided(self, choice: Choice, data: str | None) -> dict[str, Any]:
        """Findings and verdict, with undecided findings decided by the browser; empty if there is no response."""
        answer = await self._ask([choice.kind, choice.theme, choice.language, choice.sample, data])
        found: dict[str, Any] = json.loads(answer) if answer else {}
        return found

    async def _ask(self, choice: list[str | None]) -> str:
        """The answer to a request. If the caller is cancelled, an answer under way is still read and dropped, so that it is
        not taken for that of the next request, and the process keeps what it has loaded."""
        dropped = False

        async def ask() -> str:
            async with self._turn:
                return "" if dropped else await self._answer(choice)

        try:
            return await asyncio.shield(asyncio.create_task(ask()))
        except asyncio.CancelledError:
            dropped = True
            raise

    async def _answer(self, choice: list[str | None]) -> str:
        if self._asked >= _MESSAGES:
            await self.end()
        if self._process is None:
            self._asked = 0
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", __name__, *self._arguments,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST, env={**os.environ, VARIABLE: chosen()},
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

    async def keep(self) -> None:
        """Write the verdicts to the cache on disk."""
        if self._process is not None:
            await self._ask(["keep"])

    async def end(self) -> None:
        """Kill the process and wait until it has ended."""
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
    """Lower the priority and limit the memory, if the system supports it. Ignore Ctrl-C: the preview handles it and ends
    this process."""
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
    """Process requests line by line until the input ends."""
    _hold_back(memory=not browser)  # a browser reserves more address space than it uses
    used = load(policy)
    session = PreviewSession(
        Catalog(Path(templates), Path(themes)),
        used,
        "premailer" if inliner == "premailer" else "css-inline",
        _by_browser(used) if browser else None,
        KnownVerdicts(used, disk_cache()),
    )
    for number, line in enumerate(sys.stdin):
        if number == _SETTLED:
            settle()
        choice = json.loads(line)
        if choice == ["keep"]:
            session.known.keep()
            answer = "kept"
        elif len(choice) == 5:
            answer = _decided(session, Choice(*choice[:4]), choice[4])
        elif choice:
            answer = json.dumps(session.judged(Choice(*choice)))
        else:
            session.forget()
            answer = "forgotten"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _decided(session: PreviewSession, choice: Choice, data: str | None) -> str:
    try:
        return json.dumps(session.decided(choice, data))
    except Exception:  # the page already shows the reason
        return "{}"


def _by_browser(policy: Policy) -> Decide:
    """Decides by the installed browser; findings without an answer stay undecided."""
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
