"""Elements whose content is no text of the message, whatever a style sheet makes of them."""

from __future__ import annotations

from franking.html.document import Element

NEVER_SHOWN = frozenset(["head", "style", "script", "template", "title"])


def is_never_shown(element: Element) -> bool:
    """Whether an element is one of these, or an input field that no style sheet shows (HTML, section 15.3.1)."""
    tag = element.tag
    return tag in NEVER_SHOWN or (tag == "input" and element.attrs.get("type", "").strip().lower() == "hidden")
