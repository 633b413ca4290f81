"""What the marketplace's words say: in a notice of its own, or in the reply of its server that a delivery report quotes."""

from __future__ import annotations

import re

from franking.feedback.report import Event
from franking.policy.words import pattern

_KINDS: tuple[tuple[str, Event], ...] = (
    ("restricted_account", "account-restricted"),
    ("refusals", "opt-out"),
    ("refused_message", "message-refused"),
)


def event_of(text: str) -> Event | None:
    """The event that a text tells of, the gravest where it tells of several; None where it tells of none."""
    line = re.sub(r"[ \t\xa0]*[\r\n]+[ \t\xa0]*", " ", text.replace("’", "'"))  # a wording may be broken over lines
    return next((event for name, event in _KINDS if pattern(name).search(line) is not None), None)
