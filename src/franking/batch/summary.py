"""How a ``send`` went, in numbers: what its JSON, its exit code and the Python API have in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from franking.batch.schedule import Schedule
from franking.batch.tally import Counts, Tally
from franking.model import Standing
from franking.permit.rules.brand import RULE as BRAND
from franking.permit.rules.restricted import RULE as RESTRICTED
from franking.selection import Selection


@dataclass(frozen=True, slots=True)
class Run:
    """How the run went that is summed up. ``stopped`` is why it ended early, empty otherwise."""

    batch: str
    schedule: Schedule
    seconds: float
    stopped: str = ""
    dry_run: bool = False
    by_workers: bool = False
    stats: bool = False
    selection: Selection = field(default_factory=Selection)


def exit_code(run: Run, counts: Counts) -> int:
    """0: all well; 1: a message was rejected; 2: the example's brand; 3: a message is unsent or ambiguous."""
    # What workers will send, what is scheduled, and what a dry run would send is where it should be.
    undone = 0 if run.by_workers or run.dry_run else counts.queued - counts.scheduled
    if counts.unsettled or undone or run.stopped or counts.elsewhere.ambiguous or counts.refused[RESTRICTED.slug]:
        return 3
    if counts.refused[BRAND.slug]:
        return 2
    return 1 if counts.rejected else 0


def elsewhere(standing: Standing) -> dict[str, int]:
    """The account's messages that are not done, by state."""
    return {
        "queued": standing.queued,
        "scheduled": standing.scheduled,
        "deferred": standing.deferred,
        "failed": standing.failed,
        "ambiguous": standing.in_doubt,
    }


def facts(run: Run, tally: Tally, counts: Counts) -> dict[str, object]:
    """The summary as ``send --format json`` has it."""
    return {
        "schema": 1,
        "batch": run.batch,
        "orders": tally.orders,
        "refused": dict(counts.refused),
        "rejected": counts.rejected,
        **{state: getattr(counts, state) for state in ("queued", "sent", "deferred", "failed", "ambiguous")},
        "seconds": round(run.seconds, 3),
        "scheduled": counts.scheduled,
        "schedule": run.schedule.as_json(),
        "earlier": counts.earlier,
        "revived": tally.revived,
        "withheld": tally.withheld,
        "channels": dict(tally.channels),
        "outstanding": elsewhere(counts.elsewhere),
        "dry_run": run.dry_run,
        "stopped": run.stopped,
        "taken_back": tally.taken_back,
        "selection": run.selection.as_json(),
    }
