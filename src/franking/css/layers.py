"""Cascade layers (CSS Cascade 5, section 6.4): names, nesting and order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from franking.css.lengths import Token
from franking.css.values import WIDE_KEYWORDS

_UNLAYERED = 1 << 30


class Layer:
    """A layer of the author's style sheets; the outermost one holds what is in none."""

    __slots__ = ("anonymous", "children", "parent", "place")

    def __init__(self, parent: Layer | None = None) -> None:
        self.parent = parent
        self.children: dict[str, Layer] = {}
        self.anonymous = 0
        self.place = _UNLAYERED

    def inner(self, path: Sequence[str]) -> Layer:
        """The layer of a dotted name in this one; without a name, a new one of its own."""
        if not path:
            self.anonymous += 1
            path = (f"\0{self.anonymous}",)
        layer = self
        for name in path:
            layer = layer.children.setdefault(name, Layer(layer))
        return layer

    def knows(self, path: Sequence[str]) -> bool:
        """Whether a name has been declared in this layer."""
        layer: Layer | None = self
        for name in path:
            layer = layer.children.get(name) if layer is not None else None
        return layer is not None

    def settle(self) -> None:
        """Give every layer its place: in the order of their first names, what is nested before what is not."""
        for place, layer in enumerate(self._in_order()):
            layer.place = place if layer is not self else _UNLAYERED

    def _in_order(self) -> Iterator[Layer]:
        """This layer and those in it, each behind those that it holds: names may nest as deep as they like."""
        waiting: list[tuple[Layer, Iterator[Layer]]] = [(self, iter(self.children.values()))]
        while waiting:
            layer, inner = waiting[-1]
            child = next(inner, None)
            if child is None:
                waiting.pop()
                yield layer
            else:
                waiting.append((child, iter(child.children.values())))

    def rank(self, important: bool) -> int:
        """Its weight among layers: important declarations in earlier layers win."""
        return -self.place if important else self.place


def names(prelude: Sequence[Token]) -> list[tuple[str, ...]] | None:
    """The dotted names of a ``@layer`` prelude, none for an empty one; None if it is no prelude, and browsers drop it."""
    tokens = list(prelude)
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            groups.append([])
        elif token.type != "comment":
            groups[-1].append(token)
    if len(groups) == 1 and all(token.type == "whitespace" for token in groups[0]):
        return []
    found = [_path(group) for group in groups]
    return None if any(path is None for path in found) else [path for path in found if path is not None]


def _path(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    while tokens and tokens[0].type == "whitespace":
        tokens = tokens[1:]
    while tokens and tokens[-1].type == "whitespace":
        tokens = tokens[:-1]
    dots = tokens[1::2]
    names = tuple(token.value for token in tokens[::2] if token.type == "ident")
    if len(tokens) % 2 == 0 or len(names) < len(tokens[::2]):
        return None
    return None if any(t.type != "literal" or t.value != "." for t in dots) else names


def is_reserved(path: Sequence[str]) -> bool:
    """Whether a name is one that the specification reserves, and that browsers take or not."""
    return any(name.lower() in WIDE_KEYWORDS for name in path)
