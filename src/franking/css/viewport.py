"""Whether the styles of a document depend on the width of the viewport by their units."""

from __future__ import annotations

import re
from functools import lru_cache

from franking.css.sheets import style_css
from franking.html.document import Document

_UNIT = re.compile(r"\d(?:[sld]?v[wi]|vmin|vmax)\b|\\", re.IGNORECASE)


def names_viewport(document: Document) -> bool:
    """Whether any style uses a viewport unit, or may by an escape."""
    for element in document.elements:
        if element.tag == "style":
            if _UNIT.search(style_css(element)) is not None:
                return True
        elif (style := element.attrs.get("style")) and _has_viewport_unit(style):
            return True
    return False


@lru_cache(maxsize=4096)
def _has_viewport_unit(style: str) -> bool:
    """Whether a ``style`` attribute does. Cached, because the same strings recur."""
    return _UNIT.search(style) is not None
