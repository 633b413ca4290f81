"""The declared languages of a document's texts (HTML, sections 3.2.6.1 ``lang`` and 3.2.6.3 ``translate``)."""

from __future__ import annotations

from collections.abc import Sequence

from franking.html.nodes import Node

_CODE = frozenset(["code", "samp", "kbd"])


def primary(tag: str) -> str:
    """The primary language subtag of a language tag (BCP 47): "pt" of "pt-BR"."""
    return tag.strip().replace("_", "-").partition("-")[0].lower()


def marked_languages(elements: Sequence[Node]) -> list[str]:
    """For each element, its primary language by ``lang``; "" if there is none."""
    found: list[str] = []
    for element in elements:
        attrs, parent = element.attrs, element.parent
        own = ""
        if "lang" in attrs or "xml:lang" in attrs:
            own = primary(attrs.get("lang") or attrs.get("xml:lang") or "")
        found.append(own or (found[parent.index] if parent is not None else ""))
    return found


def marked_translated(elements: Sequence[Node]) -> list[bool]:
    """For each element, whether its text is prose: neither code nor marked as not for translation."""
    found: list[bool] = []
    if not [element for element in elements if element.tag in _CODE or "translate" in element.attrs]:
        return [True] * len(elements)  # in most messages
    for element in elements:
        parent = element.parent
        written = element.attrs.get("translate")
        mark = written.strip().lower() if written else ""
        own = element.tag not in _CODE and mark != "no"
        found.append(own and (mark == "yes" or parent is None or found[parent.index]))
    return found
