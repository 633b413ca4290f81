"""Checks a message against every rule, and franks it if no finding rejects it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache, partial

from franking.check.content import lacking
from franking.check.finished import as_message
from franking.check.page import Page
from franking.check.registry import CheckRule, check_rules
from franking.check.rule_context import RuleContext, on_page
from franking.css.property_support import aspects_of
from franking.errors import InputError
from franking.model import _TOKEN, Draft, Finding, Franked, FrankedText, Inlined, Message
from franking.policy import Policy

_HIDDEN = "hidden-text"


def inspect(message: Message, policy: Policy, *, widths: tuple[int, ...] | None = None, select: Collection[str] = (),
            ignore: Collection[str] = ()) -> list[Finding]:  # fmt: skip
    """All findings on a message, in source order. A violation at several widths is reported once.

    ``select`` and ``ignore`` are rule slugs; selected rules run even if the policy turns them off. Raises ``FrankingError``
    for an unknown slug.
    """
    found = [_findings(one, select, ignore) for one in _contexts(message, policy, widths or policy.widths)]
    return found[0] if len(found) == 1 else [finding for findings in found for finding in findings]


def inspect_input(message: Message, policy: Policy, *, widths: tuple[int, ...] | None = None, select: Collection[str] = (),
                  ignore: Collection[str] = ()) -> list[Finding]:  # fmt: skip
    """The findings on an external message. Raises ``InputError`` if it has no content."""
    contexts = _contexts(message, policy, widths or policy.widths)
    check_slugs((*select, *ignore))
    lacks = [lacking(context) for context in contexts]
    what = min(lacks, key=len)  # empty if one of its parts has content
    if what.startswith("no content"):
        raise InputError(f"{message.source}:1: {what}")
    findings = [finding for one in contexts for finding in _findings(one, select, ignore)]
    if what and not rejected(findings):
        raise InputError(f"{message.source}:1: {what}")
    return findings


def _contexts(message: Message, policy: Policy, widths: tuple[int, ...]) -> list[RuleContext]:
    """The message and the other parts of its mail, as messages with the same context."""
    others = (
        replace(message, html=other.html, text=other.text, subject=other.subject, attachments=(), others=(), is_other=True,
                mime_html=other.mime_html, mime_text=other.mime_text, text_lines=other.text_lines, text_derived=False)
        for other in message.others
    )  # fmt: skip
    return [RuleContext(message, policy, widths), *(RuleContext(other, policy, widths) for other in others)]


def _findings(context: RuleContext, select: Collection[str], ignore: Collection[str]) -> list[Finding]:
    policy = context.policy
    check_slugs((*select, *ignore))
    found: list[Finding] = []
    doubtful = [page for page in context.pages if page.unmodelled or page.opaque]
    for entry in check_rules():
        slug = entry.rule.slug
        if slug in ignore or (slug not in select if select else slug in policy.rules_off):
            continue
        if entry.on_page is not None:
            found.extend(_merge(f for page in _pages(context, entry) for f in entry.on_page(page, policy)))
        if entry.aspects and doubtful:
            found.extend(_merge(f for page in doubtful for f in undecided(page, entry)))
        if entry.on_message is not None:
            found.extend(entry.on_message(context))
    found = _escalated(_decided([*dict.fromkeys(found)]))
    if context.message.mime_html or context.message.mime_text or context.message.text_lines:
        found = [_in_part(finding, context.message) for finding in found]
    order = {"subject": 0, "html": 1, "text": 2}
    return sorted(found, key=lambda f: (order[f.part], f.line, f.column, f.rule))


def _in_part(finding: Finding, message: Message) -> Finding:
    """The finding with its part of the mail, and the line in the source of that part."""
    if finding.part == "html":
        return replace(finding, mime_part=message.mime_html or message.mime_text)
    if finding.part == "subject":
        return finding
    line, column = finding.line, finding.column
    at = bisect_right(message.text_lines, (line, column, 0x7FFFFFFF)) - 1
    if at >= 0 and message.text_lines[at][0] == line:
        _, first, line = message.text_lines[at]
        column -= first - 1
    return replace(finding, mime_part=message.mime_text, line=line, column=column)


def check_slugs(slugs: Collection[str]) -> None:
    """Raises ``InputError`` for an unknown slug."""
    known = {entry.rule.slug for entry in check_rules()}
    for slug in slugs:
        if slug not in known:
            raise InputError(f"unknown rule {slug!r}; expected one of: {', '.join(sorted(known))}")


def _pages(context: RuleContext, entry: CheckRule) -> list[Page]:
    """The pages that a rule must check: rules about styles have equal results on pages with the same styles."""
    return context.pages if entry.needs_layout else [p for p in context.pages if p.like is None]


def _decided(found: list[Finding]) -> list[Finding]:
    """The findings without doubts about what the same rule rejects in another reading of the text at the same place."""
    if not any(finding.undecided for finding in found):
        return found
    rejected_at = {_place(finding) for finding in found if finding.severity == "error"}
    return [f for f in found if not f.undecided or f.severity == "error" or _place(f) not in rejected_at]


def _place(finding: Finding) -> tuple[str, str, int, int, str]:
    return finding.rule, finding.part, finding.line, finding.column, finding.path


def _escalated(found: list[Finding]) -> list[Finding]:
    """The findings; hidden text is an error if a rule about texts finds something in it."""
    if not any(finding.rule == _HIDDEN for finding in found):
        return found
    said = {finding.path for finding in found if finding.path and finding.rule in _text_rules()}
    return [replace(f, severity="error") if f.rule == _HIDDEN and f.path in said else f for f in found]


@cache
def _text_rules() -> frozenset[str]:
    return frozenset(entry.rule.slug for entry in check_rules() if entry.values == "segment")


def undecided(page: Page, entry: CheckRule) -> Iterator[Finding]:
    """The undecided findings of a rule on a page: relevant declarations that the layout engine does not support, and
    constructs that may contain such."""
    rule = entry.rule
    if not (page.unmodelled or page.opaque) or (entry.concerned is not None and not entry.concerned(page)):
        return
    for unread in page.unmodelled:
        if unread.aspects & entry.aspects:
            origin = unread.origin
            yield on_page(
                page, rule, origin.offset(), unread.element,
                f"{origin.written}: {origin.text[:60]} cannot be decided here: {rule.summary}",
                f"Declare it without {origin.written}, or remove it.", measured=origin.written, undecided=True,
            )  # fmt: skip
    for opaque in page.opaque:
        names = sorted(name for name in opaque.names if aspects_of(name) & entry.aspects)
        if names:
            sets = f"{opaque.what} sets {', '.join(names[:4])}: whether it applies cannot be decided here"
            shows = f"how browsers show {opaque.what} cannot be decided here: {rule.summary}"
            yield on_page(
                page, rule, opaque.offset, opaque.element, shows if opaque.is_shown else sets,
                f"Say it without {opaque.what}." if opaque.is_shown else f"Declare it without {opaque.what}, or remove it.",
                undecided=True,
            )  # fmt: skip


def _merge(findings: Iterator[Finding]) -> list[Finding]:
    """One finding per position and path, from the width with the worst value."""
    worst: dict[tuple[str, int, int, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.line, finding.column, finding.path)
        known = worst.get(key)
        if known is None or _weight(finding) > _weight(known):
            worst[key] = finding
    return list(worst.values())


def _weight(finding: Finding) -> tuple[bool, float]:
    measured = finding.measured
    return not finding.undecided, float(measured) if isinstance(measured, int | float) else 0.0


def rejected(findings: Collection[Finding]) -> bool:
    """Whether any finding rejects the message: an error, or an undecided finding."""
    return any(f.severity == "error" for f in findings)


def frank(inlined: Inlined, policy: Policy) -> Franked | list[Finding]:
    """The franked message, or the findings that reject it."""
    findings, franked = judge(inlined, policy)
    return findings if franked is None else franked


def judge(inlined: Inlined, policy: Policy) -> tuple[list[Finding], Franked | None]:
    """All findings, and the franked message if none of them rejects it. Only this function makes a ``Franked``."""
    context = RuleContext(as_message(inlined), policy, policy.widths)
    findings = _findings(context, (), ())
    if rejected(findings):
        return findings, None
    from franking.check.measured import judgement

    judged = partial(judgement, context.pages, findings, policy)
    return findings, Franked(inlined, policy.version, tuple(findings), _TOKEN, judged)


def frank_text(
    draft: Draft, text: str, limit: int, policy: Policy, covered: tuple[str, str] | None = None
) -> FrankedText | list[Finding]:
    """The franked text for a call of the marketplace's API, of at most ``limit`` characters, or the findings that reject
    it. The call names the order, so the text does not have to. With ``limit`` 0 the call has no text, and ``text`` is ""."""
    empty = Inlined(draft, "", text)
    message = replace(as_message(empty), html=None, text=text if limit else None, subject=None, order_id=None, assets=None,
                      files={}, text_derived=False, text_limit=limit)  # fmt: skip
    findings = inspect(message, policy)
    return findings if rejected(findings) else FrankedText(draft, text, policy.version, tuple(findings), covered, _TOKEN)


__all__ = [
    "as_message", "check_slugs", "frank", "frank_text", "inspect", "inspect_input", "judge", "rejected", "undecided",
]  # fmt: skip
