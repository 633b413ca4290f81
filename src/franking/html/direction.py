"""The direction of elements with ``dir=auto``: that of their text (HTML, section 3.2.6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import bidirectional

from franking.html.document import Element, Text

_APART = frozenset(["bdi", "script", "style", "textarea"])
_DIRECTIONS = frozenset(["ltr", "rtl", "auto"])
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def is_automatic(element: Element) -> bool:
    """Whether an element takes its direction from its text."""
    return "dir" in element.attrs and element.attrs["dir"].strip().lower() == "auto"


def automatic(element: Element) -> str:
    """The direction of the first letter that has one: ``ltr`` or ``rtl``."""
    for text in _texts(element):
        for letter in text:
            if (found := _STRONG.get(bidirectional(letter))) is not None:
                return found
    return "ltr"


def _texts(element: Element) -> Iterator[str]:
    if element.tag == "input":
        yield element.attrs.get("value", "")
        return
    stack: list[Element | Text] = [*reversed(element.children)]
    while stack:
        node = stack.pop()
        if isinstance(node, Text):
            yield node.data
        elif node.tag not in _APART and node.attrs.get("dir", "").strip().lower() not in _DIRECTIONS:
            stack.extend(reversed(node.children))
