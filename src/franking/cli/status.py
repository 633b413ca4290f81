"""``franking status``: the ledger as a table or as JSON."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from franking.batch.status import Status, read_status
from franking.cli.summary import open_line
from franking.cli.terminal import console, out, out_json, row, shown, unread
from franking.config.parts import known_ledger
from franking.config.settings import Settings
from franking.model import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Group

_INTERVAL = 2.0  # seconds between two refreshes


def show_status(settings: Settings, format: str, *, watch: bool = False) -> int:
    """Print the ledger's counts and latest problems, of the configured seller account, or of all if none is configured.

    With ``watch``, refresh until interrupted. Returns the exit code: 3 if a message is deferred, failed or ambiguous.
    """
    ledger = known_ledger(settings)
    seller = settings.seller if "seller" in settings.model_fields_set else None

    def read() -> Status:
        return read_status(ledger, seller)

    if watch:
        return _watch(read, format)
    status = read()
    if format == "json":
        out_json(status.as_json())
    else:
        console().print(_table(status))
        for key, state, reply, _ in status.problems:
            out(f"{state.value} {key.order_id} {key.kind}: {reply}")
    return status.exit_code


def _watch(read: Callable[[], Status], format: str) -> int:
    """Refresh until interrupted, or until the reader of stdout is gone."""
    if format == "json":
        while not unread():
            out_json(read().as_json())
            time.sleep(_INTERVAL)
        return read().exit_code
    from rich.live import Live

    with Live(_table(read()), console=console(), auto_refresh=False) as live:
        while not unread():
            time.sleep(_INTERVAL)
            live.update(_table(read()), refresh=True)
    return read().exit_code


def _table(status: Status) -> Group:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for state in State:
        table.add_column(state.value, justify="right")
    for kind in sorted({k for k, _, _ in status.kinds}):
        numbers = {state: number for k, state, number in status.kinds if k == kind}
        row(table, kind, *(str(numbers.get(state, 0)) for state in State))
    row(table, "all", *(str(status.states[state]) for state in State))
    lines = [f"{status.sent_per_second:.1f} sent a second over the last minute"]
    if status.waiting_since is not None:
        lines.append(f"the oldest that could leave now waits since {_moment(status.waiting_since)}")
    if status.next_due is not None:
        lines.append(f"the next one is due at {_moment(status.next_due)}")
    standing = status.standing
    if standing.scheduled:
        lines.append(f"{standing.scheduled} of the queued are scheduled")
    if standing.stranded:
        lines.append(
            f"{standing.stranded} were being sent when their sender ended; the next send or retry reports them as ambiguous"
        )
    if standing.unsettled:
        lines.append(f"to be looked at: {open_line(replace(standing, queued=0, scheduled=0))}")
    lines += [f"{stop}; {stop.lifted_by} lifts it" for stop in status.stops]
    lines += [f"{number} {state.value}: {reply}" for state, reply, number in status.reasons]
    return Group(table, *(Text(shown(line)) for line in lines))  # a reply is plain text; its brackets are no markup


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
