"""The cause of each finding: the line of a designer's file that has to change.

The checker reads the finished message, whose styles are inlined. The same rules on the draft find the same elements, and
there each finding stands at the declaration, attribute or word that the designers wrote. Findings that one line causes in
several elements become one finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from franking.batch.custom_properties import defined
from franking.batch.declarations import declared
from franking.batch.merged_findings import merged, with_doubles
from franking.catalog.pofile import read_entries
from franking.check import as_message, inspect
from franking.check.page import Page
from franking.check.registry import check_rules
from franking.check.rule_context import RuleContext
from franking.check.rules.markup import check_message, fault_finding
from franking.errors import TemplateError
from franking.html.document import Document, Element
from franking.html.pairing import unpaired
from franking.model import Draft, Finding, Inlined, Message, TemplatePlace
from franking.policy import Policy
from franking.rendering import MjmlOrigins, Origins

Traced = Origins | MjmlOrigins | None
# Rules that report each declaration once, which in the message is one for each element, and on the draft one for all of them.
_OVERRIDDEN = {
    "text-align": ("text-align", "text-align-last"),
    "font-color": ("color",),
    "font-family": ("font-family",),
    "line-height": ("line-height",),
}

_OF_TABLE = re.compile(r"shown before the table|^<table> ends after")
_TABLE_TAG = re.compile(r"^(?:Found )?</?(?:table|tbody|thead|tfoot|tr|t[dh])>")


class Causes:
    """Finds the causes in one message. ``trace`` returns the origins of the draft's HTML; None if they are unknown. ``file``
    is the subject's template."""

    def __init__(self, inlined: Inlined, policy: Policy, trace: Callable[[], Traced], file: str) -> None:
        self._inlined = inlined
        self._policy = policy
        self._trace = trace
        self._file = file
        self._pages: dict[int, Page] = {}

    @cached_property
    def _origins(self) -> Traced:
        return self._trace()

    @cached_property
    def _context(self) -> RuleContext:
        return RuleContext(draft_message(self._inlined), self._policy, self._policy.widths)

    @property
    def _draft(self) -> Document:
        assert self._context.document is not None
        return self._context.document

    @cached_property
    def _after(self) -> Document:
        return Document(self._inlined.html)

    def of(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings with their causes, those with the same cause as one."""
        drafted = self._drafted(findings)
        placed: list[Finding] = []
        for finding, own in zip(findings, drafted, strict=True):
            place: TemplatePlace | None = None
            if finding.part == "html":
                place = self._written(own, finding) if own is not None else self._overriding(finding) or self._element(finding)
            elif finding.part == "subject":
                place = self._in_subject(finding)
            placed.append(replace(finding, template=place))
        return merged(with_doubles(placed))

    def markup(self) -> list[Finding]:
        """The broken HTML and CSS that the designers wrote. The inliner repairs it, so the message itself does not show it.
        Lines and columns are those of the element in the message."""
        alone = self._alone()
        found = [f for f in check_message(self._context) if not _follows(f, alone)]
        found += (f for f in alone if (f.line, f.column) not in {(g.line, g.column) for g in found})
        if not found:
            return []
        found.sort(key=lambda f: (f.line, f.column))
        drafted, finished = self._pairs()
        made: list[Finding] = []
        for finding in found:
            place = self._written(finding) if self._origins is not None else None
            start = self._draft.offset(finding.line, finding.column)
            number = max((n for n, e in enumerate(drafted) if e.offset <= start), default=0)
            at = self._after.place(finished[number].offset if number < len(finished) else 0)
            made.append(replace(finding, line=at.line, column=at.column, template=place))
        return merged(made)

    def _alone(self) -> list[Finding]:
        """The tags without a partner, also those that browsers repair without a visible change."""
        origins = self._origins
        if origins is None or isinstance(origins, MjmlOrigins):  # MJML's converter closes all
            return []
        faults = unpaired(self._draft, origins.file_at)
        return [fault_finding(self._draft, fault) for fault in faults]

    def written(self, rule: str) -> list[tuple[int, int]]:
        """Where the declarations and attributes are in the draft that a rule's findings go back to."""
        found: list[tuple[int, int]] = []
        for finding in inspect(draft_message(self._inlined), self._policy, select=[rule]):
            start = self._draft.offset(finding.line, finding.column)
            at = declared(finding, start, self._draft, self._page)
            start = start if at is None else at
            found.append((start, _written_end(self._draft, start)))
        return list(dict.fromkeys(found))

    def _pairs(self) -> tuple[list[Element], list[Element]]:
        """The elements of the draft and of the message, one to one. Inlining keeps every element but those of style sheets.
        Empty if they differ."""
        drafted = [e for e in self._draft.elements if e.tag != "style"]
        finished = [e for e in self._after.elements if e.tag != "style"]
        return (drafted, finished) if [e.tag for e in drafted] == [e.tag for e in finished] else ([], [])

    def _drafted(self, findings: Sequence[Finding]) -> list[Finding | None]:
        """For each finding on the message, the same one on the draft."""
        rules = sorted({f.rule for f in findings if f.part == "html"})
        if not rules or self._origins is None:
            return [None] * len(findings)
        known = {entry.rule.slug for entry in check_rules()}
        found = inspect(draft_message(self._inlined), self._policy, select=[r for r in rules if r in known] or ["markup"])
        mine, theirs = defaultdict[tuple[str, str], list[Finding]](list), defaultdict[tuple[str, str], list[Finding]](list)
        for finding in findings:
            if finding.part == "html":
                mine[_key(finding)].append(finding)
        for finding in found:
            if finding.part == "html":
                theirs[_key(finding)].append(finding)
        result: list[Finding | None] = []
        sheets = {element.path for element in self._draft.elements if element.tag == "style"}
        for finding in findings:
            same = theirs[_key(finding)]
            number = next((n for n, f in enumerate(mine[_key(finding)]) if f is finding), 0)
            if len(same) != len(mine[_key(finding)]):
                alike = [f for f in same if (f.width, f.measured) == (finding.width, finding.measured)]
                # On the draft, findings of equal paths at one declaration are one, with the measure of the worst.
                same = alike or (same if len({(f.line, f.column) for f in same}) == 1 else [])
                # A declaration that is inlined into elements has the style element's path on the draft.
                same = same or [f for f in found if (f.rule, f.message) == (finding.rule, finding.message) and f.path in sheets]
                number = 0
            result.append(same[number] if number < len(same) and finding.part == "html" else None)
        return result

    def _written(self, finding: Finding, finished: Finding | None = None) -> TemplatePlace | None:
        """The cause of a finding on the draft, which is ``finished`` on the message."""
        assert self._origins is not None
        start = self._draft.offset(finding.line, finding.column)
        at = declared(finding, start, self._draft, self._page)
        start = start if at is None else at
        element = self._drafted_element(finished) if finished is not None and isinstance(finding.limit, float | int) else None
        if element is not None:
            at = defined(start, self._draft, finding.width or max(self._policy.widths), element)
            start = start if at is None else at
        return self._origins.within(start, _written_end(self._draft, start))

    def _drafted_element(self, finding: Finding) -> Element | None:
        """The element of the draft that a finding on the message is in."""
        drafted, finished = self._pairs()
        if not drafted or not finding.path:
            return None
        at = self._after.offset(finding.line, finding.column)
        return drafted[max((n for n, e in enumerate(finished) if e.offset <= at), default=0)]

    def _overriding(self, finding: Finding) -> TemplatePlace | None:
        """The declaration that overrides a text's default, where the draft has one finding for all texts that it reaches."""
        element = self._drafted_element(finding) if finding.rule in _OVERRIDDEN and self._origins is not None else None
        if element is None or self._origins is None:
            return None
        page = self._page(finding)
        style = page.style(page.document.elements[element.index])
        for name in _OVERRIDDEN[finding.rule]:
            origin = style.origins.get(name)
            if origin is not None:
                return self._origins.within(origin.offset(), _written_end(self._draft, origin.offset()))
        return None

    def _page(self, finding: Finding) -> Page:
        """The draft at a finding's width."""
        width = finding.width or max(self._policy.widths)
        if width not in self._pages:
            self._pages[width] = RuleContext(draft_message(self._inlined), self._policy, (width,)).pages[0]
        return self._pages[width]

    def _element(self, finding: Finding) -> TemplatePlace | None:
        """The line of the element that a finding is in."""
        element = self._drafted_element(finding)
        return self._origins.at(element.offset) if element is not None and self._origins is not None else None

    def _in_subject(self, finding: Finding) -> TemplatePlace:
        subject = self._origins.subject if self._origins is not None else None
        place = subject.in_line(finding.column - 1) if subject is not None else None
        return place or TemplatePlace(self._file, 1)


def _follows(finding: Finding, alone: Sequence[Finding]) -> bool:
    """Whether a finding is what browsers make of a tag without a partner in a table."""
    before = [
        f.message for f in alone if (f.line, f.column) <= (finding.line, finding.column) or f.message.startswith("Found </")
    ]
    return _OF_TABLE.search(finding.message) is not None and any(_TABLE_TAG.search(message) for message in before)


def draft_message(inlined: Inlined) -> Message:
    """The HTML part before inlining, as a message for the checker."""
    draft: Draft = inlined.draft
    return replace(as_message(Inlined(draft, draft.html, inlined.text)), text=None, subject=None)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.path or finding.message


def _written_end(document: Document, start: int) -> int:
    """Where the declaration or attribute that begins at ``start`` ends; ``start`` itself anywhere else."""
    element = _owner(document, start)
    location = element.node.source_location if element is not None else None
    if location is None or not location.start_tag.start_offset < start < location.start_tag.end_offset:
        return start
    for name, span in location.attrs.items():
        if span.start_offset <= start < span.end_offset:
            if name == "style" and span.start_offset < start:
                end = document.source.find(";", start, span.end_offset)
                last = span.end_offset - (document.source[span.end_offset - 1] in "\"'")
                return end if end >= 0 else last
            return span.end_offset
    return start


def _owner(document: Document, offset: int) -> Element | None:
    owner = None
    for element in document.elements:
        location = element.node.source_location
        if location is not None and location.start_tag.start_offset <= offset < location.start_tag.end_offset:
            owner = element
    return owner


def catalogue_line(path: Path, text: str) -> TemplatePlace | None:
    """The line of a text in a catalogue; line 1 if it has to be added there. None if the catalogue cannot be read."""
    try:
        entry = next((e for e in read_entries(path) if e.id == text and not e.obsolete), None)
    except TemplateError:
        return None
    return TemplatePlace(str(path), entry.strings[0][0] if entry is not None else 1, why="not translated")
