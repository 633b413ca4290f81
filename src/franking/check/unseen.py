"""Finds images that are never visible, on any screen and in any mail program. Only those may be removed from a message.

That an image is hidden or tiny at the policy's widths is not enough: a rule for other widths, for dark mode, for a state
(``:hover``) or for one mail program (``[data-ogsc]``) may show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import tinycss2

from franking.check.page import Page
from franking.css.computed_style import Size
from franking.css.lengths import Length, Metrics, Token
from franking.css.sheets import StyleRule
from franking.css.style_sheets import collect
from franking.css.transforms import TRANSFORMS, Transform
from franking.css.values import Value, Wide
from franking.html.document import Document, Element

_DOT = 2.0  # CSS px
_SHOWS = frozenset(["display", "visibility"])
_ENLARGES = frozenset(
    [
        *TRANSFORMS,
        "zoom",
        "width",
        "height",
        "min-width",
        "min-height",
        "aspect-ratio",
        "flex-grow",
        "padding-left",
        "padding-right",
        "border-left-width",
        "border-right-width",
    ]
)
_SMALL_WORDS = frozenset(["auto", "none", "normal", "thin"])
# Properties that only affect the height; they are in no computed style.
_ADDS_HEIGHT = re.compile(r"(?:padding|border)-(?:top|bottom|block)", re.IGNORECASE)


class Unseen:
    """The images of a document that are visible under no condition. ``pages`` is the document at each width."""

    def __init__(self, document: Document, pages: list[Page]) -> None:
        self._document = document
        self._pages = pages
        self._known: dict[int, bool] = {}

    def __contains__(self, element: Element) -> bool:
        known = self._known.get(element.index)
        if known is None:
            known = self._known[element.index] = self._is_unseen(element)
        return known

    def _is_unseen(self, element: Element) -> bool:
        if element.tag != "img" or not self._pages or "usemap" in element.attrs:
            return False
        if element.parent is not None and element.parent.tag == "picture":
            return False  # a <source> may give it another size
        hidden = [_is_hidden(page, element) for page in self._pages]
        if not all(gone or _is_dot(page, element) for gone, page in zip(hidden, self._pages, strict=True)):
            return False
        around = {ancestor.index for ancestor in element.ancestors()}
        if any(hidden) and not around.isdisjoint(self._otherwise[0]):
            return False
        return all(hidden) or element.index not in self._otherwise[1]

    @cached_property
    def _otherwise(self) -> tuple[set[int], set[int]]:
        """The elements that a rule may show, and those that one may enlarge, if its condition holds."""
        shown: set[int] = set()
        enlarged: set[int] = set()
        sheets = collect(self._document)
        for opaque in sheets.opaque:  # its elements are unknown
            if not _SHOWS.isdisjoint(opaque.names):
                shown.update(element.index for element in self._document.elements)
            if not _ENLARGES.isdisjoint(opaque.names):
                enlarged.update(element.index for element in self._document.elements)
        for rule in sheets.rules:
            shows = any(one.name in _SHOWS and one.value not in ("none", "hidden", "collapse") for one in rule.longhands)
            enlarges = any(one.name in _ENLARGES and not _is_small(one.value) for one in rule.longhands)
            if not rule.pseudo and (shows or enlarges):
                reached = {element.index for element in self._reached(rule)}
                shown |= reached if shows else set()
                enlarged |= reached if enlarges else set()
        return shown, enlarged

    def _reached(self, rule: StyleRule) -> Iterator[Element]:
        """The elements that a rule may reach if its condition holds; none for a rule that has no condition."""
        depends = ":" in rule.selector or "[" in rule.selector
        if not depends and not rule.media:
            return
        found = self._document.select(last_compound(rule.selector) if depends else rule.selector)
        already = set() if rule.media else {element.index for element in self._document.select(rule.selector) or ()}
        yield from (e for e in (found if found is not None else self._document.elements) if e.index not in already)


def last_compound(selector: str) -> str:
    """A selector without states and attributes, which can differ elsewhere."""
    kept: list[Token] = []
    skip = False  # the part after a colon
    for token in tinycss2.parse_component_value_list(selector.strip(), skip_comments=True):
        if token.type == "whitespace" or (token.type == "literal" and token.value in (">", "+", "~", ",")):
            kept, skip = [], False
        elif token.type == "literal" and token.value == ":":
            skip = True
        elif token.type == "[] block":
            continue
        elif skip and token.type in ("ident", "function"):
            skip = False
        else:
            kept.append(token)
    return tinycss2.serialize(kept) or "*"


def _is_hidden(page: Page, element: Element) -> bool:
    """Whether the author hides an element or an ancestor. Elements that only the browser hides (``popover``, closed
    details, fallback of an object) may be shown by another program."""
    for ancestor in element.ancestors():
        style = page.style(ancestor)
        if style.display == "none":
            return style.own_origin("display") is not None or ancestor.attrs.get("hidden") in ("", "hidden")
    return page.style(element).visibility != "visible"


def _is_dot(page: Page, element: Element) -> bool:
    """Whether an image is declared so small that it is invisible; other layout results are estimates."""
    style = page.style(element)
    if style.zoom != 1.0 or style.unmodelled or (element.parent is not None and page.style(element.parent).blockifies):
        return False
    if any(not _MOVES.isdisjoint(page.style(ancestor).others) for ancestor in element.ancestors()):
        return False
    if _ADDS_HEIGHT.search(element.attrs.get("style", "")) or style.border_left > 0.0 or style.border_right > 0.0:
        return False
    added = style.padding_left, style.padding_right, style.min_width, style.others.get("min-height", "auto")
    if not all(size == "auto" or _is_fixed_dot(size) for size in added):
        return False
    sizes = style.width, style.height
    if not any(_is_fixed_dot(size) for size in sizes):
        return False
    if all(_is_fixed_dot(size) for size in sizes):
        return True
    natural = page.frame.natural_size(element)
    if natural is not None:  # one side is tiny, the other follows from the ratio
        return min(natural) > 0 and max(natural) / min(natural) <= 1.5
    return all(size == "auto" or _is_fixed_dot(size) for size in sizes) and "aspect-ratio" not in style.others


_MOVES = frozenset(TRANSFORMS)
_USUAL = Metrics(16.0, 16.0, 600.0)


def _is_fixed_dot(size: Size) -> bool:
    return isinstance(size, Length) and not size.relative and size.resolve(0.0) <= _DOT


def _is_small(value: Value) -> bool:
    """Whether a declared value is at most the size of a dot."""
    if isinstance(value, Wide):
        return False
    if isinstance(value, str):
        return value in _SMALL_WORDS
    if callable(value):
        value = value(_USUAL)
    if isinstance(value, float):
        return value <= 1.0  # a factor
    return value == Transform() if isinstance(value, Transform) else _is_fixed_dot(value)
