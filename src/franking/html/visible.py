"""Which characters are visible."""

from __future__ import annotations

import re

# White space and characters without a glyph. A text of only these is not visible.
INVISIBLE = (
    "\\s\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u3164\uffa0\u2800"
)
VISIBLE = re.compile(f"[^{INVISIBLE}]")


def visible(text: str) -> bool:
    """Whether a text contains a visible character."""
    return VISIBLE.search(text) is not None
