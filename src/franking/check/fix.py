"""Applies the safe fixes of each rule until nothing changes.

Edits touch one declaration, attribute or element each; the rest of the source stays byte for byte. A round of edits is kept
only if the visible text, every image and every link are unchanged, and if it breaks no rule that the message satisfied
before. Other findings need a person's decision.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from franking.check.edits import Edit, apply
from franking.check.engine import inspect
from franking.check.picture_urls import picture_urls
from franking.check.registry import CheckRule, check_rules, rules_of
from franking.check.rule_context import RuleContext
from franking.check.unseen import Unseen
from franking.html.document import Element
from franking.model import Finding, Message
from franking.policy import Policy

_ROUNDS = 40  # rounds per rule; each removes one layer of declarations
_PASSES = 3  # rounds over all rules; a fix may reveal another finding
# The order of rules, because fixes affect each other: type before boxes, boxes before images, backgrounds last.
_ORDER = (
    "active-content",
    "font-family",
    "line-height",
    "font-color",
    "text-align",
    "centered-body",
    "tracking-pixel",
    "line-breaks",
    "image-width",
    "margin-width",
    "font-sizes",
    "insecure-url",
    "contrast",
)


@dataclass(frozen=True, slots=True)
class Change:
    """The rule and the description of one edit."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """The fixed source, the changes, the remaining findings, and the rules whose edits were not kept because a word, image
    or link would be lost or another rule broken."""

    html: str
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    withheld: tuple[str, ...] = ()


def fix_message(
    message: Message,
    policy: Policy,
    *,
    widths: tuple[int, ...] | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> Fixed:
    """Fix the HTML part of a message. ``select`` and ``ignore`` are rule slugs, as for ``inspect``."""
    html = message.html or ""
    first = inspect(message, policy, widths=widths, select=select, ignore=ignore)
    findings, changes = first, list[Change]()
    best = Fixed(html, (), tuple(first))
    allowed = _broken(first)
    seen = RuleContext(message, policy, widths or policy.widths)
    facts = _Facts.of(seen)
    withheld: dict[str, bool] = {}  # by rule, whether its last edits were dropped because they changed content
    for _ in range(_PASSES):
        before = html
        for entry in _fixing_rules(policy, select, ignore):
            if not any(f.rule == entry.rule.slug for f in findings):
                continue
            seen, made, lossy = _fix_rule(entry, seen, facts)
            html = seen.message.html or ""
            withheld[entry.rule.slug] = lossy
            if not made:
                continue
            changes += made
            findings = inspect(replace(message, html=html), policy, widths=widths, select=select, ignore=ignore)
            if _broken(findings) <= allowed and _weight(findings) < _weight(best.findings):
                best = Fixed(html, tuple(changes), tuple(findings))
        if html == before:
            break
    withheld |= {change.rule: True for change in changes[len(best.changes) :]}  # they broke another rule
    left = {finding.rule for finding in best.findings}
    return replace(best, withheld=tuple(rule for rule, lossy in withheld.items() if lossy and rule in left))


def _fixing_rules(policy: Policy, select: Collection[str], ignore: Collection[str]) -> list[CheckRule]:
    found = [e for e in (check_rules() if select else rules_of(policy)) if e.fix is not None or e.fix_page is not None]
    chosen = [e for e in found if (not select or e.rule.slug in select) and e.rule.slug not in ignore]
    return sorted(chosen, key=lambda e: _ORDER.index(e.rule.slug) if e.rule.slug in _ORDER else len(_ORDER))


def _broken(findings: Collection[Finding]) -> frozenset[str]:
    return frozenset(f.rule for f in findings if f.severity == "error")


def _weight(findings: Collection[Finding]) -> tuple[int, int]:
    return sum(f.severity == "error" for f in findings), len(findings)


def _fix_rule(entry: CheckRule, context: RuleContext, facts: _Facts) -> tuple[RuleContext, list[Change], bool]:
    """Apply the fixes of one rule, layer by layer; returns the message, the changes, and whether edits were dropped because
    they changed content."""
    made: list[Change] = []
    known = {context.message.html}
    for _ in range(_ROUNDS):
        source = context.message.html or ""
        html, edits, _left = apply(source, _in_source(source, _edits(entry, context)))
        if not edits or html in known:
            break
        after = RuleContext(replace(context.message, html=html), context.policy, context.widths)
        if _Facts.of(after) != facts:
            return context, made, True
        known.add(html)
        made += [Change(entry.rule.slug, edit.what) for edit in edits]
        context = after
    return context, made, False


def _edits(entry: CheckRule, context: RuleContext) -> Iterator[Edit]:
    if entry.fix is not None:
        yield from entry.fix(context)
    if entry.fix_page is not None:
        for page in context.pages:
            edits = list(entry.fix_page(page, context.policy))
            yield from edits
            if edits:
                return  # the next width is checked after this one is fixed


def _in_source(source: str, edits: Iterator[Edit]) -> Iterator[Edit]:
    """Convert edits of the normalized text (no BOM, LF line endings) to edits of the source."""
    mark = 1 if source.startswith("\ufeff") else 0
    if "\r\n" not in source:
        yield from (Edit(e.start + mark, e.end + mark, e.text, e.what) for e in edits)
        return
    breaks: list[int] = []  # the normalized offset of each line ending that is two characters in the source
    position = source.find("\r\n")
    while position >= 0:
        breaks.append(position - mark - len(breaks))
        position = source.find("\r\n", position + 2)
    for edit in edits:
        start, end = (offset + mark + bisect_left(breaks, offset) for offset in (edit.start, edit.end))
        yield Edit(start, end, edit.text, edit.what)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The content that a fix must not change: the visible text and the images at each width, and the link targets."""

    texts: tuple[str, ...]
    pictures: tuple[tuple[str, ...], ...]
    asked: tuple[str, ...]  # the URL of every image that may be visible at another width or in another program
    grounds: tuple[int, ...]  # the boxes with a background image
    links: tuple[str, ...]

    @classmethod
    def of(cls, context: RuleContext) -> _Facts:
        texts = tuple(" ".join(" ".join(run.text.data for run in page.runs).split()) for page in context.pages)
        links = tuple(_insecure(e.attrs["href"]) for e in context.elements if e.tag in ("a", "area") and "href" in e.attrs)
        document = context.document
        unseen = Unseen(document, context.pages) if document is not None else ()
        pictures = tuple(tuple(_picture(e) for e in page.replaced if e not in unseen) for page in context.pages)
        asked = tuple(_insecure(url) for e, url in picture_urls(document) if e not in unseen) if document is not None else ()
        grounds = tuple(
            sum(s.background_image == "image" and page.frame.rendered[n] for n, s in enumerate(page.styles))
            for page in context.pages
        )
        return cls(texts, pictures, asked, grounds, links)


_PICTURES = frozenset(["img", "svg", "video", "canvas", "picture", "object"])


def _picture(element: Element) -> str:
    """The identity of an image: its URL and alternative text; "" for other replaced elements."""
    if element.tag not in _PICTURES and element.attrs.get("type", "").strip().lower() != "image":
        return ""
    attrs = element.attrs
    return (
        f"{element.tag} {_insecure(attrs.get('src', attrs.get('data', '')))} {attrs.get('srcset', '')} {attrs.get('alt', '')}"
    )


def _insecure(url: str) -> str:
    """A URL without its scheme, if that is http or https: insecure links to trusted hosts may become secure."""
    url = url.strip()
    return url.partition(":")[2] if url.lower().startswith(("https:", "http:")) else url
