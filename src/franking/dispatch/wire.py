"""Reads SMTP replies (RFC 5321, section 4.2) from a transport that aiosmtplib opened, secured and authenticated.

aiosmtplib waits for one reply at a time. Pipelined commands need all replies in order, so this protocol takes over the
transport after authentication.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\n]*?))?\r?\Z")
_LONGEST = 65536  # octets of one line; RFC 5321 requires 512
_MOST_LINES = 1000  # octets of one reply


class Lost(Exception):
    """The connection is lost, or the server does not speak SMTP. The text contains no addresses."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete reply; the lines of a multiline reply are joined by spaces. The text is unchanged, with octets that are no
    UTF-8 as surrogates; ``redacted`` makes it displayable."""

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

    # -- called by the event loop ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Split the stream into lines, and the lines into replies."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            match = _LINE.match(line)
            if match is None:
                self._break("the server's answer is no SMTP reply")
                return
            code, text = int(match[1]), (match[3] or b"").decode("utf-8", "surrogateescape")
            if self._lines and self._lines[-1][0] != code:  # section 4.2.1: all lines have the same code
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
        """The server closes the connection; close it too."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Wake all waiting tasks."""
        self._problem = self._problem or (type(error).__name__ if error is not None else "the server closed the connection")
        self._wake()

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._writable = False

    def resume_writing(self) -> None:
        """The transport's buffer has room."""
        self._writable = True
        self._wake()

    # -- called by the session ------------------------------------------------------------------------------------

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
        """Wait until the transport accepts more bytes. Raises ``Lost`` if it does not within ``timeout`` seconds."""
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
        """Whether there is an unread reply. If none is expected, the server is about to close or out of step."""
        return bool(self._replies)

    def _break(self, why: str) -> None:
        self._problem = self._problem or why
        self._transport.abort()
        self._wake()

    def close(self) -> None:
        """Close the connection without QUIT."""
        self._transport.close()
