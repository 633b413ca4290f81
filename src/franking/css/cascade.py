"""The cascade (CSS Cascade 4): which declaration wins for each element and property at one width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from franking.css import sheets
from franking.css.declaration_origin import CascadedValue, CascadedValues, Inline, Presentational, Rank, Sheet
from franking.css.declarations import from_text, too_deep
from franking.css.logical import SIDES, winner
from franking.css.presentational_hints import HINTED, HINTING, PresentationalHint, legacy_color, presentational_hints
from franking.css.properties import LONGHANDS
from franking.css.rollback import rolled_back, rolls_back
from franking.css.selectors import TEXTUAL
from franking.css.style_sheets import collect
from franking.html.direction import automatic, is_automatic
from franking.html.document import Document, Element

_HINT: Rank = (False, -1, (0, 0, 0), 0)


class Cascade:
    """Winning declarations of a document at a given width, computed for all elements at once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sheets = collect(document)
        self.opaque = list(self.sheets.opaque)
        self._holding: dict[float, list[tuple[int, sheets.StyleRule]]] = {}
        self.inline = self._inline_cascaded()
        self._rolls_back = any(rule.rolls_back for rule in self.sheets.rules) or any(
            rolls_back(cascaded) for cascaded in _distinct(self.inline)
        )

    @property
    def recurs(self) -> bool:
        """Whether other mails share the dictionaries of cascaded values."""
        return not self._rolls_back

    def at(self, width: float) -> list[CascadedValues]:
        """The cascaded values of every element, by ``Element.index``, at ``width`` CSS px.

        Elements that no conditional rule reaches have the very same dictionary at every width, and so have elements that
        are written alike and reached by the same rules.
        """
        if self._rolls_back:
            return self._reached(
                self.inline, [(n, r) for n, r in enumerate(self.sheets.rules) if not r.pseudo and r.holds(width)]
            )
        return self._reached(self._base, [(n, r) for n, r in self.holding(width) if not r.pseudo])

    def holding(self, width: float) -> list[tuple[int, sheets.StyleRule]]:
        """The conditional rules that hold at a width, each with its place among all rules."""
        found = self._holding.get(width)
        if found is None:
            known: dict[int, bool] = {}  # rules of one condition have the very same
            found = self._holding[width] = []
            for number, rule in enumerate(self.sheets.rules):
                if rule.media:
                    holds = known.get(id(rule.media))
                    if holds is None:
                        holds = known[id(rule.media)] = rule.holds(width)
                    if holds:
                        found.append((number, rule))
        return found

    @cached_property
    def _base(self) -> list[CascadedValues]:
        """The cascaded values without conditional rules."""
        if all(rule.media for rule in self.sheets.rules):
            return self.inline
        return self._reached(self.inline, [(n, r) for n, r in enumerate(self.sheets.rules) if not r.media and not r.pseudo])

    def pseudo_elements(self, width: float) -> dict[tuple[int, str], CascadedValues]:
        """The cascaded values of each pseudo-element that rules style at a width, by ``Element.index`` and name."""
        found: dict[str, list[tuple[int, sheets.StyleRule]]] = {}
        for number, rule in enumerate(self.sheets.rules):
            if rule.pseudo in TEXTUAL and rule.holds(width):
                found.setdefault(rule.pseudo, []).append((number, rule))
        result: dict[tuple[int, str], CascadedValues] = {}
        for pseudo, rules in found.items():
            nothing = [UNDECLARED] * len(self.document.elements)
            for index, cascaded in enumerate(self._reached(nothing, rules)):
                if cascaded:
                    result[index, pseudo] = cascaded
        return result

    def _reached(self, cascaded: list[CascadedValues], rules: Sequence[tuple[int, sheets.StyleRule]]) -> list[CascadedValues]:
        """The cascaded values with some rules (each with its place among all rules) applied to what they select."""
        reached: dict[int, list[tuple[int, sheets.StyleRule]]] = {}
        for rule in rules:
            for element in self.document.select(rule[1].selector) or ():
                reached.setdefault(element.index, []).append(rule)
        result = list(cascaded)
        known: dict[tuple[int, tuple[int, ...]], CascadedValues] = {}
        for index, applied in reached.items():
            key = (id(cascaded[index]), tuple([order for order, _ in applied]))
            found = known.get(key)
            if found is None:
                found = known[key] = (rolled_back if self._rolls_back else _applied)(cascaded[index], applied)
            result[index] = found
        if self._rolls_back:
            for index in range(len(result)):
                if index not in reached and rolls_back(result[index]):
                    result[index] = rolled_back(result[index], [])
        return result

    def _inline_cascaded(self) -> list[CascadedValues]:
        """The cascaded values of attributes alone. What is written alike has the very same dictionary, from mail to mail."""
        document = self.document
        link = legacy_color(document.body.attrs.get("link", "")) or ""
        quirks = document.quirks
        result: list[CascadedValues] = []
        tables: list[Element | None] = []  # the nearest one around each element, or it itself
        known: dict[str, CascadedValues] = {}  # by the attribute
        for element in document.elements:
            tag, attrs, parent = element.tag, element.attrs, element.parent
            around = element if tag == "table" else tables[parent.index] if parent is not None else None
            tables.append(around)
            style = attrs.get("style", "")
            declared = known.get(style)
            if declared is None:
                declared = _declared(style, quirks)
                if style and _is_too_deep(style):
                    offset = document.attribute_offset(element, "style")
                    names = frozenset(LONGHANDS)
                    self.opaque.append(sheets.Opaque("a style that nests too deeply", offset, names, element))
                else:
                    known[style] = declared
            of_table, of_body = _NONE, ""
            if tag == "td" or tag == "th":
                if around is not None and around.attrs:
                    of_table = around.attrs.get("cellpadding"), around.attrs.get("border")
            elif link and tag == "a" and "href" in attrs:
                of_body = link
            if HINTING.isdisjoint(attrs):
                if of_table == _NONE and not of_body and tag not in HINTED:
                    result.append(declared)
                    continue
                hinted: tuple[tuple[str, str], ...] = ()
            else:
                hinted = tuple([item for item in attrs.items() if item[0] in HINTING])
            of_text = automatic(element) if is_automatic(element) else ""
            key = (tag, style, quirks, hinted, of_table, of_body, of_text)
            cascaded = _written.get(key)
            if cascaded is None:
                if len(_written) >= _MOST:
                    _written.clear()
                cascaded = _written[key] = _with_hints(element, style, of_body)
            result.append(cascaded)
        return result


