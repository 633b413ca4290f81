"""What can go wrong on the way out, by what it means for the message."""

from __future__ import annotations


class Broken(Exception):
    """The connection is of no more use. What it had in hand is settled or given back. The text holds no addresses."""


class Unreachable(Exception):
    """No connection can be opened now: the batch pauses, its messages stay queued. The text is for the user."""
