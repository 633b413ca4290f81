"""Flexible lengths: lines of flex items and their used main sizes (Flexbox 1, sections 9.3 and 9.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_TOLERANCE = 0.01  # CSS px: browsers count in 64ths


@dataclass(slots=True)
class Flexible:
    """A flex item as the algorithm sees it: sizes of its border box along the main axis in CSS px."""

    base: float
    least: float
    most: float
    edges: float  # padding and border
    margins: float
    grow: float
    shrink: float
    target: float = 0.0

    def clamped(self, size: float) -> float:
        """A size in px within the item's minimum and maximum, and never less than its edges."""
        return max(min(size, self.most), self.least, self.edges)

    @property
    def hypothetical(self) -> float:
        """The outer hypothetical main size in px (Flexbox 1, section 9.2, step 3)."""
        return self.clamped(self.base) + self.margins


def lines(items: Sequence[Flexible], available: float, gap: float, *, wrap: bool) -> list[range]:
    """Which items stand on which line (section 9.3, step 5)."""
    if not wrap:
        return [range(len(items))]
    found: list[range] = []
    start, used = 0, 0.0
    for at, item in enumerate(items):
        size = item.hypothetical
        if at > start and used + gap + size > available + _TOLERANCE:
            found.append(range(start, at))
            start, used = at, size
        else:
            used += size + (gap if at > start else 0.0)
    return [*found, range(start, len(items))]


def resolve(items: Sequence[Flexible], available: float) -> None:
    """Set each item's ``target`` on a line ``available`` px long, gaps left out (section 9.7)."""
    growing = sum(item.hypothetical for item in items) < available
    active: list[Flexible] = []
    for item in items:  # steps 1 and 2: inflexible items
        hypothetical = item.clamped(item.base)
        factor = item.grow if growing else item.shrink
        if factor == 0 or (item.base > hypothetical if growing else item.base < hypothetical):
            item.target = hypothetical
        else:
            active.append(item)
            item.target = item.base
    initial = _free(items, available)  # step 3
    while active:
        for item in active:
            item.target = item.base
        free = _free(items, available)
        factors = sum(item.grow if growing else item.shrink for item in active)
        if factors < 1 and abs(initial * factors) < abs(free):
            free = initial * factors
        _share(active, free, growing=growing)
        clamped = [(item, item.clamped(item.target)) for item in active]
        violation = sum(size - item.target for item, size in clamped)
        rest: list[Flexible] = []
        for item, size in clamped:
            off = size - item.target
            item.target = size
            if abs(violation) > 1e-9 and (off <= 0 if violation > 0 else off >= 0):
                rest.append(item)  # not frozen yet
        active = rest


def _free(items: Sequence[Flexible], available: float) -> float:
    return available - sum(item.target + item.margins for item in items)


def _share(active: Sequence[Flexible], free: float, *, growing: bool) -> None:
    weights = [item.grow if growing else item.shrink * max(0.0, item.base - item.edges) for item in active]
    total = sum(weights)
    if total > 0 and (free > 0) is growing:
        for item, weight in zip(active, weights, strict=True):
            item.target = item.base + free * weight / total
