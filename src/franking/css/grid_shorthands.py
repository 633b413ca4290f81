"""The shorthands of CSS Grid 2: ``grid-column``, ``grid-row``, ``grid-area``, ``grid-template`` and ``grid``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from franking.css import grids
from franking.css.components import split
from franking.css.grids import AUTO_LINE, NONE, Areas, Line, Tracks
from franking.css.lengths import Metrics, Token
from franking.css.values import Unmodelled, Value, keyword

Expanded = list[tuple[str, Value]]
_NO_AREAS = Areas(0, 0, ())
_TEMPLATE = ("grid-template-rows", "grid-template-columns", "grid-template-areas")
_AREA = ("grid-row-start", "grid-column-start", "grid-row-end", "grid-column-end")


def _lines(tokens: Sequence[Token], most: int) -> list[Value] | None:
    """Lines between slashes; what is left out follows the one before it where that is a name (section 8.4)."""
    parts = split(tokens, "/")
    if not 1 <= len(parts) <= most or not all(parts):
        return None
    found = [grids.line(part, False) for part in parts]
    return None if any(one is None for one in found) else found


def _following(value: Value) -> Value:
    return value if isinstance(value, Line) and value.name and not (value.number or value.span) else AUTO_LINE


def _placement(first: str, second: str) -> Callable[[Sequence[Token], bool], Expanded | None]:
    def expand(tokens: Sequence[Token], _quirks: bool) -> Expanded | None:
        found = _lines(tokens, 2)
        return None if found is None else [(first, found[0]), (second, found[1] if len(found) > 1 else _following(found[0]))]

    return expand


def _area(tokens: Sequence[Token], _quirks: bool) -> Expanded | None:
    found = _lines(tokens, 4)
    if found is None:
        return None
    for at in range(len(found), 4):
        found.append(_following(found[1 if at == 3 else 0]))
    return list(zip(_AREA, found, strict=True))


def _template(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    """``grid-template`` (section 7.4)."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return list(zip(_TEMPLATE, (NONE, NONE, _NO_AREAS), strict=True))
    parts = split(tokens, "/")
    if len(parts) > 2 or not all(parts):
        return None
    if any(token.type == "string" for token in parts[0]):
        return _drawn(parts)
    if len(parts) != 2:
        return None
    rows, columns = grids.rows(parts[0], quirks), grids.tracks(parts[1], quirks)
    return None if rows is None or columns is None else list(zip(_TEMPLATE, (rows, columns, _NO_AREAS), strict=True))


def _drawn(parts: Sequence[Sequence[Token]]) -> Expanded | None:
    """Areas drawn row by row, each with names before and after and a size: ``[a] "x y" 40px [b]``."""
    areas = grids.areas([t for t in parts[0] if t.type == "string"], False)
    columns = grids.explicit(parts[1]) if len(parts) == 2 else NONE
    if areas is None or columns is None:
        return None
    names: list[list[str]] = [[]]
    state = ""  # what stood last: names before a row, its string, its size, names behind
    for token in parts[0]:
        if token.type == "string":
            names.append([])
            state = "string"
        elif token.type == "[] block":
            found = grids.line_names(token)
            if found is None or (state == "names" and len(names) == 1) or state == "between":
                return None
            names[-1] += found
            state = "between" if state == "names" else "names"
        elif state == "string" and grids.explicit([token]) is not None:
            state = "size"
        else:
            return None
    tracks = tuple(grids.Track() for _ in range(areas.rows))
    rows = Tracks(tracks, tuple(tuple(n) for n in names))
    return list(zip(_TEMPLATE, (rows, columns, areas), strict=True))


def _grid(tokens: Sequence[Token], quirks: bool) -> Expanded | None:
    """``grid`` (section 7.8)."""
    reset: Expanded = [("grid-auto-columns", _auto), ("grid-auto-flow", "row")]
    template = _template(tokens, quirks)
    if template is not None:
        return [*template, *reset]
    parts = split(tokens, "/")
    if len(parts) != 2 or not all(parts):
        return None
    flows = ["auto-flow" in [keyword(t) for t in part] for part in parts]
    if flows.count(True) != 1:
        return None
    at = flows.index(True)
    words = [keyword(t) for t in parts[at][:2]]
    taken = 2 if words in (["auto-flow", "dense"], ["dense", "auto-flow"]) else 1
    if words[0] != "auto-flow" and taken == 1:
        return None
    sizes: Value | None = grids.auto_tracks(parts[at][taken:], quirks) if parts[at][taken:] else _auto
    other = (grids.tracks if at == 0 else grids.rows)(parts[1 - at], quirks)
    if sizes is None or other is None:
        return None
    flow = f"{'row' if at == 0 else 'column'}{' dense' if taken == 2 else ''}"
    rows, columns = (NONE, other) if at == 0 else (other, NONE)
    auto = _auto if at == 0 and not isinstance(sizes, Unmodelled) else sizes
    return [*zip(_TEMPLATE, (rows, columns, _NO_AREAS), strict=True), ("grid-auto-columns", auto), ("grid-auto-flow", flow)]


def _auto(_metrics: Metrics) -> Tracks:
    return NONE


EXPANSIONS: dict[str, Callable[[Sequence[Token], bool], Expanded | None]] = {
    "grid-column": _placement("grid-column-start", "grid-column-end"),
    "grid-row": _placement("grid-row-start", "grid-row-end"),
    "grid-area": _area,
    "grid-template": _template,
    "grid": _grid,
}
SETS: dict[str, tuple[str, ...]] = {
    "grid-column": ("grid-column-start", "grid-column-end"),
    "grid-row": ("grid-row-start", "grid-row-end"),
    "grid-area": _AREA,
    "grid-template": _TEMPLATE,
    "grid": (*_TEMPLATE, "grid-auto-columns", "grid-auto-flow"),
}
