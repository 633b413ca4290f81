"""Computed styles that recur: mails of one template hold the same elements in the same places, written alike.

The style of an element depends on its tag, its cascaded values and its parent's style, so it is cached by these three, from
mail to mail. A cached style holds no element, so that no mail is kept in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import CascadedValues, DeclarationOrigin, DeclarationSource
from franking.html.document import Element

_MOST = 2048  # styles; a mail has some thirty
_DEPENDING = frozenset(["input", "dialog"])  # on attributes
Key = tuple[object, ...]


@dataclass(slots=True)
class CachedStyle:
    """A style without its element, and how the origins that it names differ from its parent's."""

    style: ComputedStyle
    dropped: tuple[str, ...]
    added: tuple[tuple[str, DeclarationSource], ...]
    named: tuple[CascadedValues, CachedStyle | None]  # what the key names by ``id``: kept, so that no other object gets that

    def on(self, element: Element, inherited: dict[str, DeclarationOrigin]) -> ComputedStyle:
        """The style of an element; ``inherited`` are the origins that its parent hands down."""
        if not self.dropped and not self.added:
            return self.style.on(element, inherited)
        origins = dict(inherited)
        for name in self.dropped:
            del origins[name]
        for name, source in self.added:
            origins[name] = source.origin(element)
        return self.style.on(element, origins)


_cached: dict[Key, CachedStyle] = {}


def cache_key(element: Element, cascaded: CascadedValues, parent: CachedStyle | None, width: float) -> Key | None:
    """The key of an element's style; None where the style depends on more than a cached one may."""
    tag, attrs = element.tag, element.attrs
    if element.foreign or tag in _DEPENDING or (attrs and "popover" in attrs):
        return None
    if parent is None:
        return (tag, id(cascaded), width, element.document.quirks) if element.parent is None else None
    if tag == "table" and element.document.quirks:  # it takes the colour of the document
        return None
    return tag, id(cascaded), id(parent), tag == "a" and "href" in attrs


def cached(key: Key) -> CachedStyle | None:
    """The cached style of a key."""
    return _cached.get(key)


def cache_style(
    key: Key,
    style: ComputedStyle,
    inherited: dict[str, DeclarationOrigin],
    cascaded: CascadedValues,
    parent: CachedStyle | None,
) -> CachedStyle | None:
    """Cache a style that was computed; None where it names origins other than its parent's and its own."""
    origins, own = style.origins, style.own
    added: list[tuple[str, DeclarationSource]] = []
    for name, origin in origins.items():
        if origin is not inherited.get(name):
            if name not in own:
                return None
            added.append((name, own[name].source))
    dropped = tuple(name for name in inherited if name not in origins)
    made = CachedStyle(style.on(None, {}), dropped, tuple(added), (cascaded, parent))
    if len(_cached) >= _MOST:
        _cached.clear()
    _cached[key] = made
    return made
