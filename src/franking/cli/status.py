"""``franking status``."""

from __future__ import annotations

from franking.cli.batch import existing_ledger
from franking.cli.settings import Settings
from franking.cli.terminal import console, out, out_json
from franking.model import FrankingError, State


def show_status(settings: Settings, format: str) -> None:
    """Print the ledger's counts and its latest problems."""
    ledger = existing_ledger(settings)
    if ledger is None:
        raise FrankingError(f"no ledger at {settings.outbox}; franking send makes it")
    counts = ledger.counts()
    kinds = ledger.overview().by_kind()
    problems = ledger.overview().problems()
    if format == "json":
        out_json(
            {
                "schema": 1,
                "states": {state.value: number for state, number in counts.items()},
                "kinds": [{"kind": kind, "state": state.value, "messages": number} for kind, state, number in kinds],
                "problems": [
                    {"order": key.order_id, "kind": key.kind, "state": state.value, "reply": reply, "at": f"{at.isoformat()}Z"}
                    for key, state, reply, at in problems
                ],
            }
        )
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for state in State:
        table.add_column(state.value, justify="right")
    for kind in sorted({k for k, _, _ in kinds}):
        numbers = {state: number for k, state, number in kinds if k == kind}
        table.add_row(kind, *(str(numbers.get(state, 0)) for state in State))
    table.add_row("all", *(str(counts[state]) for state in State))
    console().print(table)
    for key, state, reply, _ in problems:
        out(f"{state.value} {key.order_id} {key.kind}: {reply}")
