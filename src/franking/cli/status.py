"""``franking status``."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from franking.cli.batch import existing_ledger
from franking.cli.settings import Settings
from franking.cli.terminal import console, out, out_json
from franking.errors import FrankingError
from franking.model import State
from franking.outbox import Ledger

if TYPE_CHECKING:
    from rich.console import Group

_SPAN = timedelta(seconds=60)  # that the rate is taken over
_EVERY = 2.0  # seconds between looks


def show_status(settings: Settings, format: str, *, watch: bool = False) -> None:
    """Print the ledger's counts and its latest problems; with ``watch``, again and again until interrupted."""
    ledger = existing_ledger(settings)
    if ledger is None:
        raise FrankingError(f"no ledger at {settings.outbox}; franking send makes it")
    if format == "json":
        while True:
            out_json(_facts(ledger))
            if not watch:
                return
            time.sleep(_EVERY)
    if not watch:
        console().print(_table(ledger))
        for key, state, reply, _ in ledger.overview().problems():
            out(f"{state.value} {key.order_id} {key.kind}: {reply}")
        return
    from rich.live import Live

    with Live(_table(ledger), console=console(), auto_refresh=False) as live:
        while True:
            time.sleep(_EVERY)
            live.update(_table(ledger), refresh=True)


def _facts(ledger: Ledger) -> dict[str, object]:
    overview = ledger.overview()
    oldest, due = overview.waiting_since(), overview.next_due()
    return {
        "schema": 1,
        "states": {state.value: number for state, number in ledger.counts().items()},
        "kinds": [
            {"kind": kind, "state": state.value, "messages": number} for kind, state, number in overview.by_kind()
        ],
        "sent_per_second": round(overview.sent_in(_SPAN) / _SPAN.total_seconds(), 3),
        "waiting_since": oldest.isoformat() if oldest is not None else None,
        "next_due": due.isoformat() if due is not None else None,
        "reasons": [{"state": s.value, "reply": reply, "messages": number} for s, reply, number in overview.reasons()],
        "problems": [
            {"order": key.order_id, "kind": key.kind, "state": state.value, "reply": reply, "at": f"{at.isoformat()}Z"}
            for key, state, reply, at in overview.problems()
        ],
    }  # fmt: skip


def _table(ledger: Ledger) -> Group:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    counts, overview = ledger.counts(), ledger.overview()
    kinds = overview.by_kind()
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for state in State:
        table.add_column(state.value, justify="right")
    for kind in sorted({k for k, _, _ in kinds}):
        numbers = {state: number for k, state, number in kinds if k == kind}
        table.add_row(kind, *(str(numbers.get(state, 0)) for state in State))
    table.add_row("all", *(str(counts[state]) for state in State))
    lines = [f"{overview.sent_in(_SPAN) / _SPAN.total_seconds():.1f} sent a second over the last minute"]
    oldest, due = overview.waiting_since(), overview.next_due()
    if oldest is not None:
        lines.append(f"the oldest that could leave now waits since {_moment(oldest)}")
    if due is not None:
        lines.append(f"the next one is due at {_moment(due)}")
    lines += [f"{number} {state.value}: {reply}" for state, reply, number in overview.reasons()]
    return Group(table, *(Text(line) for line in lines))  # a reply is text, whatever brackets it holds


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
