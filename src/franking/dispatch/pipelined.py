"""SMTP transactions on one connection: pipelined if the server offers it (RFC 2920), else one command at a time.
``decisions`` decides the meaning of replies for both.

With pipelining, the next envelope is sent directly after the final dot. Only one body is in transit at a time, so a lost
connection leaves at most one message ambiguous. With CHUNKING (RFC 3030) the body follows its envelope as one BDAT chunk,
which saves the wait for 354.

A transaction that ends without success may still be open at the server (RFC 5321, section 4.1.4: MAIL inside one is
answered by 503): RSET is sent before the next MAIL, or the connection is closed. After a refused body the next envelope may
be in transit already. The end of a body ends the transaction (section 4.1.1.4); a server that disagrees replies 503, which
costs a connection but no message.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

from franking.dispatch.decisions import Command, Decision, Then, decide
from franking.dispatch.wire import Lost, Wire
from franking.errors import ConnectionBroken, SenderRefused
from franking.model import Envelope, Outcome, State

_IDLE = "the server closed the idle connection"
_WHOLE = 65536  # octets: bodies up to this size are written together with their end


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait in each phase (RFC 5321, section 4.5.3.2)."""

    envelope: float = 300.0  # MAIL, RCPT and RSET
    data: float = 120.0  # until 354
    block: float = 180.0  # for the server to read more of a body
    final: float = 600.0  # after the final dot

    def at_most(self, seconds: float) -> Timeouts:
        """The timeouts, each limited to that many seconds."""
        return Timeouts(*(min(seconds, getattr(self, f.name)) for f in fields(self)))


