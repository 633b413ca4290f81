"""Box alignment across: where free space goes (CSS Box Alignment 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.values import Value

CENTERING = frozenset(["center", "space-around", "space-evenly"])
_BASELINES = {"baseline": "flex-start", "first baseline": "flex-start", "last baseline": "flex-end"}


@dataclass(frozen=True, slots=True)
class Shares:
    """Free space handed out along an axis: px before the first of several boxes, and between two of them."""

    before: float
    between: float


def split(value: str) -> tuple[bool, str]:
    """Whether an alignment is ``safe``, and the alignment alone."""
    first, _, rest = value.partition(" ")
    if first in ("safe", "unsafe"):
        return first == "safe", rest
    return False, value


def distribute(value: str, free: float, count: int, *, left_to_right: bool, reverse: bool = False) -> Shares:
    """``justify-content`` or ``align-content`` of ``count`` boxes, from the start of the axis (section 5.3). The axis runs
    left to right or not; ``reverse`` is whether it runs against the text."""
    safe, word = split(_BASELINES.get(value, value))
    if word in ("space-between", "space-around", "space-evenly"):
        if free > 0 and (count > 1 or word != "space-between"):
            if word == "space-between":
                return Shares(0.0, free / (count - 1))
            if word == "space-around":
                return Shares(free / (2 * count), free / count)
            return Shares(free / (count + 1), free / (count + 1))
        safe, word = (False, "flex-start") if word == "space-between" else (True, "center")
    if safe and free < 0:
        word = "start"
    return Shares(free * _position(word, left_to_right=left_to_right, reverse=reverse), 0.0)


def _position(word: str, *, left_to_right: bool, reverse: bool) -> float:
    """How much of the free space stands before: 0, a half or 1."""
    if word == "center":
        return 0.5
    if word in ("left", "right"):
        return 0.0 if (word == "left") is left_to_right else 1.0
    if word in ("start", "end"):
        return 0.0 if (word == "start") is not reverse else 1.0
    return 1.0 if word == "flex-end" else 0.0


@dataclass(frozen=True, slots=True)
class SelfAlignment:
    """How an item is in its area: ``word`` is stretch, normal, left, right or center."""

    word: str
    safe: bool
    origin: DeclarationOrigin | None


def self_alignment(
    item: ComputedStyle, container: ComputedStyle, own: str, inherited: str, *, flipped: bool = False
) -> SelfAlignment:
    """The used ``align-self`` or ``justify-self`` across: physical sides for what is relative to text (section 6).

    ``flipped`` is whether ``flex-start`` is where text ends (``wrap-reverse``).
    """
    value, origin = str(item.others.get(own, "auto")), item.own_origin(own)
    if value == "auto":
        value, origin = str(container.others.get(inherited, "normal")), container.own_origin(inherited)
    safe, word = split(_BASELINES.get(value, value))
    if word == "legacy":
        word = "normal"
    rtl = container.direction == "rtl"
    if word in ("self-start", "self-end"):
        rtl = item.direction == "rtl"
        word = word.removeprefix("self-")
    elif word in ("flex-start", "flex-end"):
        word = word.removeprefix("flex-")
        rtl = rtl is not flipped
    if word in ("start", "end"):
        word = "left" if (word == "start") is not rtl else "right"
    return SelfAlignment("center" if word == "anchor-center" else word, safe, origin)


def offset(alignment: SelfAlignment, free: float, *, rtl: bool) -> float:
    """How far a box stands from the left edge of its area, ``free`` px wider than its margin box."""
    word = alignment.word
    if word in ("normal", "stretch") or (alignment.safe and free < 0):
        word = "right" if rtl else "left"
    return free if word == "right" else free / 2 if word == "center" else 0.0


def used(others: Mapping[str, Value], name: str) -> str:
    """A keyword of a container, ``normal`` where it is not declared."""
    return str(others.get(name, "normal"))
