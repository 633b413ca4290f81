"""The rules of a style sheet: at-rules, nested rules and layers (CSS Syntax 3, Nesting 1, Conditional 3, Cascade 5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import tinycss2

from franking.css.declarations import Dropped, Pending, block_of, from_text, from_tokens, too_deep
from franking.css.grammar import specified
from franking.css.layers import Layer, is_reserved
from franking.css.layers import names as layer_names
from franking.css.lengths import Token
from franking.css.properties import LONGHANDS
from franking.css.registered import Registered, registration
from franking.css.selectors import Arm, declared_namespaces, read
from franking.css.sheets import Media, Opaque, Sheets, StyleRule, offset_of, style_css, style_offset
from franking.css.supports import supported
from franking.html.document import Document, Element

if TYPE_CHECKING:
    from tinycss2.ast import AtRule, Content, Node, QualifiedRule

_DEEPEST = 8  # rules in rules
_OTHERS = re.compile(r":-(?:moz|ms|o|webkit)-|^$")  # selectors for one browser, which the others throw away on purpose


def collect(document: Document) -> Sheets:
    """Parse every ``<style>`` element of a document (HTML, section 4.2.6)."""
    rules: list[StyleRule] = []
    opaque: list[Opaque] = []
    layers = Layer()
    registered: set[str] = set()
    custom: dict[str, Registered] = {}
    dropped: list[tuple[Element, Dropped]] = []
    for element in document.elements:
        if (what := _has_own_layout(element)) is not None:
            opaque.append(Opaque(what, element.offset, frozenset(LONGHANDS), element, is_shown=True))
        if element.tag != "style" or element.attrs.get("type", "text/css").strip().lower() not in ("", "text/css"):
            continue
        css = style_css(element)
        if too_deep(css):
            opaque.append(Opaque("a style sheet that nests too deeply", style_offset(element), frozenset(LONGHANDS), element))
            continue
        media = element.attrs.get("media", "")
        outer = (tuple(tinycss2.parse_component_value_list(media)),) if media.strip() else ()
        # Mail builders wrap style sheets in HTML comment marks; CSS tokenizes and skips them (CSS Syntax 3, 5.4.1).
        nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        reader = Reader(element, css, document.quirks, opaque)
        rules.extend(reader.sheet(nodes, outer, layers))
        registered |= reader.registered
        custom.update(reader.custom)
        dropped += ((element, one) for one in reader.dropped)
    layers.settle()
    if registered:
        opaque.append(_registered(document, rules, registered))
    return Sheets(tuple(rules), tuple(opaque), custom, tuple(dropped))


_SHADOW_HOSTS = frozenset("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split())


def _has_own_layout(element: Element) -> str | None:
    """What to call an element that is shown by rules which are not modelled; None for any other."""
    if element.tag == "math" and element.foreign:  # MathML Core
        return "<math>"
    parent = element.parent
    if parent is None or not element.attrs:
        return None
    if element.tag == "template" and element.attrs.get("shadowrootmode", "").lower() in ("open", "closed"):
        # It replaces what stands in its parent by what stands in it (HTML, section 4.12.3).
        return "<template shadowrootmode>" if parent.tag in _SHADOW_HOSTS or "-" in parent.tag else None
    if element.tag == "source" and parent.tag == "picture" and ("width" in element.attrs or "height" in element.attrs):
        return "the size of a <source>"  # it is that of the <img>, where the browser takes it
    return None


def _registered(document: Document, rules: Sequence[StyleRule], registered: Collection[str]) -> Opaque:
    """What hangs on custom properties that ``@property`` gives a type and an initial value (CSS Properties and Values 1)."""
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


# At-rules that style nothing by themselves: their descriptors are used by properties that other tables hold.
_INERT = frozenset(
    (
        "charset namespace font-face page color-profile font-feature-values font-palette-values keyframes -webkit-keyframes "
        "view-transition position-try custom-media custom-selector navigation location starting-style"
    ).split()
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a rule stands: the conditions and the layer around it, and the selectors of the style rule around it."""

    media: Media
    layer: Layer
    arms: tuple[Arm, ...] = ()
    depth: int = 0

    @property
    def parents(self) -> tuple[str, ...]:
        """What ``&`` stands for."""
        return tuple(arm.selector for arm in self.arms if not arm.pseudo)

    def inside(self, **changes: object) -> _Place:
        """The place one rule deeper."""
        return replace(self, depth=self.depth + 1, **changes)  # type: ignore[arg-type]


