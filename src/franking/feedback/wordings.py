"""Wordings of the marketplace, in its notices and in replies of its server that delivery reports quote."""

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
    """The event that a text describes, the most severe if there are several; None if there is none."""
    line = re.sub(r"[ \t\xa0]*[\r\n]+[ \t\xa0]*", " ", text.replace("’", "'"))  # a wording may span lines
    return next((event for name, event in _KINDS if pattern(name).search(line) is not None), None)
