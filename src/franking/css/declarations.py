"""Declaration blocks: what a ``style`` attribute or the body of a style rule declares, and where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import tinycss2

from franking.css.extreme_values import MAY_HIDE, extreme
from franking.css.lengths import Token, contents
from franking.css.properties import ALIASES
from franking.css.property_support import is_inert, unmodelled_group, unread, unread_value
from franking.css.shorthands import Expanded, expand, longhands_of
from franking.css.values import Unmodelled, Value, Wide, has_var, is_sound

if TYPE_CHECKING:
    from tinycss2.ast import Content, Declaration, Node

_DEEPEST = 100  # brackets


@dataclass(frozen=True, slots=True)
class Pending:
    """A value with ``var()``: it is parsed once custom properties are known (CSS Custom Properties, section 3)."""

    written: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Longhand:
    """One longhand that a declaration sets. ``written`` and ``text`` are the declaration as the author wrote it."""

    name: str
    value: Value
    important: bool
    written: str
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """What every browser throws away: where it stands in its text, and why."""

    what: str
    line: int
    column: int


# Written for one program or as a fallback, and thrown away by all others on purpose (Outlook's names, hacks for old browsers).
_ON_PURPOSE = re.compile(
    r"(?:[-_*]|mso-|panose-|tab-stops|layout-grid|text-(?:line-through|underline|fit|effect|shadow-)|yahoo|behavior|"
    r"page-break|scrollbar-|ms-|x-|css-|punctuation-wrap|margin-(?:top|bottom)-alt|vnd)"
)
_FOR_OTHERS = re.compile(
    r"(?<![\w-])-(?:webkit|moz|ms|o|khtml)-|progid|expression\(|alpha\(|\\|mso-|^$|\{\{|\{%", re.IGNORECASE
)


def _dropped(declaration: Declaration) -> Dropped | None:
    """What to say of a declaration that sets nothing; None where that is no mistake."""
    written = declaration.lower_name
    if declaration.name.startswith("--") or is_inert(written) or _ON_PURPOSE.match(written) is not None:
        return None
    text = tinycss2.serialize(declaration.value).strip()
    if _FOR_OTHERS.search(text) is not None:
        return None
    known = longhands_of(written) or unmodelled_group(written) is not None
    what = f"the value {text[:40]!r} of {written}" if known else f"the property {written[:40]!r}"
    return Dropped(what, declaration.source_line, declaration.source_column)


@dataclass(frozen=True, slots=True)
class Block:
    """What a block's content sets, and what of it is thrown away."""

    longhands: tuple[Longhand, ...]
    dropped: tuple[Dropped, ...]


def _close(tokens: list[Token]) -> None:
    """Take out the note that a string or a URL has no end: the end of the text is its end (CSS Syntax 3, section 4.3)."""
    if tokens and tokens[-1].type == "error" and tokens[-1].kind in ("eof-in-string", "eof-in-url"):
        tokens.pop()
    elif tokens:
        _close(contents(tokens[-1]))


def _longhands(declaration: Declaration, quirks: bool) -> list[Longhand]:
    written = declaration.lower_name
    _close(declaration.value)
    text = tinycss2.serialize(declaration.value).strip()
    where = (declaration.important, written, text, declaration.source_line, declaration.source_column)
    variable = has_var(declaration.value)
    if declaration.name == "--" or (variable and not is_sound(declaration.value)):
        return []
    if declaration.name.startswith("--"):
        return [Longhand(declaration.name, tuple(declaration.value), *where)]
    names = longhands_of(written)
    if not names:
        if unmodelled_group(written) is None and written not in MAY_HIDE:
            return []  # inert, or a name that no browser knows
        names = (written,)
    if variable:
        pending = Pending(ALIASES.get(written, written), tuple(declaration.value))
        if written == "margin":
            names = (*names, "margin-top")
        return [Longhand(name, pending, *where) for name in names]
    return [Longhand(name, value, *where) for name, value in interpret(written, declaration.value, quirks)]


