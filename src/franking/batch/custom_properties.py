"""The declaration of the custom property that gives a measured declaration its value."""

from __future__ import annotations

import re

from franking.css.cascade import Cascade
from franking.html.document import Document, Element

_DECLARATION = re.compile(r"[-\w]+\s*:\s*(?P<value>[^;{}\"<>]+)")
_VALUE = re.compile(r"(?:(?:0(?:px)?|auto)\s+)*var\(\s*(?P<name>--[-\w]+)\s*\)(?:\s+(?:0(?:px)?|auto|var\(\s*(?P=name)\s*\)))*")
_DEEPEST = 8  # custom properties that are each other's value


def defined(start: int, draft: Document, width: float, element: Element) -> int | None:
    """Where the custom property is declared that, at a width, is the value of an element's declaration at ``start``: all of
    it that is not 0. None for any other value, such as a calculation: there, the declaration itself can be what is wrong."""
    found: int | None = None
    cascade = None
    for _ in range(_DEEPEST):
        name = _named(draft.source, start)
        if not name:
            break
        cascade = cascade or Cascade(draft).at(width)
        cascaded = ((one, cascade[one.index].get(name)) for one in (element, *element.ancestors()))
        declared = next(((one, value.source.origin(one).offset()) for one, value in cascaded if value is not None), None)
        if declared is None:
            break
        element, start = declared  # what it inherits was computed there
        found = start
    return found


def _named(source: str, start: int) -> str:
    """The custom property that a declaration's value is; "" if it is another one."""
    declaration = _DECLARATION.match(source, start)
    value = _VALUE.fullmatch(declaration["value"].partition("!")[0].strip()) if declaration is not None else None
    return value["name"] if value is not None else ""
