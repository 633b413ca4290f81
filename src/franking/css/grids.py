"""Values of CSS Grid 2: track lists, areas, lines. What a browser may take and the engine does not read is ``Unmodelled``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tinycss2

from franking.css.lengths import Length, Metrics, Token, parse_length, parse_number, significant
from franking.css.values import WIDE_KEYWORDS, Unmodelled, Value, keyword

if TYPE_CHECKING:
    from tinycss2.ast import FunctionBlock, SquareBracketsBlock

MOST = 1000  # tracks and line numbers that are read
_WORDS = ("auto", "min-content", "max-content")
_NO_NAMES = WIDE_KEYWORDS | {"auto", "default", "span"}
_REPEATS = ("auto-fill", "auto-fit")


@dataclass(frozen=True, slots=True)
class Flex:
    """A flexible length, ``fr``."""

    factor: float


Breadth = Length | Flex | str
_Sized = Callable[[Metrics], Length] | Flex | str


@dataclass(frozen=True, slots=True)
class Track:
    """A track's sizing functions; ``limit`` is the argument of ``fit-content()``."""

    least: Breadth = "auto"
    most: Breadth = "auto"
    limit: Length | None = None

    @property
    def flex(self) -> float:
        """The flex factor, 0 for a track that is not flexible."""
        return self.most.factor if isinstance(self.most, Flex) else 0.0


Names = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Tracks:
    """A track list: tracks with the names of the lines around them (one more than tracks), and where ``repeated`` tracks
    stand that fill the container."""

    tracks: tuple[Track, ...] = ()
    names: Names = ((),)
    repeat_at: int = -1
    repeated: Tracks | None = None
    fit: bool = False  # auto-fit: repeated tracks without items collapse

    def unfolded(self, times: int) -> Tracks:
        """The list with its repeated tracks ``times`` times."""
        if self.repeated is None:
            return self
        tracks, names = list(self.tracks[: self.repeat_at]), [list(n) for n in self.names[: self.repeat_at + 1]]
        for _ in range(times):
            names[-1] += self.repeated.names[0]
            tracks += self.repeated.tracks
            names += [list(n) for n in self.repeated.names[1:]]
        after = self.names[self.repeat_at + 1 :]
        names[-1] += after[0]
        names += [list(n) for n in after[1:]]
        return Tracks((*tracks, *self.tracks[self.repeat_at :]), tuple(tuple(n) for n in names))


NONE = Tracks()


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line, or a span to one: ``grid-column-start`` and the like."""

    span: bool = False
    number: int = 0  # 0 where none is given
    name: str = ""


AUTO_LINE = Line()


@dataclass(frozen=True, slots=True)
class Areas:
    """Named areas: 0-based first and last-plus-one row and column; and how large the grid is."""

    rows: int
    columns: int
    areas: tuple[tuple[str, int, int, int, int], ...]  # name, rows from and to, columns from and to


class _Builder:
    """Collects tracks and names as they are read, with lengths that still want metrics."""

    def __init__(self) -> None:
        self.tracks: list[tuple[_Sized, _Sized, _Sized | None]] = []
        self.names: list[list[str]] = [[]]
        self.repeat: tuple[int, _Builder, bool] | None = None

    def add(self, track: tuple[_Sized, _Sized, _Sized | None]) -> None:
        self.tracks.append(track)
        self.names.append([])

    def made(self, metrics: Metrics) -> Tracks:
        tracks = tuple(_computed(track, metrics) for track in self.tracks)
        names = self.names
        at, repeated, fit = -1, None, False
        if self.repeat is not None:
            at, inner, fit = self.repeat
            repeated = inner.made(metrics)
        return Tracks(tracks, tuple(tuple(n) for n in names), at, repeated, fit)


def _computed(track: tuple[_Sized, _Sized, _Sized | None], metrics: Metrics) -> Track:
    least, most, limit = [one(metrics) if callable(one) else one for one in track]
    assert least is not None and most is not None
    return Track(least, most, limit if isinstance(limit, Length) else None)


def tracks(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """``none`` or a track list (section 7.2)."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return NONE
    built = _list(tokens, repeats=True)
    return built if built is None or isinstance(built, Unmodelled) else built.made


def rows(tokens: Sequence[Token], quirks: bool) -> Value | None:
    """The same for rows: how many fill a container by themselves depends on its height, which is not computed."""
    built = tracks(tokens, quirks)
    if callable(built) and built(Metrics(16.0, 16.0, 0.0)).repeated is not None:
        return Unmodelled(tinycss2.serialize(tokens).strip())
    return built


