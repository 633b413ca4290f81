"""What a browser measures of a message at one width. Lengths are CSS px in the message box, as a reader sees them."""

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
    breaks_kept: bool  # whether its text keeps newlines
    visible: bool
    rendered: bool
    laid_out: bool  # whether it has a box, or its children stand for it
    object: bool  # an image, video or other replaced element
    inline: bool
    pictured: bool  # it has a background image
    width: float  # of its border box
    inner: tuple[float, float]  # left and right edge of its content box
    spaces: Spaces
    default_spaces: Spaces  # the same without author styles
    centred: str  # by what it stands in the middle of a wider box, "" if it does not


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a piece of text; None is what it has without author styles."""

    element: int
    pseudo: str  # the pseudo-element whose text it is, "" for the element's own
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
    texts: tuple[int, ...]  # elements with visible text of their own
    pieces: tuple[tuple[int, float, float], ...]  # visible content: element, distance from the left and the right edge
    default_pieces: tuple[tuple[int, float, float], ...]  # the same without author styles
    moving: bool  # whether an animation runs: another moment may show something else
    lacking: bool = False  # whether it asks for a style sheet that it does not bring along
    traceless: frozenset[int] = frozenset()  # of the elements asked about, those whose own text leaves no pixel

    @classmethod
    def of(
        cls, width: int, found: Mapping[str, Any], *, lacking: bool = False, traceless: frozenset[int] = frozenset()
    ) -> Facts:
        """From what ``read.js`` returns."""
        boxes = tuple(
            Box(**{**box, "inner": tuple(box["inner"]), "spaces": tuple(box["spaces"]),
                   "default_spaces": tuple(box["default_spaces"])})
            for box in found["boxes"]
        )  # fmt: skip
        return cls(
            width, boxes, tuple(Type(**one) for one in found["types"]), tuple(found["texts"]), _pieces(found["pieces"]),
            _pieces(found["default_pieces"]), bool(found["moving"]), lacking, traceless,
        )  # fmt: skip

    def around(self, element: int) -> list[int]:
        """An element and its ancestors."""
        found: list[int] = []
        step: int | None = element
        while step is not None:
            found.append(step)
            step = self.boxes[step].parent
        return found


def _pieces(found: list[list[float]]) -> tuple[tuple[int, float, float], ...]:
    return tuple((int(element), left, right) for element, left, right in found)