class Reader:
    """Reads the rules of one style sheet."""

    def __init__(self, element: Element, css: str, quirks: bool, opaque: list[Opaque]) -> None:
        self.element = element
        self.css = css
        self.quirks = quirks
        self.opaque = opaque
        self.registered: set[str] = set()  # with a syntax that is not read
        self.custom: dict[str, Registered] = {}
        self.namespaces: frozenset[str] = frozenset()
        self.dropped: list[Dropped] = []

    def sheet(self, nodes: Sequence[Content], media: Media, layer: Layer) -> Iterator[StyleRule]:
        """The style rules of a style sheet; what cannot be decided goes to ``opaque``."""
        self.namespaces = declared_namespaces(nodes)
        yield from self._read(nodes, _Place(media, layer))

    def _read(self, nodes: Sequence[Content], place: _Place, content: Sequence[Token] = ()) -> Iterator[StyleRule]:
        """Rules, and in a style rule declarations between them, which count where they stand (Nesting 1, section 4.4).
        ``content`` is what the nodes of a style rule were parsed from."""
        declared: list[Content] = []
        for node in nodes:
            if node.type == "declaration" or (node.type == "error" and place.arms):
                declared.append(node)
                continue
            if declared and node.type in ("qualified-rule", "at-rule"):
                yield from self._declared(declared, place, content)
                declared = []
            if node.type == "qualified-rule":
                yield from self._style_rule(node, place)
            elif node.type == "at-rule":
                yield from self._at_rule(node, place)
            elif node.type == "error":
                self._drop(node, "a piece that is no rule")
        yield from self._declared(declared, place, content)

    def _drop(self, node: Node, what: str) -> None:
        self.dropped.append(Dropped(what, node.source_line, node.source_column))

    def _at_rule(self, node: AtRule, place: _Place) -> Iterator[StyleRule]:
        name = node.lower_at_keyword
        if name in ("layer", "import"):
            yield from self._layer(node, place) if name == "layer" else self._import(node, place)
            return
        if name in _INERT or node.content is None:
            return
        if name == "property":
            written = tinycss2.serialize(node.prelude).strip()
            found = registration(node.content) if not place.media else None
            if found is None:
                self.registered.add(written)
            else:
                self.custom[written] = found
            return
        if name not in _at_rules():
            if not name.startswith(("-", "ms-")):
                self._drop(node, f"the rule @{name[:40]}")
            return  # a browser drops it
        if name == "counter-style":
            texts = tuple(_strings(node.content))
            self.opaque.append(Opaque("@counter-style", style_offset(self.element), frozenset(), self.element, texts))
            return
        if place.depth >= _DEEPEST:
            self._note(node, frozenset(LONGHANDS), f"@{name}")
        elif name == "media":
            yield from self._inside(node, place.inside(media=(*place.media, tuple(node.prelude))))
        elif name == "supports" and (holds := supported(node.prelude)) is not None:
            if holds:
                yield from self._inside(node, place.inside())
        else:
            self._undecided(node, place)

    def _undecided(self, node: AtRule, place: _Place) -> None:
        rules = self._inside(node, place.inside())
        self._note(node, frozenset(one.name for rule in rules for one in rule.longhands), f"@{node.lower_at_keyword}")

    def _layer(self, node: AtRule, place: _Place) -> Iterator[StyleRule]:
        """``@layer``, with a block or as a statement (Cascade 5, section 6.4.1)."""
        found = layer_names(node.prelude)
        if found is None or (node.content is not None and len(found) > 1) or (node.content is None and not found):
            return  # a browser drops it
        known = all(path and place.layer.knows(path) for path in found) and bool(found)
        reserved = any(is_reserved(path) for path in found)
        if (place.media and not known) or reserved:
            if node.content is not None:
                self._undecided(node, place)  # the order of layers hangs on the width, or on the browser
            return
        layers = [place.layer.inner(path) for path in found or [()]]
        if node.content is not None:
            if place.depth >= _DEEPEST:
                self._note(node, frozenset(LONGHANDS), "@layer")
            else:
                yield from self._inside(node, place.inside(layer=layers[0]))

    def _import(self, node: AtRule, place: _Place) -> Iterator[StyleRule]:
        """``@import … layer(name)`` names a layer, whatever becomes of the style sheet, which is never fetched."""
        first = next((token for token in node.prelude if token.type not in ("whitespace", "comment")), None)
        url = _url(first) if node.content is None and not place.depth else ""
        if url.strip().lower().startswith("data:"):  # it is no fetch that a mailbox could refuse
            self._note(node, frozenset(LONGHANDS), "@import")
        for token in node.prelude if node.content is None and not place.depth else ():
            if token.type == "function" and token.lower_name == "layer":
                for path in layer_names(token.arguments) or ():
                    place.layer.inner(path)
        return iter(())

    def _inside(self, node: AtRule, place: _Place) -> Iterator[StyleRule]:
        """What a conditional rule or a layer holds."""
        content = node.content or []
        nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if not place.arms:
            nodes = [one for one in nodes if one.type != "declaration"]
        yield from self._read(nodes, place, content)

    def _note(self, node: Node, names: frozenset[str], what: str) -> None:
        """Remember what cannot be decided here, with what it declares."""
        offset = offset_of(self.css, style_offset(self.element), node.source_line, node.source_column)
        self.opaque.append(Opaque(what, offset, names, self.element))

    def _style_rule(self, node: QualifiedRule, place: _Place) -> Iterator[StyleRule]:
        """A style rule and the rules nested in it (Nesting 1)."""
        arms = read(node.prelude, place.parents, self.namespaces)
        if arms is None:
            selector = tinycss2.serialize(node.prelude).strip()
            if not _OTHERS.search(selector):
                self._drop(node, f"the rule of the selector {selector[:40]!r}")
            return  # a browser drops it
        if any(not arm.readable for arm in arms):
            names = frozenset(longhand.name for longhand in from_tokens(node.content, self.quirks))
            self._note(node, names, f"the selector {tinycss2.serialize(node.prelude).strip()[:60]!r}")
            arms = [arm for arm in arms if arm.readable]
        if not arms:
            return
        nodes = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        inner = place.inside(arms=tuple(arms))
        if not inner.parents or place.depth >= _DEEPEST:
            nodes = [one for one in nodes if one.type in ("declaration", "error")]
        yield from self._read(nodes, inner, node.content)

    def _declared(self, nodes: Sequence[Content], place: _Place, content: Sequence[Token]) -> Iterator[StyleRule]:
        block = block_of(nodes, content, self.quirks)
        self.dropped += block.dropped
        longhands = block.longhands
        for arm in place.arms if longhands else ():
            yield StyleRule(arm.selector, arm.specificity, longhands, place.media, self.element, arm.pseudo, place.layer)


def _url(token: Token | None) -> str:
    """The URL of an ``@import``; "" where there is none."""
    if token is None:
        return ""
    if token.type == "string" or token.type == "url":
        return token.value
    quoted = token.arguments if token.type == "function" and token.lower_name in ("url", "src") else ()
    return next((inner.value for inner in quoted if inner.type == "string"), "")


def _strings(tokens: Sequence[Token]) -> Iterator[str]:
    """The strings in a block's declarations."""
    yield from (token.value for token in tokens if token.type == "string" and token.value.strip())


def known_at_rule(name: str) -> bool:
    """Whether an at-rule is one that browsers or specifications know."""
    return name in _INERT or name in _at_rules()


@cache
def _at_rules() -> frozenset[str]:
    found = specified()["at-rules"]
    assert isinstance(found, list)
    return frozenset(found)
