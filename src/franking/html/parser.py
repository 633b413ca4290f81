"""turbohtml, the HTML parser and selector engine: the only module that imports it. What the rest of the house uses of it
stands here, and a differential test holds it against other implementations of the same standards."""

from __future__ import annotations

import re
from collections.abc import Sequence

import turbohtml
from turbohtml import SelectorSyntaxError
from turbohtml.convert import css_specificity

Tree = turbohtml.Document
Node = turbohtml.Node
Element = turbohtml.Element
Comment = turbohtml.Comment
Doctype = turbohtml.Doctype
TEXTS = (turbohtml.Text, turbohtml.CData)
HTML = turbohtml.Namespace.HTML
Specificity = tuple[int, int, int]
_EMPTY = re.compile(r":empty(?![\w-])", re.IGNORECASE)
_BLANK = "x-franking-blank"


def parse(source: str, *, positions: bool = False) -> Tree:
    """The tree of a document (HTML, section 13.2; the depth capped at 512 as browsers cap it). With ``positions``, elements
    know where their tags stand."""
    return turbohtml.parse(source, source_locations=positions)


def select(tree: Tree, selector: str) -> Sequence[Node] | None:
    """What a selector list matches (Selectors 4); None where it is not read.

    ``:empty`` is that of Selectors 3, section 6.6.5.7, as in every browser: white space is content."""
    if _EMPTY.search(selector) is not None:
        _mark_blank(tree)
        selector = _EMPTY.sub(f":empty:not([{_BLANK}])", selector)
    try:
        return tree.select(selector)
    except SelectorSyntaxError:
        return None


def _mark_blank(tree: Tree) -> None:
    """Mark the elements that hold white space alone, which the selector engine takes for empty."""
    stack: list[Node] = list(tree.children)
    while stack:
        node = stack.pop()
        if isinstance(node, Element):
            if any(isinstance(child, TEXTS) and child.data for child in node.children):
                node.attrs[_BLANK] = ""
            stack += node.children


def specificities(selector: str) -> list[Specificity]:
    """The specificity of each selector of a list (Selectors 4, section 17); none where it is not read."""
    try:
        return css_specificity(selector)
    except SelectorSyntaxError:
        return []
