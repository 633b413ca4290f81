"""XML documents (XML 1.0, fifth edition): UTF-8 without a byte order mark, texts escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from franking.errors import InputError
from franking.feeds.table import Element

# What is no Char (section 2.2), and what a processor may change or a reader cannot see: controls, surrogates, non-characters.
NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0001ffff\U0010fffe\U0010ffff]")


def written(root: Element) -> bytes:
    """A document's bytes. Raises ``InputError`` for a character that no XML document holds."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_lines(root, 0))).encode("utf-8")


def _lines(element: Element, depth: int) -> Iterator[str]:
    attributes = "".join(f' {name}="{_escaped(element.name, value)}"' for name, value in element.attributes)
    indent = "  " * depth
    if not element.children:
        yield f"{indent}<{element.name}{attributes}>{_escaped(element.name, element.text)}</{element.name}>\n"
        return
    yield f"{indent}<{element.name}{attributes}>\n"
    for child in element.children:
        yield from _lines(child, depth + 1)
    yield f"{indent}</{element.name}>\n"


def _escaped(name: str, text: str) -> str:
    if (found := NO_TEXT.search(text)) is not None:
        raise InputError(f"{name}: found the character U+{ord(found[0]):04X}, expected text that XML can contain")
    return escape(text, quote=True)
