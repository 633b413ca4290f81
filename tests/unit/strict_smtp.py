"""An SMTP server for tests, written from RFC 5321, 2920, 3030 and 1870: a strict state machine that does what a script says.

It answers 503 to MAIL inside an open transaction, to RCPT without MAIL and to DATA or BDAT without RCPT, as servers in the
field do; it notes what it heard, in order, and whose messages it took.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

_ADDRESS = re.compile(rb"<([^>]*)>")


@dataclass
class Fault:
    """What happens instead of the usual answer. ``nth`` occurrence of the command over all sessions, from 1; 0: each one.

    ``says`` is a reply, its lines parted by ``|``, or an act: ``hangs up`` (before it answers), ``hangs up first`` (before it
    reads the command), ``half a reply``, ``says nothing``; where a body ends also ``takes it, hangs up`` and ``takes it, half
    a reply``.
    """

    at: str
    says: str
    nth: int = 2


class HungUp(Exception):
    """This server has closed the connection."""


@dataclass
class Session:
    """One connection's state."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeted: bool = False
    sender: bytes | None = None
    recipients: list[bytes] = field(default_factory=list)


class StrictServer:
    """``heard`` are (session, command) in order, ``taken`` the recipients of taken messages, ``struck`` the place in
    ``heard`` of the first fault, ``nested`` how often MAIL came inside an open transaction."""

    def __init__(
        self, extensions: tuple[str, ...], faults: list[Fault], *, keeps_open: bool = False, silence: float = 2.0
    ) -> None:
        self.extensions = extensions
        self.faults = faults
        self.keeps_open = keeps_open  # whether a transaction outlives a refused body (RFC 3030 leaves it indeterminate)
        self.silence = silence  # seconds of it
        self.heard: list[tuple[int, str]] = []
        self.taken: list[str] = []
        self.struck: int | None = None
        self.nested = 0
        self.sessions = 0
        self.bare_endings = 0  # bodies that ended by the lone dot of RFC 2920, section 3.1
        self._counts: dict[str, int] = {}
        self.writers: list[asyncio.StreamWriter] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        self.writers.append(writer)
        session = Session(self.sessions, reader, writer)
        try:
            await self._answer(session, "GREETING", "220 strict ESMTP")
            await self._serve(session)
        except (HungUp, ConnectionError, asyncio.IncompleteReadError):
            writer.transport.abort()

    def follows(self) -> str:
        """What followed the first fault before the next MAIL: ``nothing``, ``rset``, ``new connection`` or ``end``."""
        assert self.struck is not None, "the fault did not come about"
        session = self.heard[self.struck][0] if self.heard else 0
        reset = False
        for number, command in self.heard[self.struck + 1 :]:
            if number != session:
                return "new connection"
            reset = reset or command == "RSET"
            if command == "MAIL":
                return "rset" if reset else "nothing"
        return "end"

    # -- the script -------------------------------------------------------------------------------------------------

    def _fault(self, command: str) -> str | None:
        """What the script says now, and count."""
        self._counts[command] = self._counts.get(command, 0) + 1
        for fault in self.faults:
            if fault.at == command and fault.nth in (0, self._counts[command]) and fault.says != "hangs up first":
                if self.struck is None:
                    self.struck = max(0, len(self.heard) - 1)
                return fault.says
        return None

    def _closes_before(self, command: str) -> bool:
        for fault in self.faults:
            if fault.at == command and fault.says == "hangs up first" and fault.nth == self._counts.get(command, 0) + 1:
                self.faults.remove(fault)
                self.struck = len(self.heard) - 1
                return True
        return False

    async def _say(self, session: Session, reply: str) -> None:
        lines = reply.split("|")
        session.writer.write("".join(f"{line}\r\n" for line in lines).encode("latin-1"))
        await session.writer.drain()

    async def _answer(self, session: Session, command: str, usual: str) -> bool:
        """Answer as usual, or as the script says; whether that was a yes."""
        told = self._fault(command)
        await (self._say(session, usual) if told is None else self._do(session, told))
        return told is None or (command != "DATA" and all(re.match(r"2\d\d(?![?\d])", line) for line in told.split("|")))

    async def _do(self, session: Session, told: str) -> None:
        if told == "hangs up":
            raise HungUp
        if told == "half a reply":
            session.writer.write(b"250-half")
            await session.writer.drain()
            session.writer.close()
            raise HungUp
        if told == "says nothing":  # and reads nothing
            await asyncio.sleep(self.silence)
            raise HungUp
        await self._say(session, told)
        if told.startswith("421"):
            session.writer.close()
            await asyncio.sleep(0.02)
            raise HungUp

    # -- the state machine (RFC 5321, section 4.1.4) ------------------------------------------------------------------

    async def _serve(self, session: Session) -> None:
        while line := await session.reader.readline():
            verb = line.split(None, 1)[0].decode("ascii", "replace").upper() if line.strip() else ""
            self.heard.append((session.number, verb))
            if verb in ("EHLO", "HELO"):
                lines = ["localhost", *(self.extensions if verb == "EHLO" else ())]
                usual = "|".join(f"250{' ' if i == len(lines) - 1 else '-'}{text}" for i, text in enumerate(lines))
                session.greeted = await self._answer(session, verb, usual) or session.greeted
                session.sender, session.recipients = None, []
            elif verb == "STARTTLS":
                await self._answer(session, verb, "220 go ahead")
            elif verb == "AUTH":
                await self._answer(session, verb, "235 2.7.0 welcome")
            elif verb == "MAIL":
                await self._mail(session, line)
            elif verb == "RCPT":
                if session.sender is None:
                    await self._say(session, "503 5.5.1 MAIL first")
                elif await self._answer(session, verb, "250 2.1.5 recipient ok"):
                    session.recipients.append(_ADDRESS.findall(line)[0])
                await self._maybe_close(session, "DATA")
            elif verb == "DATA":
                await self._data(session)
            elif verb == "BDAT":
                await self._chunk(session, int(line.split()[1]))
            elif verb == "RSET":
                if await self._answer(session, verb, "250 2.0.0 forgotten"):
                    session.sender, session.recipients = None, []
            elif verb == "QUIT":
                await self._answer(session, verb, "221 bye")
                return
            else:
                await self._say(session, "500 5.5.2 what?")

    async def _mail(self, session: Session, line: bytes) -> None:
        if session.sender is not None:
            self.nested += 1
            await self._say(session, "503 5.5.1 nested MAIL command")
        elif await self._answer(session, "MAIL", "250 2.1.0 sender ok"):
            session.sender = _ADDRESS.findall(line)[0]
        await self._maybe_close(session, "RCPT")

    async def _data(self, session: Session) -> None:
        if not session.recipients:
            await self._say(session, "503 5.5.1 RCPT first" if session.sender is None else "554 5.5.1 no valid recipients")
            return
        if not await self._answer(session, "DATA", "354 end with a dot"):
            return  # the transaction stays open
        told = self._fault("BODY")
        if told is not None:
            await session.reader.readexactly(10)
            await self._do(session, told)
        lines = 0
        while (part := await session.reader.readline()) != b".\r\n":
            if not part:
                raise HungUp
            lines += 1
        self.bare_endings += not lines
        if told is None:
            await self._end(session)
        else:  # it has had its answer
            session.sender, session.recipients = None, []

    async def _chunk(self, session: Session, size: int) -> None:
        if not session.recipients:
            await session.reader.readexactly(size)
            await self._say(session, "503 5.5.1 RCPT first")
            return
        told = self._fault("BODY")
        if told is not None:
            await session.reader.readexactly(10)
            await self._do(session, told)
            await session.reader.readexactly(size - 10)
            session.sender, session.recipients = None, []
            return
        await session.reader.readexactly(size)
        await self._end(session)

    async def _end(self, session: Session) -> None:
        recipient = session.recipients[0].decode()
        told = self._fault("END")
        if told is None or told.startswith(("2", "takes it")):
            self.taken.append(recipient)
        if told is None:
            await self._say(session, "250 2.0.0 taken")
        else:
            await self._do(session, told.removeprefix("takes it, "))
        if told is None or not self.keeps_open:
            session.sender, session.recipients = None, []
        await self._maybe_close(session, "MAIL")

    async def _maybe_close(self, session: Session, command: str) -> None:
        if self._closes_before(command):
            session.writer.close()
            raise HungUp
