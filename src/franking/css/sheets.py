"""Author style sheets: the rules of ``<style>`` elements that hold at a given width."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import tinycss2

from franking.css.declarations import Dropped, Longhand, Pending, block, from_text, from_tokens, too_deep
from franking.css.grammar import may_be_valid, specified
from franking.css.lengths import Token
from franking.css.media import matches
from franking.css.properties import LONGHANDS
from franking.css.selectors import Arm, read, specificity
from franking.css.shorthands import expand, longhands_of
from franking.css.world import names
from franking.html.document import Document, Element, Text

Media = tuple[tuple[Token, ...], ...]
_DEEPEST = 8  # rules in rules
_OTHERS = re.compile(r":-(?:moz|ms|o|webkit)-|^$")  # selectors for one browser, which the others throw away on purpose


@dataclass(frozen=True, slots=True)
class StyleRule:
    """One selector of a style rule. ``media`` holds the preludes of the conditions around it."""

    selector: str
    specificity: tuple[int, int, int]
    longhands: tuple[Longhand, ...]
    media: tuple[tuple[Token, ...], ...]
    element: Element
    pseudo: str = ""  # the pseudo-element that it styles

    def holds(self, width: float) -> bool:
        """Whether every condition around the rule holds at ``width`` CSS px."""
        return all(matches(prelude, width) for prelude in self.media)


@dataclass(frozen=True, slots=True)
class Opaque:
    """A construct that cannot be decided statically (``@container``, ``@layer`` …) and what it sets."""

    what: str
    offset: int
    names: frozenset[str]
    element: Element
    texts: tuple[str, ...] = ()  # strings in it that a browser may show


@dataclass(frozen=True, slots=True)
class Sheets:
    """All author style rules of a document, in order, and what of them cannot be decided."""

    rules: tuple[StyleRule, ...]
    opaque: tuple[Opaque, ...]
    dropped: tuple[tuple[Element, Dropped], ...] = ()  # what browsers throw away, placed in the text of its element


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
    return [0, *(match.end() for match in re.finditer("\n", css))]


def collect(document: Document) -> Sheets:
    """Parse every ``<style>`` element of a document (HTML, section 4.2.6)."""
    rules: list[StyleRule] = []
    opaque: list[Opaque] = []
    registered: set[str] = set()
    dropped: list[tuple[Element, Dropped]] = []
    for element in document.elements:
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
        reader = _Reader(element, css, document.quirks, opaque)
        rules.extend(reader.read(nodes, outer))
        registered |= reader.registered
        dropped += ((element, one) for one in reader.dropped)
    if registered:
        opaque.append(_registered(document, rules, registered))
    return Sheets(tuple(rules), tuple(opaque), tuple(dropped))


def _registered(document: Document, rules: Sequence[StyleRule], registered: Collection[str]) -> Opaque:
    """What hangs on custom properties that ``@property`` gives a type and an initial value (CSS Properties and Values 1)."""
    longhands = [longhand for rule in rules for longhand in rule.longhands]
    for element in document.elements:
        style = element.attrs.get("style", "")
        if any(name in style for name in registered):
            longhands += from_text(style, document.quirks).longhands
    hanging = frozenset(
        longhand.name for longhand in longhands
        if isinstance(longhand.value, Pending)
        and any(name in tinycss2.serialize(longhand.value.tokens) for name in registered)
    )  # fmt: skip
    first = next(element for element in document.elements if element.tag == "style")
    return Opaque("@property", style_offset(first), hanging, first)


# At-rules that style nothing by themselves: their descriptors are used by properties that other tables hold.
_INERT = frozenset(
    (
        "charset namespace font-face page color-profile font-feature-values font-palette-values keyframes -webkit-keyframes "
        "import view-transition position-try custom-media custom-selector navigation location"
    ).split()
)


class _Reader:
    """Reads the rules of one style sheet."""

    def __init__(self, element: Element, css: str, quirks: bool, opaque: list[Opaque]) -> None:
        self.element = element
        self.css = css
        self.quirks = quirks
        self.opaque = opaque
        self.registered: set[str] = set()
        self.dropped: list[Dropped] = []

    def read(self, nodes: Sequence[Token], media: Media, parents: tuple[str, ...] = (), depth: int = 0) -> Iterator[StyleRule]:
        """The style rules of a list of rules and declarations; what cannot be decided goes to ``opaque``."""
        for node in nodes:
            if node.type == "qualified-rule":
                yield from self._style_rule(node, media, parents, depth)
            elif node.type == "at-rule":
                yield from self._at_rule(node, media, parents, depth)
            elif node.type == "error":
                self._drop(node, "a piece that is no rule")

    def _drop(self, node: Token, what: str) -> None:
        self.dropped.append(Dropped(what, node.source_line, node.source_column))

    def _at_rule(self, node: Token, media: Media, parents: tuple[str, ...], depth: int) -> Iterator[StyleRule]:
        name = node.lower_at_keyword
        if name in _INERT or node.content is None:
            return
        if name == "property":
            self.registered.add(tinycss2.serialize(node.prelude).strip())
            return
        if name not in _at_rules():
            if not name.startswith(("-", "ms-")):
                self._drop(node, f"the rule @{name[:40]}")
            return  # a browser drops it
        if name == "counter-style":
            texts = tuple(_strings(node.content))
            self.opaque.append(Opaque("@counter-style", style_offset(self.element), frozenset(), self.element, texts))
            return
        inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        if depth >= _DEEPEST:
            self._note(node, frozenset(LONGHANDS))
        elif name == "media":
            yield from self._inside(node, inner, (*media, tuple(node.prelude)), parents, depth)
        elif name == "supports" and (holds := supported(node.prelude)) is not None:
            if holds:
                yield from self._inside(node, inner, media, parents, depth)
        else:
            rules = self._inside(node, inner, media, parents, depth)
            self._note(node, frozenset(longhand.name for rule in rules for longhand in rule.longhands))

    def _inside(
        self, node: Token, inner: Sequence[Token], media: Media, parents: tuple[str, ...], depth: int
    ) -> Iterator[StyleRule]:
        """What a conditional rule holds: rules, and in a style rule declarations too (CSS Nesting 1, section 4.3)."""
        if parents:
            arms = [Arm(f":is({', '.join(parents)})", specificity(parents))]
            yield from self._declared(arms, node.content, media)
        yield from self.read(inner, media, parents, depth + 1)

    def _note(self, node: Token, names: frozenset[str], what: str = "") -> None:
        """Remember what cannot be decided here, with what it declares."""
        offset = offset_of(self.css, style_offset(self.element), node.source_line, node.source_column)
        self.opaque.append(Opaque(what or f"@{node.lower_at_keyword}", offset, names, self.element))

    def _style_rule(self, node: Token, media: Media, parents: tuple[str, ...], depth: int) -> Iterator[StyleRule]:
        """A style rule and the rules nested in it (CSS Nesting 1); ``parents`` are the selectors that ``&`` stands for."""
        arms = read(node.prelude, parents)
        if arms is None:
            selector = tinycss2.serialize(node.prelude).strip()
            if not _OTHERS.search(selector):
                self._drop(node, f"the rule of the selector {selector[:40]!r}")
            return  # a browser drops it
        if any(not arm.readable for arm in arms):
            names = frozenset(longhand.name for longhand in from_tokens(node.content, self.quirks))
            self._note(node, names, f"the selector {tinycss2.serialize(node.prelude).strip()[:60]!r}")
            arms = [arm for arm in arms if arm.readable]
        yield from self._declared(arms, node.content, media)
        own = tuple(arm.selector for arm in arms if not arm.pseudo)
        if own and depth < _DEEPEST:
            nested = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield from self.read([n for n in nested if n.type not in ("declaration", "error")], media, own, depth + 1)

    def _declared(self, arms: Sequence[Arm], content: Sequence[Token], media: Media) -> Iterator[StyleRule]:
        read = block(content, self.quirks)
        self.dropped += read.dropped
        longhands = read.longhands
        for arm in arms if longhands else ():
            yield StyleRule(arm.selector, arm.specificity, longhands, media, self.element, arm.pseudo)


def _strings(tokens: Sequence[Token]) -> Iterator[str]:
    """The strings in a block's declarations."""
    for token in tokens:
        if token.type == "string" and token.value.strip():
            yield token.value


