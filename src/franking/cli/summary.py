"""The summary of ``send``: text and JSON, and the exit code."""

from __future__ import annotations

from franking.batch.summary import Run, exit_code, facts
from franking.batch.tally import Counts, Tally
from franking.cli.columns import print_table
from franking.cli.open_line import open_line
from franking.cli.refusals import refusal_table
from franking.cli.terminal import out, out_json, out_lines, say
from franking.model import Stats
from franking.model.counted import counted
from franking.report import said


def summed_up(run: Run, tally: Tally, counts: Counts, format: str) -> int:
    """Print the summary. Returns the exit code."""
    if run.stats:
        _say_stats(tally.stats)
    if run.stopped:
        say(f"franking: stopped: {run.stopped}; run the same command again to continue")
    if format == "json":
        out_json(facts(run, tally, counts))
    else:
        _print(run, tally, counts)
    code = exit_code(run, counts)
    if code == 2:
        say(f"franking: messages with the brand of the example are not sent: {tally.brand}")
    return code


def _say_stats(stats: Stats) -> None:
    """Print how messages were made. Reasons for slow messages are hints for designers."""
    say(f"made from a shape: {stats.fast} (shapes: {stats.shapes}); made in full: {stats.slow.total()}")
    for reason, number in stats.slow.most_common():
        say(f"  {number}: {reason}")


def _print(run: Run, tally: Tally, counts: Counts) -> None:
    refusal_table(tally.refusals, sum(tally.refused.values()) + tally.left.total())
    for rejected in tally.rejections:
        out(f"rejected {rejected.order_id} (line {rejected.line}):")
        # The text part repeats findings of the HTML part.
        findings = {(f.rule, f.message): f for f in reversed(rejected.findings)}
        for finding in reversed(findings.values()):
            where = f"  ({finding.template.file}:{finding.template.line})" if finding.template else ""
            out(f"  {finding.rule}: {said(finding)}{where}")
            out(f"    {finding.hint}")
    print_table([(str(number), label) for number, label in _rows(run, tally, counts)], right={0})
    if counts.scheduled or run.schedule.text:
        out_lines(_scheduled(run, tally, counts))
    for term in run.selection.unmatched():
        out(f"{term}: matches no order")
    if tally.taken_back:
        cancelled = counted(tally.taken_back, "message of an earlier run was", "messages of an earlier run were")
        out(f"{cancelled} cancelled: the state of the order no longer permits a message")
    if tally.revived:
        out(f"{tally.revived} of these had been cancelled before and are sent after all")
    if tally.withheld:
        has = counted(
            tally.withheld, "order that is not permitted now has a message", "orders that are not permitted now have messages"
        )
        out(f"{has} waiting from an earlier run: franking cancel stops what waits")
    if others := open_line(counts.elsewhere):
        out(f"other messages of this seller account: {others}")
    out(f"batch {run.batch}, {run.seconds:.1f} s")


def _rows(run: Run, tally: Tally, counts: Counts) -> list[tuple[int, str]]:
    waiting = "would be sent (dry run)" if run.dry_run else "queued for the workers" if run.by_workers else "still queued"
    left = {state: f", {number} of them by an earlier run" if number else "" for state, number in counts.earlier.items()}
    rows = [
        (counts.sent, "sent"),
        (counts.queued - counts.scheduled, waiting),
        (counts.scheduled, "would be scheduled (dry run)" if run.dry_run else "scheduled"),
        (counts.deferred, f"deferred by the server{left['deferred']}: franking retry sends them when due"),
        (counts.failed, f"failed, will not be sent again{left['failed']}: franking status shows why"),
        (counts.ambiguous, f"ambiguous, the reply was lost{left['ambiguous']}: franking resolve lists and settles them"),
    ]
    return [
        (tally.orders, "orders read"),
        *((number, f"not permitted: {rule}") for rule, number in counts.refused.most_common()),
        *([(counts.rejected, "rejected by the checker")] if counts.rejected else []),
        *((number, label) for number, label in rows if number),
    ]


def _scheduled(run: Run, tally: Tally, counts: Counts) -> str:
    who = "workers send" if run.by_workers else "franking retry sends"
    lines = []
    if run.schedule.text and counts.scheduled - tally.kept - tally.moved_on > 0:
        lines.append(f"{run.schedule}; {who} what is due")
    elif run.schedule.text:
        lines.append(str(run.schedule))
    if tally.kept:
        change = (
            "send --reschedule --at … or franking cancel changes that"
            if run.schedule.text
            else ("send --now or franking cancel changes that")
        )
        lines.append(f"{tally.kept} stay scheduled as an earlier run left them; {change}")
    return "\n".join(lines) or f"{who} what is due"
