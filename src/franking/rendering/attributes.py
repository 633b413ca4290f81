"""Compares the ``style`` attributes that the inliner wrote with those that the cascade requires."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from franking.css.shorthands import expand
from franking.html.document import Document, Element, Text
from franking.rendering.precedence import Applied, Plan
from franking.rendering.sheets import Declaration, read_declarations

Edit = tuple[int, int, str]  # offsets in the source, and the replacement
_SIDES = re.compile(r"(margin-|padding-|border-)(?:top|bottom)(-width|-style|)")
# Properties whose valid values are recognised exactly (for ``background``, colours); a differential test verifies this.
_EXACT = frozenset(
    """background background-color border border-left border-width border-left-width border-style border-left-style
    border-collapse box-sizing color direction display float font font-family font-size font-weight height left line-height
    margin margin-left margin-right min-width overflow-wrap padding padding-left padding-right position right table-layout
    text-align visibility white-space width word-break""".split()
)
_KEEPS_SPACE = frozenset(["pre", "textarea", "listing"])


class Unlike(Exception):
    """The inliner changed more than ``style`` attributes; the text names the change and the element."""


def repairs(before: Document, after: Document, plan: Plan) -> list[Edit]:
    """The edits of an inlined document that give each element the ``style`` of the cascade.

    Removes a style sheet that the inliner left. Raises ``Unlike`` if elements, other attributes or texts differ from the
    original document.
    """
    edits = [_removed(e) for e in after.elements if e.tag == "style"]
    first = [e for e in before.elements if e.tag != "style"]
    second = [e for e in after.elements if e.tag != "style"]
    for one, other in zip(first, second, strict=False):
        if one.tag != other.tag or _other_attributes(one) != _other_attributes(other):
            raise Unlike(_described(one))
        edits += _text_repair(one, other)
        wanted = _wanted(plan, plan.groups[one.index], one.attrs.get("style"), before.quirks)
        if wanted is not None and not _alike(wanted, other.attrs.get("style", ""), before.quirks):
            edits.append(_written(after, other, wanted))
    if len(first) != len(second):
        raise Unlike(_described((first if len(first) > len(second) else second)[min(len(first), len(second))]))
    return edits


def _removed(element: Element) -> Edit:
    location = element.node.source_location
    if location is None or location.end_tag is None:
        raise Unlike(_described(element))
    return location.start_tag.start_offset, location.end_tag.end_offset, ""


def _described(element: Element) -> str:
    return f"changes {element.path}"


def _other_attributes(element: Element) -> dict[str, str]:
    return {name: value for name, value in element.attrs.items() if name != "style"}


def _text_repair(one: Element, other: Element) -> list[Edit]:
    """Check an element's own text. The newline that a parser drops after ``<pre>`` is written again (HTML, section 13.3)."""
    if one.tag in ("html", "head"):
        return []
    texts = ["".join(c.data for c in e.children if isinstance(c, Text)) for e in (one, other)]
    if texts[0] == texts[1]:
        return []
    location = other.node.source_location
    if one.tag in _KEEPS_SPACE and texts[0] == "\n" + texts[1] and location is not None:
        at = location.start_tag.end_offset
        return [(at, at, "\n" if other.document.source.startswith("\n", at) else "\n\n")]
    if one.tag == "body" and texts[0].rstrip() == texts[1].rstrip():
        return []  # content after </body> and </html>
    raise Unlike(_described(one))


def _wanted(plan: Plan, applied: Sequence[Applied], own: str | None, quirks: bool) -> str | None:
    """An element's ``style``, None if it has none."""
    inlined = tuple(d for a in applied for d in a.rule.declarations if not plan.stays(d.family))
    return own if not inlined else _merged(inlined, own or "", quirks)


@lru_cache(maxsize=4096)
def _merged(inlined: tuple[Declaration, ...], own: str, quirks: bool) -> str:
    """Declarations in cascade order; those of the attribute follow the others of the same importance."""
    own_ones = read_declarations(own)
    order = [d for important in (False, True) for d in (*inlined, *own_ones) if d.important is important]
    return "".join(f"{d.css()};" for d in _reduced(order, quirks))


@lru_cache(maxsize=16384)
def _alike(wanted: str, found: str, quirks: bool) -> bool:
    """Whether two ``style`` attributes are equivalent, whichever values a browser supports."""
    if wanted == found:
        return True
    return _families(read_declarations(wanted), quirks) == _families(read_declarations(found), quirks)


def _families(declarations: Iterable[Declaration], quirks: bool) -> dict[tuple[str, bool], list[tuple[str, str]]]:
    result: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for d in _reduced(list(declarations), quirks):
        result.setdefault((d.family, d.important), []).append((d.name, d.value))
    return result


def _reduced(declarations: Sequence[Declaration], quirks: bool) -> list[Declaration]:
    """Without declarations that are certainly overridden: by the same property with the same value, or with a valid value."""
    kept: list[Declaration] = []
    over: dict[str, list[Declaration]] = {}  # later declarations, by name
    for d in sorted(declarations, key=lambda d: d.important)[::-1]:
        if any(o.value == d.value or _is_valid(o, quirks) for o in over.get(d.name, ())):
            continue
        over.setdefault(d.name, []).append(d)
        kept.append(d)
    return kept[::-1]


def _is_valid(declaration: Declaration, quirks: bool) -> bool:
    """Whether every browser supports a declaration; False if unknown."""
    side = _SIDES.fullmatch(declaration.name)  # top and bottom accept the values of left
    name = f"{side[1]}left{side[2]}" if side is not None else declaration.name
    if name not in _EXACT or any(token.type == "function" for token in declaration.tokens):
        return False
    return bool(expand("background-color" if name == "background" else name, declaration.tokens, quirks))


def _written(document: Document, element: Element, style: str) -> Edit:
    """The edit that gives an element its ``style``."""
    location = element.node.source_location
    if location is None:
        raise Unlike(_described(element))
    text = f'style="{escape(style, quote=False).replace(chr(34), "&quot;")}"'
    if "style" in location.attrs:
        span = location.attrs["style"]
        return span.start_offset, span.end_offset, text
    at = location.start_tag.start_offset + 1 + len(element.tag)
    return at, at, f" {text}"
