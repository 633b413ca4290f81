"""What a processing report means for the lines of a feed; the marketplace's texts without personal data."""

from __future__ import annotations

import re

from franking.dispatch.replies import redacted
from franking.feeds import ProcessingReport
from franking.model.feeds import LineState
from franking.outbox.feeds import Outcome

# What a text quotes may be anybody's name or address, and a long number a phone's; codes and order IDs stay.
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|(?<!\w)'[^']*'(?!\w)|\[[^\]]*\]")
_NUMBER = re.compile(r"\+?\d[\d ()/.-]{6,}\d")
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")


def spoken(text: str) -> str:
    """A text of the marketplace as it may be kept: without addresses, quotations and long numbers."""
    line = _QUOTED.sub("…", redacted(text))
    return _NUMBER.sub(lambda match: match[0] if _ORDER.fullmatch(match[0].strip(" .")) else "…", line)


def outcomes_of(report: ProcessingReport, *, fatal: bool = False) -> tuple[dict[int, Outcome], Outcome]:
    """By number, what became of the lines that a report names, and of all others. Of a feed that was broken off (``fatal``),
    others may have been done or not."""
    whole = report.of_whole
    if whole:
        return {}, Outcome(LineState.REJECTED, whole[0].code, spoken(whole[0].text))
    found: dict[int, Outcome] = {}
    for result in report.results:
        if not result.number:
            continue
        if result.error:
            if result.number not in found or found[result.number].state is not LineState.REJECTED:
                found[result.number] = Outcome(LineState.REJECTED, result.code, spoken(result.text))
        elif result.number not in found and not fatal:
            found[result.number] = Outcome(LineState.ACCEPTED, result.code, f"warning: {spoken(result.text)}")
    if fatal:
        return found, Outcome(
            LineState.AMBIGUOUS, "FATAL", "the marketplace aborted the feed: this line may have been processed"
        )
    return found, Outcome(LineState.ACCEPTED)
