"""What a simulated server may do, and the log of what it did."""

from __future__ import annotations

from dataclasses import dataclass, field

LATER = ("450 4.2.1", "451 4.3.0", "452 4.2.2", "451", "450 4.7.1")
NEVER = {
    "RCPT": ("550 5.1.1", "553 5.1.3", "550", "551 5.7.1", "552 5.2.2"),
    "DATA": ("554", "550 5.7.1", "554 5.6.0"),
    "BODY": ("554 5.6.0", "550 5.7.1", "552 5.3.4", "554"),
    "MAIL": ("552 5.3.4", "550 5.6.0"),
}
OUR_MAKING = ("500 5.5.2", "501", "503 5.5.1", "502")
NOBODY = ("530 5.7.0", "535 5.7.8", "554 5.7.1", "521")
FAULTS = (
    "cut before", "cut after", "half", "hang up after", "later", "later", "later", "never", "never", "421", "garbage", "class",
    "codes", "slow", "very slow", "our making", "twice",
)  # fmt: skip


@dataclass(slots=True)
class Weather:
    """What the server is like now. ``trouble`` is the chance of a fault per command, ``refusing`` that of a connection."""

    trouble: float = 0.0
    refusing: float = 0.0
    stopping: float = 0.0  # of a reply that speaks of the sender
    pipelining: bool = True
    chunking: bool = False
    eight_bit: bool = True
    size: int = 0
    idle: float = 0.0  # seconds after which the server closes an idle connection, 0: never
    forgetful: bool = False  # whether it takes RSET and stays in the transaction


@dataclass(slots=True)
class Reply:
    """One reply as given. ``end`` is its last octet on the line."""

    tag: str
    command: str
    code: int
    order: int | None
    line: int
    end: int = -1
    heard: bool = False  # whole, by the client
    plain: bool = True  # whether it is one that RFC 5321 allows here


@dataclass(slots=True)
class Log:
    """All replies and what they were about."""

    replies: dict[str, Reply] = field(default_factory=dict)
