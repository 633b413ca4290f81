"""The cascade (CSS Cascade 4): which declaration wins for each element and property at one width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from franking.css import rules as readers
from franking.css import sheets
from franking.css.declaration_origin import CascadedValue, CascadedValues, Inline, Presentational, Rank, Sheet
from franking.css.declarations import from_text, too_deep
from franking.css.presentational_hints import PresentationalHint, presentational_hints
from franking.css.properties import LONGHANDS
from franking.css.rollback import rolled_back
from franking.css.selectors import TEXTUAL
from franking.css.sheets import REVERT_LAYER
from franking.html.document import Document, Element

_HINT: Rank = (False, -1, (0, 0, 0), 0)


class Cascade:
    """Winning declarations of a document at a given width, computed for all elements at once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sheets = readers.collect(document)
        self.opaque = list(self.sheets.opaque)
        self._inline = self._inline_winners()
        self._rolls_back = any(rule.rolls_back for rule in self.sheets.rules) or any(
            winner.value == REVERT_LAYER for winners in self._inline for winner in winners.values()
        )

    def at(self, width: float) -> list[CascadedValues]:
        """The winners of every element, by ``Element.index``, at ``width`` CSS px.

        Elements that no conditional rule reaches have the very same dictionary at every width, and so have elements that
        are written alike and reached by the same rules.
        """
        if self._rolls_back:
            return self._reached(
                self._inline, [(n, r) for n, r in enumerate(self.sheets.rules) if not r.pseudo and r.holds(width)]
            )
        return self._reached(
            self._base, [(n, r) for n, r in enumerate(self.sheets.rules) if r.media and not r.pseudo and r.holds(width)]
        )

    @cached_property
    def _base(self) -> list[CascadedValues]:
        """The winners without conditional rules."""
        return self._reached(self._inline, [(n, r) for n, r in enumerate(self.sheets.rules) if not r.media and not r.pseudo])

    def pseudo_elements(self, width: float) -> dict[tuple[int, str], CascadedValues]:
        """The winners of each pseudo-element that rules style at a width, by ``Element.index`` and name."""
        found: dict[str, list[tuple[int, sheets.StyleRule]]] = {}
        for number, rule in enumerate(self.sheets.rules):
            if rule.pseudo in TEXTUAL and rule.holds(width):
                found.setdefault(rule.pseudo, []).append((number, rule))
        result: dict[tuple[int, str], CascadedValues] = {}
        for pseudo, rules in found.items():
            nothing: list[CascadedValues] = [{}] * len(self.document.elements)
            for index, winners in enumerate(self._reached(nothing, rules)):
                if winners:
                    result[index, pseudo] = winners
        return result

    def _reached(self, winners: list[CascadedValues], rules: Sequence[tuple[int, sheets.StyleRule]]) -> list[CascadedValues]:
        """The winners with some rules, each with its place among all rules, applied to the elements that they select."""
        reached: dict[int, list[tuple[int, sheets.StyleRule]]] = {}
        for rule in rules:
            for element in self.document.select(rule[1].selector) or ():
                reached.setdefault(element.index, []).append(rule)
        result = list(winners)
        known: dict[tuple[int, tuple[int, ...]], CascadedValues] = {}
        for index, applied in reached.items():
            key = (id(winners[index]), tuple([order for order, _ in applied]))
            found = known.get(key)
            if found is None:
                found = known[key] = (rolled_back if self._rolls_back else _applied)(winners[index], applied)
            result[index] = found
        if self._rolls_back:
            for index in range(len(result)):
                if index not in reached and any(winner.value == REVERT_LAYER for winner in result[index].values()):
                    result[index] = rolled_back(result[index], [])
        return result

    def _inline_winners(self) -> list[CascadedValues]:
        """The winners of attributes alone. The same attributes make the same, but for what a cell takes from its table."""
        document = self.document
        link = document.body.attrs.get("link", "").strip().lower()
        known: dict[tuple[object, ...], CascadedValues] = {}
        result: list[CascadedValues] = []
        tables: list[Element | None] = []  # the nearest one around each element, or it itself
        for element in document.elements:
            tag, attrs, parent = element.tag, element.attrs, element.parent
            around = element if tag == "table" else tables[parent.index] if parent is not None else None
            tables.append(around)
            style = attrs.get("style", "")
            if style and _is_too_deep(style):
                offset = document.attribute_offset(element, "style")
                names = frozenset(LONGHANDS)
                self.opaque.append(sheets.Opaque("a style that nests too deeply", offset, names, element))
            table = around if tag == "td" or tag == "th" else None
            key = (tag, *attrs.items(), table and (table.attrs.get("cellpadding"), table.attrs.get("border")))
            winners = known.get(key)
            if winners is None:
                winners = known[key] = self._written(element, style, link)
            result.append(winners)
        return result

    def _written(self, element: Element, style: str, link: str) -> CascadedValues:
        found = {hint.name: CascadedValue(hint.value, _HINT, Presentational(hint)) for hint in presentational_hints(element)}
        if link and element.tag == "a" and "href" in element.attrs:
            found["color"] = CascadedValue(link, _HINT, Presentational(PresentationalHint("color", link, "link", "body")))
        declared = _declared(style, self.document.quirks)
        if not found:
            return declared
        both = {**found, **declared}
        for name, hint in found.items():
            if both[name].value == REVERT_LAYER:
                both[name] = replace(both[name], below=hint)
        return both


_is_too_deep = lru_cache(maxsize=4096)(too_deep)


@lru_cache(maxsize=4096)
def _declared(style: str, quirks: bool) -> CascadedValues:
    """The winners of a ``style`` attribute. Cached: the same few strings recur on every message."""
    found: CascadedValues = {}
    for longhand in from_text(style, quirks).longhands if style else ():
        current = found.get(longhand.name)
        if current is None or longhand.important >= current.rank[0]:
            found[longhand.name] = CascadedValue(longhand.value, (longhand.important, 1, (0, 0, 0), 0), Inline(longhand))
    return found


def _applied(winners: CascadedValues, rules: Sequence[tuple[int, sheets.StyleRule]]) -> CascadedValues:
    found = dict(winners)
    for order, rule in rules:
        normal, important = rule.rank(False), rule.rank(True)
        for longhand in rule.longhands:
            rank = (longhand.important, 0, important if longhand.important else normal, order)
            current = found.get(longhand.name)
            if current is None or rank >= current.rank:
                found[longhand.name] = CascadedValue(longhand.value, rank, Sheet(rule, longhand))
    return found
