"""The features that a message uses, with the place of each use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from franking.css.sheets import style_css, style_offset
from franking.html.document import Document, Element
from franking.mailbox.blocks import Block, Declared, blocks_of, declarations_of
from franking.mailbox.matching import of_at_rule, of_attribute, of_declaration, of_element, of_selector
from franking.mailbox.notes import Use

# Selectors that an inliner leaves in the style sheet, because an attribute cannot say the same.
_DYNAMIC = re.compile(r":(hover|focus|active|visited|link|target|checked)|::|:(before|after|first-l)", re.IGNORECASE)

_STATE = re.compile(
    r"::?(hover|focus|active|visited|link|target|checked|before|after|first-line|first-letter|marker)", re.IGNORECASE
)


def uses(document: Document, *, inlined: bool = False) -> list[Use]:
    """All uses in document order. ``inlined``: the style sheets' rules will be inlined, as in a template's draft: a rule
    outside at-rules counts as part of the ``style`` attributes of the elements that it selects. Rules that select nothing
    are no use."""
    sheets = {e: blocks_of(style_css(e)) for e in document.elements if e.tag == "style" and not e.foreign}
    around = _Around(*(_declaring(document, sheets.values(), name) for name in ("word-break", "mso-padding-alt")))
    found: list[Use] = []
    for element in document.elements:
        found += _of_element(document, element, around)
        if element in sheets:
            reader = _Sheet(document, style_offset(element), style_css(element), inlined, around)
            for block in sheets[element]:
                found += reader.of_block(block, nested=False)
    return found


def _declaring(document: Document, sheets: Iterable[tuple[Block, ...]], name: str) -> set[Element]:
    """The elements that declare a property."""
    found = {element for element in document.elements if name in element.attrs.get("style", "")}
    for block in (block for sheet in sheets for block in sheet):
        if any(declared.name == name for declared in block.declarations):
            found.update(document.select(block.prelude) or ())
    return found


@dataclass(frozen=True, slots=True)
class _Around:
    """What elements around others declare for them: ``reset`` with ``word-break``, which some mail programs set by
    themselves; ``padded`` with the padding that Word has instead of that of the element inside."""

    reset: set[Element]
    padded: set[Element]

    def beside(self, elements: Sequence[Element]) -> str:
        """The properties that count as declared beside those of all the elements."""
        found = []
        if elements and all(any(a in self.reset for a in element.ancestors()) for element in elements):
            found.append("word-break")
        if elements and all(element.parent in self.padded for element in elements):
            found.append("mso-padding-alt")
        return ";".join(found)


def _of_element(document: Document, element: Element, around: _Around) -> Iterator[Use]:
    location = element.node.source_location
    within = element.foreign and (element.tag != "svg" or (element.parent is not None and element.parent.foreign))
    if location is None or within:  # of a drawing, only that there is one
        return
    start, end = location.start_tag.start_offset, location.start_tag.end_offset
    tags = frozenset((element.tag,))
    text = style_css(element) if element.tag == "style" else document.source[start:end]
    in_body = any(a.tag == "body" for a in element.ancestors())
    for slug in of_element(element.tag, element.attrs):
        yield Use(slug, element.tag, "", text, tags, start, start + 1 + len(element.tag), in_body=in_body)
    if element.foreign:
        return  # its attributes are those of the drawing
    for name, value in element.attrs.items():
        span = location.attrs.get(name)
        if span is None:
            continue
        if name == "style":
            base = document.attribute_value_offset(element, "style")
            beside = around.beside([element])
            yield from _of_declarations(declarations_of(value), base, tags, inline=True, last=span.end_offset, beside=beside)
            continue
        for slug in of_attribute(element.tag, name, value.strip().lower()):
            written = document.source[span.start_offset : span.end_offset]
            yield Use(slug, name, value.lower(), written, tags, span.start_offset, span.end_offset)


def _of_declarations(
    declared: Iterable[Declared], base: int, tags: frozenset[str], *, inline: bool, last: int | None = None, beside: str = ""
) -> Iterator[Use]:
    declared = tuple(declared)
    block = ";".join([*(d.text for d in declared), beside])
    for one in declared:
        start, end = base + one.start, base + one.end
        if last is not None:  # character references make an attribute's source longer than its value
            start, end = min(start, last), min(end, last)
        for slug in of_declaration(one.name, one.value, one.important):
            yield Use(slug, one.name, one.value, one.text, tags, start, end, inline, block)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One style element: ``css`` begins at ``base`` in the source."""

    document: Document
    base: int
    css: str
    inlined: bool
    around: _Around

    def of_block(self, block: Block, *, nested: bool, outer: frozenset[str] = frozenset()) -> Iterator[Use]:
        """The uses of a rule. ``nested``: it is inside an at-rule; ``outer``: the tags of the style rule that it is in."""
        return self._of_at_rule(block) if block.at else self._of_style_rule(block, nested, outer)

    def _of_at_rule(self, block: Block) -> Iterator[Use]:
        inside = [use for inner in block.blocks for use in self.of_block(inner, nested=True)]
        if block.blocks and not inside and "keyframes" not in block.at:
            return  # nothing in it is used
        start, end = self.base + block.start, self.base + block.prelude_start + len(block.prelude) + 1
        text = self.css[block.start : block.end]
        around = frozenset(of_at_rule(block.at, block.prelude.lower()))
        for slug in of_at_rule(block.at, block.prelude.lower()):
            yield Use(slug, block.at, block.prelude.lower(), text, frozenset(), start, end)
        yield from (replace(use, within=use.within | around) for use in inside)
        yield from _of_declarations(block.declarations, self.base, frozenset(), inline=False)

    def _of_style_rule(self, block: Block, nested: bool, outer: frozenset[str]) -> Iterator[Use]:
        dynamic = _DYNAMIC.search(block.prelude) is not None
        matched = self.document.select(_STATE.sub("", block.prelude) if dynamic else block.prelude)
        if matched is not None and not matched and not outer:
            return
        tags = outer or frozenset(element.tag for element in matched or ())
        start = self.base + block.start
        inline = self.inlined and not nested and not outer and not dynamic
        if not inline:
            for slug in of_selector(block.prelude.lower()):
                yield Use(slug, "", block.prelude.lower(), block.prelude, tags, start, start + len(block.prelude))
        beside = self.around.beside(matched or ())
        yield from _of_declarations(block.declarations, self.base, tags, inline=inline, beside=beside)
        for inner in block.blocks:
            at = self.base + inner.start
            if not inner.at:
                yield Use("css-nesting", "", "", inner.prelude, tags, at, at + 1)
            yield from self.of_block(inner, nested=True, outer=tags)
