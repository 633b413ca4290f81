"""``franking status``: the ledger as a table or as JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from franking.batch.status import Status, read_status
from franking.cli.columns import table_lines
from franking.cli.open_line import open_line
from franking.cli.terminal import console, out, out_json, shown, unread
from franking.config.ledgers import known_view
from franking.config.settings import Settings
from franking.model import State

_INTERVAL = 2.0  # seconds between two refreshes


def show_status(settings: Settings, format: str, *, watch: bool = False) -> int:
    """Print the ledger's counts and latest problems, of the configured seller account, or of all if none is configured.

    With ``watch``, refresh until interrupted. Returns the exit code: 3 if a message is deferred, failed or ambiguous.
    """
    ledger = known_view(settings)
    seller = settings.seller if "seller" in settings.given else None

    def read() -> Status:
        return read_status(ledger, seller)

    if watch:
        return _watch(read, format)
    status = read()
    if format == "json":
        out_json(status.as_json())
    else:
        for line in _lines(status):
            out(line)
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
    from rich.text import Text

    def look() -> Text:
        return Text("\n".join(map(shown, _lines(read()))))  # a reply is plain text; its brackets are no markup

    with Live(look(), console=console(), auto_refresh=False) as live:
        while not unread():
            time.sleep(_INTERVAL)
            live.update(look(), refresh=True)
    return read().exit_code


def _lines(status: Status) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for kind in sorted({k for k, _, _ in status.kinds}):
        numbers = {state: number for k, state, number in status.kinds if k == kind}
        rows.append((kind, *(str(numbers.get(state, 0)) for state in State)))
    rows.append(("all", *(str(status.states[state]) for state in State)))
    headings = ("kind", *(state.value for state in State))
    lines = list(table_lines(rows, headings, right=range(1, len(headings)), fold=0))
    lines.append(f"{status.sent_per_second:.1f} sent a second over the last minute")
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
    return lines


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
