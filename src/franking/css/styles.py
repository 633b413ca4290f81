"""The computed styles of a whole document: elements that are written alike share the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from franking.css.computed_style import BASE_SIZE, ComputedStyle
from franking.css.declaration_origin import CascadedValues, DeclarationOrigin
from franking.css.registered import Registered
from franking.css.style_cache import CachedStyle, cache_key, cache_style, cached
from franking.css.style_computer import Computer
from franking.css.values import Wide
from franking.html.document import Document, Element


@dataclass(frozen=True, slots=True)
class Styles:
    """The computed styles of a document at one width, by ``Element.index``, with the cascaded values of them.
    ``shared`` are the cached styles; None for a style that is in no cache."""

    cascaded: list[CascadedValues]
    styles: list[ComputedStyle]
    shared: list[CachedStyle | None]


def compute(
    document: Document,
    cascaded: list[CascadedValues],
    width: float,
    known: Styles | None = None,
    registered: Mapping[str, Registered] = MappingProxyType({}),
    recurs: bool = False,
) -> Styles:
    """The computed style of every element with a viewport of ``width`` CSS px. ``known`` are the styles of another width,
    which are reused where nothing that they depend on differs; ``recurs`` is whether other mails share the cascaded values."""
    styles: list[ComputedStyle] = []
    root_size = BASE_SIZE
    body_color: DeclarationOrigin | None = None
    # Elements written alike, in parents that are: the first one's style, and its number. Without a number there is one only.
    alike: dict[tuple[str, int, int], tuple[ComputedStyle, int]] = {}
    numbers: list[int] = []
    found: list[CachedStyle | None] = []
    body, caches = document.body, recurs and not registered
    for index, (element, own) in enumerate(zip(document.elements, cascaded, strict=True)):
        if index == 1 and known is not None and styles[0].font_size != known.styles[0].font_size:
            known = None  # rem means something else here
        if element.parent is not None:
            above = element.parent.index
            parent, around = styles[above], found[above]
        else:
            above, parent, around = -1, None, None
        if (
            known is not None
            and own is known.cascaded[index]
            and (parent is None or parent is known.styles[above] or _passes_on(parent, known.styles[above], own))
        ):
            style, number, shared = known.styles[index], -1 - index, known.shared[index]
        elif caches and (shared := _from_cache(element, own, parent, around, width, root_size)) is not None:
            style, number = shared.on(element, parent.origins if parent is not None else {}), id(shared)
        else:
            shared = None
            written = (element.tag, id(own), numbers[above] if parent is not None else 0)
            first = alike.get(written)
            if first is not None and parent is not None:
                style, number = first[0].on(element, parent.origins), first[1]
            else:
                style = Computer(element, parent, own, width, root_size, document.quirks, body_color, registered).style
                number = index
                if parent is not None and style.origins is parent.origins and not _is_special(element):
                    alike[written] = style, number
        styles.append(style)
        numbers.append(number)
        found.append(shared)
        if element is body:
            body_color = style.origins.get("color")
        if parent is None:
            root_size = style.font_size
    return Styles(cascaded, styles, found)


def _from_cache(
    element: Element,
    cascaded: CascadedValues,
    parent: ComputedStyle | None,
    above: CachedStyle | None,
    width: float,
    root_size: float,
) -> CachedStyle | None:
    """The cached style of an element, computed where it is new; None where it cannot be cached. ``above`` is its parent's."""
    key = cache_key(element, cascaded, above, width)
    known = cached(key) if key is not None else None
    if key is None or known is not None:
        return known
    style = Computer(element, parent, cascaded, width, root_size, element.document.quirks, None, {}).style
    return cache_style(key, style, parent.origins if parent is not None else {}, cascaded, above)


def _is_special(element: Element) -> bool:
    """Whether an element's style depends on more than its tag, its cascaded values and its parent's style."""
    return element.foreign or element.tag in ("a", "input", "dialog") or "popover" in element.attrs


def _passes_on(parent: ComputedStyle, theirs: ComputedStyle, cascaded: CascadedValues) -> bool:
    """Whether the parent hands down the same as at the other width, so that the same values make the same style."""
    return (
        parent.display == theirs.display
        and parent.blockifies == theirs.blockifies
        and parent.font_size == theirs.font_size
        and parent.direction == theirs.direction
        and parent.text_align == theirs.text_align
        and parent.text_align_last == theirs.text_align_last
        and parent.white_space == theirs.white_space
        and parent.font_family == theirs.font_family
        and parent.font_weight == theirs.font_weight
        and parent.visibility == theirs.visibility
        and parent.border_spacing == theirs.border_spacing
        and parent.border_collapse == theirs.border_collapse
        and parent.overflow_wrap == theirs.overflow_wrap
        and parent.word_break == theirs.word_break
        and parent.zoom == theirs.zoom
        and parent.text_properties == theirs.text_properties
        and parent.origins == theirs.origins
        and parent.custom == theirs.custom
        and not any(isinstance(w.value, Wide) for w in cascaded.values())
    )


@dataclass(frozen=True, slots=True)
class PseudoElement:
    """A pseudo-element of ``element`` (``before``, ``first-line`` …) with its computed style."""

    element: Element
    name: str
    style: ComputedStyle


def compute_pseudo(
    document: Document,
    styles: list[ComputedStyle],
    cascaded: dict[tuple[int, str], CascadedValues],
    width: float,
    registered: Mapping[str, Registered] = MappingProxyType({}),
) -> list[PseudoElement]:
    """The computed styles of pseudo-elements; they inherit from the elements that they belong to (CSS Pseudo 4)."""
    found: list[PseudoElement] = []
    for (index, name), own in sorted(cascaded.items()):
        element = document.elements[index]
        made = element.generated()
        style = Computer(made, styles[index], own, width, styles[0].font_size, document.quirks, None, registered).style
        found.append(PseudoElement(element, name, style))
    return found
