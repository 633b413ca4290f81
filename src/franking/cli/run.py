"""``franking run``: the campaigns, and their summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path

from franking.batch.retry import Retried
from franking.cli.columns import print_table
from franking.cli.terminal import TERMINAL, out, out_json, say
from franking.config.campaigns import Campaign, chosen, read_campaigns
from franking.config.running import Ran, RunOptions, code_of, run_alone, run_campaigns, send_what_is_due
from franking.config.settings import Settings


def run_file(
    file: Path,
    names: Sequence[str],
    settings: Settings,
    configure: Callable[[Campaign], Settings],
    options: RunOptions,
    format: str,
) -> int:
    """Run the campaigns of a file and print what became of each; the exit code."""
    campaigns = chosen(read_campaigns(file, settings), names)
    with run_alone(settings, dry_run=options.dry_run) as alone:
        if not alone:
            say("franking: another franking run is under way on this outbox; this one did nothing")
            return 3
        ran = list(run_campaigns(campaigns, configure, options, TERMINAL))
        due = send_what_is_due(settings, TERMINAL) if options.whole and not options.dry_run else None
    for one in ran:
        if one.error:
            say(f"franking: campaign {one.campaign.name}: {one.error}")
        if one.stopped:
            say(f"franking: campaign {one.campaign.name}: stopped: {one.stopped}; the next run continues")
    if format == "json":
        out_json(_json(ran, due, options))
    else:
        _print(ran, due, options)
    return code_of(ran, due)


def _json(ran: Sequence[Ran], due: Retried | None, options: RunOptions) -> dict[str, object]:
    return {
        "schema": 1,
        "dry_run": options.dry_run,
        "campaigns": [
            {
                "name": one.campaign.name,
                "kind": one.campaign.table.kind,
                "files": [str(file) for file in one.files],
                "orders": one.orders,
                "selected": one.selected,
                "due": one.due,
                "refused": dict(one.refused),
                "rejected": one.rejected,
                **{
                    name: one.counts[name]
                    for name in ("queued", "scheduled", "sent", "deferred", "failed", "ambiguous", "taken_back")
                },
                "next": _iso(one),
                "daily": one.campaign.table.daily,
                "left_today": one.cap_left,
                "unmatched": one.unmatched,
                "error": one.error,
                "stopped": one.stopped,
            }
            for one in ran
        ],
        "waiting": {"tried": due.tried, "sent": due.sent, "taken_back": dict(due.taken_back)} if due is not None else None,
    }


def _iso(one: Ran) -> str | None:
    return one.next_at.astimezone(UTC).isoformat() if one.next_at is not None else None


def _print(ran: Sequence[Ran], due: Retried | None, options: RunOptions) -> None:
    columns = ("campaign", "orders", "selected", "due" if options.dry_run else "sent", "scheduled", "refused", "next (UTC)")
    rows: list[tuple[str, ...]] = []
    for one in ran:
        refused = [f"{number} {slug}" for slug, number in one.refused.most_common()]
        refused += [f"{one.rejected} rejected by the checker"] if one.rejected else []
        refused += ["no file"] if not one.files else []
        refused += ["error, see above"] if one.error else []
        later = one.next_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if one.next_at is not None else ""
        leaving = one.due if options.dry_run else one.counts["sent"]
        rows.append(
            (
                one.campaign.name,
                str(one.orders),
                str(one.selected),
                str(leaving),
                str(one.counts["scheduled"]),
                ", ".join(refused),
                later,
            )
        )
    print_table(rows, columns, right=range(1, 5), fold=columns.index("refused"))
    for one in ran:
        for term in one.unmatched:
            out(f"{one.campaign.name}: {term}: matches no order")
        if not one.files:
            out(f"{one.campaign.name}: no file matches {', '.join(one.campaign.sources)}")
        if one.cap_left is not None:
            out(f"{one.campaign.name}: {one.cap_left} of {one.campaign.table.daily} a day may still leave today")
    if due is not None and (due.tried or due.taken_back):
        out(f"from earlier runs: {due.tried} due, {due.sent} sent")
        for slug, number in due.taken_back.items():
            out(f"{number} cancelled: {slug} (franking explain {slug})")
