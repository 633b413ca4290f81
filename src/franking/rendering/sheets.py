"""Author style sheets for inlining: rules that always apply to fixed elements, and the rest.

A style rule can move into ``style`` attributes if it stands at the top level of a sheet, nests nothing, and its selectors
depend on nothing that changes after the message is written (Selectors 4: no user action, no pseudo-element). All other
rules are *kept* as written; what they may set, and on what, is their *claim*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import tinycss2

from franking.css.declarations import too_deep
from franking.css.lengths import Token, split_commas
from franking.css.sheets import offset_of
from franking.css.values import is_literal
from franking.rendering.selectors import Arm, arm_of, claiming_arm, serialized

if TYPE_CHECKING:
    from tinycss2 import ast
    from tinycss2.ast import Content, QualifiedRule

_STYLE_ATTRIBUTE = re.compile(r"\[\s*style", re.IGNORECASE)
# At-rules without style rules for elements.
_NO_CLAIM = frozenset(
    "font-face page counter-style property font-feature-values font-palette-values view-transition color-profile charset "
    "viewport -ms-viewport position-try function".split()
)
_KEYFRAMES = re.compile(r"(?:-[a-z]+-)?keyframes", re.IGNORECASE)
_VENDOR = re.compile(r"-[a-z]+-")
# The first word of a property's name is its family, with these exceptions.
_SAME = {
    "top": "inset", "right": "inset", "bottom": "inset", "left": "inset", "height": "width", "inline": "width",
    "block": "width", "logical": "width", "line": "font", "continue": "font", "word": "overflow", "white": "text",
    "page": "break", "row": "grid", "gap": "grid", "column": "grid", "columns": "grid", "rule": "grid", "place": "align",
    "justify": "align", "alignment": "vertical", "baseline": "vertical", "dominant": "vertical",
}  # fmt: skip
_NAMES = {"block-ellipsis": "font", "max-lines": "font", "column-break-before": "break", "column-break-after": "break",
          "column-break-inside": "break"}  # fmt: skip


def family(name: str) -> str:
    """Properties of different families never set each other's longhands; a custom property is a family of its own."""
    if name.startswith("--"):
        return name
    bare = _VENDOR.sub("", name, count=1) if name.startswith("-") else name
    word = bare.partition("-")[0]
    return _NAMES.get(bare) or _SAME.get(word, word)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One valid or unknown declaration: ``text`` is its value as written, ``value`` the normalised value."""

    name: str
    family: str
    text: str
    value: str
    important: bool
    tokens: tuple[Token, ...] = field(compare=False, repr=False)
    place: tuple[int, int] = field(compare=False, default=(0, 0))  # line and column

    def css(self) -> str:
        """The declaration as CSS."""
        return f"{self.name}: {self.text}{' !important' if self.important else ''}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A style rule that can be inlined."""

    arms: tuple[Arm, ...]
    prelude: str
    declarations: tuple[Declaration, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A declaration of a kept rule; ``number`` counts the declarations of its sheet item."""

    arms: tuple[Arm, ...]
    declaration: Declaration
    layered: bool
    number: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of a sheet that stays unchanged; ``animated`` are the families that its keyframes set."""

    text: str
    claims: tuple[Claim, ...] = ()
    animated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The rules of a sheet in order. No rule is removed from a sheet that ``stays_whole``: it depends on its whole text or on
    ``style`` attributes."""

    items: tuple[Rule | Kept, ...]
    stays_whole: bool = False


@lru_cache(maxsize=256)
def read_sheet(css: str) -> StyleSheet:
    """The rules of a sheet (CSS Syntax 3); line ends are ``\\n``."""
    if too_deep(css) or "\0" in css or "\f" in css:
        return StyleSheet((Kept(css),), stays_whole=bool(css.strip()))
    nodes = tinycss2.parse_stylesheet(css)
    starts = [offset_of(css, 0, node.source_line, node.source_column) for node in nodes]
    items: list[Rule | Kept] = []
    stays_whole = _STYLE_ATTRIBUTE.search(css) is not None
    for node, start, end in zip(nodes, starts, [*starts[1:], len(css)], strict=False):
        text = css[start:end].strip()
        if node.type in ("whitespace", "comment"):
            continue
        if node.type == "at-rule" and node.lower_at_keyword in ("import", "namespace"):
            stays_whole = True
        rule = _rule(node, text) if node.type == "qualified-rule" else None
        items.append(rule or _kept(node, text))
    return StyleSheet(tuple(items), stays_whole)


def claims_of(item: Rule | Kept) -> Kept:
    """A rule as part of a sheet that is kept."""
    if isinstance(item, Kept):
        return item
    return Kept(item.text, tuple(Claim(item.arms, d, False, n) for n, d in enumerate(item.declarations)))


@lru_cache(maxsize=4096)
def read_declarations(css: str) -> tuple[Declaration, ...]:
    """The declarations of a ``style`` attribute."""
    return () if too_deep(css) else tuple(d for d in _contents(css) if isinstance(d, Declaration))


def promoted(text: str, numbers: frozenset[int]) -> str:
    """A kept item with ``!important`` added to the numbered declarations."""
    nodes = tinycss2.parse_stylesheet(text)
    for number, (_, _, declaration, content) in enumerate(_claimed(nodes[0])):
        if number in numbers and not declaration.important:
            _make_important(content, declaration.place)
    return str(tinycss2.serialize([node for node in nodes if node.type != "error"]))


def _make_important(content: list[Token], place: tuple[int, int]) -> None:
    """Add ``!important`` to the declaration that begins at an index of a block's tokens."""
    at = next(i for i, token in enumerate(content) if (token.source_line, token.source_column) == place)
    while at < len(content) and not is_literal(content[at], ";"):
        at += 1
    content[at:at] = tinycss2.parse_component_value_list(" !important")


def _rule(node: QualifiedRule, text: str) -> Rule | None:
    """A style rule, None if it cannot be inlined."""
    contents = list(_contents(node.content))
    if None in contents:
        return None
    arms = [arm_of(tokens) for tokens in split_commas(node.prelude)]
    if not all(static for _, static in arms):
        return None
    declarations = tuple(d for d in contents if d is not None)
    return Rule(tuple(arm for arm, _ in arms), serialized(node.prelude), declarations, text)


def _contents(content: Sequence[Token] | str) -> Iterator[Declaration | None]:
    """The declarations of a block; None for a nested rule. Invalid declarations are dropped (CSS Syntax 3)."""
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            yield _declaration(item)
        elif item.type in ("qualified-rule", "at-rule"):
            yield None


def _declaration(node: ast.Declaration) -> Declaration:
    name = node.name if node.name.startswith("--") else node.lower_name
    text = serialized(node.value)
    return Declaration(
        name, family(name), text, text if name.startswith("--") else spelled(node.value), node.important, tuple(node.value),
        (node.source_line, node.source_column),
    )  # fmt: skip


def spelled(tokens: Sequence[Token]) -> str:
    """A normalised value: differences in white space, comments and quotes are removed."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "comment":
            continue
        if token.type == "whitespace":
            if parts and parts[-1] not in (" ", ","):
                parts.append(" ")
        elif token.type == "literal" and token.value == ",":
            while parts and parts[-1] == " ":
                parts.pop()
            parts.append(",")
        elif token.type == "function":
            inner = spelled(token.arguments)
            bare = len(token.arguments) == 1 and token.arguments[0].type == "string" and token.lower_name == "url"
            parts.append(f"url({inner})" if bare else f"{token.name}({inner})")
        elif token.type == "url":
            parts.append(f'url("{token.value}")')
        elif token.type == "string":
            parts.append(f'"{token.value}"')
        else:
            parts.append(str(token.serialize()))
    return "".join(parts).strip()


def _kept(node: Content, text: str) -> Kept:
    claims: list[Claim] = []
    animated: set[str] = set()
    if node.type == "at-rule" and _KEYFRAMES.fullmatch(node.at_keyword):
        for frame in tinycss2.parse_rule_list(node.content or [], skip_comments=True, skip_whitespace=True):
            if frame.type == "qualified-rule":
                animated |= {d.family for d in _contents(frame.content) if d is not None}
    else:
        for number, (arms, layered, declaration, _) in enumerate(_claimed(node)):
            if arms:
                claims.append(Claim(arms, declaration, layered, number))
    return Kept(text, tuple(claims), frozenset(animated))


def _claimed(
    node: Content, layered: bool = False, unsure: bool = False
) -> Iterator[tuple[tuple[Arm, ...], bool, Declaration, list[Token]]]:
    """The declarations of a rule and its nested rules: selector, layer, and the tokens of the enclosing block."""
    if node.type == "qualified-rule":
        arms = tuple(arm for arm in map(claiming_arm, split_commas(node.prelude)) if arm is not None)
        if unsure:
            arms = (Arm(None, None),)
        yield from _block(node.content, arms, layered, unsure)
    elif node.type == "at-rule" and node.content is not None:
        keyword = node.lower_at_keyword
        if keyword in _NO_CLAIM or _KEYFRAMES.fullmatch(keyword):
            return
        layered = layered or keyword == "layer"
        unsure = unsure or keyword in ("scope", "starting-style")
        for inner in tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True):
            yield from _claimed(inner, layered, unsure)


def _block(
    content: list[Token], arms: tuple[Arm, ...], layered: bool, unsure: bool
) -> Iterator[tuple[tuple[Arm, ...], bool, Declaration, list[Token]]]:
    """The declarations of a style rule and its nested rules; the elements of nested rules are not computed."""
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            yield arms, layered, _declaration(item), content
        elif item.type in ("qualified-rule", "at-rule") and item.content is not None:
            yield from _block(item.content, (Arm(None, None),), layered or item.type == "at-rule", unsure)
