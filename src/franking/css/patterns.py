"""Computed styles that recur: mails of one template hold the same elements in the same places, written alike.

What an element's style is hangs on its tag, its winners and its parent's style, so that it is remembered by these three, from
mail to mail. A pattern holds no element, so that no mail is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from franking.css.authors import Author, Origin, Winners
from franking.css.style import Style
from franking.html.document import Element

_MOST = 2048  # patterns; a mail has some thirty
Key = tuple[object, ...]


@dataclass(slots=True)
class Pattern:
    """A style without its element, and how the authors that it names differ from those of its parent's."""

    style: Style
    dropped: tuple[str, ...]
    added: tuple[tuple[str, Origin], ...]
    kept: tuple[Winners, Pattern | None]  # what the key names by its identity: as long as it is there, nothing else is that

    def on(self, element: Element, inherited: dict[str, Author]) -> Style:
        """The style of an element, with the authors of what its parent hands down."""
        authors = inherited
        if self.dropped or self.added:
            authors = dict(inherited)
            for name in self.dropped:
                del authors[name]
            for name, origin in self.added:
                authors[name] = origin.author(element)
        return self.style.on(element, authors)


_known: dict[Key, Pattern] = {}


def key_of(element: Element, winners: Winners, parent: Pattern | None, width: float) -> Key | None:
    """What an element's pattern is known by; None where its style hangs on more than that."""
    tag = element.tag
    if element.foreign or tag in ("input", "dialog") or "popover" in element.attrs:
        return None
    quirks = element.document.quirks
    if parent is None:
        return (tag, id(winners), width, quirks) if element.parent is None else None
    if tag == "table" and quirks:  # it takes the colour of the document
        return None
    return tag, id(winners), id(parent), tag == "a" and "href" in element.attrs


def find(key: Key) -> Pattern | None:
    """The pattern that is known by a key."""
    return _known.get(key)


def remember(key: Key, style: Style, inherited: dict[str, Author], winners: Winners, parent: Pattern | None) -> Pattern | None:
    """The pattern of a style that was computed; None where it names authors other than its parent's and its own."""
    authors, own = style.authors, style.own
    added: list[tuple[str, Origin]] = []
    for name, author in authors.items():
        if author is not inherited.get(name):
            if name not in own:
                return None
            added.append((name, own[name].origin))
    pattern = Pattern(
        style.on(None, {}), tuple(name for name in inherited if name not in authors), tuple(added), (winners, parent)
    )
    if len(_known) >= _MOST:
        _known.clear()
    _known[key] = pattern
    return pattern
