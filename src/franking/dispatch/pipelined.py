"""SMTP transactions that waste no round trip (RFC 2920): the next envelope travels behind the final dot.

One message's body is on its way at a time, so a lost connection leaves one message in doubt, whatever the speed. With
CHUNKING (RFC 3030) the body goes as one BDAT chunk behind its envelope, which saves the wait for 354.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

from franking.dispatch.replies import outcome_of, redacted
from franking.dispatch.wire import Lost, Reply, Wire
from franking.errors import ConnectionBroken
from franking.model import Envelope, Outcome, State

_WHOLE = 65536  # bodies up to here leave with their final dot in one write


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait in each phase (RFC 5321, section 4.5.3.2)."""

    envelope: float = 300.0  # MAIL and RCPT
    data: float = 120.0  # until 354
    block: float = 180.0  # for the server to take more of a body
    final: float = 600.0  # behind the final dot

    def at_most(self, seconds: float) -> Timeouts:
        """The same, none longer than that."""
        return Timeouts(*(min(seconds, getattr(self, f.name)) for f in fields(self)))


class Source(Protocol):
    """Where a connection gets its messages and tells what became of them."""

    async def take(self) -> Envelope | None:
        """The next message, when it may leave; None when there is none."""
        ...

    def take_now(self) -> Envelope | None:
        """The next message if it may leave this very moment."""
        ...

    def done(self, envelope: Envelope, outcome: Outcome) -> None:
        """An attempt has ended."""
        ...

    def give_back(self, envelope: Envelope) -> None:
        """No byte of this message's body left: another connection may have it."""
        ...


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the server advertised."""

    chunking: bool = False
    eight_bit: bool = False
    size: int = 0  # octets, 0 where it names no limit


class PipelinedConnection:
    """One session, worked off message by message."""

    def __init__(self, wire: Wire, abilities: Abilities, timeouts: Timeouts) -> None:
        self._wire = wire
        self.abilities = abilities
        self._timeouts = timeouts
        self._refused = False  # whether a refused envelope is still open at the server

    async def work(self, source: Source) -> None:
        """Deliver until the source has nothing more. Raises ``ConnectionBroken`` where the connection is of no more use; what
        it had in hand is settled or given back then."""
        current = await self._begin(source)
        while current is not None:
            refusal = await self._envelope(source, current)
            if refusal is not None:
                source.done(current, refusal)
                self._refused = True
                current = await self._begin(source)
                continue
            following = await self._body(source, current)
            current = following if following is not None else await self._begin(source)

    async def _begin(self, source: Source) -> Envelope | None:
        """Take the next message and send its envelope, behind a RSET where the last one was refused. A message that
        the server cannot take is settled at once."""
        while (envelope := await source.take()) is not None:
            impossible = self._impossible(envelope)
            if impossible is None:
                if not self._wire.open or self._wire.unread:
                    source.give_back(envelope)
                    raise ConnectionBroken("the server closed the idle connection")
                self._wire.write((b"RSET\r\n" if self._refused else b"") + self._commands(envelope))
                if self._refused:
                    self._refused = False
                    await self._reset(source, envelope)
                return envelope
            source.done(envelope, impossible)
        return None

    def _impossible(self, envelope: Envelope) -> Outcome | None:
        size = len(envelope.content)
        if self.abilities.size and size > self.abilities.size:
            return Outcome(State.FAILED, f"552 {size} bytes, the server takes {self.abilities.size}")
        if not self.abilities.eight_bit and not envelope.content.isascii():
            return Outcome(State.FAILED, "the message holds 8-bit text, and the server takes none (no 8BITMIME)")
        return None

    def _commands(self, envelope: Envelope) -> bytes:
        options = f" SIZE={len(envelope.content)}" if self.abilities.size else ""
        if not envelope.content.isascii():
            options += " BODY=8BITMIME"
        commands = f"MAIL FROM:<{envelope.sender}>{options}\r\nRCPT TO:<{envelope.recipient}>\r\n"
        return (commands + ("" if self.abilities.chunking else "DATA\r\n")).encode("ascii")

    async def _envelope(self, source: Source, envelope: Envelope) -> Outcome | None:
        """Read the answers to MAIL, RCPT and DATA: None when the body may follow."""
        times = self._timeouts
        try:
            mail = await self._wire.reply(times.envelope)
            self._give_way(mail)
            recipient = await self._wire.reply(times.envelope)
            self._give_way(recipient)
            data = Reply(354, "") if self.abilities.chunking else await self._wire.reply(times.data)
            self._give_way(data)
        except Lost as problem:
            source.give_back(envelope)
            self._wire.close()
            raise ConnectionBroken(str(problem)) from None
        refused = next((r for r in (mail, recipient) if r.code >= 400), None)
        if refused is None and data.code == 354:
            return None
        if data.code == 354 and recipient.code < 400 and not self.abilities.chunking:
            # Out of step: it refused the sender and would deliver all the same. Hanging up delivers nothing.
            source.done(envelope, outcome_of(refused or data))
            self._wire.close()
            raise ConnectionBroken("the server wants a body for a sender that it refused")
        if data.code == 354 and not self.abilities.chunking:
            # The server wants a body for nobody: an empty one, whose answer says nothing (RFC 2920, section 3.1).
            self._wire.write(b".\r\n")
            try:
                await self._wire.reply(times.final)
            except Lost as problem:
                source.done(envelope, outcome_of(refused or data))
                raise ConnectionBroken(str(problem)) from None
        return outcome_of(refused or data)

    @staticmethod
    def _give_way(reply: Reply) -> None:
        if reply.code == 421:
            raise Lost(f"421 {redacted(reply.text)}")

    async def _body(self, source: Source, envelope: Envelope) -> Envelope | None:
        """Send the body and, behind it, the next envelope; settle the message. The next envelope, if any."""
        body = self._encoded(envelope.content)
        end = b"" if self.abilities.chunking else b".\r\n"
        started = False
        following: Envelope | None = None
        try:
            if len(body) > _WHOLE:
                # While the final dot has not left, the server cannot have taken the message.
                self._wire.write(body)
                await self._wire.flush(self._timeouts.block)
                body = b""
            following = self._following(source)
            started = True
            self._wire.write(body + end + (self._commands(following) if following is not None else b""))
            await self._wire.flush(self._timeouts.block)
            final = await self._wire.reply(self._timeouts.final)
        except Lost as problem:
            self._wire.close()
            if following is not None:
                source.give_back(following)
            if started:
                source.done(envelope, Outcome(State.AMBIGUOUS, f"reply lost after DATA: {problem}"))
            else:
                source.give_back(envelope)
            raise ConnectionBroken(str(problem)) from None
        source.done(envelope, outcome_of(final))
        if final.code == 421:
            if following is not None:
                source.give_back(following)
            self._wire.close()
            raise ConnectionBroken(f"421 {redacted(final.text)}")
        return following

    def _following(self, source: Source) -> Envelope | None:
        while (envelope := source.take_now()) is not None:
            impossible = self._impossible(envelope)
            if impossible is None:
                return envelope
            source.done(envelope, impossible)
        return None

    def _encoded(self, content: bytes) -> bytes:
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        if self.abilities.chunking:
            return b"BDAT %d LAST\r\n" % len(content) + content
        stuffed = content.replace(b"\n.", b"\n..")
        return b"." + stuffed if stuffed.startswith(b".") else stuffed

    async def _reset(self, source: Source, envelope: Envelope) -> None:
        """Read the answer to RSET, which leads the next envelope."""
        try:
            self._give_way(await self._wire.reply(self._timeouts.envelope))
        except Lost as problem:
            source.give_back(envelope)
            self._wire.close()
            raise ConnectionBroken(str(problem)) from None

    async def close(self) -> None:
        """QUIT, and wait a moment for the answer."""
        if self._wire.open:
            self._wire.write(b"QUIT\r\n")
            try:
                await self._wire.reply(2.0)
            except Lost:
                return
        self._wire.close()
