"""The computed styles of a whole document: elements that are written alike share the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from franking.css.authors import Author, Winners
from franking.css.computed import Computer
from franking.css.patterns import Pattern, find, key_of, remember
from franking.css.registered import Registered
from franking.css.style import BASE_SIZE, Style
from franking.css.values import Wide
from franking.html.document import Document, Element


@dataclass(frozen=True, slots=True)
class Known:
    """The styles of another width, to be taken over where nothing that they depend on differs."""

    winners: list[Winners]
    styles: list[Style]


def compute(
    document: Document,
    winners: list[Winners],
    width: float,
    known: Known | None = None,
    registered: Mapping[str, Registered] = MappingProxyType({}),
    recurring: Sequence[Winners] = (),
) -> list[Style]:
    """The computed style of every element, by ``Element.index``, with a viewport of ``width`` CSS px. ``recurring`` are, by
    index as well, winners that other mails share."""
    styles: list[Style] = []
    root_size = BASE_SIZE
    body_color: Author | None = None
    # Elements written alike, in parents that are: the first one's style, and its number. Without a number there is one only.
    alike: dict[tuple[str, int, int], tuple[Style, int]] = {}
    numbers: list[int] = []
    found: list[Pattern | None] = []
    for element in document.elements:
        if len(styles) == 1 and known is not None and styles[0].font_size != known.styles[0].font_size:
            known = None  # rem means something else here
        parent = styles[element.parent.index] if element.parent is not None else None
        index = element.index
        if known is not None and winners[index] is known.winners[index] and _passes_on(element, parent, winners[index], known):
            style, number, pattern = known.styles[index], -1 - index, None
        elif (
            recurring
            and not registered
            and winners[index] is recurring[index]
            and (pattern := _recalled(element, winners[index], parent, found, width, root_size)) is not None
        ):
            style, number = pattern.on(element, parent.authors if parent is not None else {}), id(pattern)
        else:
            pattern = None
            key = (element.tag, id(winners[index]), numbers[element.parent.index] if element.parent is not None else 0)
            first = alike.get(key)
            if first is not None and parent is not None:
                style, number = first[0].on(element, parent.authors), first[1]
            else:
                style = Computer(
                    element, parent, winners[index], width, root_size, document.quirks, body_color, registered
                ).style
                number = index
                if parent is not None and style.authors is parent.authors and not _is_special(element):
                    alike[key] = style, number
        styles.append(style)
        numbers.append(number)
        found.append(pattern)
        if element is document.body:
            body_color = style.authors.get("color")
        if element.parent is None:
            root_size = style.font_size
    return styles


def _recalled(
    element: Element, winners: Winners, parent: Style | None, found: list[Pattern | None], width: float, root_size: float
) -> Pattern | None:
    """The pattern of an element's style, known or made; None where its style hangs on more than a pattern may."""
    above = found[element.parent.index] if element.parent is not None else None
    key = key_of(element, winners, above, width)
    pattern = find(key) if key is not None else None
    if key is None or pattern is not None:
        return pattern
    style = Computer(element, parent, winners, width, root_size, element.document.quirks, None, {}).style
    return remember(key, style, parent.authors if parent is not None else {}, winners, above)


def _is_special(element: Element) -> bool:
    """Whether an element's style depends on more than its tag, its winners and its parent's style."""
    return element.foreign or element.tag in ("a", "input", "dialog") or "popover" in element.attrs


def _passes_on(element: Element, parent: Style | None, winners: Winners, known: Known) -> bool:
    """Whether the parent hands down the same as at the other width, so that the same winners make the same style."""
    if element.parent is None or parent is None:
        return True
    theirs = known.styles[element.parent.index]
    if parent is theirs:
        return True
    return (
        parent.display == theirs.display and parent.blockifies == theirs.blockifies
        and parent.font_size == theirs.font_size and parent.direction == theirs.direction
        and parent.text_align == theirs.text_align
        and parent.text_align_last == theirs.text_align_last
        and parent.white_space == theirs.white_space
        and parent.font_family == theirs.font_family and parent.font_weight == theirs.font_weight
        and parent.visibility == theirs.visibility and parent.border_spacing == theirs.border_spacing
        and parent.border_collapse == theirs.border_collapse and parent.overflow_wrap == theirs.overflow_wrap
        and parent.word_break == theirs.word_break and parent.zoom == theirs.zoom and parent.wording == theirs.wording
        and parent.authors == theirs.authors and parent.custom == theirs.custom
        and not any(isinstance(w.value, Wide) for w in winners.values())
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PseudoElement:
    """A pseudo-element of ``element`` (``before``, ``first-line`` …) with its computed style."""

    element: Element
    name: str
    style: Style


def compute_pseudo(
    document: Document,
    styles: list[Style],
    winners: dict[tuple[int, str], Winners],
    width: float,
    registered: Mapping[str, Registered] = MappingProxyType({}),
) -> list[PseudoElement]:
    """The computed styles of pseudo-elements; they inherit from the elements that they belong to (CSS Pseudo 4)."""
    found: list[PseudoElement] = []
    for (index, name), own in sorted(winners.items()):
        element = document.elements[index]
        made = element.generated()
        style = Computer(made, styles[index], own, width, styles[0].font_size, document.quirks, None, registered).style
        found.append(PseudoElement(element, name, style))
    return found
