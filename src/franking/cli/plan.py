"""``franking plan``."""

from __future__ import annotations

from datetime import UTC

from franking.batch.plan import Question
from franking.cli.refusals import refusal_table
from franking.cli.terminal import TERMINAL, out, out_json, say
from franking.config.planning import plan_batch
from franking.config.settings import Settings
from franking.model.counted import counted
from franking.permit.rules.brand import RULE as BRAND

SHOWN = 50  # orders of each sort, in text


def show_plan(settings: Settings, kind: str, question: Question, format: str) -> None:
    """Print who would be written to and who not."""
    found = plan_batch(settings, kind, question, TERMINAL)
    refused = found.not_written
    if found.reasons[BRAND.slug]:
        say(f"franking: messages with the brand of the example are not sent: {found.brand}")
    if format == "json":
        out_json(
            {
                "schema": 1,
                "kind": kind,
                "orders": found.written + refused,
                "permitted": found.permitted,
                "refused": dict(found.reasons),
                "refusals": [
                    {"order": r.order_id, "line": r.line, "rule": r.rule, "message": r.message, "hint": r.hint}
                    for r in found.refused
                ],
                "warnings": dict(found.warnings),
                "channels": dict(found.channels),
                "ways": [{"order": order, "channel": channel, "note": note} for order, channel, note in found.ways],
                "selection": found.selection.as_json(),
                "schedule": found.schedule.as_json(),
                "later": found.later,
                "due": [
                    {"order": order, "at": due.astimezone(UTC).isoformat() if due is not None else None}
                    for order, due in zip(found.permitted, found.dues, strict=True)
                ],
            }
        )
        return
    out(f"{str(question.orders).removesuffix(':')}: {found.source}")
    out(f"{counted(found.written + refused, 'order')}: {found.written} would get {kind}, {refused} would not")
    for term in found.selection.unmatched():
        out(f"{term}: matches no order")
    if found.later:
        out(f"{found.later} of them not at once but {found.schedule}")
    if settings.by != "email":
        out(", ".join(f"{found.channels[name]} by {label}" for name, label in (("api", "the API"), ("email", "email"))))
        for note, number in found.notes.most_common():
            out(f"by email, {counted(number, 'order')}: {note}")
    for message, number in found.warnings.items():
        out(f"warning, {counted(number, 'order')}: {message}")
    refusal_table(found.refused, refused)
