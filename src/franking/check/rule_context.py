"""The input of a rule for one message, and the functions that create findings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from franking.check.listed_lines import Line, listed_lines
from franking.check.segments import TextSegment, prose
from franking.html.visible import visible
from franking.model import Finding, Message, Rule
from franking.policy import Policy
from franking.policy.words.spoken import spoken

if TYPE_CHECKING:  # messages whose shape is proven are not parsed or laid out
    from franking.check.page import Page
    from franking.css.styled_document import StyledDocument
    from franking.html.document import Comment, Document, Element, Text


@dataclass(slots=True)
class Link:
    """A rendered link and its accessible name."""

    element: Element
    name: str


class RuleContext:
    """One message at all widths of the policy."""

    def __init__(self, message: Message, policy: Policy, widths: tuple[int, ...]) -> None:
        self.message = message
        self.policy = policy
        self.widths = widths
        self.quotes = False  # whether a match was ignored because it is part of the order's data

    @cached_property
    def _styled(self) -> StyledDocument | None:
        html, styled = self.message.html, self.message.styled
        if html is None:
            return None
        if styled is not None and styled.document.source == html:
            return styled
        from franking.css.styled_document import StyledDocument
        from franking.html.document import Document

        return StyledDocument(Document(html))

    @cached_property
    def document(self) -> Document | None:
        """The parsed HTML part; None for a message without one."""
        return self._styled.document if self._styled is not None else None

    @cached_property
    def comments(self) -> list[Comment]:
        """The comments of the HTML part."""
        return self.document.comments if self.document is not None else []

    @cached_property
    def elements(self) -> list[Element]:
        """The elements of the HTML part in document order."""
        return self.document.elements if self.document is not None else []

    @cached_property
    def by_attribute(self) -> dict[str, list[Element]]:
        """The elements of the HTML part that have an attribute, by its name, in document order."""
        found: dict[str, list[Element]] = {}
        for element in self.elements:
            for name in element.attrs:
                found.setdefault(name, []).append(element)
        return found

    @cached_property
    def by_tag(self) -> dict[str, list[Element]]:
        """The elements of the HTML part by their tags, in document order."""
        found: dict[str, list[Element]] = {}
        for element in self.elements:
            found.setdefault(element.tag, []).append(element)
        return found

    def among(self, tags: Collection[str], attributes: Collection[str]) -> list[Element]:
        """The elements of the HTML part with one of some tags or attributes, in document order. Not for rules about values: in
        messages made from a shape they see stand-ins for links, which have no place in a document."""
        by_tag, by_attribute = self.by_tag, self.by_attribute
        found = {element.index: element for name in by_tag.keys() & tags for element in by_tag[name]}
        found |= {element.index: element for name in by_attribute.keys() & attributes for element in by_attribute[name]}
        return [found[index] for index in sorted(found)]

    def having(self, attribute: str) -> list[Element]:
        """The elements of the HTML part that have an attribute, in document order."""
        return self.by_attribute.get(attribute, [])

    @cached_property
    def pages(self) -> list[Page]:
        """The HTML part at each width; empty without an HTML part."""
        from franking.check.page import pages

        return pages(self.document, self.widths, self.message.files, self._styled) if self.document is not None else []

    @cached_property
    def page(self) -> Page | None:
        """The widest page, for rules that do not depend on the width."""
        return self.pages[-1] if self.pages else None

    @cached_property
    def language(self) -> str:
        """The primary language of the HTML part, else the buyer's; "" if neither is known."""
        declared = ""
        if self.document is not None:
            elements = (self.document.root, self.document.body)
            declared = next((e.attrs["lang"].strip() for e in elements if e.attrs.get("lang", "").strip()), "")
        return (declared or self.message.language).replace("_", "-").partition("-")[0].lower()

    @cached_property
    def segments(self) -> list[TextSegment]:
        """Every text of the message: subject, HTML part (hidden texts too), attributes, text part."""
        from franking.check.look_alikes import as_latin
        from franking.check.reading import html_segments
        from franking.check.seen_order import lines_as_seen

        message = self.message
        found: list[TextSegment] = []
        if message.subject is not None:
            found.append(TextSegment("subject", message.subject))
        if self.document is not None:
            found.extend(html_segments(self.document, self.pages))
        if message.text is not None:
            found.append(TextSegment("text", message.text, derived=message.text_derived))
        found += [
            replace(segment, text=latin, reordered=True, apart=True)
            for segment in found
            if (latin := as_latin(segment.text)) is not None
        ]
        for part, text in (("subject", message.subject or ""), ("text", message.text or "")):
            if (seen := lines_as_seen(text)) is not None:
                found.append(TextSegment(part, seen, reordered=True, apart=True))
        return found

    @cached_property
    def prose(self) -> list[TextSegment]:
        """The visible texts in the message's language: the text part only if there is no HTML part, and no text that is
        marked as another language or as not for translation."""
        found: list[TextSegment] = []
        for segment in self.segments:
            if segment.hidden or segment.apart or (segment.part == "text" and self.document is not None):
                continue
            kept = prose(segment, self.language)
            if kept is not None:
                found.append(kept)
        return found

    @cached_property
    def listed(self) -> dict[str, list[Line]]:
        """By list of words: the lines of the texts that may hold an entry of it. Most messages have none."""
        return listed_lines(self.segments)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The detected languages of the texts, for a message without a declared language."""
        return spoken("\n".join(segment.text for segment in self.segments))

    @cached_property
    def links(self) -> list[Link]:
        """The links that a buyer can see."""
        page = self.page
        if page is None:
            return []
        links = (e for e in page.document.elements if e.tag in ("a", "area") and "href" in e.attrs and page.shown(e))
        return [Link(element, accessible_name(page, element)) for element in links]

    def at_element(
        self,
        rule: Rule,
        element: Element,
        message: str,
        hint: str,
        *,
        attribute: str = "",
        measured: float | str | None = None,
        limit: float | str | None = None,
    ) -> Finding:
        """A finding at an element, or at one of its attributes."""
        assert self.document is not None
        offset = self.document.attribute_offset(element, attribute) if attribute else element.offset
        place = self.document.place(offset)
        return Finding(rule.slug, rule.severity, message, hint, place.line, place.column, element.path, None, measured, limit)

    def at_segment(
        self, rule: Rule, segment: TextSegment, index: int, message: str, hint: str, *, measured: float | str | None = None
    ) -> Finding:
        """A finding at character ``index`` of a segment."""
        if segment.element is None or self.document is None:
            starts = _line_starts(segment.text)
            line = bisect_right(starts, index)
            column = index - starts[line - 1] + 1
            part: Literal["subject", "text"] = "subject" if segment.part == "subject" else "text"
            return Finding(rule.slug, rule.severity, message, hint, line, column, "", None, measured, None, False, part)
        element, spot = segment.element, segment.spot(index)
        if spot is not None:
            element = spot[0].parent
            offset = self.document.text_offset(*spot)
        elif segment.attribute:
            offset = self.document.attribute_offset(element, segment.attribute)
        elif segment.at >= 0:
            from franking.check.unparsed import offset_in  # loads the parser

            offset = offset_in(self.document.source, segment, index)
        else:
            offset = element.offset
        place = self.document.place(offset)
        return Finding(rule.slug, rule.severity, message, hint, place.line, place.column, element.path, None, measured)


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def on_page(
    page: Page,
    rule: Rule,
    offset: int,
    element: Element,
    message: str,
    hint: str,
    *,
    measured: float | str | None = None,
    limit: float | str | None = None,
    undecided: bool = False,
) -> Finding:
    """A finding of a layout or type rule, measured at the page's width."""
    place = page.document.place(offset)
    return Finding(
        rule.slug, rule.severity, message, hint, place.line, place.column, element.path, page.width, measured, limit, undecided
    )


def percent(share: float) -> str:
    """A share as text: ``0.205`` is "20.5 %". It is never rounded down to the limit that it exceeds."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def accessible_name(page: Page, link: Element) -> str:
    """The accessible name of a link (Accessible Name 1.2, without ``title``)."""
    if visible(link.attrs.get("aria-label", "")):
        return link.attrs["aria-label"]
    if link.tag == "area":
        return link.attrs.get("alt", "")
    from franking.html.document import Text

    parts: list[str] = []
    stack: list[Element | Text] = list(reversed(link.children))
    while stack:
        node = stack.pop()
        if isinstance(node, Text):
            if page.shown(node.parent):
                parts.append(node.data)
        elif page.frame.rendered[node.index]:
            if node.tag == "img":
                parts.append(f" {node.attrs.get('alt', '')} ")
            elif visible(node.attrs.get("aria-label", "")):
                parts.append(node.attrs["aria-label"])
            else:
                if node.tag in ("br", "div", "p", "td", "li"):
                    parts.append(" ")
                stack.extend(reversed(node.children))
    return "".join(parts)
