"""Where the values of a message stand in its finished HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.html.document import Element, Text

# Around a slot's number: signs that every parser and writer leaves alone, and that no value holds.
OPENING, CLOSING = "\u2e28", "\u2e29"
MARK = re.compile(f"{OPENING}(\\d+){CLOSING}")
# Characters of a value inside a URL that no rule about URLs looks at, behind a host.
TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
_BEHIND_HOST = re.compile(rf"https://[A-Za-z0-9.-]+/[^{OPENING}]*(?:{MARK.pattern}[^{OPENING}]*)+")
_NAMES = ("title", "aria-label")  # attributes that are texts, but for those of images
# What could become "://" with values; none of them contains it whole.
_SCHEME = re.compile(rf"[:{CLOSING}][/{OPENING}]")
# Elements whose text is no text of the message.
_RAW = frozenset("style script textarea select option iframe noscript noframes noembed xmp plaintext template svg math".split())


@dataclass(frozen=True, slots=True)
class SlotPositions:
    """Where the slots of a message stand: in texts, in URLs, and those that are part of its structure."""

    texts: dict[int, list[Text]]
    urls: frozenset[int]
    structure: frozenset[int]


def slot_positions(html: str, numbers: Collection[int]) -> SlotPositions:
    """Where slots, written as their numbers between fences, stand in finished HTML."""
    from franking.html.document import Document, Text

    document = Document(html)
    texts: dict[int, list[Text]] = {}
    urls: set[int] = set()
    structure: set[int] = set()
    seen: Counter[int] = Counter()
    for element in document.elements:
        for name, value in element.attrs.items():
            inside = _numbers(value)
            seen.update(inside)
            if name == "href" and element.tag == "a":
                structure |= _addressing(value, element.text_content())
            if name == "href" and element.tag == "a" and _BEHIND_HOST.fullmatch(value) is not None:
                urls.update(inside)
            elif not _is_text(element, name):
                structure.update(inside)
        for child in element.children:
            inside = _numbers(child.data) if isinstance(child, Text) else []
            seen.update(inside)
            if not _is_plain(element):
                structure.update(inside)
            elif isinstance(child, Text):
                for number in inside:
                    texts.setdefault(number, []).append(child)
    # A slot that the tree does not show, or not everywhere, stands in a comment or was dropped.
    written = Counter(_numbers(html))
    structure |= {n for n in numbers if not seen[n] or seen[n] != written[n]}
    return SlotPositions(texts, frozenset(urls), frozenset(structure))


def _numbers(text: str) -> list[int]:
    return [int(match[1]) for match in MARK.finditer(text)]


def _is_plain(element: Element) -> bool:
    """Whether the texts in an element are texts of the message."""
    return not element.foreign and element.tag not in _RAW


def _is_text(element: Element, name: str) -> bool:
    """Whether an attribute is a text of the message."""
    return name in _NAMES and _is_plain(element) and element.tag not in ("img", "input", "area")


def _addressing(target: str, text: str) -> set[int]:
    """The slots of a link that decide whether its text contains its address: the text part does not repeat it then."""
    numbers = {*_numbers(target + text)}
    return numbers if numbers and target not in text and _SCHEME.search(text) else set()
