"""What a rule gets to see of one message, and how it reports what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from franking.check.page import Page, pages, visible
from franking.html.document import Document, Element, Text
from franking.model import Finding, Message, Rule
from franking.policy import Policy

_UNTRANSLATED = frozenset(["code", "samp", "kbd"])


@dataclass(slots=True)
class Passage:
    """A text that a buyer can see: where it stands and, for HTML, how to find its characters in the source."""

    part: str  # html, text or subject
    text: str
    element: Element | None = None
    node: Text | None = None
    attribute: str = ""
    recurs: bool = False  # a text of many messages


@dataclass(slots=True)
class Link:
    """A rendered link and its accessible name."""

    element: Element
    name: str


class Inspection:
    """One message under check at all widths of the policy."""

    def __init__(self, message: Message, policy: Policy, widths: tuple[int, ...]) -> None:
        self.message = message
        self.policy = policy
        self.widths = widths

    @cached_property
    def document(self) -> Document | None:
        """The parsed HTML part, None for a message without one."""
        return Document(self.message.html) if self.message.html is not None else None

    @cached_property
    def elements(self) -> list[Element]:
        """The elements of the HTML part in document order."""
        return self.document.elements if self.document is not None else []

    @cached_property
    def pages(self) -> list[Page]:
        """The HTML part at each width, none without HTML part."""
        return pages(self.document, self.widths, self.message.files) if self.document is not None else []

    @cached_property
    def page(self) -> Page | None:
        """The widest page, for rules that do not depend on the width."""
        return self.pages[-1] if self.pages else None

    @cached_property
    def language(self) -> str:
        """The primary language that the HTML part declares, else the buyer's, "" where neither is known."""
        declared = ""
        if self.document is not None:
            elements = (self.document.root, self.document.body)
            declared = next((e.attrs["lang"].strip() for e in elements if e.attrs.get("lang", "").strip()), "")
        return (declared or self.message.language).replace("_", "-").partition("-")[0].lower()

    @cached_property
    def passages(self) -> list[Passage]:
        """Every text that a buyer can see: visible text, alt, title and label texts, the text part, the subject."""
        found: list[Passage] = []
        if self.message.subject is not None:
            found.append(Passage("subject", self.message.subject))
        if self.page is not None:
            found.extend(Passage("html", run.text.data, run.element, run.text) for run in self.page.runs)
            for element in self.page.document.elements:
                if self.page.shown(element):
                    names = [n for n in ("alt", "title", "aria-label") if element.attrs.get(n)]
                    found.extend(Passage("html", element.attrs[n], element, None, n) for n in names)
        if self.message.text is not None:
            found.append(Passage("text", self.message.text))
        return found

    @cached_property
    def prose(self) -> list[Passage]:
        """What is written in the message's own language: the text part only where there is no HTML part, and nothing that
        is marked as another language's or as not for translation."""
        foreign = self._foreign
        return [
            passage for passage in self.passages
            if not (passage.part == "text" and self.document is not None)
            and (passage.element is None or not foreign[passage.element.index])
        ]  # fmt: skip

    @cached_property
    def _foreign(self) -> list[bool]:
        """For each element, whether its text is marked as another language's or as not for translation."""
        language = self.language
        other: list[bool] = []  # languages
        kept: list[bool] = []
        for element in self.elements:
            attrs, parent = element.attrs, element.parent
            own = attrs.get("lang", "").strip()
            if own:
                other.append(own.replace("_", "-").partition("-")[0].lower() != language)
            else:
                other.append(parent is not None and other[parent.index])
            marked = element.tag in _UNTRANSLATED or attrs.get("translate", "").lower() == "no"
            kept.append(marked or (parent is not None and kept[parent.index]))
        return [a or b for a, b in zip(other, kept, strict=True)]

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

    def at_passage(
        self, rule: Rule, passage: Passage, index: int, message: str, hint: str, *, measured: float | str | None = None
    ) -> Finding:
        """A finding at character ``index`` of a passage."""
        if passage.element is None or self.document is None:
            line = passage.text.count("\n", 0, index) + 1
            column = index - (passage.text.rfind("\n", 0, index) + 1) + 1
            part: Literal["subject", "text"] = "subject" if passage.part == "subject" else "text"
            return Finding(rule.slug, rule.severity, message, hint, line, column, "", None, measured, None, False, part)
        if passage.node is not None:
            offset = self.document.text_offset(passage.node, index)
        else:
            offset = self.document.attribute_offset(passage.element, passage.attribute)
        place = self.document.place(offset)
        return Finding(rule.slug, rule.severity, message, hint, place.line, place.column, passage.element.path, None, measured)


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
    """A share as text for people: ``0.205`` is "20.5 %"; never rounded down to the limit it exceeds."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def undecided_constructs(page: Page, rule: Rule, *names: str) -> Iterator[Finding]:
    """Findings for style constructs that set one of ``names`` and that no static check can decide."""
    for opaque in page.opaque:
        if opaque.names & set(names):
            yield on_page(
                page,
                rule,
                opaque.offset,
                opaque.element,
                f"{opaque.what} sets {', '.join(sorted(opaque.names & set(names)))}: whether it applies cannot be decided here",
                f"Declare it without {opaque.what}, or remove it.",
                undecided=True,
            )


def accessible_name(page: Page, link: Element) -> str:
    """The accessible name of a link (Accessible Name 1.2, without ``title``)."""
    if visible(link.attrs.get("aria-label", "")):
        return link.attrs["aria-label"]
    if link.tag == "area":
        return link.attrs.get("alt", "")
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
