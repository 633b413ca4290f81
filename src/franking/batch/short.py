"""The text of a message that the marketplace's API delivers: made, checked, and where it came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from franking.batch.pipeline import Pipeline, Rejected, rejection
from franking.batch.template_findings import template_finding, untranslated_finding
from franking.errors import TemplateError
from franking.model import Draft, Finding, FrankedText, Order, TemplatePlace

if TYPE_CHECKING:
    from franking.channels import ApiCall
    from franking.rendering import TemplateMap

COVERED = ("covered_from", "covered_until")  # the details that a warranty's call names


def franked_text(pipeline: Pipeline, order: Order, api_call: ApiCall) -> FrankedText | Rejected:
    """The franked text of a permitted order, by ``message.txt.j2`` or else the text part of the mail; or why there is none."""
    from franking.check import frank_text

    try:
        inlined = pipeline.compose(order)
        short = pipeline.short_text(order) if api_call.text else None
    except TemplateError as problem:
        return rejection(order, [template_finding(problem)])
    draft, traced = inlined.draft, None
    text = inlined.text.strip() if api_call.text else ""
    if short is not None:
        traced, lost = short
        text = traced.text.strip()
        draft = replace(draft, untranslated=lost)
    lacking = untranslated_finding(draft) if api_call.text else None
    if lacking is not None:
        return rejection(order, [lacking], inlined)
    if api_call.solicits:
        draft = replace(draft, files=())
    made = frank_text(draft, text, api_call.text, pipeline.policy, _covered(order) if api_call.coverage else None)
    if isinstance(made, FrankedText):
        return made
    return rejection(order, [_placed(finding, draft, text, traced, pipeline) for finding in made], inlined)


def _covered(order: Order) -> tuple[str, str] | None:
    """The first and the last moment of the days that a warranty covers, where the order was placed."""
    days = [order.details.get(name) for name in COVERED]
    first, last = (day if isinstance(day, date) else None for day in days)
    if first is None or last is None:
        return None
    zone = ZoneInfo(order.marketplace.time_zone)
    moments = (datetime.combine(first, time(), zone), datetime.combine(last, time(23, 59, 59), zone))
    return moments[0].isoformat(), moments[1].isoformat()


def _placed(finding: Finding, draft: Draft, text: str, traced: TemplateMap | None, pipeline: Pipeline) -> Finding:
    """A finding with its template line; of a text part, with the template that it was made of."""
    kind = pipeline.kind
    if traced is None:
        return replace(finding, template=TemplatePlace(f"{kind.path}/{kind.message_file}", 1))
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: finding.line - 1]) + finding.column - 1
    start = len(traced.text) - len(traced.text.lstrip())
    place = traced.at(start + before) or TemplatePlace(f"{kind.path}/message.txt.j2", 1)
    return replace(finding, template=place)
