"""Where the values of a message stand in its finished HTML."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.html.document import Text

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
    seen: dict[int, int] = {}
    for element in document.elements:
        plain = not element.foreign and element.tag not in _RAW
        for name, value in element.attrs.items():
            inside = [int(m[1]) for m in MARK.finditer(value)]
            if name == "href" and element.tag == "a":
                structure |= _addressing(value, element.text_content())
            if name == "href" and element.tag == "a" and _BEHIND_HOST.fullmatch(value) is not None:
                urls.update(inside)
            elif name not in _NAMES or not plain or element.tag in ("img", "input", "area"):
                structure.update(inside)
            for number in inside:
                seen[number] = seen.get(number, 0) + 1
        for child in element.children:
            if isinstance(child, Text):
                for match in MARK.finditer(child.data):
                    number = int(match[1])
                    seen[number] = seen.get(number, 0) + 1
                    if plain:
                        texts.setdefault(number, []).append(child)
                    else:
                        structure.add(number)
    # A slot that the tree does not show, or not everywhere, stands in a comment or was dropped.
    written: dict[int, int] = {}
    for match in MARK.finditer(html):
        written[int(match[1])] = written.get(int(match[1]), 0) + 1
    structure |= {n for n in numbers if not seen.get(n) or seen[n] != written.get(n, 0)}
    return SlotPositions(texts, frozenset(urls), frozenset(structure))


def _addressing(target: str, text: str) -> set[int]:
    """The slots of a link that decide whether its text contains its address: the text part does not repeat it then."""
    numbers = {int(match[1]) for match in MARK.finditer(target + text)}
    return numbers if numbers and target not in text and _SCHEME.search(text) else set()
