"""Selectors for inlining: which elements they can match, and whether that depends only on the message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tinycss2

from franking.css.lengths import Token
from franking.html.parser import Specificity, specificities

# Pseudo-classes that depend only on the message.
_STATIC = frozenset(
    "first-child last-child only-child first-of-type last-of-type only-of-type nth-child nth-last-child nth-of-type "
    "nth-last-of-type empty root not is where has".split()
)
_LEGACY_PSEUDO_ELEMENTS = frozenset("before after first-line first-letter".split())
# Attributes whose values browsers compare case-sensitively; others may ignore case (HTML, section 4.17.2).
_EXACT_ATTRIBUTES = frozenset("id class href src alt title role width height cellpadding cellspacing border".split())
_ANYTHING = ":not(x-none)"  # matches every element, usable in place of a pseudo-class


@dataclass(frozen=True, slots=True)
class Arm:
    """One selector of a list. ``selector`` is None if it may match any element, ``specificity`` is None if unknown."""

    selector: str | None
    specificity: Specificity | None


def serialized(tokens: Sequence[Token]) -> str:
    """Tokens as CSS, without surrounding white space; an escape at the end (``red\\9``) may end in a tab of its own."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].type == "whitespace":
        start += 1
    while start < end and tokens[end - 1].type == "whitespace":
        end -= 1
    return str(tinycss2.serialize(tokens[start:end]))


def arm_of(tokens: Sequence[Token]) -> tuple[Arm, bool]:
    """A selector for all elements that it can ever match, and whether it can be inlined."""
    written = serialized(tokens)
    wide, static = _widened(tokens)
    found = specificities(written)
    if len(found) != 1 or not specificities(wide) or "&" in written:
        return Arm(None, None), False
    return Arm(wide, found[0]), static


def _widened(tokens: Sequence[Token]) -> tuple[str, bool]:
    """A selector without its dynamic parts, and whether it has none."""
    parts: list[str] = []
    static = True
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.type == "literal" and token.value == ":" and at < len(tokens):
            pseudo = tokens[at]
            at += 1
            name = getattr(pseudo, "lower_name", None) or getattr(pseudo, "lower_value", "")
            fixed = name in _STATIC and (pseudo.type != "function" or _widened(pseudo.arguments)[1])
            static = static and fixed
            parts.append(f":{pseudo.serialize()}" if fixed else _ANYTHING)
            continue
        if token.type == "[] block":
            static = static and _exact(token.content)
        elif (token.type == "literal" and token.value not in (".", ">", "+", "~", "*", ",")) or token.type == "error":
            static = False
        parts.append(str(token.serialize()))
    return "".join(parts).strip(), static


def _exact(content: Sequence[Token]) -> bool:
    """Whether an attribute selector has the same meaning in every implementation."""
    words = [token for token in content if token.type not in ("whitespace", "comment")]
    if not words or words[0].type != "ident":
        return False
    name = words[0].lower_value
    return len(words) == 1 or (
        (name in _EXACT_ATTRIBUTES or name.startswith(("data-", "aria-"))) and words[-1].type == "string"
    )


def claiming_arm(tokens: Sequence[Token]) -> Arm | None:
    """A selector of a kept rule; None if it styles pseudo-elements, which cannot have inline styles."""
    colons = 0
    for token in tokens:
        if token.type == "literal" and token.value == ":":
            colons += 1
            continue
        name = getattr(token, "lower_name", None) or getattr(token, "lower_value", "")
        if colons == 2 or (colons == 1 and name in _LEGACY_PSEUDO_ELEMENTS):
            return None
        colons = 0
    return arm_of(tokens)[0]
