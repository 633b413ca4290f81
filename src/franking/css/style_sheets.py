"""The style sheets of a document, those that recur from mail to mail read once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import tinycss2

from franking.css.declarations import Dropped, Pending, from_text, too_deep
from franking.css.layers import Layer
from franking.css.media import readable
from franking.css.properties import LONGHANDS
from franking.css.registered import Registered
from franking.css.rules import Reader
from franking.css.sheets import LONGEST_SHARED, Opaque, Sheets, StyleRule, Undecided, component_values, style_css, style_offset
from franking.html.document import Document, Element, Text

_CONCERNED = frozenset("style link math object template source".split())  # elements that bear on a layout by themselves


def collect(document: Document) -> Sheets:
    """Parse every ``<style>`` element of a document (HTML, section 4.2.6)."""
    rules: list[StyleRule] = []
    opaque: list[Opaque] = []
    layers = Layer()
    registered: set[str] = set()
    custom: dict[str, Registered] = {}
    dropped: list[tuple[Element, Dropped]] = []
    for element in document.elements:
        if element.tag not in _CONCERNED:
            continue
        if (what := _has_own_layout(element)) is not None:
            opaque.append(Opaque(what, element.offset, frozenset(LONGHANDS), element, is_shown=True))
        if _is_packed_sheet(element):
            opaque.append(Opaque("a style sheet in a URL", element.offset, frozenset(LONGHANDS), element))
        if element.tag != "style" or element.attrs.get("type", "text/css").strip().lower() not in ("", "text/css"):
            continue
        css, base = style_css(element), style_offset(element)
        if too_deep(css):
            opaque.append(Opaque("a style sheet that nests too deeply", base, frozenset(LONGHANDS), element))
            continue
        sheet = _sheet(element.index, css, element.attrs.get("media", ""), document.quirks, layers)
        rules += sheet.rules
        opaque += (Opaque(one.what, base + one.within, one.names, element, one.texts) for one in sheet.undecided)
        registered |= sheet.registered
        custom |= sheet.custom
        dropped += ((element, one) for one in sheet.dropped)
    layers.settle()
    if registered:
        opaque.append(_registered(document, rules, registered))
    return Sheets(tuple(rules), tuple(opaque), custom, tuple(dropped))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one style sheet contains. It names no element and no document, so that mails can share it."""

    rules: tuple[StyleRule, ...]
    undecided: tuple[Undecided, ...]
    registered: frozenset[str]
    custom: dict[str, Registered]
    dropped: tuple[Dropped, ...]
    names_layers: bool


def _sheet(index: int, css: str, media: str, quirks: bool, layers: Layer) -> _Sheet:
    """The style sheet of the ``<style>`` element with an ``Element.index``; ``media`` is its attribute."""
    if len(css) <= LONGEST_SHARED:
        shared = _shared(index, css, media, quirks)
        if not shared.names_layers:
            return shared
    return _read(index, css, media, quirks, layers)


@lru_cache(maxsize=16)
def _shared(index: int, css: str, media: str, quirks: bool) -> _Sheet:
    """A style sheet that is read once for all mails with the same one."""
    return _read(index, css, media, quirks, Layer())


def _read(index: int, css: str, media: str, quirks: bool, layers: Layer) -> _Sheet:
    outer = (tuple(tinycss2.parse_component_value_list(media)),) if media.strip() else ()
    # Mail builders wrap style sheets in HTML comment marks; CSS tokenizes and skips them (CSS Syntax 3, 5.4.1).
    nodes = tinycss2.parse_stylesheet(component_values(css), skip_comments=True, skip_whitespace=True)
    reader = Reader(index, css, quirks)
    rules = tuple(reader.sheet(nodes, outer, layers))
    if outer and not readable(outer[0]):
        names = frozenset(one.name for rule in rules for one in rule.longhands)
        reader.undecided.append(Undecided("the attribute media", 0, names))
        rules = ()
    return _Sheet(
        rules, tuple(reader.undecided), frozenset(reader.registered), reader.custom, tuple(reader.dropped), reader.names_layers
    )


_SHADOW_HOSTS = frozenset("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split())


def _has_own_layout(element: Element) -> str | None:
    """What to call an element that is shown by rules which are not modelled; None for any other."""
    if element.tag == "math" and element.foreign:  # MathML Core
        return "<math>"
    parent = element.parent
    if element.tag == "object" and any(_is_fallback(child) for child in element.children):
        return "what stands in an <object>"  # where the browser does not show what the object names
    if parent is None or not element.attrs:
        return None
    if element.tag == "template" and element.attrs.get("shadowrootmode", "").lower() in ("open", "closed"):
        # It replaces what stands in its parent by what stands in it (HTML, section 4.12.3).
        return "<template shadowrootmode>" if parent.tag in _SHADOW_HOSTS or "-" in parent.tag else None
    if element.tag == "source" and parent.tag == "picture" and ("width" in element.attrs or "height" in element.attrs):
        return "the size of a <source>"  # it is that of the <img>, where the browser takes it
    return None


def _is_fallback(child: Element | Text) -> bool:
    return child.visible if isinstance(child, Text) else child.tag != "param"


def _is_packed_sheet(element: Element) -> bool:
    """Whether an element brings a style sheet along in its URL, which is not read."""
    attrs = element.attrs
    kinds = attrs.get("rel", "").lower().split() if element.tag == "link" else ()
    return "stylesheet" in kinds and attrs.get("href", "").strip().lower().startswith("data:")


def _registered(document: Document, rules: Sequence[StyleRule], registered: Collection[str]) -> Opaque:
    """What depends on custom properties that ``@property`` gives a type and an initial value (CSS Properties and Values 1)."""
    longhands = [longhand for rule in rules for longhand in rule.longhands]
    for element in document.elements:
        style = element.attrs.get("style", "")
        if any(name in style for name in registered):
            longhands += from_text(style, document.quirks).longhands
    hanging = frozenset(
        longhand.name
        for longhand in longhands
        if isinstance(longhand.value, Pending) and any(name in tinycss2.serialize(longhand.value.tokens) for name in registered)
    )
    first = next(element for element in document.elements if element.tag == "style")
    return Opaque("@property", style_offset(first), hanging, first)
