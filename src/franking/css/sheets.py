"""Author style sheets: the rules of ``<style>`` elements that hold at a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tinycss2
from turbohtml import SelectorSyntaxError
from turbohtml.convert import css_specificity

from franking.css.declarations import Longhand, from_tokens, too_deep
from franking.css.lengths import Token
from franking.css.media import matches
from franking.css.properties import LONGHANDS
from franking.html.document import Document, Element, Text


@dataclass(frozen=True, slots=True)
class StyleRule:
    """One selector of a style rule. ``media`` holds the preludes of the conditions around it."""

    selector: str
    specificity: tuple[int, int, int]
    longhands: tuple[Longhand, ...]
    media: tuple[tuple[Token, ...], ...]
    element: Element

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


@dataclass(frozen=True, slots=True)
class Sheets:
    """All author style rules of a document, in order, and what of them cannot be decided."""

    rules: tuple[StyleRule, ...]
    opaque: tuple[Opaque, ...]


def style_css(element: Element) -> str:
    """A ``<style>`` element's CSS."""
    return next((child.data for child in element.children if isinstance(child, Text)), "")


def style_offset(element: Element) -> int:
    """The source offset of the first character of a ``<style>`` element's CSS."""
    return next((child.offset for child in element.children if isinstance(child, Text)), element.offset)


def offset_of(css: str, base: int, line: int, column: int) -> int:
    """The source offset of a 1-based line and column of CSS text that begins at ``base``."""
    start = 0
    for _ in range(line - 1):
        start = css.find("\n", start) + 1
    return base + start + column - 1


def collect(document: Document) -> Sheets:
    """Parse every ``<style>`` element of a document (HTML, section 4.2.6)."""
    rules: list[StyleRule] = []
    opaque: list[Opaque] = []
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
    return Sheets(tuple(rules), tuple(opaque))


class _Reader:
    def __init__(self, element: Element, css: str, quirks: bool, opaque: list[Opaque]) -> None:
        self.element = element
        self.css = css
        self.quirks = quirks
        self.opaque = opaque

    def read(self, nodes: Sequence[Token], media: tuple[tuple[Token, ...], ...], depth: int = 0) -> Iterator[StyleRule]:
        for node in nodes:
            if node.type == "qualified-rule":
                yield from self._style_rule(node, media)
            elif node.type == "at-rule" and node.content is not None:
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                if node.lower_at_keyword == "media" and depth < 8:
                    yield from self.read(inner, (*media, tuple(node.prelude)), depth + 1)
                elif node.lower_at_keyword in ("container", "layer", "scope", "supports", "starting-style", "media"):
                    self._note(node, self.read(inner, media, 8))

    def _note(self, node: Token, rules: Iterator[StyleRule]) -> None:
        """Remember an at-rule that cannot be decided here, with what its rules declare."""
        names = {long.name for rule in rules for long in rule.longhands}
        offset = offset_of(self.css, style_offset(self.element), node.source_line, node.source_column)
        self.opaque.append(Opaque(f"@{node.lower_at_keyword}", offset, frozenset(names), self.element))

    def _style_rule(
        self, node: Token, media: tuple[tuple[Token, ...], ...], parents: tuple[str, ...] = (), depth: int = 0
    ) -> Iterator[StyleRule]:
        """A style rule and the rules nested in it (CSS Nesting 1); ``parents`` are the selectors that ``&`` stands for."""
        arms = _selector_list(node.prelude)
        if parents:
            arms = [_nested(arm, parents) for arm in arms]
        yield from self._declared(arms, node.content, media)
        for item in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
            if item.type == "qualified-rule" and depth < 8:
                yield from self._style_rule(item, media, tuple(arms), depth + 1)
            elif item.type == "at-rule" and item.content is not None and item.lower_at_keyword == "media" and depth < 8:
                yield from self._inside(item, arms, (*media, tuple(item.prelude)), depth)
            elif item.type == "at-rule" and item.content is not None:
                self._note(item, self._inside(item, arms, media, depth))

    def _inside(
        self, item: Token, arms: Sequence[str], media: tuple[tuple[Token, ...], ...], depth: int
    ) -> Iterator[StyleRule]:
        """What an at-rule nested in a style rule declares, itself and in the rules nested in it."""
        yield from self._declared(arms, item.content, media)
        for nested in tinycss2.parse_blocks_contents(item.content, skip_comments=True, skip_whitespace=True):
            if nested.type == "qualified-rule" and depth < 8:
                yield from self._style_rule(nested, media, tuple(arms), depth + 1)

    def _declared(
        self, arms: Sequence[str], content: Sequence[Token], media: tuple[tuple[Token, ...], ...]
    ) -> Iterator[StyleRule]:
        longhands = from_tokens(content, self.quirks)
        if not longhands:
            return
        for arm in arms:
            try:
                specificity = css_specificity(arm)
            except SelectorSyntaxError:
                # ``a:hover`` and the like parse; what does not (``p::before``) makes the whole list invalid or
                # styles no element of the message's tree.
                continue
            if len(specificity) == 1:
                yield StyleRule(arm, specificity[0], longhands, media, self.element)


def _nested(selector: str, parents: tuple[str, ...]) -> str:
    """A nested selector as one that stands alone: ``&`` becomes ``:is()`` of the parents, in front where it is not
    written (CSS Nesting 1, section 3)."""
    around = f":is({', '.join(parents)})"
    return selector.replace("&", around) if "&" in selector else f"{around} {selector}"


def _selector_list(prelude: Sequence[Token]) -> list[str]:
    arms: list[list[Token]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            arms.append([])
        else:
            arms[-1].append(token)
    return [text for arm in arms if (text := tinycss2.serialize(arm).strip())]