_NONE: tuple[str | None, str | None] = (None, None)
UNDECLARED: CascadedValues = {}  # the cascaded values of an element that nothing is declared for
_MOST = 2048
_written: dict[tuple[object, ...], CascadedValues] = {}  # of elements with presentational hints


def _with_hints(element: Element, style: str, link: str) -> CascadedValues:
    found = {hint.name: CascadedValue(hint.value, _HINT, Presentational(hint)) for hint in presentational_hints(element)}
    if link:
        found["color"] = CascadedValue(link, _HINT, Presentational(PresentationalHint("color", link, "link", "body")))
    declared = _declared(style, element.document.quirks)
    if not found:
        return declared
    both = {**found, **declared}
    for name, hint in found.items():
        if name in declared:
            both[name] = replace(both[name], below=hint)
            if name in SIDES and declared[name].beside is None:
                both[name] = winner(hint, both[name])
    return both


def _distinct(cascaded: Sequence[CascadedValues]) -> Iterable[CascadedValues]:
    return {id(one): one for one in cascaded}.values()


_is_too_deep = lru_cache(maxsize=4096)(too_deep)


@lru_cache(maxsize=4096)
def _declared(style: str, quirks: bool) -> CascadedValues:
    """The cascaded values of a ``style`` attribute. Cached: the same few strings recur on every message."""
    found: CascadedValues = {}
    for longhand in from_text(style, quirks).longhands if style else ():
        name = longhand.name
        current = found.get(name)
        if current is None or longhand.important >= current.rank[0] or name in SIDES:
            new = CascadedValue(longhand.value, (longhand.important, 1, (0, 0, 0), 0), Inline(longhand))
            found[name] = winner(current, new) if current is not None and name in SIDES else new
    return found


_applications: dict[tuple[object, ...], tuple[CascadedValues, object]] = {}  # with what the key names by ``id``


def _applied(cascaded: CascadedValues, rules: Sequence[tuple[int, sheets.StyleRule]]) -> CascadedValues:
    """The cascaded values with rules applied. Cached: mails with the same style sheet have the same elements that it finds."""
    key = (id(cascaded), *[(order, id(rule)) for order, rule in rules])
    known = _applications.get(key)
    if known is not None:
        return known[0]
    found = dict(cascaded)
    for order, rule in rules:
        normal, important = rule.rank(False), rule.rank(True)
        for longhand in rule.longhands:
            rank = (longhand.important, 0, important if longhand.important else normal, order)
            name = longhand.name
            current = found.get(name)
            if current is None or rank >= current.rank or name in SIDES:
                new = CascadedValue(longhand.value, rank, Sheet(rule, longhand))
                found[name] = winner(current, new) if current is not None and name in SIDES else new
    if len(_applications) >= _MOST:
        _applications.clear()
    _applications[key] = found, (cascaded, tuple(rules))
    return found
