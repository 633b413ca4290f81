"""The values that a browser measures at one message width. Lengths are CSS px relative to the message box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Spaces = tuple[float, float, float, float]  # used margin left and right, padding left and right


@dataclass(frozen=True, slots=True)
class Box:
    """An element; ``parent`` is its parent's index in document order."""

    tag: str
    parent: int | None
    display: str  # computed
    breaks_kept: bool  # its white-space preserves newlines
    visible: bool
    rendered: bool
    laid_out: bool  # it has a box; False for ``display: contents``
    object: bool  # an image, video or other replaced element
    inline: bool
    pictured: bool  # it has a background image
    width: float  # of its border box
    inner: tuple[float, float]  # left and right edge of its content box
    spaces: Spaces
    default_spaces: Spaces  # the same without author styles
    centred: str  # how it is centred in a wider box, "" if it is not


@dataclass(frozen=True, slots=True)
class Type:
    """The text style of a text. None means the value without author styles."""

    element: int
    pseudo: str  # the pseudo-element of the text, "" for the element itself
    size: float
    color: str | None
    line_height: str | None
    family: str | None
    align: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A message laid out in a box of ``width`` CSS px."""

    width: int
    boxes: tuple[Box, ...]  # of all elements in document order
    types: tuple[Type, ...]
    texts: tuple[int, ...]  # elements with visible text nodes
    pieces: tuple[tuple[int, float, float], ...]  # visible content: element, left inset, right inset
    default_pieces: tuple[tuple[int, float, float], ...]  # the same without author styles
    moving: bool  # an animation runs, so the result depends on time
    lacking: bool = False  # it requests an external style sheet
    traceless: frozenset[int] = frozenset()  # requested elements whose own text changes no pixel

    @classmethod
    def of(
        cls, width: int, found: Mapping[str, Any], *, lacking: bool = False, traceless: frozenset[int] = frozenset()
    ) -> Facts:
        """Parse the result of ``read.js``."""
        boxes = tuple(
            Box(
                **{
                    **box,
                    "inner": tuple(box["inner"]),
                    "spaces": tuple(box["spaces"]),
                    "default_spaces": tuple(box["default_spaces"]),
                }
            )
            for box in found["boxes"]
        )
        return cls(
            width,
            boxes,
            tuple(Type(**one) for one in found["types"]),
            tuple(found["texts"]),
            _pieces(found["pieces"]),
            _pieces(found["default_pieces"]),
            bool(found["moving"]),
            lacking,
            traceless,
        )

    def around(self, element: int) -> list[int]:
        """The element and its ancestors."""
        found: list[int] = []
        step: int | None = element
        while step is not None:
            found.append(step)
            step = self.boxes[step].parent
        return found


def _pieces(found: list[list[float]]) -> tuple[tuple[int, float, float], ...]:
    return tuple((int(element), left, right) for element, left, right in found)
