"""The read-only interface of elements, for modules of this package that do not import the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Node(Protocol):
    """An element of a tree: its lower-case ``tag``, and its index in document order."""

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
