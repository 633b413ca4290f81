"""Refused orders as a table."""

from __future__ import annotations

from franking.cli.columns import print_table
from franking.cli.terminal import out
from franking.model import Refusal


def refusal_table(refused: list[Refusal], total: int) -> None:
    """Refusals as a table: order, line, rule, reason and what to do."""
    if not refused:
        return
    rows = [
        (
            refusal.order_id or "(no order ID)",
            str(refusal.line),
            refusal.rule,
            f"{refusal.message}. {refusal.hint}" if refusal.hint else refusal.message,
        )
        for refusal in refused
    ]
    print_table(rows, ("not written to", "line", "rule", "why"))
    if total > len(refused):
        out(f"… and {total - len(refused)} more")
