"""The rules of a style sheet: at-rules, nested rules and layers (CSS Syntax 3, Nesting 1, Conditional 3, Cascade 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import tinycss2

from franking.css.declarations import Dropped, Longhand, block_of, from_tokens
from franking.css.grammar import specified
from franking.css.layers import Layer, is_reserved
from franking.css.layers import names as layer_names
from franking.css.lengths import Token
from franking.css.media import readable
from franking.css.properties import LONGHANDS
from franking.css.registered import Registered, registration
from franking.css.selectors import TEXTUAL, Arm, declared_namespaces, read
from franking.css.sheets import Media, StyleRule, Undecided, offset_of
from franking.css.supports import supported

if TYPE_CHECKING:
    from tinycss2.ast import AtRule, Content, Node, QualifiedRule

_DEEPEST = 8  # rules in rules
_OTHERS = re.compile(r":-(?:moz|ms|o|webkit)-|^$")  # selectors for one browser, which the others throw away on purpose


# At-rules that style nothing by themselves: their descriptors are used by properties that other tables hold.
_INERT = frozenset(
    (
        "charset namespace font-face page color-profile font-feature-values font-palette-values keyframes -webkit-keyframes "
        "view-transition position-try custom-media custom-selector navigation location starting-style"
    ).split()
)


_SCOPE = (Arm("*", (0, 0, 0)),)  # what the root of a scope may be


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

    def inside(self, **changes: Any) -> _Place:
        """The place one rule deeper."""
        return replace(self, depth=self.depth + 1, **changes)


class Reader:
    """Reads the rules of one style sheet, the text of the ``<style>`` element with ``Element.index`` ``sheet``."""

    def __init__(self, sheet: int, css: str, quirks: bool) -> None:
        self.sheet_index = sheet
        self.css = css
        self.quirks = quirks
        self.undecided: list[Undecided] = []
        self.names_layers = False  # whether its rules depend on the layers that other style sheets name
        self.registered: set[str] = set()  # with a syntax that is not read
        self.custom: dict[str, Registered] = {}
        self.namespaces: frozenset[str] = frozenset()
        self.dropped: list[Dropped] = []

    def sheet(self, nodes: Sequence[Content], media: Media, layer: Layer) -> Iterator[StyleRule]:
        """The style rules of a style sheet; what cannot be decided goes to ``undecided``."""
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
            self.names_layers = True
            yield from self._layer(node, place) if name == "layer" else self._import(node, place)
            return
        if name in _INERT or node.content is None:
            return
        if name == "property":
            self._register(node, node.content, place)
        elif name not in _at_rules():  # a browser drops it
            if not name.startswith(("-", "ms-")):
                self._drop(node, f"the rule @{name[:40]}")
        elif name == "counter-style":
            self.undecided.append(Undecided("@counter-style", 0, frozenset(), tuple(_strings(node.content))))
        else:
            yield from self._conditional(node, place)

    def _register(self, node: AtRule, content: Sequence[Token], place: _Place) -> None:
        """``@property``."""
        name = tinycss2.serialize(node.prelude).strip()
        found = registration(content) if not place.media else None
        if found is None:
            self.registered.add(name)
        else:
            self.custom[name] = found

    def _conditional(self, node: AtRule, place: _Place) -> Iterator[StyleRule]:
        """An at-rule with style rules inside: ``@media``, ``@supports``, and those that the browser alone decides."""
        name = node.lower_at_keyword
        if place.depth >= _DEEPEST:
            self._note(node, frozenset(LONGHANDS), f"@{name}")
        elif name == "media" and readable(node.prelude):
            yield from self._inside(node, place.inside(media=(*place.media, tuple(node.prelude))))
        elif name == "supports" and (holds := supported(node.prelude)) is not None:
            if holds:
                yield from self._inside(node, place.inside())
        else:
            self._undecided(node, place)

    def _undecided(self, node: AtRule, place: _Place) -> None:
        if node.lower_at_keyword == "scope" and not place.arms:
            place = replace(place, arms=_SCOPE)  # declarations in it style the root (Cascade 6, section 2.5)
        longhands = [one for rule in self._inside(node, place.inside()) for one in rule.longhands]
        self._note(node, frozenset(one.name for one in longhands), f"@{node.lower_at_keyword}", _contents(longhands))

    def _layer(self, node: AtRule, place: _Place) -> Iterator[StyleRule]:
        """``@layer``, with a block or as a statement (Cascade 5, section 6.4.1)."""
        found = layer_names(node.prelude)
        if found is None or (node.content is not None and len(found) > 1) or (node.content is None and not found):
            return  # a browser drops it
        known = all(path and place.layer.knows(path) for path in found) and bool(found)
        reserved = any(is_reserved(path) for path in found)
        if (place.media and not known) or reserved:
            if node.content is not None:
                self._undecided(node, place)  # the order of layers depends on the width, or on the browser
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

    def _note(self, node: Node, names: frozenset[str], what: str, texts: tuple[str, ...] = ()) -> None:
        """Remember what cannot be decided here, with what it declares and the texts that it may generate."""
        self.undecided.append(Undecided(what, offset_of(self.css, 0, node.source_line, node.source_column), names, texts))

    def _style_rule(self, node: QualifiedRule, place: _Place) -> Iterator[StyleRule]:
        """A style rule and the rules nested in it (Nesting 1)."""
        arms = read(node.prelude, place.parents, self.namespaces)
        if arms is None:
            selector = tinycss2.serialize(node.prelude).strip()
            if not _OTHERS.search(selector):
                self._drop(node, f"the rule of the selector {selector[:40]!r}")
            return  # a browser drops it
        if any(not arm.readable for arm in arms):
            longhands = from_tokens(node.content, self.quirks)
            names = frozenset(longhand.name for longhand in longhands)
            what = f"the selector {tinycss2.serialize(node.prelude).strip()[:60]!r}"
            self._note(node, names, what, _contents(longhands))
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
        if any(arm.pseudo and arm.pseudo not in TEXTUAL for arm in place.arms) and (texts := _contents(longhands)):
            self.undecided.append(Undecided("a pseudo-element", 0, frozenset(), texts))
        for arm in place.arms if longhands else ():
            yield StyleRule(arm.selector, arm.specificity, longhands, place.media, self.sheet_index, arm.pseudo, place.layer)


def _url(token: Token | None) -> str:
    """The URL of an ``@import``; "" where there is none."""
    if token is None:
        return ""
    if token.type == "string" or token.type == "url":
        return token.value
    quoted = token.arguments if token.type == "function" and token.lower_name in ("url", "src") else ()
    return next((inner.value for inner in quoted if inner.type == "string"), "")


def _strings(tokens: Sequence[Token]) -> Iterator[str]:
    """The strings in a block's declarations, also in functions."""
    for token in tokens:
        if token.type == "string" and token.value.strip():
            yield token.value
        elif token.type == "function":
            yield from _strings(token.arguments)


def _contents(longhands: Iterable[Longhand]) -> tuple[str, ...]:
    """The strings that declarations of ``content`` would show."""
    found = (tinycss2.parse_component_value_list(one.text) for one in longhands if one.name == "content")
    return tuple(text for tokens in found for text in _strings(tokens))


def known_at_rule(name: str) -> bool:
    """Whether an at-rule is one that browsers or specifications know."""
    return name in _INERT or name in _at_rules()


@cache
def _at_rules() -> frozenset[str]:
    found = specified()["at-rules"]
    assert isinstance(found, list)
    return frozenset(found)