def substituted(written: str, name: str, tokens: Sequence[Token] | None) -> Value:
    """What a declaration with ``var()`` sets a longhand to: ``unset`` where it is invalid with the substituted ``tokens``, or
    where there are none (CSS Custom Properties, section 3.1). ``all`` takes CSS-wide keywords only, but Blink parses what is
    substituted in it as a value of each longhand: that is not read."""
    expanded = dict(interpret(written, tokens, False)) if tokens is not None else {}
    if name in expanded:
        return expanded[name]
    if written == "all" and tokens is not None:
        return Unmodelled(tinycss2.serialize(tokens).strip())
    return Wide("unset")


def interpret(written: str, tokens: Sequence[Token], quirks: bool) -> Expanded:
    """What a declaration of a property sets, as (longhand, value) pairs: read values, ``Unmodelled`` ones, nothing for an
    invalid one."""
    if written in MAY_HIDE:
        return list(extreme(written, tokens))
    expanded = expand(written, tokens, quirks)
    if expanded is not None:
        return expanded + extreme(written, tokens) if written == "margin" else expanded
    names = longhands_of(written)
    if not names:
        value = unread(written, tokens, quirks)
        return [] if value is None else [(written, value)]
    unknown = unread_value(
        ALIASES.get(written, written), tokens, quirks, lambda part: expand(written, part, quirks) is not None
    )
    return [] if unknown is None else [(name, unknown) for name in names]


def block(content: Sequence[Token] | str, quirks: bool) -> Block:
    """The longhands that a block's content sets, in source order, and what is invalid in it."""
    return block_of(tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True), content, quirks)


def block_of(nodes: Sequence[Content], content: Sequence[Token] | str, quirks: bool) -> Block:
    """The same of what has been parsed: the declarations among ``nodes``, which ``content`` was parsed into."""
    longhands: list[Longhand] = []
    dropped: list[Dropped] = []
    pieces: list[Token] = []
    for item in nodes:
        if item.type == "declaration":
            found = _longhands(item, quirks)
            if found:
                longhands.extend(found)
            elif (one := _dropped(item)) is not None:
                dropped.append(one)
        elif item.type == "error":
            pieces = pieces or _pieces(content)
            if not _is_hack(pieces, item):
                dropped.append(Dropped("a piece that is no declaration", item.source_line, item.source_column))
    return Block(tuple(longhands), tuple(dropped))


def _pieces(content: Sequence[Token] | str) -> list[Token]:
    """The first tokens of what semicolons part."""
    found: list[Token] = []
    begins = True
    tokens: Sequence[Token] = tinycss2.parse_component_value_list(content) if isinstance(content, str) else content
    for token in tokens:
        if token.type == "literal" and token.value == ";":
            begins = True
        elif begins and token.type not in ("whitespace", "comment"):
            found.append(token)
            begins = False
    return found


def _is_hack(pieces: Sequence[Token], error: Node) -> bool:
    """Whether a piece is a declaration for an old browser, as in ``*zoom: 1``: all others throw it away on purpose."""
    at = bisect_right(pieces, (error.source_line, error.source_column), key=lambda t: (t.source_line, t.source_column))
    first = pieces[at - 1] if at else None
    return first is not None and first.type == "literal" and first.value in "*+#!.&"


def from_tokens(content: Sequence[Token] | str, quirks: bool) -> tuple[Longhand, ...]:
    """The longhands that a block's content sets, in source order; invalid declarations are dropped."""
    return block(content, quirks).longhands


@lru_cache(maxsize=4096)
def from_text(text: str, quirks: bool) -> Block:
    """What a ``style`` attribute's value sets. Cached: the same few strings recur on every message."""
    if too_deep(text):
        return Block((), ())
    # No rules nest here: what is no declaration goes with all that follows up to the semicolon (CSSOM, "parse a CSS
    # declaration block"; CSS Style Attributes, section 3).
    return block_of(tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True), text, quirks)


def too_deep(css: str) -> bool:
    """Whether brackets nest deeper than any style sheet needs: a bomb for everything that reads nested values."""
    if css.count("(") + css.count("[") + css.count("{") <= _DEEPEST:
        return False
    depth = 0
    for character in css:
        if character in "([{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif character in ")]}":
            depth = max(0, depth - 1)
    return False
