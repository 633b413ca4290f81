"""The adapter of turbohtml, the HTML parser and selector engine. No other module imports turbohtml. A differential test
compares it with other implementations of the same standards."""

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
# Pseudo-classes that the selector engine treats differently from browsers, rewritten with an attribute for the elements on
# which they differ: ``:empty`` permits no white space (Selectors 3, section 6.6.5.7); a custom element is not defined without a
# script (HTML, section 4.13.3), all others are; elements of other namespaces are not read-only.
_CORRECTED = {
    "empty": ":empty:not([x-franking-blank])",
    "defined": ":not([x-franking-custom])",
    "read-only": ":read-only:not([x-franking-foreign])",
}
_NAMED = re.compile(r":(empty|defined|read-only)(?![\w-])", re.IGNORECASE)
# Names with a hyphen that are no custom elements (HTML, section 4.13.2).
_OTHERS = frozenset(
    "annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph".split()
)


def parse(source: str, *, positions: bool = False) -> Tree:
    """The tree of a document (HTML, section 13.2; depth limited to 512 as in browsers). With ``positions``, elements have
    the source positions of their tags. ``<template shadowrootmode>`` stays an element of the tree."""
    return turbohtml.parse(source, source_locations=positions, allow_declarative_shadow_roots=False)


def template_markup(node: Node) -> str:
    """The markup in a ``<template>``, whose content is not in the tree (HTML, section 4.12.3)."""
    return node.inner_html if isinstance(node, Element) else ""


def declared_encoding(data: bytes) -> str:
    """The encoding that a document's own ``<meta>`` declares (HTML, section 13.2.3.2), in lower case; "" for none. The bytes
    are ASCII."""
    tree = turbohtml.parse(data)
    name = (tree.encoding or "").lower()
    return "" if name == "windows-1252" and tree.encoding_confidence != "certain" else name


def select(tree: Tree, selector: str) -> Sequence[Node] | None:
    """The elements that a selector list matches (Selectors 4), as in browsers; None if it is not understood."""
    if _NAMED.search(selector) is not None:
        _mark(tree)
        selector = _NAMED.sub(lambda match: _CORRECTED[match[1].lower()], selector)
    try:
        return tree.select(selector)
    except SelectorSyntaxError:
        return None


def _mark(tree: Tree) -> None:
    """Set the attribute on elements on which engine and browsers differ."""
    stack: list[Node] = list(tree.children)
    while stack:
        node = stack.pop()
        if isinstance(node, Element):
            if any(isinstance(child, TEXTS) and child.data for child in node.children):
                node.attrs["x-franking-blank"] = ""
            if node.namespace != HTML:
                node.attrs["x-franking-foreign"] = ""
            elif ("-" in node.tag and node.tag not in _OTHERS) or "is" in node.attrs:
                node.attrs["x-franking-custom"] = ""
            stack += node.children


def specificities(selector: str) -> list[Specificity]:
    """The specificity of each selector of a list (Selectors 4, section 17); empty if it is not understood."""
    try:
        return css_specificity(selector)
    except SelectorSyntaxError:
        return []
