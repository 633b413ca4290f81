"""Texts that a style sheet generates in a state (``:hover``), for an attribute or at another width: a reader may see them."""

from __future__ import annotations

from collections.abc import Iterator

from franking.check.unseen import last_compound
from franking.css.style_sheets import collect
from franking.html.document import Document, Element

_GENERATE = frozenset(["before", "after", "marker"])


def conditional_texts(document: Document) -> Iterator[tuple[Element, str]]:
    """The strings of ``content`` in rules with a condition, each with the first element that it may belong to."""
    if "content" not in document.source and "\\" not in document.source:
        return
    for rule in collect(document).rules:
        if rule.pseudo not in _GENERATE or not (rule.media or ":" in rule.selector or "[" in rule.selector):
            continue
        for one in rule.longhands:
            tokens = one.value if one.name == "content" and isinstance(one.value, list) else []
            text = "".join(token.value for token in tokens if token.type == "string")
            if not text.strip():
                continue
            found = document.select(last_compound(rule.selector))
            for element in (document.elements if found is None else found)[:1]:
                yield element, text
