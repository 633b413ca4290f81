"""The messages that are not done, in one line."""

from __future__ import annotations

from franking.model import Standing


def open_line(standing: Standing) -> str:
    """The messages that are not done, and the command for each, in one line; "" if all are done."""
    counts = {
        "ambiguous (franking resolve)": standing.in_doubt,
        "deferred and": standing.deferred,
        "queued": standing.queued,
        "failed (franking status)": standing.failed,
        "scheduled": standing.scheduled,
    }
    parts = [
        f"{number} {state.replace(' and', '')}" + (" (franking retry)" if state in ("deferred and", "queued") else "")
        for state, number in counts.items()
        if number
    ]
    return ", ".join(parts)