def auto_tracks(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """``grid-auto-columns``: one or more track sizes."""
    built = _list(tokens, repeats=False)
    return built if built is None or isinstance(built, Unmodelled) else built.made


def explicit(tokens: Sequence[Token]) -> Value | None:
    """A track list without ``repeat()``, as drawn areas have it (section 7.4)."""
    built = _list(tokens, repeats=False, names=True)
    return built if built is None or isinstance(built, Unmodelled) else built.made


def _list(tokens: Sequence[Token], *, repeats: bool, names: bool = False) -> _Builder | Unmodelled | None:
    built = _Builder()
    named = False  # two lists of names do not stand side by side
    for token in significant(tokens):
        if token.type == "[] block":
            found = line_names(token)
            if found is None or named or not (repeats or names):
                return None
            built.names[-1] += found
            named = True
            continue
        named = False
        if repeats and token.type == "function" and token.lower_name == "repeat":
            if not _repeat(token, built):
                return None
        else:
            track = _track(token)
            if track is None:
                return None
            built.add(track)
        if len(built.tracks) > MOST:
            return Unmodelled(tinycss2.serialize(tokens).strip())
    if built.repeat is not None and not all(map(_is_fixed, (*built.tracks, *built.repeat[1].tracks))):
        return None
    return built if built.tracks or built.repeat is not None else None


def line_names(token: SquareBracketsBlock) -> list[str] | None:
    """The names in brackets; None if one is no name."""
    words = significant(token.content)
    names = [t.value for t in words if t.type == "ident" and t.lower_value not in _NO_NAMES]
    return names if len(names) == len(words) else None


def _repeat(token: FunctionBlock, built: _Builder) -> bool:
    arguments = significant(token.arguments)
    if len(arguments) < 3 or arguments[1] != ",":
        return False
    count, inner = arguments[0], _list(arguments[2:], repeats=False, names=True)
    if not isinstance(inner, _Builder):
        return False
    if keyword(count) in _REPEATS:
        if built.repeat is not None:
            return False
        built.repeat = (len(built.tracks), inner, keyword(count) == "auto-fit")
        built.names.append([])  # the lines before and after the repeated tracks are two
        return True
    if count.type != "number" or not count.is_integer or count.value < 1:
        return False
    for _ in range(min(int(count.value), MOST + 1)):
        built.names[-1] += inner.names[0]
        for track, behind in zip(inner.tracks, inner.names[1:], strict=True):
            built.add(track)
            built.names[-1] += behind
    return True


def _breadth(token: Token) -> _Sized | None:
    if token.type == "dimension" and token.lower_unit == "fr":
        return Flex(float(token.value)) if token.value >= 0 else None
    word = keyword(token)
    if word is not None:
        return word if word in _WORDS else None
    return parse_length(token, negative=False)


def _track(token: Token) -> tuple[_Sized, _Sized, _Sized | None] | None:
    if token.type == "function" and token.lower_name in ("minmax", "fit-content"):
        arguments = significant(token.arguments)
        if token.lower_name == "fit-content":
            limit = parse_length(arguments[0], negative=False) if len(arguments) == 1 else None
            return None if limit is None else ("auto", "max-content", limit)
        if len(arguments) != 3 or arguments[1] != ",":
            return None
        least, most = _breadth(arguments[0]), _breadth(arguments[2])
        return None if least is None or most is None or isinstance(least, Flex) else (least, most, None)
    breadth = _breadth(token)
    if breadth is None:
        return None
    return ("auto", breadth, None) if isinstance(breadth, Flex) else (breadth, breadth, None)


def _is_fixed(track: tuple[_Sized, _Sized, _Sized | None]) -> bool:
    """``<fixed-size>``, which alone may stand beside tracks that fill the container (section 7.2.3)."""
    return track[2] is None and (callable(track[0]) or callable(track[1]))


_FLOWS = {"row": "row", "column": "column", "dense": "row dense", "dense row": "row dense", "column dense": "column dense"}


def flow(tokens: Sequence[Token], _quirks: bool) -> str | None:
    """``grid-auto-flow``, as "row", "column", "row dense" or "column dense"."""
    words = sorted(keyword(t) or "" for t in tokens)
    return _FLOWS.get(" ".join(words))


def line(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """``<grid-line>`` (section 8.3)."""
    if len(tokens) == 1 and keyword(tokens[0]) == "auto":
        return AUTO_LINE
    span, number, name = False, 0, ""
    for token in tokens:
        found = parse_number(token)
        if keyword(token) == "span" and not span:
            span = True
        elif found is not None and not number and (token.type != "number" or token.is_integer) and round(found):
            number = round(found)
        elif token.type == "ident" and not name and token.lower_value not in _NO_NAMES:
            name = token.value
        else:
            return None
    if not (number or name) or (span and number < 0) or (span and keyword(tokens[0]) != "span" != keyword(tokens[-1])):
        return None
    if abs(number) > MOST:
        return Unmodelled(tinycss2.serialize(tokens).strip())
    return Line(span, number, name)


_CELL = re.compile(r"\.+|[^\s.]+")


def areas(tokens: Sequence[Token], _quirks: bool) -> Areas | None:
    """``none`` or ``grid-template-areas`` (section 7.3): each name is one rectangle."""
    if len(tokens) == 1 and keyword(tokens[0]) == "none":
        return Areas(0, 0, ())
    grid = [_CELL.findall(t.value) for t in tokens if t.type == "string"]
    if not grid or len(grid) < len(tokens):
        return None
    width = len(grid[0])
    if not width or any(len(row) != width for row in grid) or width > MOST or len(grid) > MOST:
        return None
    spans: dict[str, list[int]] = {}
    count: dict[str, int] = {}
    for y, row in enumerate(grid):
        for x, cell in enumerate(row):
            if cell[0] == ".":
                continue
            box = spans.setdefault(cell, [y, y + 1, x, x + 1])
            box[1], box[2], box[3] = y + 1, min(box[2], x), max(box[3], x + 1)
            count[cell] = count.get(cell, 0) + 1
    if any((b[1] - b[0]) * (b[3] - b[2]) != count[name] for name, b in spans.items()):
        return None
    return Areas(len(grid), width, tuple((name, b[0], b[1], b[2], b[3]) for name, b in spans.items()))
