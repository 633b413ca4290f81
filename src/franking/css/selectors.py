"""Selectors of style rules (Selectors 4): which of them are read, which a browser drops, and which are not modelled.

A selector list with one arm that is invalid for certain is dropped whole, as a browser drops it (section 4.1.1). An arm
with a pseudo-class or a syntax that browsers know and turbohtml does not match is *unmodelled*: it may reach any element.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import tinycss2

from franking.css.grammar import specified
from franking.css.lengths import Token, split_commas
from franking.html.parser import Specificity, specificities

if TYPE_CHECKING:
    from tinycss2.ast import Content

# Pseudo-elements that CSS 2 lets be written with one colon.
_LEGACY = frozenset(["before", "after", "first-line", "first-letter"])
# Those that style a text of the message that a reader sees.
TEXTUAL = frozenset(["before", "after", "first-line", "first-letter", "marker", "placeholder", "details-content"])
# What browsers take besides what the specifications name: parts of scroll bars, states of their own.
_BROWSERS_OWN = frozenset(
    (
        "-webkit-autofill -webkit-full-screen -webkit-full-screen-ancestor -webkit-full-page-media -webkit-drag granted "
        "-internal-autofill-selected -internal-autofill-previewed -internal-dialog-in-top-layer -internal-popover-in-top-layer "
        "-internal-relative-anchor -internal-select-has-slotted-button -internal-text-field horizontal vertical start end "
        "increment decrement single-button double-button no-button corner-present window-inactive"
    ).split()
)
# What some browsers take and others drop: the rule may hold, or may not.
_DISPUTED = frozenset(
    (
        "optional muted paused playing seeking stalled buffering volume-locked clear-icon color-swatch cue-region "
        "field-component field-content field-separator reveal-icon slider-fill slider-thumb slider-track "
        "step-control step-down step-up"
    ).split()
)
# Pseudo-elements that are none without arguments.
_WITH_ARGUMENTS = frozenset(
    (
        "highlight nth-fragment part picker scroll-button slotted view-transition-group view-transition-group-children "
        "view-transition-image-pair view-transition-new view-transition-old"
    ).split()
)
OTHER_DEFAULT = "*"  # the default namespace of a style sheet is not that of HTML
_FORGIVING = frozenset(["is", "where", "matches", "-webkit-any"])
_ALIASES = {"-webkit-any": "is", "matches": "", "-webkit-any-link": "any-link"}


@dataclass(frozen=True, slots=True)
class Arm:
    """One selector of a list: what it selects without its pseudo-element. ``readable`` is whether that can be matched."""

    selector: str
    specificity: Specificity
    pseudo: str = ""  # the pseudo-element, "" for none
    readable: bool = True


def read(prelude: Sequence[Token], parents: Sequence[str] = (), namespaces: frozenset[str] = frozenset()) -> list[Arm] | None:
    """The arms of a selector list; None if a browser drops the rule. ``parents`` are what ``&`` stands for, ``namespaces``
    what ``declared_namespaces`` found."""
    arms: list[Arm] = []
    for tokens in split_commas(prelude):
        arm = _arm(tokens, tuple(parents), namespaces)
        if arm is None:
            return None
        arms.append(arm)
    return arms or None


def _arm(tokens: list[Token], parents: tuple[str, ...], namespaces: frozenset[str]) -> Arm | None:
    while tokens and tokens[0].type == "whitespace":
        tokens = tokens[1:]
    while tokens and tokens[-1].type == "whitespace":
        tokens = tokens[:-1]
    if not tokens:
        return None
    base, pseudo = _pseudo_element(tokens)
    if pseudo is None:
        return None
    around = f":is({', '.join(parents)})" if parents else ":root"
    text, nested = _written(base, around)
    if parents and not nested:
        text = f"{around} {text}" if text.strip() else around
    prefixes = frozenset(_prefixes(base))
    if prefixes - namespaces - {""}:
        return None  # a prefix that is not declared (CSS Namespaces 3, section 3)
    if prefixes or OTHER_DEFAULT in namespaces:
        return Arm("*", (1, 0, 0), pseudo, readable=False)
    if pseudo in _DISPUTED or _has_case_flag(tokens) or _names_disputed(tokens) or _forgives(base, around):
        return Arm("*", (1, 0, 0), pseudo, readable=False)
    return _judged(text.strip() or "*", pseudo)


def declared_namespaces(nodes: Sequence[Content]) -> frozenset[str]:
    """The prefixes that a style sheet declares, and ``OTHER_DEFAULT`` where names without prefix are not those of HTML."""
    found: set[str] = set()
    for node in nodes:
        if node.type != "at-rule" or node.lower_at_keyword != "namespace" or node.content is not None:
            continue
        words = [token for token in node.prelude if token.type not in ("whitespace", "comment")]
        if words and words[0].type == "ident":
            found.add(words[0].value)
        elif words and "http://www.w3.org/1999/xhtml" not in tinycss2.serialize(words):
            found.add(OTHER_DEFAULT)
    return frozenset(found)


def _prefixes(tokens: Sequence[Token], in_attribute: bool = False) -> Iterator[str]:
    """The namespace prefixes in a selector: "" for names in no namespace, of which HTML has none. ``*|`` says nothing."""
    for at, token in enumerate(tokens):
        if token.type == "function":
            yield from _prefixes(token.arguments)
        elif token.type == "[] block":
            yield from _prefixes(token.content, in_attribute=True)
        elif token.type == "literal" and token.value == "|":
            before = tokens[at - 1] if at else None
            if before is not None and before.type == "ident":
                yield before.value
            elif (before is None or before.type != "literal" or before.value != "*") and not in_attribute:
                yield ""


def _has_case_flag(tokens: Sequence[Token]) -> bool:
    """Whether an attribute selector has the flag ``s``, which not every browser takes (Selectors 4, section 6.3)."""
    for token in tokens:
        if token.type == "[] block":
            words = [t for t in token.content if t.type not in ("whitespace", "comment")]
            if len(words) > 3 and words[-1].type == "ident" and words[-1].lower_value == "s":
                return True
        elif token.type == "function" and _has_case_flag(token.arguments):
            return True
    return False


def _names_disputed(tokens: Sequence[Token]) -> bool:
    return any(
        _names_disputed(token.arguments)
        if token.type == "function"
        else at > 0 and token.type == "ident" and token.lower_value in _DISPUTED and _is_colon(tokens[at - 1])
        for at, token in enumerate(tokens)
    )


def _forgives(tokens: Sequence[Token], around: str) -> bool:
    """Whether a list that may hold invalid arms (Selectors 4, section 16.1) has one that browsers know and turbohtml leaves
    out."""
    for token in tokens:
        if token.type != "function":
            continue
        if token.lower_name in _FORGIVING:
            for arm in split_commas(token.arguments):
                text = _written(arm, around)[0].strip()
                if text and _specificity(text) is None and _may_be_valid(arm):
                    return True
        if _forgives(token.arguments, around):
            return True
    return False


@lru_cache(maxsize=2048)
def _judged(text: str, pseudo: str) -> Arm | None:
    found = _specificity(text)
    if found is not None:
        kinds, classes, types = found
        return Arm(text, (kinds, classes, types + bool(pseudo)), pseudo)
    if not _may_be_valid(tinycss2.parse_component_value_list(text)):
        return None
    return Arm("*", (1, 0, 0), pseudo, readable=False)


def specificity(selectors: Sequence[str]) -> Specificity:
    """The specificity of ``:is()`` of selectors that can be matched: that of the most specific one."""
    return max((_specificity(text) or (0, 0, 0) for text in selectors), default=(0, 0, 0))


def _specificity(text: str) -> Specificity | None:
    found = specificities(text)
    return found[0] if len(found) == 1 else None


def _pseudo_element(tokens: list[Token]) -> tuple[list[Token], str | None]:
    """A selector without its pseudo-element, and that; None if no browser knows it."""
    for at, token in enumerate(tokens):
        if not _is_colon(token) or at + 1 >= len(tokens):
            continue
        double = _is_colon(tokens[at + 1])
        name_at = at + 2 if double else at + 1
        if name_at >= len(tokens):
            return tokens, None
        named = tokens[name_at]
        name = named.lower_value if named.type == "ident" else named.lower_name if named.type == "function" else ""
        if double and name:
            known = name.startswith("-webkit-") or name in _pseudo_elements()
            if named.type == "ident" and name in _WITH_ARGUMENTS:
                known = False
            return tokens[:at], name if known else None
        if double:
            return tokens, None
        if name in _LEGACY and named.type == "ident" and not (at and _is_colon(tokens[at - 1])):
            return tokens[:at], name
    return tokens, ""


def _written(tokens: Sequence[Token], around: str) -> tuple[str, bool]:
    """A selector as text that turbohtml reads: ``&`` stands for the parents (CSS Nesting 1, section 3), old names for
    new ones; and whether ``&`` stood in it."""
    parts: list[str] = []
    nested = False
    for token in tokens:
        if token.type == "literal" and token.value == "&":
            parts.append(around)
            nested = True
        elif token.type == "function":
            inner, inside = _written(token.arguments, around)
            parts.append(f"{_ALIASES.get(token.lower_name) or token.name}({inner})")
            nested = nested or inside
        elif token.type == "ident" and token.lower_value in _ALIASES and _ALIASES[token.lower_value]:
            parts.append(_ALIASES[token.lower_value])
        else:
            parts.append(tinycss2.serialize([token]))
    return "".join(parts), nested


def _may_be_valid(tokens: Sequence[Token]) -> bool:
    """Whether browsers may take a selector that turbohtml does not: every pseudo-class in it is one that they know, and no
    token in it is one that selectors never hold."""
    for at, token in enumerate(tokens):
        if token.type in ("error", "at-keyword", "url", "{} block", "percentage", "unicode-range", "string", "() block"):
            return False
        if token.type in ("number", "dimension") and (at == 0 or not _is_colon(tokens[at - 1])):
            return False
        if token.type == "literal" and token.value not in (":", ">", "+", "~", "*", ".", "|", "||", "&", ","):
            return False
        if at and _is_colon(tokens[at - 1]):
            name = token.lower_value if token.type == "ident" else token.lower_name if token.type == "function" else ""
            if name not in _pseudo_classes():
                return False
            if token.type == "function" and name in ("not", "has") and not _may_be_valid(token.arguments):
                return False
    return not (tokens and _is_colon(tokens[-1]))


def _is_colon(token: Token) -> bool:
    return bool(token.type == "literal" and token.value == ":")


def _names(key: str) -> frozenset[str]:
    names = specified()[key]
    assert isinstance(names, list)
    return frozenset(names)


@lru_cache(maxsize=1)
def _pseudo_classes() -> frozenset[str]:
    return _names("pseudo-classes") | _BROWSERS_OWN


@lru_cache(maxsize=1)
def _pseudo_elements() -> frozenset[str]:
    return _names("pseudo-elements") | {"interest-button", "permission-icon", "select-listbox"}
