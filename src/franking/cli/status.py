"""``franking status``."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from franking.cli.columns import table_lines
from franking.cli.open_line import open_line
from franking.cli.terminal import console, out, out_json, shown, unread
from franking.config.ledgers import known_view
from franking.config.settings import Settings
from franking.model import Standing, State
from franking.outbox import LedgerView

_SPAN = timedelta(seconds=60)  # that the rate is taken over
_EVERY = 2.0  # seconds between looks


def show_status(settings: Settings, format: str, *, watch: bool = False) -> int:
    """Print the ledger's counts and its latest problems; with ``watch``, again and again until interrupted. The exit code: 3
    where anything is deferred, failed or in doubt.

    Of one seller account where the settings name one, otherwise of all.
    """
    ledger = known_view(settings)
    seller = settings.seller if "seller" in settings.given else None
    if watch:
        return _watch(ledger, seller, format)
    standing = ledger.standing(seller, done=True)
    if format == "json":
        out_json(_facts(ledger, seller, standing))
    else:
        for line in _lines(ledger, seller, standing):
            out(line)
        for key, state, reply, _ in ledger.overview(seller).problems():
            out(f"{state.value} {key.order_id} {key.kind}: {reply}")
    return 3 if standing.unsettled or ledger.stopped(seller) else 0


def _watch(ledger: LedgerView, seller: str | None, format: str) -> int:
    """Until interrupted, or nobody reads it any more."""
    while format == "json" and not unread():
        out_json(_facts(ledger, seller, ledger.standing(seller, done=True)))
        time.sleep(_EVERY)
    from rich.live import Live
    from rich.text import Text

    def look() -> Text:
        lines = _lines(ledger, seller, ledger.standing(seller, done=True))
        return Text("\n".join(map(shown, lines)))  # a reply is text, whatever brackets it holds

    with Live(look(), console=console(), auto_refresh=False) as live:
        while not unread():
            time.sleep(_EVERY)
            live.update(look(), refresh=True)
    return 3 if ledger.standing(seller).unsettled else 0


def _states(standing: Standing) -> dict[State, int]:
    """By state as the ledger has it."""
    found = asdict(standing)
    return {state: found[state.value] + (standing.scheduled if state is State.QUEUED else 0) for state in State}


def _facts(ledger: LedgerView, seller: str | None, standing: Standing) -> dict[str, object]:
    overview = ledger.overview(seller)
    oldest, due = overview.waiting_since(), overview.next_due()
    return {
        "schema": 1,
        "seller": seller,
        "states": {state.value: number for state, number in _states(standing).items()},
        "scheduled": standing.scheduled,
        "stranded": standing.stranded,
        "kinds": [
            {"kind": kind, "state": state.value, "messages": number} for kind, state, number in overview.by_kind()
        ],
        "sent_per_second": round(overview.sent_in(_SPAN) / _SPAN.total_seconds(), 3),
        "waiting_since": oldest.isoformat() if oldest is not None else None,
        "next_due": due.isoformat() if due is not None else None,
        "stops": [
            {"seller": stop.seller, "kind": stop.kind or None, "reason": stop.reason, "since": stop.since.isoformat()}
            for stop in ledger.stopped(seller)
        ],
        "reasons": [{"state": s.value, "reply": reply, "messages": number} for s, reply, number in overview.reasons()],
        "problems": [
            {"order": key.order_id, "kind": key.kind, "state": state.value, "reply": reply, "at": f"{at.isoformat()}Z"}
            for key, state, reply, at in overview.problems()
        ],
    }  # fmt: skip


def _lines(ledger: LedgerView, seller: str | None, standing: Standing) -> list[str]:
    counts, overview = _states(standing), ledger.overview(seller)
    kinds = overview.by_kind()
    rows: list[tuple[str, ...]] = []
    for kind in sorted({k for k, _, _ in kinds}):
        numbers = {state: number for k, state, number in kinds if k == kind}
        rows.append((kind, *(str(numbers.get(state, 0)) for state in State)))
    rows.append(("all", *(str(counts[state]) for state in State)))
    headings = ("kind", *(state.value for state in State))
    lines = list(table_lines(rows, headings, right=range(1, len(headings)), fold=0))
    lines.append(f"{overview.sent_in(_SPAN) / _SPAN.total_seconds():.1f} sent a second over the last minute")
    oldest, due = overview.waiting_since(), overview.next_due()
    if oldest is not None:
        lines.append(f"the oldest that could leave now waits since {_moment(oldest)}")
    if due is not None:
        lines.append(f"the next one is due at {_moment(due)}")
    if standing.scheduled:
        lines.append(f"{standing.scheduled} of the queued are scheduled")
    if standing.stranded:
        lines.append(
            f"{standing.stranded} were being sent when their sender ended; the next send or retry reports them as ambiguous"
        )
    if standing.unsettled:
        lines.append(f"to be looked at: {open_line(replace(standing, queued=0, scheduled=0))}")
    lines += [f"{stop}; {stop.lifted_by} lifts it" for stop in ledger.stopped(seller)]
    lines += [f"{number} {state.value}: {reply}" for state, reply, number in overview.reasons()]
    return lines


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
