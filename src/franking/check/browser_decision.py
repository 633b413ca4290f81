"""Decides undecided findings by a browser's measurements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from franking.browser.facts import Facts
from franking.check.browser_facts import DECIDABLE, Violation
from franking.check.rule_context import RuleContext
from franking.check.rules.hidden_text import check_message
from franking.model import Finding, Message
from franking.policy import Policy

# Lays HTML out at widths, with picture bytes by URL: the facts of each width, several if a picture is missing. The last
# argument are elements whose text is tested for visible pixels.
Reader = Callable[[str, Sequence[int], Mapping[str, bytes], Sequence[int]], list[tuple[Facts, ...]]]
_HIDDEN = "hidden-text"
_MOST_TEXTS = 40  # each needs a screenshot of the whole message


_CHANCE = re.compile(r"\brandom(?:-item)?\(", re.IGNORECASE)  # the result differs between readers (CSS Values 5)


@dataclass(frozen=True, slots=True)
class Decided:
    """The findings of a message after the decision, and counts of decided ones."""

    findings: list[Finding]
    confirmed: int = 0
    cleared: int = 0
    left: int = 0  # of the rules that a browser can decide


@dataclass(frozen=True, slots=True)
class _Found:
    width: int
    violation: Violation


def is_open(finding: Finding) -> bool:
    """Whether a finding is undecided and of a rule that a browser can decide."""
    return finding.undecided and (finding.rule in DECIDABLE or finding.rule == _HIDDEN) and finding.part == "html"


def decide(
    message: Message,
    findings: Sequence[Finding],
    policy: Policy,
    widths: tuple[int, ...],
    read: Reader,
    name: Callable[[], str],
) -> Decided:
    """The findings, with those that ``read`` decides confirmed or removed. ``name`` returns the name of the browser after a
    measurement. A rule is violated if it is certainly violated at one width, and not violated if it is at no width. Errors
    of ``read`` are passed on."""
    kept = list(findings)
    confirmed = cleared = left = 0
    for part in (message, *message.others):
        where = part.mime_html or part.mime_text
        mine = [f for f in findings if is_open(f) and f.mime_part == where]
        if not mine or part.html is None:
            continue
        if _CHANCE.search(part.html) is not None:
            left += len(mine)
            continue
        context = RuleContext(part, policy, widths)
        texts = _texts(context) if any(f.rule == _HIDDEN for f in mine) else []
        read_facts = read(part.html, widths, part.files, texts if len(texts) <= _MOST_TEXTS else [])
        for rule in dict.fromkeys(f.rule for f in mine):
            of_rule = [f for f in mine if f.rule == rule]
            found = _unseen(context, read_facts, texts) if rule == _HIDDEN else _violations(context, rule, read_facts)
            if found is None:
                left += len(of_rule)
                continue
            others = [f for f in findings if f.rule == rule and not f.undecided and f.mime_part == where]
            chosen = dict(_confirmed(context, of_rule, found, alone=not others))
            confirmed += len(chosen)
            cleared += len(of_rule) - len(chosen)
            for finding in of_rule:
                place = next(i for i, one in enumerate(kept) if one is finding)
                if id(finding) in chosen:
                    kept[place] = _decided(finding, chosen[id(finding)], name())
                else:
                    del kept[place]
    return Decided(kept, confirmed, cleared, left)


def _violations(context: RuleContext, rule: str, read: list[tuple[Facts, ...]]) -> list[_Found] | None:
    """The violations of a rule, per width those of the first layout; None if the browser cannot decide either."""
    found: list[_Found] = []
    unsure = False
    for page, variants in zip(context.pages, read, strict=True):
        if any(facts.moving or facts.lacking for facts in variants):
            return None
        if rule == "line-breaks" and not all(_same_elements(context, facts) for facts in variants):
            return None
        each = [list(DECIDABLE[rule](facts, context.policy, page)) for facts in variants]
        if all(each):
            found += [_Found(page.width, one) for one in each[0]]
        elif any(each):
            unsure = True  # depends on an image that is not in the message
    return found if found or not unsure else None


def _texts(context: RuleContext) -> list[int]:
    """The elements whose own text may be invisible."""
    return sorted(
        {
            piece.node.parent.index
            for segment in context.segments
            if not segment.hidden and not segment.unseen
            for piece in segment.pieces
        }
    )


def _unseen(context: RuleContext, read: list[tuple[Facts, ...]], texts: list[int]) -> list[_Found] | None:
    """The findings of ``hidden-text`` for texts without a visible pixel at any width; None if the browser cannot decide."""
    every = [facts for variants in read for facts in variants]
    if len(texts) > _MOST_TEXTS or not all(_same_elements(context, facts) for facts in every):
        return None
    if any(facts.moving or facts.lacking for facts in every):
        return None
    traceless = frozenset(texts).intersection(*(facts.traceless for facts in every))
    new = set()
    began = False
    for segment in context.segments:
        if (
            segment.pieces
            and not segment.hidden
            and not segment.unseen
            and all(piece.node.parent.index in traceless for piece in segment.pieces)
        ):
            segment.unseen = "it leaves no pixel"
            new.add(segment.pieces[0].node.parent.path)
        segment.opening = not began
        began = began or bool(segment.pieces and not segment.hidden and not segment.unseen)
    by_path = {element.path: element.index for element in reversed(context.elements)}
    most = context.policy.value("preheader_characters")
    return [
        _Found(context.pages[0].width, Violation(by_path[one.path], one.message, one.measured, most))
        for one in check_message(context)
        if one.path in new and one.measured is not None
    ]


def _same_elements(context: RuleContext, facts: Facts) -> bool:
    return [element.tag for element in context.elements] == [box.tag for box in facts.boxes]


def _confirmed(
    context: RuleContext, findings: list[Finding], found: list[_Found], *, alone: bool
) -> Iterator[tuple[int, _Found]]:
    """The findings, by identity, to which a violation belongs: it is at, in or around their element. If it belongs to none,
    and the rule has no other finding, the first one is used."""
    elements = context.elements
    by_path: dict[str, list[int]] = {}
    for element in elements:
        by_path.setdefault(element.path, []).append(element.index)
    seen: set[tuple[int, int, str]] = set()
    any_chosen = False
    for finding in findings:
        at = by_path.get(finding.path, [])
        sheet = any(elements[index].tag == "style" for index in at)
        near = [one for one in found if sheet or not at or any(_related(context, index, one) for index in at)]
        key = (finding.line, finding.column, finding.path)
        if near and key not in seen:
            seen.add(key)
            any_chosen = True
            yield id(finding), max(near, key=_weight)
    if found and not any_chosen and alone:
        yield id(findings[0]), max(found, key=_weight)


def _related(context: RuleContext, index: int, found: _Found) -> bool:
    element = found.violation.element
    elements = context.elements
    if element >= len(elements):
        return True  # the browser's elements differ
    return any(a.index == index for a in elements[element].ancestors()) or any(
        a.index == element for a in elements[index].ancestors()
    )


def _weight(found: _Found) -> float:
    measured = found.violation.measured
    return float(measured) if isinstance(measured, int | float) else 0.0


def _decided(finding: Finding, found: _Found, by: str) -> Finding:
    violation = found.violation
    return replace(
        finding,
        message=violation.text,
        measured=violation.measured,
        limit=violation.limit,
        width=found.width,
        undecided=False,
        decided_by=by,
    )
