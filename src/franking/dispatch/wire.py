"""SMTP replies off a transport that aiosmtplib opened, secured and authenticated (RFC 5321, section 4.2).

aiosmtplib holds one waiter for one reply; pipelined commands need all replies, in order, so this protocol takes the
transport over once the session stands.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\n]*?))?\r?\Z")
_LONGEST = 65536  # octets of one line; RFC 5321 wants 512
_MOST_LINES = 1000  # of one reply


class Lost(Exception):
    """The connection is gone, or what the server says is no SMTP. The text holds no addresses."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; lines of a multiline one joined by spaces. The text is as the server sent it, octets that are no UTF-8
    as surrogates: ``redacted`` makes it fit to be shown."""

    code: int
    text: str


class Wire(asyncio.Protocol):
    """The client's end of an SMTP session in progress."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._rest = b""  # an unfinished line
        self._lines: list[tuple[int, str]] = []  # of an unfinished reply
        self._replies: deque[Reply] = deque()
        self._problem: str | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._writable = True
        transport.set_protocol(self)

    # -- what the event loop calls ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Cut the stream into lines and the lines into replies."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            match = _LINE.match(line)
            if match is None:
                self._break("the server's answer is no SMTP reply")
                return
            code, text = int(match[1]), (match[3] or b"").decode("utf-8", "surrogateescape")
            if self._lines and self._lines[-1][0] != code:  # section 4.2.1: the code in all lines is the same
                self._break("the server's answer has several codes")
                return
            if match[2] == b"-":
                self._lines.append((code, text))
            elif self._lines:
                self._replies.append(Reply(code, " ".join([*(t for _, t in self._lines), text])))
                self._lines = []
            else:
                self._replies.append(Reply(code, text))
        if self._replies:
            self._wake()
        if len(self._rest) > _LONGEST or len(self._lines) > _MOST_LINES:
            self._break("the server's answer does not end")

    def eof_received(self) -> bool:
        """The server closes; so do we."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Wake whoever waits."""
        self._problem = self._problem or (type(error).__name__ if error is not None else "the server closed the connection")
        self._wake()

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._writable = False

    def resume_writing(self) -> None:
        """The transport's buffer has room."""
        self._writable = True
        self._wake()

    # -- what the session calls ------------------------------------------------------------------------------------

    async def reply(self, timeout: float) -> Reply:
        """The next reply. Raises ``Lost`` if there will be none, or none within ``timeout`` seconds."""
        while not self._replies:
            if self._problem is not None:
                raise Lost(self._problem)
            await self._wait(timeout, "no answer within")
        return self._replies.popleft()

    def write(self, data: bytes) -> None:
        """Queue bytes for sending."""
        if self._problem is None:
            self._transport.write(data)

    async def flush(self, timeout: float) -> None:
        """Wait until the transport takes more. Raises ``Lost`` if it does not within ``timeout`` seconds."""
        while not self._writable and self._problem is None:
            await self._wait(timeout, "the server took no data for")
        if self._problem is not None:
            raise Lost(self._problem)

    async def _wait(self, timeout: float, problem: str) -> None:
        self._waiting = self._loop.create_future()
        clock = self._loop.call_later(timeout, self._break, f"{problem} {timeout:g} s")
        try:
            await self._waiting
        finally:
            clock.cancel()
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    @property
    def open(self) -> bool:
        """Whether another transaction can begin."""
        return self._problem is None and not self._transport.is_closing()

    @property
    def unread(self) -> bool:
        """Whether there is a reply that nobody has read: if none is due, the server is about to close, or out of step."""
        return bool(self._replies)

    def _break(self, why: str) -> None:
        self._problem = self._problem or why
        self._transport.abort()
        self._wake()

    def close(self) -> None:
        """Close without a word."""
        self._transport.close()
