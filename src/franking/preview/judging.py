"""Verdicts in a process of its own, so that the message on the page never waits for those that nobody looks at.

``python -m franking.preview.judging TEMPLATES THEMES POLICY INLINER`` reads a choice per line, as JSON, and writes its verdict;
an empty list reads the designers' folders again. It ends with its input, so it does not outlive whoever asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.studio import Choice, Studio

_MEMORY = 2 << 30  # bytes of addresses that the process may use, where the system can hold it to that
_MESSAGES = 2000  # after which it is started anew


class Judge:
    """One process that judges a message at a time; started when first asked, and again when it ended."""

    def __init__(self, studio: Studio) -> None:
        catalog = studio.catalog
        self._arguments = [str(catalog.templates), str(catalog.themes), studio.policy.called, studio.inliner]
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

    async def _ask(self, choice: list[str]) -> str:
        if self._asked >= _MESSAGES:
            await self.end()
        if self._process is None:
            self._asked = 0
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", __name__, *self._arguments,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
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


def _hold_back() -> None:
    """Leave the machine to the page: a low priority and little memory, where the system offers that. An interrupt from the
    keyboard is for the preview, which then ends this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main(templates: str, themes: str, policy: str, inliner: str) -> None:
    """Answer line by line until the input ends."""
    _hold_back()
    studio = Studio(
        Catalog(Path(templates), Path(themes)), load(policy), "premailer" if inliner == "premailer" else "css-inline"
    )
    for line in sys.stdin:
        choice = json.loads(line)
        if choice:
            answer = studio.verdict(Choice(*choice))
        else:
            studio.forget()
            answer = "forgotten"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
