"""A simulated SMTP server (RFC 5321, 1870, 2920, 3030): strict about the order of commands, and in whatever mood the seed says.

It shares nothing with Franking but the network. Every reply has a tag of its own, so that the account can tell which reply a row
of the ledger repeats.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.simulation.network import Line
from tests.simulation.weather import FAULTS, LATER, NEVER, NOBODY, OUR_MAKING, Log, Reply, Weather
from tests.simulation.world import Violation, World


class Session:
    """The server's end of one connection."""

    def __init__(self, world: World, line: Line, weather: Weather, log: Log, take: Callable[[str, int, bytes], None]) -> None:
        self.world = world
        self.line = line
        self.weather = weather
        self._log = log
        self._take = take
        self._buffer = b""
        self._sent = 0
        self._given: list[Reply] = []
        self._busy = False
        self._gone = False
        self._sender: str | None = None
        self._recipient: str | None = None
        self._body = False  # whether a body is due
        self._chunk: int | None = None  # octets of the chunk under way
        self._last = 0.0
        self._well = not weather.forgetful  # whether the client has had no reason to hang up without a word
        line.peer = self
        line.on_heard = self._hear
        self._answer("greeting", "220 mx.example ESMTP", None)

    def received(self, data: bytes) -> None:
        """Octets of the client."""
        self._buffer += data
        self._last = self.world.elapsed
        self._go_on()

    def closed(self) -> None:
        """The client is gone."""
        self._gone = True
        line = self.line
        stood = line.process.facts.get("frozen")  # past its own time limits
        if (
            self._well
            and not line.broken
            and not line.process.killed
            and not stood
            and not any(b"QUIT\r\n" in w for w in line.written[-3:])
        ):
            raise Violation(f"line {line.number}: the client hangs up on a server that did nothing wrong")

    def _hear(self) -> None:
        for reply in self._given:
            if not reply.heard and 0 <= reply.end <= self.line.heard:
                reply.heard = True

    # -- commands --------------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        while not self._busy and not self._gone and not self.line.broken:
            if self._chunk is not None:
                if len(self._buffer) < self._chunk:
                    return
                body, self._buffer = self._buffer[: self._chunk], self._buffer[self._chunk :]
                self._chunk = None
                self._end_of_body(body, chunked=True)
            elif self._body:
                if self._buffer[:3] == b".\r\n":
                    body, self._buffer = b"", self._buffer[3:]
                else:
                    body, dot, rest = self._buffer.partition(b"\r\n.\r\n")
                    if not dot:
                        if len(self._buffer) > 70_000 and self.world.dice.random() < self.weather.trouble / 4:
                            self._well = False
                            self._answer("BODY", "552 5.3.4", self._order)
                            self._hang_up()
                        return
                    body, self._buffer = body + b"\r\n", rest
                self._body = False
                self._end_of_body(re.sub(rb"(?m)^\.", b"", body), chunked=False)
            else:
                line, end, rest = self._buffer.partition(b"\r\n")
                if not end:
                    return
                self._buffer = rest
                self._command(line.decode("latin-1"))

    @property
    def _order(self) -> int | None:
        return order_of(self._recipient or "")

    def _command(self, line: str) -> None:
        verb = line[:4].upper()
        if verb == "EHLO":
            w = self.weather
            offers = [("PIPELINING", w.pipelining), ("CHUNKING", w.chunking), ("8BITMIME", w.eight_bit),
                      (f"SIZE {w.size}", bool(w.size))]  # fmt: skip
            lines = ["mx.example", *(name for name, has in offers if has)]
            self._answer("EHLO", "250", None, extra=lines)
        elif verb == "HELO":
            self._answer("EHLO", "250", None)
        elif verb == "QUIT":
            self._answer("QUIT", "221 2.0.0", None)
            self._hang_up()
        elif verb == "RSET":
            if not self.weather.forgetful:
                self._sender = self._recipient = None
            self._answer("RSET", "250 2.0.0", None)
        elif verb == "MAIL":
            self._mail(line)
        elif verb == "RCPT":
            self._rcpt(line)
        elif verb == "DATA":
            if self._recipient is None:
                self._answer("DATA", "503 5.5.1" if self._sender is None else "554 5.5.1", None)
            elif self._answer("DATA", "354", self._order):
                self._body = True
        elif verb == "BDAT":
            self._chunk = int(line.split()[1])
        else:
            self._answer("?", "500 5.5.2", None)

    def _mail(self, line: str) -> None:
        # Whom it is about the server cannot know yet; the account can, from what the client sends next.
        order = order_of(self._buffer[:200].decode("latin-1")) if self.weather.pipelining else None
        if self._sender is not None:
            if not self.weather.forgetful:
                raise Violation(f"line {self.line.number}: MAIL inside a transaction, without RSET")
            self._answer("MAIL", "503 5.5.1", order)
        elif self._answer("MAIL", "250 2.1.0", order):
            self._sender = line

    def _rcpt(self, line: str) -> None:
        order = order_of(line)
        if self._sender is None:
            self._answer("RCPT", "503 5.5.1", order)
        elif self._answer("RCPT", "250 2.1.5", order):
            self._recipient = line

    def _end_of_body(self, body: bytes, *, chunked: bool) -> None:
        recipient, order = self._recipient, self._order
        self._sender = self._recipient = None
        if recipient is None:
            self._answer("BODY", "503 5.5.1" if chunked else "554 5.5.1", None)
            return
        assert order is not None
        self._answer("BODY", "250 2.0.0", order, taking=lambda: self._take(str(self.line.number), order, body))

    # -- replies ---------------------------------------------------------------------------------------------------------

    def _answer(
        self, command: str, usual: str, order: int | None, *, extra: list[str] | None = None,
        taking: Callable[[], None] = lambda: None,
    ) -> bool:  # fmt: skip
        """Answer in the usual way, or as the seed has it; whether the usual way was taken."""
        dice, weather = self.world.dice, self.weather
        fault = dice.choice(FAULTS) if dice.random() < weather.trouble and command != "QUIT" else ""
        if weather.stopping and command in ("MAIL", "RCPT", "DATA", "BODY") and dice.random() < weather.stopping:
            fault = "nobody"
        refused = fault in ("later", "never") and command in ("MAIL", "RCPT", "DATA", "BODY")
        self._well = self._well and (fault == "" or refused) and command != "idle"
        delay = dice.choice((0.0, 0.001, 0.02))
        text, positive = usual, usual[0] in "23"
        # Elsewhere nobody can tell the second from the answer to what was pipelined behind.
        if fault == "twice" and command != ("RCPT" if weather.pipelining and weather.chunking else "DATA"):
            fault = ""
        if fault == "cut before":
            self.line.cut()
            return False
        if fault == "very slow":
            delay = dice.uniform(100, 900)
        elif fault == "slow":
            delay = dice.uniform(1, 100)
        elif not positive or (command in ("greeting", "EHLO") and fault == "never"):
            fault = fault if fault in ("cut after", "half", "hang up after") else ""
        elif fault == "later":
            text = dice.choice(LATER)
        elif fault == "never":
            text = dice.choice(NEVER.get(command, NEVER["DATA"]))
        elif fault == "421":
            text = "421 4.3.2"
        elif fault == "our making":
            text = dice.choice(OUR_MAKING)
        elif fault == "nobody":
            text = dice.choice(NOBODY)
        elif fault == "class":
            text = "250 2.0.0" if command == "DATA" else "354"
        took = usual[0] == "2" and (text is usual or (fault == "class" and dice.random() < 0.5))
        if fault in ("garbage", "codes"):
            took = dice.random() < 0.5
        if took:
            taking()
        self._say(command, text, order, fault, delay, extra)
        if fault in ("421", "hang up after") and not self._gone:
            self._hang_up()
        return text is usual and fault not in ("garbage", "codes")

    def _say(self, command: str, text: str, order: int | None, fault: str, delay: float, extra: list[str] | None) -> None:
        tag = f"r{len(self._log.replies) + 1}x"
        reply = Reply(tag, command, int(text[:3]), order, self.line.number)
        self._log.replies[tag] = reply
        self._given.append(reply)
        told = f"{text} {tag} as the server says"
        if extra is not None:
            data = "".join(f"250-{line}\r\n" for line in extra) + f"{told}\r\n"
        elif self.world.dice.random() < 0.1:
            data = f"{text[:3]}-{text[4:]} {tag} first\r\n{text[:3]} and last\r\n"
        else:
            data = f"{told}\r\n"
        if fault == "garbage":
            data = f"what? {tag}\r\n"
        elif fault == "codes":
            data = f"250-{tag}\r\n451 {tag}\r\n"
        reply.plain = fault not in ("garbage", "codes", "class")
        octets = data.encode() * (2 if fault == "twice" else 1)
        about = f" for {order}" if order is not None else ""
        self.world.tell(f"line {self.line.number}: {command}{about}: {text} {tag}{f' ({fault})' if fault else ''}")
        if fault == "half":
            octets = octets[: self.world.dice.randrange(len(octets))]
        elif fault != "cut after":
            self._sent += len(octets)
            reply.end = self._sent
        self._busy = True

        def speak() -> None:
            self._busy = False
            if self.line.broken:
                return
            if fault == "cut after":
                self.line.cut()
                return
            self.line.down(octets, whole=fault == "twice")
            if fault == "half":
                self._gone = True
                self.world.after(self.line.lag * 2, self.line.cut)
            if self._closing:
                self.line.hang_up()
                self._gone = True
            if self.weather.idle:
                self.world.after(self.weather.idle, self._close_if_idle)
            self._go_on()

        self.world.after(delay, speak)

    _closing = False

    def _hang_up(self) -> None:
        if self._busy:
            self._closing = True
        else:
            self.line.hang_up()
            self._gone = True

    def _close_if_idle(self) -> None:
        if not self._gone and not self._busy and self.world.elapsed - self._last >= self.weather.idle:
            self._answer("idle", "421 4.4.2", None)
            self._hang_up()


def order_of(text: str) -> int | None:
    """The number of the order whose buyer's address a text names."""
    match = re.search(r"<b(\d+)@", text)
    return int(match[1]) if match is not None else None
