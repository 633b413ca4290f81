"""The columns of a grid (Grid 2): where its items stand, and how wide the columns are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from franking.css.computed_style import AUTO, ComputedStyle
from franking.css.grids import AUTO_LINE, NONE, Areas, Track, Tracks
from franking.css.lengths import Length
from franking.css.values import Value
from franking.html.document import Element
from franking.layout import grid_placement
from franking.layout.alignment import used
from franking.layout.frame import is_replaced, resolve_size, scrolls, zero_or
from franking.layout.grid_placement import Area, Axis
from franking.layout.grid_tracks import Contribution, Sized, Sizing, sized
from franking.layout.items import Child, children
from franking.layout.measures import Measures

_NO_AREAS = Areas(0, 0, ())


@dataclass(slots=True)
class Grid:
    """The columns of a grid: their tracks, the gap before each one but the first, and where each item is."""

    tracks: list[Track]
    gaps: list[float]
    areas: list[Area]
    collapsed: list[bool]
    known: bool


def _gap(style: ComputedStyle, base: float | None) -> float:
    return resolve_size(style.others.get("column-gap", "normal"), base) or 0.0


def _times(template: Tracks, gap: float, width: float | None, least: float | None) -> int:
    """How often the tracks that fill a container repeat (section 7.2.3.2)."""
    if template.repeated is None or (width is None and least is None):
        return 1
    base = width if width is not None else least
    assert base is not None

    def size(track: Track) -> float:
        most = track.most.resolve(base) if isinstance(track.most, Length) else None
        low = track.least.resolve(base) if isinstance(track.least, Length) else None
        return max(low or 0.0, most) if most is not None else low or 0.0

    once = sum(size(t) + gap for t in template.repeated.tracks)
    rest = base - sum(size(t) + gap for t in template.tracks) + gap
    if once <= 0:
        return 1
    times = int((rest + 0.01) / once) if width is not None else -int(-(rest - 0.01) // once)
    return max(1, min(times, 1000 // max(1, len(template.repeated.tracks))))


def build(
    items: Sequence[Child],
    style: ComputedStyle,
    styles: Callable[[Element], ComputedStyle],
    width: float | None,
    limits: tuple[float | None, float | None] = (None, None),
) -> Grid:
    """The grid of items; ``limits`` are the maximum and minimum width of a container whose width is not known yet."""
    others = style.others
    template: Tracks = others.get("grid-template-columns", NONE)
    rows: Tracks = others.get("grid-template-rows", NONE)
    named: Areas = others.get("grid-template-areas", _NO_AREAS)
    implicit: Tracks = others.get("grid-auto-columns", NONE)
    pattern = implicit.tracks or (Track(),)
    gap = _gap(style, width)
    times = _times(template, gap, width if width is not None else limits[0], limits[1])
    unfolded = template.unfolded(times)
    columns = Axis.of(unfolded.names, named, columns=True)
    lines = Axis.of(rows.names, named, columns=False)
    areas: list[Area] = []
    for item in items:
        own: Mapping[str, Value] = styles(item.element).others if item.element is not None else {}
        column = columns.resolve(own.get("grid-column-start", AUTO_LINE), own.get("grid-column-end", AUTO_LINE))
        row = lines.resolve(own.get("grid-row-start", AUTO_LINE), own.get("grid-row-end", AUTO_LINE))
        areas.append(Area(*column, *row))
    known = grid_placement.place(areas, columns.count, lines.count, str(others.get("grid-auto-flow", "row")))
    if not known:
        areas = [Area(0, 1, at, 1) for at, _ in enumerate(areas)]
    low = min([0, *(a.column or 0 for a in areas)])
    ends = [(a.column or 0) + a.columns for a in areas]
    high = max([columns.count, *ends]) if columns.count or not ends else max(ends)
    explicit = list(unfolded.tracks)
    before = [pattern[at % len(pattern)] for at in range(low, min(0, high))]
    after = [pattern[(at - len(explicit)) % len(pattern)] for at in range(len(explicit), high)]
    tracks = [*before, *explicit, *after]
    for area in areas:
        area.column = (area.column or 0) - low
    collapsed = [False] * len(tracks)
    if template.repeated is not None and template.fit:
        start = template.repeat_at - low
        for empty in range(start, start + times * len(template.repeated.tracks)):
            collapsed[empty] = not any((a.column or 0) <= empty < (a.column or 0) + a.columns for a in areas)
    gaps = _gaps(collapsed, gap)
    tracks = [Track(Length(), Length()) if gone else track for track, gone in zip(tracks, collapsed, strict=True)]
    return Grid(tracks, gaps, areas, collapsed, known)


def _gaps(collapsed: Sequence[bool], gap: float) -> list[float]:
    """The gap before each track: gutters beside collapsed tracks fall together, and vanish at the edges of the grid."""
    gaps: list[float] = []
    seen = False
    for gone in collapsed:
        gaps.append(gap if seen and not gone else 0.0)
        seen = seen or not gone
    return gaps


def _between(grid: Grid) -> Callable[[int, int], float]:
    sums = [0.0]
    for gap in grid.gaps:
        sums.append(sums[-1] + gap)
    return lambda start, span: sums[start + span] - sums[start + 1] if span else 0.0


def _contributions(intrinsic: Measures, items: Sequence[Child], grid: Grid, tracks: Sequence[Sized]) -> list[Contribution]:
    found: list[Contribution] = []
    for item, area in zip(items, grid.areas, strict=True):
        start, span = area.column or 0, area.columns
        if item.element is None:
            min_content, max_content = intrinsic.inner(item.run)
            spanned = tracks[start : start + span]
            least = min_content if _has_automatic_minimum(spanned) else 0.0
        else:
            min_content, max_content = intrinsic.outer(item.element)
            least = _minimum(intrinsic, item.element, tracks[start : start + span], min_content)
        found.append(Contribution(start, span, least, min_content, max_content))
    return found


def _has_automatic_minimum(tracks: Sequence[Sized]) -> bool:
    """Section 6.6."""
    return any(t.least == "auto" for t in tracks) and (len(tracks) == 1 or not any(t.flex for t in tracks))


def _minimum(intrinsic: Measures, element: Element, tracks: Sequence[Sized], min_content: float) -> float:
    """An item's minimum contribution (section 12.5): its outer size if its used minimum size were its size."""
    style = intrinsic.frame.style(element)
    if isinstance(style.width, Length) and not style.width.relative:
        return min_content
    if isinstance(style.width, str) and style.width not in (AUTO, "stretch", "-webkit-fill-available"):
        return min_content
    margins = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
    edges = style.padding_left.resolve(0.0) + style.padding_right.resolve(0.0) + style.border_left + style.border_right
    if isinstance(style.min_width, Length):
        least = style.min_width.resolve(0.0)
        return margins + max(edges, least if style.box_sizing == "border-box" else least + edges)
    if style.min_width != AUTO:
        return min_content
    if scrolls(style) or not _has_automatic_minimum(tracks):
        return margins + edges
    content = min_content - margins
    if is_replaced(element) and min_content == margins + edges:
        content = edges
    if all(isinstance(t.most, float) and not t.flex for t in tracks):
        content = min(content, max(0.0, sum(float(t.most) for t in tracks) - margins))
    return margins + max(edges, content)


