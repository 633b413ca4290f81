"""The cascade (CSS Cascade 4): which declaration wins for each element and property at one width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from turbohtml import SelectorSyntaxError

from franking.check.css import sheets
from franking.check.css.declarations import Longhand, from_text, too_deep
from franking.check.css.hints import Hint, hints
from franking.check.css.properties import LONGHANDS, Value
from franking.check.document import Document, Element, decoded_offset

Rank = tuple[bool, int, tuple[int, int, int], int]  # importance, style attribute, specificity, order


@dataclass(frozen=True, slots=True)
class Author:
    """Where an author value comes from: ``element`` carries it, ``written`` is the property or attribute."""

    element: Element
    written: str
    text: str
    offset: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Winner:
    """The winning declaration of one longhand on one element."""

    value: Value
    author: Author
    rank: Rank


Winners = dict[str, Winner]


class Cascade:
    """Winning declarations of a document at a given width, computed for all elements at once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sheets = sheets.collect(document)
        self.opaque = list(self.sheets.opaque)
        self._inline = self._inline_winners()

    def at(self, width: float) -> list[Winners]:
        """The winners of every element, by ``Element.index``, at ``width`` CSS px.

        Elements that no conditional rule reaches have the very same dictionary at every width.
        """
        result = list(self._base)
        fresh: set[int] = set()
        for order, rule in enumerate(self.sheets.rules):
            if rule.media and rule.holds(width):
                self._reach(rule, order, result, fresh)
        return result

    @cached_property
    def _base(self) -> list[Winners]:
        """The winners without conditional rules."""
        result = list(self._inline)
        fresh: set[int] = set()
        for order, rule in enumerate(self.sheets.rules):
            if not rule.media:
                self._reach(rule, order, result, fresh)
        return result

    def _reach(self, rule: sheets.StyleRule, order: int, result: list[Winners], fresh: set[int]) -> None:
        """Apply a rule to the elements that it selects; what is not ``fresh`` is copied first."""
        try:
            nodes = self.document.tree.select(rule.selector)
        except SelectorSyntaxError:
            return
        for node in nodes:
            element = self.document.by_node.get(node)
            if element is not None:
                if element.index not in fresh:
                    fresh.add(element.index)
                    result[element.index] = dict(result[element.index])
                self._apply(result[element.index], rule, order)

    def _apply(self, winners: Winners, rule: sheets.StyleRule, order: int) -> None:
        for longhand in rule.longhands:
            rank = (longhand.important, 0, rule.specificity, order)
            current = winners.get(longhand.name)
            if current is None or rank >= current.rank:
                winners[longhand.name] = Winner(longhand.value, self._sheet_author(rule, longhand), rank)

    def _sheet_author(self, rule: sheets.StyleRule, longhand: Longhand) -> Author:
        def offset() -> int:
            css, base = sheets.style_text(rule.element)
            return sheets.offset_of(css, base, longhand.line, longhand.column)

        return Author(rule.element, longhand.written, longhand.text, offset)

    def _inline_winners(self) -> list[Winners]:
        document = self.document
        links = {name: document.body.attrs[name].strip() for name in ("link",) if document.body.attrs.get(name)}
        result: list[Winners] = []
        for element in document.elements:
            winners: Winners = {}
            for hint in hints(element):
                author = self._hint_author(hint)
                winners[hint.name] = Winner(hint.value, author, (False, -1, (0, 0, 0), 0))
            if links and element.tag == "a" and "href" in element.attrs:
                hint = Hint("color", links["link"].lower(), document.body, "link")
                winners["color"] = Winner(hint.value, self._hint_author(hint), (False, -1, (0, 0, 0), 0))
            style = element.attrs.get("style")
            if style and too_deep(style):
                self._note_too_deep(element)
            elif style:
                for longhand in from_text(style, document.quirks):
                    rank = (longhand.important, 1, (0, 0, 0), 0)
                    current = winners.get(longhand.name)
                    if current is None or rank >= current.rank:
                        winners[longhand.name] = Winner(longhand.value, self._inline_author(element, longhand), rank)
            result.append(winners)
        return result

    def _note_too_deep(self, element: Element) -> None:
        offset = self.document.attribute_offset(element, "style")
        self.opaque.append(sheets.Opaque("a style that nests too deeply", offset, frozenset(LONGHANDS), element))

    def _hint_author(self, hint: Hint) -> Author:
        owner, attribute = hint.owner, hint.attribute
        if not attribute:
            return Author(owner, f"<{owner.tag}>", "", lambda: owner.offset)
        return Author(owner, attribute, owner.attrs.get(attribute, ""),
                      lambda: self.document.attribute_offset(owner, attribute))  # fmt: skip

    def _inline_author(self, element: Element, longhand: Longhand) -> Author:
        def offset() -> int:
            start = self.document.attribute_value_offset(element, "style")
            within = sheets.offset_of(element.attrs["style"], 0, longhand.line, longhand.column)
            return decoded_offset(self.document.source, start, within)

        return Author(element, longhand.written, longhand.text, offset)
