"""The path of an element: a CSS selector that helps a person to find it.

A step is the element's tag, with ``:nth-of-type()`` if its parent has more of them, or its id if that is unique. Very long
tags are shortened, very long ids not used. Only the last steps are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tinycss2.serializer import serialize_identifier

from franking.html.nodes import Node

_SHOWN = 4  # steps
_LONGEST = 80  # characters of a step, because each finding has a path


class Paths:
    """The paths of a document's elements; siblings are counted once."""

    def __init__(self, elements: Sequence[Node]) -> None:
        self._ids = Counter(element.attrs["id"] for element in elements if "id" in element.attrs)
        self._steps: dict[int, str] = {}  # by an element's index

    def to(self, element: Node) -> str:
        """The last steps of the path from the root, or from the nearest element with a unique id."""
        found: list[str] = []
        step: Node | None = element if element.tag or element.parent is None else element.parent  # not a generated one
        while step is not None and len(found) <= _SHOWN:
            name = step.attrs.get("id", "")
            own = 0 < len(name) <= _LONGEST and self._ids[name] == 1
            found.append(f"#{serialize_identifier(name)}" if own else self._step(step))
            step = None if own else step.parent
        found.reverse()
        return " > ".join(found if len(found) <= _SHOWN else ["…", *found[1:]])

    def _step(self, element: Node) -> str:
        if element.index not in self._steps:
            siblings = [element]
            if element.parent is not None:
                siblings = [child for child in element.parent.children if isinstance(child, type(element))]
            number = Counter(sibling.tag for sibling in siblings)
            seen: Counter[str] = Counter()
            for sibling in siblings:
                tag = sibling.tag
                seen[tag] += 1
                nth = f":nth-of-type({seen[tag]})" if number[tag] > 1 else ""
                name = serialize_identifier(tag) if len(tag) <= _LONGEST else f"{serialize_identifier(tag[:_LONGEST])}…"
                self._steps[sibling.index] = name + nth
        return self._steps[element.index]
