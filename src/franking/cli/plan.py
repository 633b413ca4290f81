"""``franking plan``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from franking.batch.lookups import Lookups
from franking.cli.batch import broken_refusal, clock, context, existing_ledger, open_pipeline, open_report, read_orders
from franking.cli.settings import Settings
from franking.cli.terminal import console, out, out_json, progress, row, say
from franking.model import BrokenOrder, Order, Refusal
from franking.orders.details import open_details
from franking.permit.rules.brand import RULE as BRAND

SHOWN = 50


def show_plan(
    settings: Settings,
    orders: Path,
    kind: str,
    as_of: str | None,
    encoding: str | None,
    marketplace: str | None,
    states: Path | None,
    format: str,
    details: Path | None = None,
    attach: Path | None = None,
    items: Sequence[Path] = (),
) -> None:
    """Print who would be written to and who not."""
    pipeline = open_pipeline(settings, kind)
    lookups = Lookups(existing_ledger(settings), settings.seller, pipeline.kind.name)
    ask = context(settings, clock(as_of), lookups, pipeline)
    adding = open_details(details, attach, [v for v in pipeline.kind.variables if v.given],
                          threads=pipeline.kind.name in pipeline.policy.thread_kinds)  # fmt: skip
    source = open_report(orders, encoding, marketplace, items)
    permitted: list[str] = []
    refused: list[Refusal] = []
    warnings: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    write = 0
    with progress("orders", source.count) as advance:
        for entry in lookups.ahead(read_orders(source, states)):
            advance(1)
            result = [broken_refusal(entry)] if isinstance(entry, BrokenOrder) else pipeline.permitted(adding.add(entry), ask)
            if isinstance(result, list):
                reasons[result[0].rule] += 1
                if len(refused) < SHOWN or format == "json":
                    refused.append(result[0])
            else:
                assert isinstance(entry, Order)
                write += 1
                warnings.update(warning.message for warning in result.warnings)
                if len(permitted) < SHOWN or format == "json":
                    permitted.append(entry.id)
    source.close()
    if reasons[BRAND.slug]:
        say(f"franking: nothing is sent with the example's brand: {ask.example_brand}")
    if format == "json":
        out_json(
            {
                "schema": 1,
                "kind": kind,
                "orders": write + sum(reasons.values()),
                "permitted": permitted,
                "refused": dict(reasons),
                "refusals": [
                    {"order": r.order_id, "line": r.line, "rule": r.rule, "message": r.message, "hint": r.hint} for r in refused
                ],
                "warnings": dict(warnings),
            }
        )
        return
    out(f"{orders}: {source.report_type.title if hasattr(source, 'report_type') else 'API orders'}, {source.encoding}")
    out(f"{write + sum(reasons.values())} orders: {write} would get {kind}, {sum(reasons.values())} would not")
    for message, number in warnings.items():
        out(f"warning, {number} orders: {message}")
    refusal_table(refused, sum(reasons.values()))


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
