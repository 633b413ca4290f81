"""``display: contents``: an element without a box, whose children are in its place (CSS Display 3, section 2.5)."""

from __future__ import annotations

from collections.abc import Sequence

from franking.html.document import Element, Text
from franking.layout.frame import Frame


def opened(frame: Frame, nodes: Sequence[Element | Text]) -> Sequence[Element | Text]:
    """Children, elements with ``display: contents`` replaced by what they hold, in order."""
    if not frame.knows_contents:
        return nodes
    stack = list(reversed(nodes))
    found: list[Element | Text] = []
    while stack:
        node = stack.pop()
        if isinstance(node, Element) and frame.rendered[node.index] and frame.style(node).display == "contents":
            stack.extend(reversed(node.children))
        else:
            found.append(node)
    return found
