"""Computes verdicts in a separate process, so the visible message does not wait for the others.

``python -m franking.preview.judging TEMPLATES THEMES POLICY INLINER [BROWSER]`` reads a list of choices per line as JSON and
writes their verdicts, subjects and texts as JSON. For a choice with a fifth item, sample data or null, it writes findings and
verdict as JSON. An empty list makes it read the designers' folders again, ``["warm"]`` makes it load what every message needs,
``["keep"]`` makes it write the verdicts to the cache on disk and give back the dictionaries, whose language is done. With
BROWSER the installed browser decides undecided findings. The process ends with its input, so it does not outlive its parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from franking.batch.collector import settle
from franking.catalog import Catalog
from franking.check import inspect
from franking.check.browser_decision import decide, is_open
from franking.check.dictionary import close_dictionaries
from franking.errors import ConfigurationError
from franking.files.disk_cache import VARIABLE, chosen, disk_cache
from franking.model import Finding, Message
from franking.policy import Policy, load
from franking.preview.build import Decide
from franking.preview.known_verdicts import KnownVerdicts
from franking.preview.session import Choice, PreviewSession

_MEMORY = 2 << 30  # limit of the address space in bytes, if the system supports it
_LONGEST = 16 << 20  # bytes of an answer
_SETTLED = 8  # requests after which most of what stays in memory is there
_YOUNG = 10_000  # new objects before they are collected: a tenth less time than with a batch's number, for 6 MB
_MESSAGES = 2000  # messages after which the process is restarted
# Every large block (a dictionary) is given back when it is no longer used. By default, glibc does so only until it has given
# back the first one, and 40 MB stay.
_GIVEN_BACK = {"MALLOC_MMAP_THRESHOLD_": str(128 << 10)}


class Judge:
    """A process that checks messages. It is started on first use, and restarted when it has ended."""

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
        return (await self.judged([choice]))[0][0]

    async def judged(self, choices: Sequence[Choice]) -> list[tuple[str, str, str]]:
        """Of each message the verdict as ``verdict`` returns it, the subject and the text part; the texts are empty without a
        message. Several at once cost the two processes less than one by one."""
        answer = await self._ask([[choice.kind, choice.theme, choice.language, choice.sample] for choice in choices])
        if answer:
            return [(word, subject, text) for word, subject, text in json.loads(answer)]
        if len(choices) == 1:
            return [("broken", "", "")]
        return [found for choice in choices for found in await self.judged([choice])]  # only one of them crashes it

    async def decided(self, choice: Choice, data: str | None) -> dict[str, Any]:
        """Findings and verdict, with undecided findings decided by the browser; empty if there is no response."""
        answer = await self._ask([choice.kind, choice.theme, choice.language, choice.sample, data])
        found: dict[str, Any] = json.loads(answer) if answer else {}
        return found

    async def _ask(self, request: Sequence[object]) -> str:
        """The answer to a request. If the caller is cancelled, an answer under way is still read and dropped, so that it is
        not taken for that of the next request, and the process keeps what it has loaded."""
        dropped = False

        async def ask() -> str:
            async with self._turn:
                return "" if dropped else await self._answer(request)

        try:
            return await asyncio.shield(asyncio.create_task(ask()))
        except asyncio.CancelledError:
            dropped = True
            raise

    async def _answer(self, request: Sequence[object]) -> str:
        if self._asked >= _MESSAGES:
            await self.end()
        if self._process is None:
            self._asked = 0
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", __name__, *self._arguments,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST, env={**_GIVEN_BACK, **os.environ, VARIABLE: chosen()},
            )  # fmt: skip
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked += len(request)
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
            answer = await process.stdout.readline()
        except (ConnectionError, OSError):
            answer = b""
        if not answer:
            await self.end()
        return answer.decode().strip()

    async def warm(self) -> None:
        """Start the process, and load what every message needs."""
        await self._ask(["warm"])

    async def forget(self) -> None:
        """Read every file again."""
        if self._process is not None:
            await self._ask([])

    async def keep(self) -> None:
        """Write the verdicts to the cache on disk, and give back the dictionaries."""
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
            settle(_YOUNG)
        request = json.loads(line)
        if request == ["keep"]:
            session.known.keep()
            close_dictionaries()
            answer = "kept"
        elif request == ["warm"]:
            inspect(Message("", html="<p>Thank you.</p>", text="Thank you.", subject="Thank you", language="en"), used)
            answer = "warm"
        elif not request:
            session.forget()
            answer = "forgotten"
        elif isinstance(request[0], list):
            answer = json.dumps([session.judged(Choice(*names)) for names in request])
        else:
            answer = _decided(session, Choice(*request[:4]), request[4])
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