class Source(Protocol):
    """The source of a connection's messages, and the receiver of their outcomes."""

    async def take(self) -> Envelope | None:
        """Wait until the next message may be sent; None if there is no more."""
        ...

    def take_now(self) -> Envelope | None:
        """The next message if it may be sent now, else None."""
        ...

    def done(self, envelope: Envelope, outcome: Outcome) -> None:
        """Record the outcome of an attempt."""
        ...

    def give_back(self, envelope: Envelope, why: str, *, unsent: bool = False) -> None:
        """Return a message that the server did not take; another connection may send it. ``why`` contains no addresses; of
        an ``unsent`` one nothing was written."""
        ...


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the server advertised."""

    pipelining: bool = False
    chunking: bool = False
    eight_bit: bool = False
    size: int = 0  # octets, 0 for no limit


class Session:
    """One SMTP session that delivers messages one after the other."""

    def __init__(self, wire: Wire, abilities: Abilities, timeouts: Timeouts) -> None:
        self._wire = wire
        self.abilities = abilities
        # Without pipelining DATA is used: BDAT would save only one of four round trips.
        self._chunking = abilities.chunking and abilities.pipelining
        steps = ((Command.MAIL, timeouts.envelope), (Command.RCPT, timeouts.envelope), (Command.DATA, timeouts.data))
        self._steps = steps[:2] if self._chunking else steps
        self._timeouts = timeouts
        self._unfinished = False  # the server may have an open transaction
        self._current: Envelope | None = None
        self._following: Envelope | None = None  # its envelope has been sent
        self._complete = False  # the last octets of the current message have been sent: the server may accept it

    @property
    def alive(self) -> bool:
        """Whether another transaction can begin: the server has neither closed nor sent an unexpected reply."""
        return self._wire.open and not self._wire.unread

    async def work(self, source: Source) -> None:
        """Deliver until the source has no more messages. Raises ``ConnectionBroken`` if the connection cannot be used
        again, ``SenderRefused`` if the server accepts no message from this sender. Current messages are settled or
        returned, also on cancellation."""
        try:
            while (envelope := await self._begin(source)) is not None:
                if await self._offer(source, envelope):
                    await self._deliver(source, envelope)
        except Lost as problem:
            self._let_go(source, str(problem))
            raise ConnectionBroken(str(problem)) from None
        except BaseException as problem:
            if isinstance(problem, ConnectionBroken | SenderRefused) and self._current is None:
                raise  # another channel's, between two transactions: this connection ends with QUIT
            self._let_go(source, str(problem) if isinstance(problem, SenderRefused) else "interrupted")
            raise

    # -- the steps of a transaction --------------------------------------------------------------------------------------

    async def _begin(self, source: Source) -> Envelope | None:
        """The next message, after RSET if the last transaction failed. With pipelining, its envelope has been sent already."""
        if self._following is not None:
            self._current, self._following = self._following, None
            return self._current
        while (envelope := await source.take()) is not None:
            impossible = self._impossible(envelope)
            if impossible is None:
                break
            source.done(envelope, impossible)
        if envelope is None:
            return None
        if not self.alive:
            source.give_back(envelope, _IDLE, unsent=True)
            raise Lost(_IDLE)
        self._current = envelope
        if self.abilities.pipelining:
            self._wire.write((b"RSET\r\n" if self._unfinished else b"") + self._commands(envelope))
        elif self._unfinished:
            self._wire.write(b"RSET\r\n")
        if self._unfinished:
            self._or_leave(decide(Command.RSET, await self._wire.reply(self._timeouts.envelope)))
            self._unfinished = False
        return envelope

    async def _offer(self, source: Source, envelope: Envelope) -> bool:
        """Send MAIL, RCPT and, without chunking, DATA. Returns whether the body may follow; if not, the message is settled."""
        pipelining = self.abilities.pipelining
        one_by_one = [] if pipelining else self._commands(envelope).splitlines(keepends=True)
        for place, (command, patience) in enumerate(self._steps):
            if not pipelining:
                self._wire.write(one_by_one[place])
            decision = decide(command, await self._wire.reply(patience), envelope.sender, envelope.recipient)
            if decision.then is Then.GO_ON:
                continue
            self._or_leave(decision)
            self._settle(source, envelope, decision)
            self._unfinished = True
            if pipelining:
                await self._skip(self._steps[place + 1 :])
            return False
        if self._wire.unread:
            raise Lost("the server sent a reply without a command")
        return True

    async def _skip(self, rest: tuple[tuple[Command, float], ...]) -> None:
        """Read the replies to the commands that were pipelined after a refused one."""
        accepted = False
        for command, patience in rest:
            reply = await self._wire.reply(patience)
            if reply.code == 421:
                raise Lost(decide(command, reply).detail)
            if command is Command.RCPT:
                accepted = reply.code // 100 == 2
            elif reply.code // 100 == 3 and accepted:
                # Out of step: the server refused the sender and would deliver anyway. Closing the connection delivers nothing.
                raise Lost("the server asks for the body of a message whose sender it refused")
            elif reply.code // 100 == 3:
                # The server expects a body although it accepted no recipient: send an empty one and ignore the reply (RFC 2920,
                # section 3.1).
                self._wire.write(b".\r\n")
                await self._wire.reply(self._timeouts.final)

    async def _deliver(self, source: Source, envelope: Envelope) -> None:
        """Send the body and, with pipelining, the next envelope; then settle the message."""
        body, end = self._encoded(envelope.content)
        if len(body) > _WHOLE:
            # Before its end is sent, the server cannot have accepted the message.
            self._wire.write(body)
            body = b""
            await self._taken(source, envelope)
        commands = b""
        if self.abilities.pipelining:
            self._following = self._next(source)
            if self._following is not None:
                commands = self._commands(self._following)
        if not self._wire.open:
            raise Lost("the server closed the connection before the end of the body")
        self._complete = True
        self._wire.write(body + end + commands)
        try:
            await self._wire.flush(self._timeouts.block)
        except Lost:
            if not self._wire.unread:
                raise
        final = await self._wire.reply(self._timeouts.final)
        decision = decide(Command.BODY, final, envelope.sender, envelope.recipient)
        if decision.then is Then.STOP:
            self._complete = False  # the server refused it
        self._or_leave(decision)
        self._settle(source, envelope, decision)
        if decision.then is Then.SETTLE_AND_CLOSE:
            raise Lost(decision.detail)
        self._unfinished = decision.state is not State.SENT and self._following is None

    async def _taken(self, source: Source, envelope: Envelope) -> None:
        """Wait until the server has read most of a body. A refusal in the middle settles the message."""
        try:
            await self._wire.flush(self._timeouts.block)
        except Lost:
            if not self._wire.unread:
                raise
        if not self._wire.unread:
            return
        decision = decide(Command.BODY, await self._wire.reply(0.0), envelope.sender, envelope.recipient)
        if decision.state in (State.DEFERRED, State.FAILED):
            self._settle(source, envelope, decision)
        else:
            self._or_leave(decision)
        raise Lost(decision.detail)  # the body can only be ended by its end marker

    # -- what becomes of messages --------------------------------------------------------------------------------------

    @staticmethod
    def _or_leave(decision: Decision) -> None:
        """Raise an error if a decision ends the session without an accepted message."""
        if decision.then is Then.STOP:
            raise SenderRefused(f"the server accepts no message from this sender: {decision.detail}")
        if decision.then is Then.GIVE_BACK:
            raise Lost(decision.detail)

    def _settle(self, source: Source, envelope: Envelope, decision: Decision) -> None:
        assert decision.state is not None
        self._current, self._complete = None, False
        source.done(envelope, Outcome(decision.state, decision.detail))

    def _let_go(self, source: Source, why: str) -> None:
        """End the session at once: a message that may have been accepted becomes ambiguous, the others are returned."""
        self._wire.close()
        following, current, complete = self._following, self._current, self._complete
        self._following, self._current, self._complete = None, None, False
        if following is not None:
            source.give_back(following, why)
        if current is not None and complete:
            source.done(current, Outcome(State.AMBIGUOUS, f"reply lost after DATA: {why}"))
        elif current is not None:
            source.give_back(current, why)

    def _next(self, source: Source) -> Envelope | None:
        while (envelope := source.take_now()) is not None:
            impossible = self._impossible(envelope)
            if impossible is None:
                return envelope
            source.done(envelope, impossible)
        return None

    def _impossible(self, envelope: Envelope) -> Outcome | None:
        size = len(envelope.content)
        if self.abilities.size and size > self.abilities.size:
            return Outcome(State.FAILED, f"552 {size} bytes, the server accepts {self.abilities.size}")
        if not self.abilities.eight_bit and not envelope.content.isascii():
            return Outcome(State.FAILED, "the message contains 8-bit text, which the server does not accept (no 8BITMIME)")
        if not (envelope.sender.isascii() and envelope.recipient.isascii()):
            return Outcome(State.FAILED, "an address contains characters outside ASCII, which SMTP does not transport")
        return None

    # -- what is written -----------------------------------------------------------------------------------------------

    def _commands(self, envelope: Envelope) -> bytes:
        options = f" SIZE={len(envelope.content)}" if self.abilities.size else ""  # RFC 1870
        if not envelope.content.isascii():
            options += " BODY=8BITMIME"  # RFC 6152
        commands = f"MAIL FROM:<{envelope.sender}>{options}\r\nRCPT TO:<{envelope.recipient}>\r\n"
        return (commands if self._chunking else f"{commands}DATA\r\n").encode("ascii")

    def _encoded(self, content: bytes) -> tuple[bytes, bytes]:
        """A body as it is sent, and its last octets, without which the server has not received it completely."""
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        if self._chunking:
            chunk = b"BDAT %d LAST\r\n" % len(content) + content
            return (chunk, b"") if len(chunk) <= _WHOLE else (chunk[:-2], chunk[-2:])
        stuffed = content.replace(b"\n.", b"\n..")
        return (b"." + stuffed if stuffed.startswith(b".") else stuffed), b".\r\n"

    async def close(self) -> None:
        """Send QUIT, and wait shortly for the reply."""
        if self._wire.open:
            self._wire.write(b"QUIT\r\n")
            try:
                await self._wire.reply(2.0)
            except Lost:
                return
        self._wire.close()
