"""Sizes of grid tracks across (Grid 2, section 12): base sizes and growth limits, in the steps of the specification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from franking.css.grids import Breadth, Track
from franking.css.lengths import Length

INFINITE = float("inf")
_MAX_CONTENT = ("max-content", "auto")


@dataclass(slots=True)
class Sized:
    """A track while it is sized: px where its sizing functions are fixed, their keywords otherwise."""

    least: float | str
    most: float | str
    flex: float
    limit: float  # of fit-content()
    base: float = 0.0
    growth: float = INFINITE
    growable: bool = False  # "infinitely growable"

    @property
    def is_intrinsic(self) -> bool:
        """Whether content decides its growth limit."""
        return isinstance(self.most, str)

    @property
    def grows_to_max(self) -> bool:
        """Whether its growth limit is the max-content size of its items."""
        return self.most in _MAX_CONTENT


@dataclass(slots=True)
class Contribution:
    """An item's span of tracks and its outer sizes (section 12.5); ``least`` is its minimum contribution."""

    start: int
    span: int
    least: float
    min_content: float
    max_content: float


def sized(track: Track, available: float | None) -> Sized:
    """A track of a container ``available`` px wide; without a width percentages are auto."""
    limit = INFINITE if track.limit is None else _fixed(track.limit, available)
    least, most = _fixed(track.least, available), _fixed(track.most, available)
    flex = track.flex
    limit = limit if isinstance(limit, float) else INFINITE
    return Sized(least, INFINITE if flex else most, flex, limit)


def _fixed(breadth: Breadth, available: float | None) -> float | str:
    if isinstance(breadth, Length):
        if available is None:
            return "auto" if breadth.relative else breadth.px
        return max(0.0, breadth.resolve(available))
    return breadth if isinstance(breadth, str) else INFINITE


