"""What can go wrong on the way out, by what it means for the message."""

from __future__ import annotations


class NotSent(Exception):
    """The connection broke before the message was handed over: it may be tried again at once, elsewhere."""


class Unreachable(Exception):
    """No connection can be opened now: the batch pauses, its messages stay queued. The text is for the user."""
