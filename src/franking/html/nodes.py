"""An element as those see it who only read it: what the document's own modules share without knowing the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Node(Protocol):
    """An element of a tree: its lower-case ``tag``, and its place in the order of all elements."""

    @property
    def tag(self) -> str: ...

    @property
    def attrs(self) -> Mapping[str, str]: ...

    @property
    def index(self) -> int: ...

    @property
    def parent(self) -> Node | None: ...

    @property
    def children(self) -> Sequence[object]: ...
