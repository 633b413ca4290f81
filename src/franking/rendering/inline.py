"""Inlines a draft's styles, and derives the text part from the result.

The inliner gets only style rules that always apply, to fixed elements. The rest of the style sheets stays in the message
unchanged. The result is compared with the cascade, element by element, and corrected (see ``precedence`` and
``attributes``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from franking.css.styled_document import StyledDocument
from franking.errors import ConfigurationError, TemplateError, install_hint
from franking.html.document import Document, Element, Text
from franking.model import Draft, Inlined
from franking.rendering.attributes import Edit, Unlike, repairs
from franking.rendering.precedence import Plan, plan
from franking.rendering.sheets import Kept, Rule, claims_of, promoted, read_sheet
from franking.rendering.text import text_part

InlinerName = Literal["css-inline", "premailer"]
# Characters that are not allowed in text (HTML, section 13.2.3.5), without white space.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DEEPEST = 500  # the parser flattens from 512 on, as Chromium does; css-inline recurses, and its process ends if the stack does
_SCOPES = frozenset("noscript svg math template".split())  # elements in which style sheets are handled differently


@cache
def load_inliner(name: InlinerName) -> Callable[[str], str]:
    """The inliner with a name. Raises ``ConfigurationError`` for an unknown name, and without its extra."""
    if name == "css-inline":
        import css_inline

        # The inliner loads nothing from network or disk.
        return css_inline.CSSInliner(keep_at_rules=True, keep_link_tags=True, load_remote_stylesheets=False).inline
    if name == "premailer":
        import logging

        try:
            from premailer import Premailer
        except ModuleNotFoundError:
            raise ConfigurationError(f"the inliner premailer is not installed: {install_hint('premailer')}") from None

        def inline(html: str) -> str:
            try:
                result: str = Premailer(
                    html, remove_classes=False, keep_style_tags=False, disable_validation=True, allow_network=False,
                    allow_loading_external_files=False, cssutils_logging_level=logging.CRITICAL, method="html",
                    strip_important=False, include_star_selectors=True,
                    disable_basic_attributes=["align", "valign", "width", "height", "bgcolor"],
                ).transform(pretty_print=False)  # fmt: skip
            except Exception as error:  # premailer passes on errors of lxml, cssutils and cssselect
                raise Unlike(f"fails on the message ({type(error).__name__})") from None
            return result

        return inline
    raise ConfigurationError(f"unknown inliner {name!r}; expected css-inline or premailer")


@dataclass(slots=True)
class _Source:
    """A ``<style>`` element: its items; none if it is no style sheet."""

    element: Element
    items: tuple[Rule | Kept, ...]
    plain: bool  # a sheet for all media, whose rules may be inlined
    first: int = 0  # the number of its first item

    def kept(self, made: Plan) -> str:
        """The CSS that stays in it."""
        changes = self.plain or any(self.first + n in made.promoted for n in range(len(self.items)))
        if made.everything_stays or not changes:
            return _css(self.element)
        texts = (_remaining(item, made, self.first + n) for n, item in enumerate(self.items))
        return "".join(f"{text} " for text in texts if text)


def inline(draft: Draft, inliner: InlinerName = "css-inline", widths: Sequence[int] = (360, 600), source: str = "") -> Inlined:
    """The draft with inlined styles and its text part: the text that is visible at any of the ``widths`` (CSS px).

    Raises ``TemplateError``, naming ``source`` (the template), if the inliner would change more than styles.
    """
    try:
        html = styled(draft.html, inliner)
    except Unlike as problem:
        where = f"{source or draft.kind} in theme {draft.theme}"
        raise TemplateError(f"{where}: inlining ({inliner}) {problem}, expected text and a change of styles only") from None
    document = StyledDocument(Document(html))  # the checker reads it too
    return Inlined(draft, html, text_part(document, widths), styled=document)


def styled(html: str, inliner: InlinerName) -> str:
    """A document with its style sheets inlined as far as no computed style changes. Raises ``Unlike``."""
    _refuse_control(html)
    before = Document(html)
    _refuse_deep(before)
    sources, items, everything_stays = _sources(before)
    made = plan(before, items, everything_stays)
    token = _token(before.source)
    edits: list[Edit] = []
    inline_css = "\n".join(text for n, item in enumerate(items) if isinstance(item, Rule) and (text := _moving(item, made)))
    in_head = not made.everything_stays and all(_is_in_head(s.element) for s in sources if not _inside(s.element, "body"))
    head: list[str] = []  # remaining style elements, moved to the beginning of the head
    hidden: dict[int, str] = {}  # parts hidden from the inliner, replaced by numbered comments
    for number, source in enumerate(sources):
        start, end, opening, closing = _span(before, source.element)
        if in_head and _is_in_head(source.element):
            kept = source.kept(made)
            bare = source.plain and source.element.attrs.keys() <= {"type", "media"}
            if bare and head and head[-1].startswith("<style>"):
                head[-1] = f"{head[-1].removesuffix('</style>')}{kept}</style>"
            elif kept or not source.plain:
                head.append(f"<style>{kept}</style>" if bare else f"{opening}{kept}{closing}")
            edits.append((start, end, ""))
        else:
            hidden[number] = f"{opening}{source.kept(made)}{closing}"
            edits.append((start, end, f"<!--{token}{number}-->"))
    for number, element in enumerate((e for e in before.elements if e.tag == "template" and not e.foreign), len(sources)):
        start, end = _content(before, element)
        hidden[number] = before.source[start:end]
        edits.append((start, end, f"<!--{token}{number}-->"))
    if inline_css:
        at = _span(before, next(s.element for s in sources if s.plain))[0]
        edits.append((at, at, f"<style>{inline_css}</style>"))
    # A parsed carriage return is written as a character reference, because a bare one is read as a line ending.
    out = load_inliner(inliner)(_edited(before.source, sorted(edits)))
    _refuse_control(out)  # from a character reference
    after = Document(out.replace("\r", "&#13;"))
    edits = repairs(before, after, made)
    found = next((e.node.source_location for e in after.elements if e.tag == "head"), None)
    if head:
        if found is None:
            raise Unlike("takes out <head>")
        edits.append((found.start_tag.end_offset, found.start_tag.end_offset, "".join(head)))
    result = _edited(after.source, sorted(edits))
    for number, text in hidden.items():
        result = result.replace(f"<!--{token}{number}-->", text)
    return result


def _refuse_control(html: str) -> None:
    found = _CONTROL.search(html)
    if found is not None:
        raise Unlike(f"finds the control character U+{ord(found[0]):04X} in line {html.count(chr(10), 0, found.start()) + 1}")


def _refuse_deep(document: Document) -> None:
    level, depth = list(document.root.children), 0
    while level := [child for node in level if isinstance(node, Element) for child in node.children]:
        depth += 1
        if depth > _DEEPEST:
            raise Unlike(f"finds elements nested more than {_DEEPEST} deep")


def _sources(document: Document) -> tuple[list[_Source], list[Rule | Kept], bool]:
    """The ``<style>`` elements, the items of all their sheets in order, and whether they must stay unchanged."""
    sources: list[_Source] = []
    items: list[Rule | Kept] = []
    everything_stays = any(
        e.tag == "link" and "stylesheet" in e.attrs.get("rel", "").lower().split() for e in document.elements
    )
    for element in document.elements:
        if element.tag != "style":
            continue
        active = element.attrs.get("type", "text/css").strip().lower() in ("", "text/css")
        if not active or _inside(element, "template"):
            sources.append(_Source(element, (), False))
            continue
        sheet = read_sheet(_css(element))
        everything_stays = everything_stays or sheet.stays_whole
        plain = (
            not element.foreign
            and not any(a.tag in _SCOPES for a in element.ancestors())
            and element.attrs.get("media", "").strip().lower() in ("", "all")
            and not element.attrs.get("title")
        )
        own = sheet.items if plain else tuple(map(claims_of, sheet.items))
        sources.append(_Source(element, own, plain, len(items)))
        items += own
    return sources, items, everything_stays


def _css(element: Element) -> str:
    return "".join(child.data for child in element.children if isinstance(child, Text))


def _inside(element: Element, tag: str) -> bool:
    return any(a.tag == tag for a in element.ancestors())


def _is_in_head(element: Element) -> bool:
    return element.parent is not None and element.parent.tag == "head"


def _token(source: str) -> str:
    """A comment prefix that does not occur in the document."""
    number = 0
    while f"franking{number}-" in source:
        number += 1
    return f"franking{number}-"


def _span(document: Document, element: Element) -> tuple[int, int, str, str]:
    """The source positions of an element and its tags."""
    location = element.node.source_location
    assert location is not None  # a parser never creates <style>
    start, end = location.start_tag, location.end_tag
    opening = document.source[start.start_offset : start.end_offset]
    if end is None:
        return start.start_offset, start.end_offset + len(_css(element)), opening, "</style>"
    return start.start_offset, end.end_offset, opening, document.source[end.start_offset : end.end_offset]


def _content(document: Document, element: Element) -> tuple[int, int]:
    """The source positions of an element's content."""
    location = element.node.source_location
    assert location is not None  # a parser never creates <template>
    end = location.end_tag
    return location.start_tag.end_offset, end.start_offset if end is not None else len(document.source)


def _moving(rule: Rule, made: Plan) -> str:
    """The inlined part of a rule."""
    moving = [d for d in rule.declarations if not made.stays(d.family)]
    if len(moving) == len(rule.declarations):
        return rule.text
    return f"{rule.prelude} {{ {' '.join(f'{d.css()};' for d in moving)} }}" if moving else ""


def _remaining(item: Rule | Kept, made: Plan, order: int) -> str:
    """The part of an item that stays in its sheet."""
    numbers = made.promoted.get(order)
    if isinstance(item, Kept):
        return promoted(item.text, numbers) if numbers else item.text
    staying = [d for d in item.declarations if made.stays(d.family)]
    if len(staying) == len(item.declarations):
        return item.text if staying else ""
    return f"{item.prelude} {{ {' '.join(f'{d.css()};' for d in staying)} }}" if staying else ""


def _edited(source: str, edits: Sequence[Edit]) -> str:
    """Apply edits, which are sorted and do not overlap."""
    parts: list[str] = []
    end = 0
    for start, stop, text in edits:
        parts += [source[end:start], text]
        end = stop
    return "".join([*parts, source[end:]])
