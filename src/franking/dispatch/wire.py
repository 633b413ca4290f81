"""SMTP replies off a transport that aiosmtplib opened, secured and authenticated (RFC 5321, section 4.2).

aiosmtplib holds one waiter for one reply; pipelined commands need all replies, in order, so this protocol takes the
transport over once the session stands.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?\Z", re.DOTALL)
_LONGEST = 65536  # octets of one reply; RFC 5321 wants 512 a line, and servers keep far below


class Lost(Exception):
    """The connection is gone, or what the server says is no SMTP. The text holds no addresses."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; lines of a multiline one joined by spaces."""

    code: int
    text: str


class Wire(asyncio.Protocol):
    """The client's end of an SMTP session in progress."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._buffer = bytearray()
        self._lines: list[tuple[int, str]] = []
        self._replies: deque[Reply] = deque()
        self._problem: str | None = None
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        transport.set_protocol(self)

    # -- what the event loop calls ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Cut the stream into lines and the lines into replies."""
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).rstrip(b"\r")
            del self._buffer[: end + 1]
            match = _LINE.match(line)
            if match is None:
                self._break("the server's answer is no SMTP reply")
                return
            self._lines.append((int(match[1]), (match[3] or b"").decode("utf-8", "replace")))
            if match[2] != b"-":
                code = self._lines[-1][0]
                self._replies.append(Reply(code, " ".join(text for _, text in self._lines)))
                self._lines = []
                self._news.set()
        if len(self._buffer) + sum(len(text) for _, text in self._lines) > _LONGEST:
            self._break("the server's answer does not end")

    def eof_received(self) -> bool:
        """The server closes; so do we."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Wake whoever waits."""
        self._problem = self._problem or (type(error).__name__ if error is not None else "the server closed the connection")
        self._news.set()
        self._writable.set()

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The transport's buffer has room."""
        self._writable.set()

    # -- what the session calls ------------------------------------------------------------------------------------

    async def reply(self, timeout: float) -> Reply:
        """The next reply. Raises ``Lost`` where there will be none, or none within ``timeout`` seconds."""
        while not self._replies:
            if self._problem is not None:
                raise Lost(self._problem)
            self._news.clear()
            try:
                async with asyncio.timeout(timeout):
                    await self._news.wait()
            except TimeoutError:
                self._break(f"no answer within {timeout:g} s")
        return self._replies.popleft()

    def write(self, data: bytes) -> None:
        """Queue bytes for sending."""
        if self._problem is None:
            self._transport.write(data)

    async def flush(self, timeout: float) -> None:
        """Wait until the transport takes more. Raises ``Lost`` where it does not within ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._writable.wait()
        except TimeoutError:
            self._break(f"the server took no data for {timeout:g} s")
        if self._problem is not None:
            raise Lost(self._problem)

    @property
    def open(self) -> bool:
        """Whether another transaction can begin."""
        return self._problem is None and not self._transport.is_closing()

    @property
    def unread(self) -> bool:
        """Whether the server said something that nobody asked for: it is about to close, or out of step."""
        return bool(self._replies)

    def _break(self, why: str) -> None:
        self._problem = self._problem or why
        self._transport.abort()
        self._news.set()
        self._writable.set()

    def close(self) -> None:
        """Close without a word."""
        self._transport.close()
