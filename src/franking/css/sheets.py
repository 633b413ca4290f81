"""Author style sheets: the rules of ``<style>`` elements that hold at a given width."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import tinycss2

from franking.css.declarations import Dropped, Longhand
from franking.css.layers import Layer
from franking.css.lengths import Token
from franking.css.media import matches
from franking.css.registered import Registered
from franking.html.document import Element, Text

REVERT_LAYER = "revert-layer"
LONGEST_SHARED = 65_536  # characters of a style sheet that is kept: its values take some hundred times as many bytes
_MOST_HELD = 512  # cached conditions
Media = tuple[tuple[Token, ...], ...]


@dataclass(frozen=True, slots=True)
class StyleRule:
    """One selector of a style rule. ``media`` holds the preludes of the conditions around it; ``sheet`` is the
    ``Element.index`` of its ``<style>`` element, so that mails with the same style sheet share its rules."""

    selector: str
    specificity: tuple[int, int, int]
    longhands: tuple[Longhand, ...]
    media: tuple[tuple[Token, ...], ...]
    sheet: int
    pseudo: str  # the pseudo-element that it styles
    layer: Layer

    @property
    def rolls_back(self) -> bool:
        """Whether a declaration in it goes back to the layers before (``revert-layer``)."""
        return any(longhand.value == REVERT_LAYER for longhand in self.longhands)

    def rank(self, important: bool) -> tuple[int, ...]:
        """What decides among declarations of style sheets before their order: layer, then specificity (CSS Cascade 5,
        section 6.4)."""
        return self.layer.rank(important), *self.specificity

    def holds(self, width: float) -> bool:
        """Whether every condition around the rule holds at ``width`` CSS px."""
        return all(_holds(prelude, width) for prelude in self.media)


_held: dict[tuple[int, float], tuple[bool, object]] = {}  # with the prelude that the key names by ``id``


def _holds(prelude: tuple[Token, ...], width: float) -> bool:
    """Whether a condition holds. Cached: mails share the rules of a style sheet."""
    key = id(prelude), width
    known = _held.get(key)
    if known is None:
        if len(_held) >= _MOST_HELD:
            _held.clear()
        known = _held[key] = matches(prelude, width), prelude
    return known[0]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A construct of a style sheet that cannot be decided statically, ``within`` characters behind its start."""

    what: str
    within: int
    names: frozenset[str]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opaque:
    """A construct that cannot be decided statically (``@container``, ``@layer`` …) and what it sets."""

    what: str
    offset: int
    names: frozenset[str]
    element: Element
    texts: tuple[str, ...] = ()  # strings in it that a browser may show
    is_shown: bool = False  # it sets nothing: it is an element that has a layout of its own


@dataclass(frozen=True, slots=True)
class Sheets:
    """All author style rules of a document, in order, and what of them cannot be decided."""

    rules: tuple[StyleRule, ...]
    opaque: tuple[Opaque, ...]
    registered: Mapping[str, Registered]
    dropped: tuple[tuple[Element, Dropped], ...] = ()  # what browsers throw away, placed in the text of its element


def component_values(css: str) -> Sequence[Token]:
    """The component values of a style sheet's text without comments. They are shared, so they must not be changed."""
    return (
        _component_values(css) if len(css) <= LONGEST_SHARED else tinycss2.parse_component_value_list(css, skip_comments=True)
    )


@lru_cache(maxsize=4)
def _component_values(css: str) -> tuple[Token, ...]:
    return tuple(tinycss2.parse_component_value_list(css, skip_comments=True))


def style_css(element: Element) -> str:
    """A ``<style>`` element's CSS."""
    return next((child.data for child in element.children if isinstance(child, Text)), "")


def style_offset(element: Element) -> int:
    """The source offset of the first character of a ``<style>`` element's CSS."""
    return next((child.offset for child in element.children if isinstance(child, Text)), element.offset)


def offset_of(css: str, base: int, line: int, column: int) -> int:
    """The source offset of a 1-based line and column of CSS text that begins at ``base``."""
    return base + _line_starts(css)[line - 1] + column - 1


@lru_cache(maxsize=4)
def _line_starts(css: str) -> list[int]:
    """Where lines begin: a newline is any of CR LF, CR, FF and LF (CSS Syntax 3, section 3.3)."""
    return [0, *(match.end() for match in re.finditer("\r\n|[\n\r\f]", css))]