def run(
    intrinsic: Measures,
    items: Sequence[Child],
    style: ComputedStyle,
    grid: Grid,
    available: float | None,
    *,
    minimal: bool = False,
) -> list[float]:
    tracks = [sized(track, available) for track in grid.tracks]
    stretch = used(style.others, "justify-content") in ("normal", "stretch")
    contributions = _contributions(intrinsic, items, grid, tracks)
    Sizing(tracks, contributions, _between(grid), available, minimal=minimal, stretch=stretch)
    return [track.base for track in tracks]


def widths(intrinsic: Measures, element: Element, style: ComputedStyle) -> tuple[float, float]:
    """The min-content and max-content width in px of a grid container's content box."""
    items = children(intrinsic.frame, element)
    edges = style.padding_left.resolve(0.0) + style.padding_right.resolve(0.0) + style.border_left + style.border_right
    extra = edges if style.box_sizing == "border-box" else 0.0
    own, most, least = (resolve_size(size, None) for size in (style.width, style.max_width, style.min_width))
    cap, floor = (None if size is None else max(0.0, size - extra) for size in (own if own is not None else most, least))
    grid = build(items, style, intrinsic.frame.style, None, (cap, floor))
    found = [run(intrinsic, items, style, grid, None, minimal=minimal) for minimal in (True, False)]
    min_content, max_content = (sum(tracks) + sum(grid.gaps) for tracks in found)
    return min_content, max(min_content, max_content)
