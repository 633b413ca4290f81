"""What is not done, for people."""

from __future__ import annotations

from franking.model import Standing


def open_line(standing: Standing) -> str:
    """What is not done and what to do about it, in one line; "" where everything is."""
    told = {
        "ambiguous (franking resolve)": standing.in_doubt, "deferred and": standing.deferred, "queued": standing.queued,
        "failed (franking status)": standing.failed, "scheduled": standing.scheduled,
    }  # fmt: skip
    parts = [
        f"{number} {state.replace(' and', '')}" + (" (franking retry)" if state in ("deferred and", "queued") else "")
        for state, number in told.items() if number
    ]  # fmt: skip
    return ", ".join(parts)
