"""Presentational attributes as declarations (HTML, section 15.3: "presentational hints").

They are author style that yields to any style sheet. ``_TABLE`` has a row for each: elements, attribute, properties, parser.
Each hint keeps the attribute it came from, so that a finding can point at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tinycss2 import parse_component_value_list

from franking.css.lengths import ZERO, Length, Metrics, parse_length, significant
from franking.css.values import Unmodelled, Value
from franking.html.direction import automatic, is_automatic
from franking.html.document import Element

_NUMBER = re.compile(r"[ \t\n\f\r]*([0-9]+(?:\.[0-9]*)?)([%*]?)")
_INTEGER = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")
_FONT_SIZE = re.compile(r"[ \t\n\f\r]*([+-]?)([0-9]{1,9})")
_LARGEST = 2**25  # browsers hold lengths in 1/64 px of 32 bits
_LEGACY_SIZES = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_TEXT_ALIGN = frozenset(
    "left right center justify start end match-parent -webkit-left -webkit-right -webkit-center -webkit-match-parent".split()
)
_LEGACY_ALIGN = {"left": "-webkit-left", "right": "-webkit-right", "center": "-webkit-center", "middle": "-webkit-center"}
# Every attribute that makes a hint on some element.
HINTING = frozenset(
    """align width height hspace border background bgcolor nowrap wrap dir hidden color face size cellspacing text leftmargin
    rightmargin marginwidth""".split()
)
_Parser = Callable[[str], Value | None]


@dataclass(frozen=True, slots=True)
class PresentationalHint:
    """A longhand that an attribute sets ("": the element's very name does). ``of`` is the tag of the ancestor that has the
    attribute, such as ``cellpadding`` of the table; "" for the element itself."""

    name: str
    value: Value
    attribute: str
    of: str = ""


def dimension(text: str, *, zero: bool = True) -> Callable[[Metrics], Length] | None:
    """HTML's rules for parsing dimension values: px or percent; None if there is no number."""
    match = _NUMBER.match(text)
    if match is None or match[2] == "*":  # a share, as columns had it once
        return None
    number = min(float(match[1]), float(_LARGEST))
    if number == 0 and not zero:
        return None
    length = ZERO if number == 0 else Length(0.0, number) if match[2] else Length(number)
    return lambda _metrics: length


def integer(text: str) -> int | None:
    """HTML's rules for parsing non-negative integers, leniently: leading digits."""
    match = _INTEGER.match(text)
    return min(int(match[1][:12]), _LARGEST) if match else None


def presentational_hints(element: Element) -> Iterator[PresentationalHint]:
    """The presentational hints of one element, later ones winning."""
    if element.tag in _BY_NAME:
        yield _BY_NAME[element.tag]
    for row in _rows_of(element.tag):
        owner = table_of(element) if row.of else element
        text = owner.attrs.get(row.attribute) if owner is not None else None
        if text is not None and row.attribute == "dir" and is_automatic(element):
            text = automatic(element)
        value = row.parse(text) if text is not None else None
        if value is not None:
            for name in row.properties:
                yield PresentationalHint(name, value, row.attribute, row.of)


def table_of(element: Element) -> Element | None:
    """The nearest table around an element."""
    return next((a for a in element.ancestors() if a.tag == "table"), None)


def _fixed(px: float) -> Callable[[Metrics], Length]:
    length = Length(px) if px else ZERO
    return lambda _metrics: length


def _pixels(text: str) -> Value | None:
    number = integer(text)
    return None if number is None else _fixed(float(number))


def _spacing(text: str) -> Value | None:
    """``cellspacing``: a dimension in whole px."""
    match = _NUMBER.match(text)
    return None if match is None or match[2] else _pixels(match[1])


def graphic_size(text: str) -> Value:
    """The width or height of an ``<svg>``: a value of CSS, or all there is where it is none (SVG 2, section 8.9)."""
    tokens = significant(parse_component_value_list(text, skip_comments=True))
    if len(tokens) != 1:
        return _all_there_is
    if tokens[0].type == "function" and tokens[0].lower_name not in ("calc", "min", "max", "clamp"):
        return Unmodelled(text.strip())
    return parse_length(tokens[0], unitless=True) or _all_there_is


def _all_there_is(_metrics: Metrics) -> Length:
    return Length(0.0, 100.0)


def _size_above_zero(text: str) -> Value | None:
    return dimension(text, zero=False)


def _image_border(text: str) -> int:
    return integer(text) or 0


def _table_border(text: str) -> int:
    """``border`` without a number is a border of 1px."""
    width = integer(text)
    return 1 if width is None else width


def _width_of(border: Callable[[str], int]) -> _Parser:
    return lambda text: _fixed(float(border(text)))


def _style_of(border: Callable[[str], int]) -> _Parser:
    return lambda text: "solid" if border(text) else "none"


def _inner_width(text: str) -> Value | None:
    """The border of a cell, from its table's ``border``."""
    return _fixed(1.0) if integer(text) != 0 else None


def _inner_style(text: str) -> Value | None:
    return "solid" if integer(text) != 0 else None


def legacy_color(text: str) -> str | None:
    """HTML, section 2.3.6, "legacy color value"."""
    color = text.strip().lower()
    if color == "currentcolor":
        return "#c0e000"  # no name in HTML: its letters are read as digits
    return None if color in ("", "transparent") else color


def _font_size(text: str) -> Value | None:
    """HTML, section 15.3.4, "rules for parsing a legacy font size"."""
    match = _FONT_SIZE.match(text)
    if match is None:
        return None
    number = int(match[2])
    if match[1]:
        number = 3 + number if match[1] == "+" else 3 - number
    return _fixed(_LEGACY_SIZES[min(7, max(1, number)) - 1])


def _text_align(legacy: Mapping[str, str]) -> _Parser:
    """``align`` of what is not placed by it: what is none of HTML's words, browsers read as a value of text-align."""

    def parse(text: str) -> Value | None:
        word = text.lower()
        value = legacy.get(word, word.strip(" \t\n\f\r"))
        return value if value in _TEXT_ALIGN else None

    return parse


def _words(values: Mapping[str, Value], otherwise: Value | None = None) -> _Parser:
    return lambda text: values.get(text.lower(), otherwise)


def _always(value: str) -> _Parser:
    return lambda _text: value


def _written(text: str) -> Value | None:
    return text.strip() or None


def _image(text: str) -> Value | None:
    return "image" if text.strip() else None


def _direction(text: str) -> Value | None:
    word = text.strip().lower()
    return word if word in ("ltr", "rtl") else None


def _hidden(text: str) -> Value | None:
    return None if text.strip().lower() == "until-found" else "none"


@dataclass(frozen=True, slots=True)
class _Row:
    """An attribute of some elements, the properties that it sets and what its text is parsed with (None: no hint)."""

    tags: frozenset[str]
    attribute: str
    properties: tuple[str, ...]
    parse: _Parser
    of: str = ""  # the ancestor that has the attribute
    others: bool = False  # for all elements but ``tags``


def _row(tags: str, attribute: str, properties: str, parse: _Parser, *, of: str = "", others: bool = False) -> _Row:
    return _Row(frozenset(tags.split()), attribute, tuple(properties.split()), parse, of, others)


_EMBEDDED = "img object embed iframe video"
_PARTS = "thead tbody tfoot tr td th"
_MARGINS, _PADDINGS = "margin-left margin-right", "padding-left padding-right"
_WIDTHS, _STYLES = "border-left-width border-right-width", "border-left-style border-right-style"
_BY_NAME = {
    "center": PresentationalHint("text-align", "-webkit-center", ""),
    "marquee": PresentationalHint("width", "-webkit-fill-available", ""),
}
HINTED = frozenset(_BY_NAME)  # elements that have a hint by themselves
_SIDES = {"left": "left", "right": "right"}
_TABLE = (
    # elements                  attribute       properties          parser
    _row("font", "color", "color", legacy_color),
    _row("font", "face", "font-family", _written),
    _row("font", "size", "font-size", _font_size),
    _row("table", "cellspacing", "border-spacing", _spacing),
    _row("table", "border", _WIDTHS, _width_of(_table_border)),
    _row("table", "border", _STYLES, _style_of(_table_border)),
    _row("td th", "cellpadding", _PADDINGS, _pixels, of="table"),
    _row("td th", "border", _WIDTHS, _inner_width, of="table"),
    _row("td th", "border", _STYLES, _inner_style, of="table"),
    _row(f"{_EMBEDDED} table", "align", "float", _words(_SIDES)),
    _row("table", "align", _MARGINS, _words({"center": "auto"})),
    _row("hr", "align", "margin-left", _words({"left": _fixed(0.0)}, "auto")),
    _row("hr", "align", "margin-right", _words({"right": _fixed(0.0)}, "auto")),
    _row(_PARTS, "align", "text-align", _text_align({**_LEGACY_ALIGN, "absmiddle": "center"})),
    _row("div p", "align", "text-align", _text_align(_LEGACY_ALIGN)),
    _row(
        f"{_EMBEDDED} {_PARTS} table hr col colgroup input div p marquee select textarea button",
        "align",
        "text-align",
        _text_align({"middle": "center"}),
        others=True,
    ),
    _row("table td th", "width", "width", _size_above_zero),
    _row(f"{_EMBEDDED} marquee hr input col colgroup", "width", "width", dimension),
    _row(f"{_EMBEDDED} table td th tr", "height", "height", dimension),
    _row("svg", "width", "width", graphic_size),
    _row("svg", "height", "height", graphic_size),
    _row("img object embed marquee input", "hspace", _MARGINS, dimension),
    _row("img object embed", "border", _WIDTHS, _width_of(_image_border)),
    _row("img object embed", "border", _STYLES, _style_of(_image_border)),
    _row(f"body table {_PARTS}", "background", "background-image", _image),
    _row(f"body table {_PARTS}", "bgcolor", "background-color", _written),
    _row("body", "text", "color", legacy_color),
    _row("body", "marginwidth", _MARGINS, _pixels),
    _row("body", "leftmargin", "margin-left", _pixels),
    _row("body", "rightmargin", "margin-right", _pixels),
    _row("td th", "nowrap", "white-space", _always("nowrap")),
    _row("pre", "wrap", "white-space", _always("pre-wrap")),
    _row("", "dir", "direction", _direction, others=True),
    _row("", "hidden", "display", _hidden, others=True),
)


@lru_cache(maxsize=1024)
def _rows_of(tag: str) -> tuple[_Row, ...]:
    return tuple(row for row in _TABLE if (tag in row.tags) is not row.others)
