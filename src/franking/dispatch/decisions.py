"""The meaning of a server's reply for the message, the connection and the batch. One table for pipelined and sequential
sessions.

The first digit decides unless the table says otherwise (RFC 5321, section 4.2.1). An enhanced status code (RFC 3463) at the
start of the text counts if its class is the reply's first digit (RFC 2034, section 4); it comes before the bare code.

=========  ==================================================  ===============================================================
command    reply                                               meaning
=========  ==================================================  ===============================================================
MAIL       2yz                                                 go on
RCPT       2yz                                                 go on
DATA       354                                                 go on: the body
body       2yz                                                 the message is **sent**
RSET       2yz                                                 go on
any        421 (RFC 5321, 3.8)                                 the message is given back; new connection. Behind the body:
                                                               **deferred**
any        another class than the command can have (250 to     out of step: the message is given back; new connection. Behind
           DATA, 354 to MAIL), no SMTP, several codes          the body: **ambiguous**
MAIL       4yz                                                 **deferred**; RSET
RCPT       4yz                                                 **deferred**; RSET
DATA       4yz                                                 **deferred**; RSET (the transaction is still open)
body       4yz                                                 **deferred**
any        530 534 535 538 523 525 (RFC 4954, RFC 5248), 521   no message of this sender or client will be taken: the message
           (RFC 7504), X.1.7, X.1.8 (bad sender), X.7.4-14     is given back and the batch stops
           (security of the session), X.7.20-30 (SPF, DKIM,
           reverse DNS …: RFC 7372, RFC 7505), Gmail's X.4.5
           (daily limit), and Exchange's X.1.90, X.7.54, X.7.57,
           X.7.60, X.7.64, X.7.23z, X.7.50z, X.7.515, X.7.6zz,
           X.7.70z, X.7.750 (not logged in, may not send as, no
           relay, limit reached, banned)
MAIL       552, X.2.3, X.3.4 (size: RFC 1870), X.6 (content)   **failed**: this message, never this sender's next
MAIL       500 501 502 503 504 555                             our making, or a state that is not ours: the message is given
                                                               back; new connection
MAIL       any other 5yz                                       the server knows only the sender by now: given back, the batch
                                                               stops
RCPT       5yz with words about sender, client or relaying,     the batch stops, as above: Postfix (smtpd_delay_reject) and
           and no code that says otherwise (none, X.y.0, X.5,   others tell at the recipient what holds for every recipient
           X.7)
RCPT       X.1, X.2, X.4, X.6                                  **failed**: the recipient, with 501 or 521 too
RCPT       X.5.3 (too many recipients: RFC 5321, 4.5.3.1.10)   **deferred**
RCPT       500 501 502 503 504 555                             given back; new connection
RCPT       any other 5yz                                       **failed**: the recipient
DATA       500 501 502 503 504 555, X.5.1, X.5.2, X.5.4 (554   given back; new connection
           5.5.1 "no valid recipients": RFC 5321, 3.3)
DATA       any other 5yz                                       **failed**: the message; RSET
body       500 501 502 503 504 555, X.5.1, X.5.2, X.5.4        not taken, and our making: **deferred**; new connection
body       any other 5yz                                       **failed**: the message
RSET       anything but 2yz                                    new connection
opening    4yz, another class, no SMTP                         the server cannot be reached now
opening    5yz to EHLO, STARTTLS, AUTH                         configuration: the run ends by an error
=========  ==================================================  ===============================================================

A message that is given back too often is **deferred** (see ``Dispatcher``). A message whose last octets have left before the
connection ends is **ambiguous**, whatever the cause; before that it is given back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from franking.dispatch.replies import redacted
from franking.dispatch.wire import Reply
from franking.model import State


class Command(Enum):
    """The command that the server replied to. ``BODY`` is the final dot (DATA) or the last chunk (BDAT)."""

    GREETING = auto()
    EHLO = auto()
    STARTTLS = auto()
    AUTH = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    BODY = auto()
    RSET = auto()


class Then(Enum):
    """The next step of the session."""

    GO_ON = auto()  # the next command of the transaction
    SETTLE = auto()  # the message is settled; the connection can be used again
    SETTLE_AND_CLOSE = auto()  # the message is settled; the connection cannot be used again
    GIVE_BACK = auto()  # the server took no message; the connection cannot be used again
    STOP = auto()  # the server took no message and will take no other: the batch stops


@dataclass(frozen=True, slots=True)
class Decision:
    """``state`` is the state of the message if ``then`` settles it; ``detail`` is the reply without personal data."""

    then: Then
    detail: str = ""
    state: State | None = None


_GO_ON = Decision(Then.GO_ON)
_OPENING = (Command.GREETING, Command.EHLO, Command.STARTTLS, Command.AUTH)
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\S)")
_NOBODY = frozenset({521, 523, 525, 530, 534, 535, 538})
_PROTOCOL = frozenset({500, 501, 502, 503, 504, 555})
_EXCHANGE = (54, 57, 60, 64, *range(230, 240), *range(500, 512), 515, *range(600, 700), *range(705, 710), 750)
_SENDER = frozenset({(1, 7), (1, 8), (1, 90), (4, 5)} | {(7, n) for n in (4, 5, 6, *range(8, 15), *range(20, 31), *_EXCHANGE)})
# Words in replies to RCPT that apply to every recipient: Postfix, Exim, Sendmail, qmail, Exchange.
_ABOUT_US = re.compile(
    r"\brelay(?:ing)?(?: access)?(?: is)? (?:denied|not (?:permitted|allowed|authori[sz]ed)|prohibited|forbidden)"
    r"|\b(?:unable|unauthori[sz]ed|cannot|not (?:permitted|allowed|authori[sz]ed)) to relay|\bdo(?:es)? not relay|\brcpthosts\b"
    r"|\bclient host (?:rejected|\[[^\]]*\] blocked)|\bsender (?:address )?rejected|\bhelo command rejected|\binvalid helo\b"
    r"|\bbanned sending\b|\bsending (?:limit|quota)|\bauthentication (?:is )?required|\bturn on smtp authentication"
    r"|\bmust (?:issue a starttls|(?:log in|authenticate))",
    re.IGNORECASE,
)
_SEQUENCE = frozenset({(5, 1), (5, 2), (5, 4)})
_SIZE = frozenset({(2, 3), (3, 4)})
_CONTENT = 6
_RECIPIENT = frozenset({1, 2, 4, _CONTENT})  # subjects: address, mailbox, routing; content for this mailbox
_TOO_MANY = (5, 3)


def decide(command: Command, reply: Reply, *private: str) -> Decision:
    """The meaning of a reply. ``private`` are the addresses of the message, which are removed from its text."""
    first = reply.code // 100
    if command is Command.BODY:
        if first == 2:
            return Decision(Then.SETTLE, _detail(reply, private), State.SENT)
    elif reply.code == 354 if command is Command.DATA else first == 2:
        return _GO_ON
    detail = _detail(reply, private)
    behind = command is Command.BODY
    if reply.code == 421:
        return Decision(Then.SETTLE_AND_CLOSE, detail, State.DEFERRED) if behind else Decision(Then.GIVE_BACK, detail)
    if first not in (4, 5):
        return Decision(Then.SETTLE_AND_CLOSE, detail, State.AMBIGUOUS) if behind else Decision(Then.GIVE_BACK, detail)
    if command is Command.RSET or command is Command.GREETING:
        return Decision(Then.GIVE_BACK, detail)
    if command in _OPENING:
        return Decision(Then.GIVE_BACK if first == 4 else Then.STOP, detail)
    if first == 4:
        return Decision(Then.SETTLE, detail, State.DEFERRED)
    return _refused(command, reply.code, _subject(reply), detail)


def _refused(command: Command, code: int, subject: tuple[int, int] | None, detail: str) -> Decision:
    """The decision for a 5yz reply within a transaction."""
    failed = Decision(Then.SETTLE, detail, State.FAILED)
    about = subject[0] if subject is not None else None
    unspecific = subject is None or subject[1] == 0 or about in (5, 7)  # the code says nothing about this recipient
    if command is Command.RCPT and unspecific and _ABOUT_US.search(detail) is not None:
        return Decision(Then.STOP, detail)
    if command is Command.RCPT and about in _RECIPIENT and subject not in _SENDER:
        return failed
    if code in _NOBODY or subject in _SENDER:
        return Decision(Then.STOP, detail)
    if command is Command.MAIL:
        if subject in _SIZE or about == _CONTENT or code == 552:
            return failed
        if about == 7 or code not in _PROTOCOL:
            return Decision(Then.STOP, detail)
        return Decision(Then.GIVE_BACK, detail)
    if command is Command.RCPT:
        if subject == _TOO_MANY:
            return Decision(Then.SETTLE, detail, State.DEFERRED)
        return Decision(Then.GIVE_BACK, detail) if code in _PROTOCOL else failed
    if code in _PROTOCOL or subject in _SEQUENCE:
        if command is Command.BODY:
            return Decision(Then.SETTLE_AND_CLOSE, detail, State.DEFERRED)
        return Decision(Then.GIVE_BACK, detail)
    return failed


def _subject(reply: Reply) -> tuple[int, int] | None:
    """Subject and detail of the enhanced status code; None if there is none, or one of another class than the reply."""
    match = _ENHANCED.match(reply.text)
    if match is None or int(match[1]) != reply.code // 100:
        return None
    return int(match[2]), int(match[3])


def _detail(reply: Reply, private: tuple[str, ...]) -> str:
    return f"{reply.code} {redacted(reply.text, *private)}".strip()