class Sizing:
    """One run of the track sizing algorithm. ``available`` is the container's inner width; None if it is asked for its
    own min-content (``minimal``) or max-content size."""

    def __init__(
        self,
        tracks: Sequence[Sized],
        items: Sequence[Contribution],
        gaps: Callable[[int, int], float],
        available: float | None,
        *,
        minimal: bool = False,
        stretch: bool = True,
    ) -> None:
        self.tracks = tracks
        self.gaps = gaps  # the px between the tracks of a span
        self.available = available
        self.minimal = minimal
        self._initialize()
        self._resolve_intrinsic(items)
        self._maximize()
        if any(track.flex for track in tracks):
            self._expand_flexible(items)
        if stretch:
            self._stretch()

    def _room(self) -> float:
        assert self.available is not None
        return self.available - self.gaps(0, len(self.tracks)) - sum(t.base for t in self.tracks)

    def _initialize(self) -> None:
        """Section 12.4."""
        for track in self.tracks:
            track.base = track.least if isinstance(track.least, float) else 0.0
            track.growth = track.most if isinstance(track.most, float) else INFINITE
            track.growth = max(track.growth, track.base)

    def _resolve_intrinsic(self, items: Sequence[Contribution]) -> None:
        """Section 12.5: items by their span, those that span flexible tracks last and together."""
        spans: dict[int, list[Contribution]] = {}
        flexible: list[Contribution] = []
        for item in items:
            if any(track.flex for track in self._spanned(item)):
                flexible.append(item)
            else:
                spans.setdefault(item.span, []).append(item)
        for span in sorted(spans):
            self._accommodate(spans[span], flexible=False)
        if flexible:
            self._accommodate(flexible, flexible=True)
        for track in self.tracks:
            if track.growth == INFINITE and not track.flex:
                track.growth = track.base

    def _spanned(self, item: Contribution) -> Sequence[Sized]:
        return self.tracks[item.start : item.start + item.span]

    def _accommodate(self, items: Sequence[Contribution], *, flexible: bool) -> None:
        def pick(test: Callable[[Sized], bool]) -> Callable[[Sized], bool]:
            return (lambda t: bool(t.flex) and test(t)) if flexible else test

        self._grow_bases(items, pick(lambda t: isinstance(t.least, str)), lambda i: i.least, lambda t: t.is_intrinsic, flexible)
        content = pick(lambda t: t.least in ("min-content", "max-content"))
        self._grow_bases(items, content, lambda i: i.min_content, lambda t: t.is_intrinsic, flexible)
        most = pick(lambda t: t.least == "max-content")
        self._grow_bases(items, most, lambda i: i.max_content, lambda t: t.grows_to_max, flexible)
        for track in self.tracks:
            track.growth = max(track.growth, track.base)
        if not flexible:
            self._grow_limits(items, lambda t: t.is_intrinsic, lambda i: i.min_content)
            self._grow_limits(items, lambda t: t.grows_to_max, lambda i: i.max_content)
            for track in self.tracks:
                track.growable = False

    def _grow_bases(
        self,
        items: Sequence[Contribution],
        picks: Callable[[Sized], bool],
        size: Callable[[Contribution], float],
        beyond: Callable[[Sized], bool],
        flexible: bool,
    ) -> None:
        """Distribute extra space to base sizes (section 12.5.1)."""
        planned: dict[int, float] = {}
        for item in items:
            spanned = self._spanned(item)
            chosen = [at for at, track in enumerate(spanned, item.start) if picks(track)]
            extra = size(item) - sum(t.base for t in spanned) - self.gaps(item.start, item.span)
            if not chosen or extra <= 0:
                continue
            if flexible:
                weights = [self.tracks[at].flex for at in chosen]
                total = sum(weights) or 1.0
                weights = weights if sum(weights) else [1.0 / len(chosen)] * len(chosen)
                shares = {at: extra * weight / total for at, weight in zip(chosen, weights, strict=True)}
            else:
                room = {
                    at: min(self.tracks[at].growth, max(self.tracks[at].limit, self.tracks[at].base)) - self.tracks[at].base
                    for at in chosen
                }
                shares = _share(extra, room, [at for at in chosen if beyond(self.tracks[at])] or chosen)
            for at, share in shares.items():
                planned[at] = max(planned.get(at, 0.0), share)
        for at, share in planned.items():
            self.tracks[at].base += share

    def _grow_limits(
        self, items: Sequence[Contribution], picks: Callable[[Sized], bool], size: Callable[[Contribution], float]
    ) -> None:
        """The same for growth limits."""
        planned: dict[int, float] = {}
        for item in items:
            spanned = self._spanned(item)
            chosen = [at for at, track in enumerate(spanned, item.start) if picks(track)]
            now = sum(t.base if t.growth == INFINITE else t.growth for t in spanned)
            extra = size(item) - now - self.gaps(item.start, item.span)
            if not chosen:
                continue
            extra = max(0.0, extra)
            limits = {at: self._to_limit(self.tracks[at]) for at in chosen}
            first = {at: limit for at, limit in limits.items() if self._grows_freely(self.tracks[at])}
            shares = _share(extra, first, [])
            rest = {at: limit - shares.get(at, 0.0) for at, limit in limits.items()}
            more = _share(extra - sum(shares.values()), rest, [])
            for at in chosen:
                share = shares.get(at, 0.0) + more[at]
                planned[at] = max(planned.get(at, 0.0), share)
        for at, share in planned.items():
            track = self.tracks[at]
            if track.growth == INFINITE:
                track.growth = track.base + share
                track.growable = True
            else:
                track.growth += share

    @staticmethod
    def _grows_freely(track: Sized) -> bool:
        return track.growable or track.growth == INFINITE

    @staticmethod
    def _to_limit(track: Sized) -> float:
        """How far a growth limit may grow before the argument of ``fit-content()`` stops it."""
        return max(0.0, track.limit - (track.base if track.growth == INFINITE else track.growth))

    def _maximize(self) -> None:
        """Section 12.6."""
        if self.available is None:
            if not self.minimal:
                for track in self.tracks:
                    if track.growth != INFINITE:
                        track.base = max(track.base, min(track.growth, max(track.limit, track.base)))
            return
        free = self._room()
        if free > 0:
            room = {at: t.growth - t.base for at, t in enumerate(self.tracks) if not t.flex}
            for at, share in _share(free, room, []).items():
                self.tracks[at].base += share

    def _expand_flexible(self, items: Sequence[Contribution]) -> None:
        """Section 12.7."""
        everything = range(len(self.tracks))
        if self.available is not None:
            fraction = self._fraction(everything, self.available - self.gaps(0, len(self.tracks))) if self._room() > 0 else 0.0
        elif self.minimal:
            fraction = 0.0
        else:
            fraction = max((t.base / max(1.0, t.flex) for t in self.tracks if t.flex), default=0.0)
            for item in items:
                span = range(item.start, item.start + item.span)
                if any(self.tracks[at].flex for at in span):
                    fraction = max(fraction, self._fraction(span, item.max_content - self.gaps(item.start, item.span)))
        for track in self.tracks:
            if track.flex:
                track.base = max(track.base, fraction * track.flex)

    def _fraction(self, span: range, space: float) -> float:
        """The size of 1fr (section 12.7.1)."""
        inflexible = {at for at in span if not self.tracks[at].flex}
        while True:
            left = space - sum(self.tracks[at].base for at in inflexible)
            flexible = [at for at in span if at not in inflexible]
            fraction = max(0.0, left / max(1.0, sum(self.tracks[at].flex for at in flexible)))
            small = [at for at in flexible if fraction * self.tracks[at].flex < self.tracks[at].base]
            if not small:
                return fraction
            inflexible.update(small)

    def _stretch(self) -> None:
        """Section 12.8."""
        auto = [track for track in self.tracks if track.most == "auto"]
        if self.available is None or not auto:
            return
        free = self._room()
        if free > 0:
            for track in auto:
                track.base += free / len(auto)


def _share(extra: float, room: dict[int, float], beyond: Sequence[int]) -> dict[int, float]:
    """Space shared equally among tracks up to their ``room``; what is left goes to those ``beyond``."""
    shares = dict.fromkeys(room, 0.0)
    active = [at for at in room if room[at] > 0]
    while active and extra > 1e-9:
        part = min(extra / len(active), min(room[at] - shares[at] for at in active))
        for at in active:
            shares[at] += part
        extra -= part * len(active)
        active = [at for at in active if room[at] - shares[at] > 1e-9]
    if extra > 1e-9:
        for at in beyond:
            shares[at] += extra / len(beyond)
    return shares
