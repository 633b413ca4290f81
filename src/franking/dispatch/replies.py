"""What a server's reply means for a message (RFC 5321, section 4.2.1), told without personal data."""

from __future__ import annotations

import re

from franking.dispatch.wire import Reply
from franking.model import Outcome, State

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


def redacted(text: str) -> str:
    """A server's words without addresses, on one line."""
    line = " ".join(text.split())
    return (_ADDRESS.sub("<address>", line) if "@" in line else line)[:300]


def outcome_of(reply: Reply) -> Outcome:
    """2xx is sent, 4xx is to be tried again later, everything else is refused for good."""
    state = State.SENT if 200 <= reply.code < 300 else State.DEFERRED if 400 <= reply.code < 500 else State.FAILED
    return Outcome(state, f"{reply.code} {redacted(reply.text)}".strip())
