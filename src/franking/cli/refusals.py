"""Refused orders as a table."""

from __future__ import annotations

from franking.cli.terminal import console, out, row
from franking.model import Refusal


def refusal_table(refused: list[Refusal], total: int) -> None:
    """Refusals as a table: order, line, rule, reason and what to do."""
    if not refused:
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title=None)
    for column in ("not written to", "line", "rule", "why"):
        table.add_column(column, overflow="fold", no_wrap=column in ("rule", "not written to"))
    for refusal in refused:
        why = f"{refusal.message}. {refusal.hint}" if refusal.hint else refusal.message
        row(table, refusal.order_id or "(no order ID)", str(refusal.line), refusal.rule, why)
    console().print(table)
    if total > len(refused):
        out(f"… and {total - len(refused)} more")