def supported(prelude: Sequence[Token]) -> bool | None:
    """Whether a browser takes the branch of ``@supports``: only what is certain is said (CSS Conditional 3, section 6)."""
    tokens = [t for t in prelude if t.type not in ("whitespace", "comment")]
    if tokens and tokens[0].type == "ident" and tokens[0].lower_value == "not":
        inner = supported(tokens[1:])
        return None if inner is None else not inner
    words = {t.lower_value for t in tokens[1::2] if t.type == "ident"}
    if len(tokens) > 1:
        found = [supported([t]) for t in tokens[::2]]
        if words == {"and"}:
            return False if False in found else None if None in found else True
        if words == {"or"}:
            return True if True in found else None if None in found else False
        return None
    if not tokens or tokens[0].type != "() block":
        return None
    content = [t for t in tokens[0].content if t.type not in ("whitespace", "comment")]
    if len(content) > 2 and content[0].type == "ident" and content[1].type == "literal" and content[1].value == ":":
        return _takes(content[0].lower_value, content[2:])
    return supported(content)


def _takes(name: str, value: Sequence[Token]) -> bool | None:
    """Whether a browser takes a declaration; None where that is not certain."""
    if name.startswith("--"):
        return True
    if not longhands_of(name) and name not in names():
        return False
    if longhands_of(name) and expand(name, value, False) is not None:
        return True
    return None if may_be_valid(name, value) else False


def known_at_rule(name: str) -> bool:
    """Whether an at-rule is one that browsers or specifications know."""
    return name in _INERT or name in _at_rules()


@cache
def _at_rules() -> frozenset[str]:
    found = specified()["at-rules"]
    assert isinstance(found, list)
    return frozenset(found)
